import json
from pathlib import Path

import pytest

from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.errors import MissingObjectError
from ghost_pipeline.storage.objects import Store
from ghost_pipeline.storage.raw import Manifest, RawZone

ONE, TWO = SeasonWeek(2022, "REG", 1), SeasonWeek(2022, "REG", 2)


def land(store: Store, folder: Path, family: str = "bowl", **content: bytes) -> Manifest:
    """Land files `games`, `week1`, `week2`; games belongs to both weeks."""
    folder.mkdir(exist_ok=True)
    files = {}
    for name, data in content.items():
        files[name] = folder / name
        files[name].write_bytes(data)
    weeks = {
        week: ["games", own] for week, own in ((ONE, "week1"), (TWO, "week2")) if own in content and "games" in content
    }
    return RawZone(store).land(files, family, weeks, str(folder), "for own use")


def contents(store: Store, week: SeasonWeek) -> dict[str, bytes]:
    return {file.name: store.get(file.key) for file in RawZone(store).files_for(week)[1]}


def test_files_are_named_by_content_and_the_manifest_tells_all(any_store, tmp_path):
    manifest = land(any_store, tmp_path / "in", games=b"g", week1=b"1", week2=b"2")
    assert RawZone(any_store).manifests() == [manifest]
    assert manifest.origin == str(tmp_path / "in")
    assert manifest.licence_note == "for own use"
    for file in manifest.files:
        assert file.key == f"raw/objects/{file.sha256[:2]}/{file.sha256}/{file.name}"
        assert any_store.get(file.key) == (tmp_path / "in" / file.name).read_bytes()
    assert RawZone(any_store).files_for(ONE)[0] == "bowl"
    assert contents(any_store, TWO) == {"games": b"g", "week2": b"2"}


def test_landing_the_same_bytes_again_changes_nothing(any_store, tmp_path):
    first = land(any_store, tmp_path / "in", games=b"g", week1=b"1")
    before = [(info.key, info.version) for info in any_store.list("")]
    assert land(any_store, tmp_path / "in", games=b"g", week1=b"1") == first
    assert [(info.key, info.version) for info in any_store.list("")] == before


def test_changed_bytes_make_a_new_version_of_the_touched_week_alone(any_store, tmp_path):
    land(any_store, tmp_path / "in", games=b"g", week1=b"1", week2=b"2")
    before = RawZone(any_store).week_versions()
    land(any_store, tmp_path / "in", games=b"g", week1=b"1", week2=b"two")
    after = RawZone(any_store).week_versions()
    assert after[ONE] == before[ONE]
    assert after[TWO] != before[TWO]
    assert contents(any_store, TWO)["week2"] == b"two"


def test_bytes_that_come_back_are_the_newest_again(any_store, tmp_path):
    for data in (b"1", b"one", b"1"):
        land(any_store, tmp_path / "in", games=b"g", week1=data)
        assert contents(any_store, ONE)["week1"] == data


def test_the_last_landing_counts_also_when_the_clock_was_set_back(any_store, tmp_path):
    first = land(any_store, tmp_path / "in", games=b"g", week1=b"1")
    ahead = {**json.loads(first.to_json()), "landed": "2099-01-01T00:00:00.000000+00:00"}
    any_store.put(f"raw/manifests/{first.id}.json", json.dumps(ahead).encode())
    second = land(any_store, tmp_path / "in", games=b"g", week1=b"one")
    assert contents(any_store, ONE)["week1"] == b"one"
    assert second.landed == "2099-01-01T00:00:00.000001+00:00"


def test_a_second_landing_adds_to_a_week(any_store, tmp_path):
    land(any_store, tmp_path / "in", games=b"g", week1=b"1")
    RawZone(any_store).land({"late": tmp_path / "in" / "week1"}, "bowl", {ONE: ["late"]}, "", "")
    assert set(contents(any_store, ONE)) == {"games", "week1", "late"}


def test_a_week_belongs_to_the_family_that_landed_it_last(any_store, tmp_path):
    land(any_store, tmp_path / "in", games=b"g", week1=b"1", week2=b"2")
    land(any_store, tmp_path / "other", family="plays", games=b"h", week1=b"3")
    zone = RawZone(any_store)
    assert zone.files_for(ONE)[0] == "plays"
    assert zone.files_for(TWO)[0] == "bowl"
    assert contents(any_store, ONE) == {"games": b"h", "week1": b"3"}


def test_a_landing_that_was_cut_off_is_not_seen_and_is_finished_by_the_next(any_store, tmp_path, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(type(any_store), "put", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            land(any_store, tmp_path / "in", games=b"g", week1=b"1")
    with pytest.raises(MissingObjectError, match="2022-REG-01"):
        RawZone(any_store).files_for(ONE)
    land(any_store, tmp_path / "in", games=b"g", week1=b"1")
    assert contents(any_store, ONE) == {"games": b"g", "week1": b"1"}


def test_progress_tells_of_every_file(store, tmp_path):
    told = []
    (tmp_path / "a").write_bytes(b"1")
    RawZone(store).land({"a": tmp_path / "a"}, "bowl", {ONE: ["a"]}, "", "", progress=lambda *what: told.append(what))
    assert told == [("a", 0, 1)]
