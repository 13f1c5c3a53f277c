"""The warehouse replaces the season-weeks that changed, and then equals one built from nothing."""

import os
from pathlib import Path

import pyarrow as pa
import pytest
from small_season import FIRST, FIRST_PLAYS, MISSED, SECOND, Row, SmallSeason

from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.domain.schema import CLEAN_PARTICIPANTS, CLEAN_PLAYS
from ghost_pipeline.errors import WarehouseError
from ghost_pipeline.storage import staleness
from ghost_pipeline.storage.objects import FolderStore
from ghost_pipeline.storage.staleness import AFTER_MODELS, BEFORE_MODELS, Refresh, Staleness
from ghost_pipeline.storage.warehouse import Warehouse

MODELS = (
    *("pass_plays", "receiver_options", "game_context", "completion_inputs", "defender_windows"),
    *("defended_passes", "defensive_back_leaderboard", "defensive_back_weeks", "passer_decisions", "play_index"),
    *("week_summary", "season_summary"),
)
THIRD = SeasonWeek(2019, "REG", 3)


def write_week(season: SmallSeason, week: SeasonWeek, plays: list[Row]) -> None:
    """Everything of a week, as the steps before the warehouse leave it."""
    season.write_clean(week, plays)
    key = ("game_id", "play_id", "target_nfl_id")
    season.write_what_ifs(week, [{name: play[name] for name in key} for play in plays if "target_nfl_id" in play])


def assert_same_rows(name: str, one: pa.Table, other: pa.Table) -> None:
    """Equal, but for the last digits of a mean, which follow the order of the rows."""
    assert one.schema.equals(other.schema), name
    key = [
        (column, "ascending") for column in one.column_names if not pa.types.is_floating(one.schema.field(column).type)
    ]
    for mine, theirs in zip(one.sort_by(key).to_pylist(), other.sort_by(key).to_pylist(), strict=True):
        close = {c: pytest.approx(v, rel=1e-12, abs=1e-12) if isinstance(v, float) else v for c, v in theirs.items()}
        assert mine == close, name


@pytest.mark.slow
def test_refreshed_week_by_week_equals_built_from_nothing(
    season: SmallSeason, warehouse: Warehouse, tmp_path: Path
) -> None:
    corrected = [{**FIRST_PLAYS[0], "yards_after_catch_yd": 7.0}, *FIRST_PLAYS[1:]]
    missed: Row = {"game_id": 2, "play_id": 1, **MISSED}
    events = {
        "two weeks": {FIRST: FIRST_PLAYS, SECOND: [missed, {**missed, "play_id": 2}]},
        "a late correction, and a play removed": {FIRST: corrected, SECOND: [missed]},
        "a new week, a week landed again, and one that lost its passes": {
            THIRD: [{**missed, "game_id": 3}],
            FIRST: corrected,
            SECOND: [{"game_id": 2, "play_id": 1, "play_type": "rush"}],
        },
    }
    for number, (event, weeks) in enumerate(events.items()):
        for week, plays in weeks.items():
            write_week(season, week, plays)
        refresh = warehouse.plan()
        assert refresh.full == (number == 0), event
        assert number == 0 or refresh.weeks == tuple(sorted(weeks)), event
        warehouse.build(refresh=refresh)
        assert warehouse.plan().weeks == (), event

    rebuilt = Warehouse(tmp_path / "rebuilt", season.partitions.store)
    unit_tests = {"pass_plays_need_a_throw_and_an_arrival", "game_context_counts_drives"}
    assert unit_tests <= set(rebuilt.run(["build"]))
    for name in MODELS:
        assert rebuilt.table(name).num_rows > 0, name
        assert_same_rows(name, warehouse.table(name), rebuilt.table(name))
    passes = rebuilt.table("pass_plays").to_pylist()
    assert {(row["game_id"], row["play_id"]) for row in passes} == {(1, 1), (1, 2), (3, 1)}
    assert {row["yards_after_catch_yd"] for row in passes if row["play_id"] == 1} == {7.0, None}


