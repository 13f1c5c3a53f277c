import pytest

from ghost_pipeline.errors import MissingObjectError
from ghost_pipeline.storage.artifacts import Artifacts


def test_a_version_is_named_by_its_files(any_store):
    artifacts = Artifacts(any_store)
    version = artifacts.save("ghost", {"weights": b"1", "settings.json": b"{}"}, {"ade_yd": 1.5})
    assert artifacts.save("ghost", {"settings.json": b"{}", "weights": b"1"}, {"ade_yd": 1.5}) == version
    other = artifacts.save("ghost", {"weights": b"2"}, {})
    assert sorted(artifacts.versions("ghost")) == sorted([version, other])
    loaded = artifacts.load("ghost", version)
    assert loaded.files == {"weights": b"1", "settings.json": b"{}"}
    assert loaded.facts == {"ade_yd": 1.5}


def test_the_champion_is_loaded_by_default(any_store):
    artifacts = Artifacts(any_store)
    version = artifacts.save("ghost", {"weights": b"1"}, {})
    assert artifacts.champion("ghost") is None
    with pytest.raises(MissingObjectError, match="run the training first"):
        artifacts.load("ghost")
    artifacts.promote("ghost", version, "first")
    assert artifacts.load("ghost").version == version


def test_a_version_without_facts_is_not_there(any_store):
    any_store.put("models/ghost/abc/weights", b"1")
    artifacts = Artifacts(any_store)
    assert artifacts.versions("ghost") == []
    with pytest.raises(MissingObjectError, match="abc"):
        artifacts.load("ghost", "abc")


def test_promotions_are_remembered_and_can_be_taken_back(any_store):
    artifacts = Artifacts(any_store)
    first, second = (artifacts.save("ghost", {"weights": weights}, {}) for weights in (b"1", b"2"))
    artifacts.promote("ghost", first, "first")
    with pytest.raises(MissingObjectError, match="before the one in use"):
        artifacts.roll_back("ghost")
    artifacts.promote("ghost", second, "better")
    assert [crowned["reason"] for crowned in artifacts.reign("ghost")] == ["first", "better"]
    assert artifacts.roll_back("ghost") == first
    assert artifacts.champion("ghost") == first
    assert artifacts.withdrawn("ghost") == [second]
    artifacts.promote("ghost", second, "after all")
    assert artifacts.withdrawn("ghost") == []


def test_only_what_is_there_can_be_promoted(any_store):
    with pytest.raises(MissingObjectError, match="abc"):
        Artifacts(any_store).promote("ghost", "abc", "why not")


def test_findings_lie_beside_a_version_and_are_no_part_of_it(any_store):
    artifacts = Artifacts(any_store)
    version = artifacts.save("ghost", {"weights": b"1"}, {})
    assert artifacts.attached("ghost", version, "card.md") is None
    artifacts.attach("ghost", version, "card.md", b"# Card")
    assert artifacts.attached("ghost", version, "card.md") == b"# Card"
    assert artifacts.load("ghost", version).files == {"weights": b"1"}
    with pytest.raises(MissingObjectError, match="nothing to add to"):
        artifacts.attach("ghost", "abc", "card.md", b"")
