"""A step is run when something it depends on changed, and only then."""

import json
from pathlib import Path

import pytest
from raw_files_by_hand import write_bowl

from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.domain.schema import CLEAN_PLAYS
from ghost_pipeline.errors import StorageError
from ghost_pipeline.pipeline import receipts
from ghost_pipeline.pipeline.code_hash import code_hash
from ghost_pipeline.pipeline.landing import land
from ghost_pipeline.pipeline.platform import Platform
from ghost_pipeline.pipeline.receipts import CODE, FIRST_TIME, OUTPUTS, SETTINGS, UNCHANGED, Step, run_step, stale
from ghost_pipeline.pipeline.week import refresh_week, why_stale
from ghost_pipeline.settings import Settings
from ghost_pipeline.sources.simulator.season import SeasonPlan, write_season
from ghost_pipeline.storage.objects import Store

WEEK = SeasonWeek(2022, "REG", 1)


def joined(platform: Platform, week: SeasonWeek | None) -> dict:
    """A small step: everything under in/ in one object."""
    keys = [info.key for info in platform.store.list("in/")]
    platform.store.put("out/all", b"".join(platform.store.get(key) for key in keys))
    return {"objects": len(keys)}


STEP = Step("joined", "ghost_pipeline.domain.field", joined, settings=("seed",))


@pytest.fixture
def platform(any_store: Store) -> Platform:
    any_store.put("in/a", b"1")
    any_store.put("in/b", b"2")
    return Platform(Settings(), any_store)


def test_a_step_is_run_once(platform):
    first = run_step(platform, STEP)
    assert (first.recomputed, first.reason, first.receipt.report) == (True, FIRST_TIME, {"objects": 2})
    assert platform.store.get("out/all") == b"12"
    second = run_step(platform, STEP)
    assert (second.recomputed, second.reason) == (False, UNCHANGED)
    assert second.receipt == first.receipt
    assert stale(platform, STEP) is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda store: store.put("in/a", b"3"), "its inputs changed: in/a"),
        (lambda store: store.put("in/c", b"3"), "its inputs changed: in/"),
        (lambda store: store.delete("in/b"), "its inputs changed: in/b, in/"),
        (lambda store: store.put("out/all", b"broken"), OUTPUTS),
        (lambda store: store.delete("out/all"), OUTPUTS),
        (lambda store: store.delete("receipts/joined/all.json"), FIRST_TIME),
    ],
)
def test_a_step_is_run_again_when_an_object_changed(platform, change, reason):
    run_step(platform, STEP)
    change(platform.store)
    assert stale(platform, STEP) == reason
    assert run_step(platform, STEP).reason == reason
    assert stale(platform, STEP) is None
    wanted = b"".join(platform.store.get(info.key) for info in platform.store.list("in/"))
    assert platform.store.get("out/all") == wanted


def test_a_step_is_run_again_when_its_code_or_a_setting_of_its_changed(platform):
    run_step(platform, STEP)
    assert stale(platform, Step("joined", "ghost_pipeline.domain.calendar", joined, settings=("seed",))) == CODE
    other_seed = Platform(Settings(seed=8), platform.store)
    assert stale(other_seed, STEP) == SETTINGS
    assert stale(Platform(Settings(threads=3), platform.store), STEP) is None


def test_input_written_again_with_the_same_bytes_is_no_change(platform):
    run_step(platform, STEP)
    platform.store.put("in/a", b"1")
    assert stale(platform, STEP) is None


def test_a_step_can_be_run_again_on_demand_and_leaves_the_same(platform):
    first = run_step(platform, STEP)
    again = run_step(platform, STEP, again=True)
    assert again.recomputed
    assert again.receipt == first.receipt


def test_what_a_step_reads_of_its_own_output_is_no_input(platform):
    def counting(platform: Platform, week: SeasonWeek | None) -> dict:
        before = platform.store.get("out/count") if platform.store.exists("out/count") else b""
        platform.store.put("out/count", before + b"x")
        return {}

    step = Step("counting", "ghost_pipeline.domain.field", counting)
    run_step(platform, step)
    assert not run_step(platform, step).recomputed


def test_two_writers_of_one_step_never_mix(platform):
    """The slower writer finds that another one finished with other inputs meanwhile, and writes its own again."""

    def two_objects(platform: Platform, week: SeasonWeek | None) -> dict:
        data = platform.store.get("in/a")
        platform.store.put("out/1", data)
        if data == b"1":  # While this one is at work, the input changes and another refresh runs through.
            platform.store.store.put("in/a", b"new")
            run_step(Platform(Settings(), platform.store.store), step)
        platform.store.put("out/2", data)
        return {}

    step = Step("two", "ghost_pipeline.domain.field", two_objects)
    run_step(platform, step)
    assert (platform.store.get("out/1"), platform.store.get("out/2")) == (b"new", b"new")
    assert stale(platform, step) is None


