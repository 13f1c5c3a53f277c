"""Backup and restore: the same objects come back, whatever happened in between."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ghost_pipeline.cli import app
from ghost_pipeline.errors import StorageError
from ghost_pipeline.storage.artifacts import Artifacts
from ghost_pipeline.storage.copies import copy_store, restore
from ghost_pipeline.storage.objects import FolderStore
from ghost_pipeline.storage.version import KEY, migrate


def content(store) -> dict[str, bytes]:
    return {info.key: store.get(info.key) for info in store.list("")}


@pytest.fixture
def filled(any_store):
    """A store with something of every kind."""
    artifacts = Artifacts(any_store)
    artifacts.promote("ghost", artifacts.save("ghost", {"weights": bytes(2**20)}, {}), "first")
    for key in ("raw/objects/ab/cd", "raw/manifests/1.json", "clean/plays/2019-REG-05.parquet", "receipts/a/all.json"):
        any_store.put(key, key.encode())
    migrate(any_store)
    return any_store


@pytest.fixture
def backup(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "backup")


def test_what_was_lost_comes_back(filled, backup, tmp_path):
    copy_store(filled, backup)
    before = content(filled)
    restored = FolderStore(tmp_path / "restored")
    copied = restore(backup, restored)
    assert content(restored) == before
    assert copied.objects == len(before)
    assert Artifacts(restored).champion("ghost") == Artifacts(filled).champion("ghost")


def test_the_next_backup_copies_only_what_changed_and_forgets_what_went(filled, backup):
    copy_store(filled, backup)
    filled.put("clean/plays/2019-REG-05.parquet", b"mended")
    filled.delete("receipts/a/all.json")
    copied = copy_store(filled, backup)
    assert (copied.objects, copied.removed) == (1, 1)
    assert content(backup) == content(filled)


def test_what_points_is_copied_after_what_it_points_at(filled, backup):
    order: list[str] = []
    copy_store(filled, backup, order.append)
    assert order.index("raw/objects/ab/cd") < order.index("raw/manifests/1.json")
    assert order[-2:] == ["receipts/a/all.json", KEY]
    assert order.index("clean/plays/2019-REG-05.parquet") < order.index("models/ghost/champion.json")


def test_a_restore_that_was_cut_off_is_gone_on_with(filled, backup, tmp_path):
    copy_store(filled, backup)
    restored = FolderStore(tmp_path / "restored")

    def cut_off(key: str) -> None:
        if key.startswith("models/"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        restore(backup, restored, cut_off)
    assert not list(restored.list("models/"))
    assert restore(backup, restored).unchanged > 0
    assert content(restored) == content(filled)


def test_a_restore_never_drops_what_is_there(filled, backup):
    copy_store(filled, backup)
    filled.put("clean/plays/2019-REG-06.parquet", b"newer than the backup")
    before = content(filled)
    with pytest.raises(StorageError, match="2019-REG-06"):
        restore(backup, filled)
    assert content(filled) == before


def test_damage_on_the_way_is_noticed(filled, backup, monkeypatch):
    put_file = backup.put_file

    def damaging(key: str, path: Path) -> None:
        put_file(key, path)
        backup.put(key, backup.get(key) + b"!")

    monkeypatch.setattr(backup, "put_file", damaging)
    with pytest.raises(StorageError, match="differs"):
        copy_store(filled, backup)


def test_an_empty_source_is_no_backup(store, backup):
    with pytest.raises(StorageError, match="holds nothing"):
        restore(backup, store)


def test_the_commands_bring_a_lost_store_back(tmp_path, monkeypatch):
    monkeypatch.setenv("GHOST_HOME", str(tmp_path / "home"))
    store = FolderStore(tmp_path / "home" / "store")
    store.put("clean/plays/2019-REG-05.parquet", b"rows")
    for command in (["migrate"], ["backup", str(tmp_path / "safe")]):
        assert CliRunner().invoke(app, command).exit_code == 0
    shutil.rmtree(store.root)
    assert CliRunner().invoke(app, ["restore", str(tmp_path / "safe")]).exit_code == 0
    assert content(store).keys() == {KEY, "clean/plays/2019-REG-05.parquet"}
