"""Stores of older and newer versions: brought up to date, or refused with what to do."""

import json

import pytest

from ghost_pipeline.errors import StorageError
from ghost_pipeline.pipeline.doctor import examine
from ghost_pipeline.pipeline.platform import Platform
from ghost_pipeline.settings import Settings
from ghost_pipeline.storage.artifacts import Artifacts
from ghost_pipeline.storage.version import KEY, STEPS, VERSION, check, migrate, version_of

OLD_POINTER = {"version": "", "reason": "better by 3 %"}


@pytest.fixture
def old(any_store):
    """A store as the first version left it: two models, one of them with a champion whose pointer has no history."""
    artifacts = Artifacts(any_store)
    version = artifacts.save("ghost", {"weights": b"1"}, {})
    artifacts.save("completion", {"trees": b"2"}, {})
    any_store.put("models/ghost/champion.json", json.dumps({**OLD_POINTER, "version": version}).encode())
    any_store.put("clean/plays/2019-REG-05.parquet", b"rows")
    return any_store, version


def test_every_version_leads_to_the_next():
    assert sorted(STEPS) == list(range(1, VERSION))


def test_an_old_store_is_refused_until_it_is_migrated(old):
    store, version = old
    assert version_of(store) == 1
    with pytest.raises(StorageError, match="is of version 1, this code needs 2"):
        check(store)
    assert migrate(store) == ["models/ghost/champion.json"]
    check(store)
    champion = Artifacts(store)
    assert champion.champion("ghost") == version
    assert champion.reign("ghost")[0]["reason"] == OLD_POINTER["reason"]
    champion.promote("ghost", champion.save("ghost", {"weights": b"3"}, {}), "newer")
    assert champion.roll_back("ghost") == version
    assert store.get("clean/plays/2019-REG-05.parquet") == b"rows"


def test_migrating_twice_changes_nothing(old):
    store, _ = old
    migrate(store)
    before = {info.key: info.version for info in store.list("")}
    assert migrate(store) == []
    assert {info.key: info.version for info in store.list("")} == before


def test_a_migration_that_was_cut_off_is_run_again(old, monkeypatch):
    store, version = old

    def cut_off(key, data):
        raise StorageError("the power went")

    with monkeypatch.context() as patch:
        patch.setattr(store, "put", cut_off)
        with pytest.raises(StorageError, match="power"):
            migrate(store)
    assert version_of(store) == 1
    assert migrate(store) == ["models/ghost/champion.json"]
    assert Artifacts(store).champion("ghost") == version


def test_a_new_store_is_of_the_newest_version_and_says_so_after_its_first_refresh(any_store):
    check(any_store)
    assert migrate(any_store) == []
    assert json.loads(any_store.get(KEY)) == {"version": VERSION}


def test_a_newer_store_is_refused_by_every_command(tmp_path):
    settings = Settings(home=tmp_path)
    Platform(settings).store.put(KEY, json.dumps({"version": VERSION + 1}).encode())
    for attempt in (lambda: Platform(settings).store, lambda: migrate(Platform(settings).store)):
        with pytest.raises(StorageError, match="install the newer code, or restore a backup"):
            attempt()
    (bad,) = [finding for finding in examine(settings) if not finding.ok]
    assert bad.what == "store: version"