def test_a_writer_with_the_same_result_is_no_conflict(platform):
    def racing(platform: Platform, week: SeasonWeek | None) -> dict:
        runs.append(1)
        platform.store.put("out/1", platform.store.get("in/a"))
        if len(runs) == 1:
            run_step(Platform(Settings(), platform.store.store), step)
        return {"run": len(runs)}

    runs: list[int] = []
    step = Step("racing", "ghost_pipeline.domain.field", racing)
    assert run_step(platform, step).recomputed
    assert len(runs) == 2


def test_inputs_that_never_rest_are_an_error(platform):
    def restless(platform: Platform, week: SeasonWeek | None) -> dict:
        platform.store.store.put("in/a", platform.store.get("in/a") + b"1")
        return {}

    with pytest.raises(StorageError, match="Let one refresh end"):
        run_step(platform, Step("restless", "ghost_pipeline.domain.field", restless))


def test_the_hash_of_code_follows_imports_and_not_comments(tmp_path: Path, monkeypatch):
    package = tmp_path / "ghost_pipeline"
    (package / "deep").mkdir(parents=True)
    for name, text in {
        "__init__.py": "",
        "deep/__init__.py": "",
        "step.py": '"""Says."""\nfrom ghost_pipeline.deep import rule\n\ndef f():\n    import ghost_pipeline.late\n',
        "deep/rule.py": "LIMIT = 1\n",
        "late.py": "",
        "other.py": "",
    }.items():
        (package / name).write_text(text)
    monkeypatch.setattr("ghost_pipeline.pipeline.code_hash._PACKAGE", package)

    def now() -> str:
        code_hash.cache_clear()
        return code_hash("ghost_pipeline.step")

    first = now()
    (package / "deep" / "rule.py").write_text("# only a comment\nLIMIT = 1\n")
    (package / "other.py").write_text("X = 1\n")
    (package / "step.py").write_text((package / "step.py").read_text().replace("Says", "Says more"))
    assert now() == first
    (package / "late.py").write_text("X = 1\n")
    second = now()
    (package / "deep" / "rule.py").write_text("LIMIT = 2\n")
    assert len({first, second, now()}) == 3
    code_hash.cache_clear()


def test_a_week_is_brought_up_to_date_once(store, tmp_path):
    platform = Platform(Settings(), store)
    land(store, write_bowl(tmp_path / "in"))
    assert why_stale(platform, WEEK) == f"canonical_tracks: {FIRST_TIME}"
    assert [done.recomputed for _, done in refresh_week(platform, WEEK)] == [True, True, True]
    assert why_stale(platform, WEEK) is None
    assert [done.recomputed for _, done in refresh_week(platform, WEEK)] == [False, False, False]
    receipt = json.loads(store.get("receipts/clean_tracks/2022-REG-01.json"))
    assert "canonical/plays/2022-REG-01.parquet" in receipt["read"]
    assert "clean/plays/2022-REG-01.parquet" in receipt["written"]


def test_only_the_steps_behind_a_change_are_run(store, tmp_path):
    platform = Platform(Settings(), store)
    folder = write_bowl(tmp_path / "in")
    land(store, folder)
    list(refresh_week(platform, WEEK))
    (folder / "players.csv").write_text((folder / "players.csv").read_text() + "999,G,Nobody Tracked\n")
    land(store, folder)
    assert why_stale(platform, WEEK) == "canonical_tracks: its raw files changed"
    done = {step.name: done.recomputed for step, done in refresh_week(platform, WEEK)}
    assert done == {"canonical_tracks": True, "clean_tracks": False, "frame_features": False}


def test_a_week_whose_output_was_spoiled_is_mended(store, tmp_path):
    platform = Platform(Settings(), store)
    land(store, write_bowl(tmp_path / "in"))
    list(refresh_week(platform, WEEK))
    key = platform.partitions.key(CLEAN_PLAYS, WEEK)
    good = store.get(key)
    store.put(key, b"not parquet")
    assert why_stale(platform, WEEK) == f"clean_tracks: {receipts.OUTPUTS}"
    list(refresh_week(platform, WEEK))
    assert store.get(key) == good


def test_a_week_waits_for_those_before_it_and_not_for_those_after(store, tmp_path):
    platform = Platform(Settings(), store)
    season = SeasonPlan(seed=3, weeks=3, games_per_week=1, passes_per_game=4, fault_rate=0)
    land(store, write_season(tmp_path / "in", season, lambda *_: None).folder)
    first, second, third = platform.raw.week_versions()
    list(refresh_week(platform, second))
    list(refresh_week(platform, third))
    assert why_stale(platform, second) is None
    list(refresh_week(platform, first))
    assert why_stale(platform, first) is None
    assert why_stale(platform, second) == why_stale(platform, third) == "clean_tracks: its earlier weeks changed"
    assert [done.recomputed for _, done in refresh_week(platform, second)] == [False, True, False]
    assert why_stale(platform, second) is None
