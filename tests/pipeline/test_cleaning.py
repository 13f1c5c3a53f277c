"""From canonical partitions to clean ones in a folder store."""

import pytest
from plays_by_hand import RECEIVER, THROW, WEEK, smallest_play, tables_of

from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.domain.rules import PLAY_FACTS
from ghost_pipeline.domain.schema import CANONICAL, CHECK_RESULTS, CLEAN, CLEAN_PLAYS, PLAYS, QUARANTINE, TRACKING
from ghost_pipeline.errors import MissingObjectError, UnfitWeekError
from ghost_pipeline.pipeline.cleaning import clean_week
from ghost_pipeline.storage.objects import FolderStore
from ghost_pipeline.storage.partitions import Partitions

GOOD, FAST, RUN, NO_FLIGHT = 1, 2, 3, 4


@pytest.fixture
def store(tmp_path):
    """A store with a canonical week of four plays, one of them too fast."""
    plays = [
        smallest_play(GOOD),
        smallest_play(FAST, 2019100600, lambda p: p.put(RECEIVER, [THROW - 1, THROW], s=13.25)),
        smallest_play(RUN, 2019100600, lambda p: p.set(play_type="rush", throw_frame=None, arrival_frame=None)),
        smallest_play(NO_FLIGHT, 2019100600, lambda p: p.set(arrival_frame=None, target_nfl_id=None)),
    ]
    store = FolderStore(tmp_path)
    for table, data in zip(CANONICAL, tables_of(plays), strict=True):
        Partitions(store).write(table, data, WEEK)
    return store


def test_good_plays_go_to_clean_and_bad_ones_to_quarantine(store):
    report = clean_week(store, WEEK)
    partitions = Partitions(store)
    for table in CLEAN:
        assert set(partitions.read(table, WEEK)["play_id"].to_pylist()) == {GOOD, RUN, NO_FLIGHT}
    quarantined = partitions.read(QUARANTINE, WEEK).to_pylist()
    assert [(row["play_id"], row["rule_id"]) for row in quarantined] == [(FAST, "speed_limit")]
    assert partitions.read(PLAY_FACTS, WEEK).num_rows == 4
    assert partitions.read(CHECK_RESULTS, WEEK).to_pylist() == report.check_results
    numbers = report.numbers
    assert numbers.pop("expectations_s") >= 0
    assert numbers == {
        "plays": 4,
        "passes": 2,
        "passes_without_flight": 1,
        "plays_quarantined": 1,
        "passes_quarantined": 1,
        "plays_released": 0,
        "quarantined_by_rule": {"speed_limit": 1},
        "clean_plays": 3,
        "clean_samples": 3 * 230,
        "samples_imputed": 0,
        "checks_failed": 1,
    }


def test_a_second_run_gives_the_same_bytes(store):
    clean_week(store, WEEK)
    first = {info.key: store.get(info.key) for info in store.list("clean/")}
    clean_week(store, WEEK)
    assert {info.key: store.get(info.key) for info in store.list("clean/")} == first
    assert len(first) == len(CLEAN) + 5


def test_a_week_that_was_not_landed_says_so(store):
    with pytest.raises(MissingObjectError, match="2019-REG-06"):
        clean_week(store, SeasonWeek(2019, "REG", 6))


@pytest.mark.parametrize("table", [PLAYS, TRACKING])
def test_a_week_that_cannot_be_judged_says_why_and_touches_no_clean_table(store, table):
    partitions = Partitions(store)
    partitions.write(table, partitions.read(table, WEEK).drop_columns("play_id"), WEEK)
    with pytest.raises(UnfitWeekError, match="no column play_id"):
        clean_week(store, WEEK)
    assert [info.key for info in store.list("clean/")] == [Partitions.key(CHECK_RESULTS, WEEK)]
    (row,) = partitions.read(CHECK_RESULTS, WEEK).to_pylist()
    assert (row["check_id"], row["success"]) == ("fit_to_publish", False)
    assert "no column play_id" in row["observed"]


def test_a_week_of_mostly_bad_plays_leaves_the_clean_tables_as_they_were(store):
    clean_week(store, WEEK)
    partitions = Partitions(store)
    before = partitions.read(CLEAN_PLAYS, WEEK)
    plays = [
        smallest_play(number, 2019100600, lambda p: p.put(RECEIVER, [THROW - 1, THROW], s=13.25))
        for number in (FAST, RUN)
    ]
    for landed, data in zip(CANONICAL, tables_of([smallest_play(GOOD), *plays]), strict=True):
        partitions.write(landed, data, WEEK)
    with pytest.raises(UnfitWeekError, match=r"66.7% of the plays in quarantine, at most 50% expected") as caught:
        clean_week(store, WEEK)
    assert partitions.read(CLEAN_PLAYS, WEEK).equals(before)
    assert partitions.read(CHECK_RESULTS, WEEK).to_pylist() == caught.value.check_results
    assert set(partitions.read(QUARANTINE, WEEK)["play_id"].to_pylist()) == {FAST, RUN}