@pytest.mark.slow
def test_only_the_weeks_asked_for_are_read(season: SmallSeason, warehouse: Warehouse) -> None:
    write_week(season, FIRST, FIRST_PLAYS)
    write_week(season, SECOND, [{"game_id": 2, "play_id": 1, **MISSED}])
    warehouse.build()
    season.write_clean(FIRST, [{**play, "yards_after_catch_yd": 99.0} for play in FIRST_PLAYS])
    season.write_clean(SECOND, [{"game_id": 2, "play_id": 1, **MISSED, "air_yards_yd": 5.0}])
    warehouse.build(refresh=Refresh((SECOND,)))
    found = warehouse.table("pass_plays").to_pylist()
    assert {row["yards_after_catch_yd"] for row in found} == {None}
    assert [row["air_yards_yd"] for row in found if row["season_week"] == str(SECOND)] == [5.0]


def record_of(tmp_path: Path) -> tuple[Staleness, SmallSeason]:
    """The record of a warehouse that has read two weeks."""
    season = SmallSeason(FolderStore(tmp_path / "store"))
    for week in (FIRST, SECOND):
        write_week(season, week, [{"game_id": week.week, "play_id": 1, **MISSED}])
    record = Staleness(tmp_path / "built.json", season.partitions.store)
    first = record.plan("", has_warehouse=False)
    assert first.full
    record.record(first)
    return record, season


class TestPlan:
    def test_nothing_changed(self, tmp_path: Path) -> None:
        record, _ = record_of(tmp_path)
        assert (record.plan("", True).weeks, record.plan("", True).full) == ((), False)
        assert str(record.plan("", True)) == "season-weeks none"

    def test_each_half_looks_at_its_own_tables(self, tmp_path: Path) -> None:
        record, season = record_of(tmp_path)
        season.write_clean(SECOND, [])
        assert record.plan(BEFORE_MODELS, True).weeks == (SECOND,)
        assert record.plan(AFTER_MODELS, True).weeks == ()
        assert record.plan("", True).weeks == (SECOND,)
        record.record(record.plan(AFTER_MODELS, True))
        assert record.plan(BEFORE_MODELS, True).weeks == (SECOND,)

    def test_a_week_that_left_the_store_is_replaced_by_nothing(self, tmp_path: Path) -> None:
        record, season = record_of(tmp_path)
        season.partitions.store.delete(season.partitions.key(CLEAN_PLAYS, FIRST))
        assert record.plan("", True).weeks == (FIRST,)

    def test_what_changes_during_a_build_stays_stale(self, tmp_path: Path) -> None:
        record, season = record_of(tmp_path)
        season.write_clean(FIRST, [])
        begun = record.plan("", True)
        season.write_clean(FIRST, FIRST_PLAYS)
        record.record(begun)
        assert record.plan("", True).weeks == (FIRST,)

    def test_a_deleted_warehouse_is_built_from_nothing_in_both_halves(self, tmp_path: Path) -> None:
        record, _ = record_of(tmp_path)
        record.record(record.plan(BEFORE_MODELS, has_warehouse=False))
        assert not record.plan(BEFORE_MODELS, True).full
        assert record.plan(AFTER_MODELS, True).full

    def test_a_changed_dbt_project_starts_from_nothing(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        record, _ = record_of(tmp_path)
        monkeypatch.setattr(staleness, "project_hash", lambda: "another project")
        assert record.plan("", True).full


@pytest.mark.slow
def test_a_failed_build_leaves_its_week_stale(tmp_path: Path) -> None:
    record, season = record_of(tmp_path)
    warehouse = Warehouse(tmp_path, season.partitions.store)
    os.truncate(season.partitions.store.local(season.partitions.key(CLEAN_PARTICIPANTS, SECOND)), 10)
    with pytest.raises(WarehouseError, match="stg_participants"):
        warehouse.build(BEFORE_MODELS, Refresh((SECOND,), seen=record.plan("", True).seen))
    assert record.plan("", True).weeks == (SECOND,)
