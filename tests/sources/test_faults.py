"""Every kind of planted fault breaks its rule and no others than it says; glitches are mended at their place."""

from collections import defaultdict
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from ghost_pipeline.domain.rules import RULE_BY_ID, RULES
from ghost_pipeline.quality.facts import play_facts
from ghost_pipeline.quality.repair import repair
from ghost_pipeline.sources.family import RawFile
from ghost_pipeline.sources.registry import family_named
from ghost_pipeline.sources.simulator.faults import FAULTS, QUARANTINED, REPAIRED, WARNED
from ghost_pipeline.sources.simulator.season import SeasonPlan, write_season

PLAN = SeasonPlan(seed=12, weeks=2, games_per_week=3, passes_per_game=16, fault_rate=0.75)
Play = tuple[int, int]


class Seen:
    """Rules that the plays break before and after the repair, mends, and planted faults by kind."""

    def __init__(self, folder: Path) -> None:
        season = write_season(folder / "raw", PLAN, lambda *_: None)
        self.faults = defaultdict(list)
        for fault in pq.read_table(season.truth_folder / "faults.parquet").to_pylist():
            self.faults[fault["kind"]].append(fault)
        self.before: dict[Play, set[str]] = {}
        self.after: dict[Play, set[str]] = {}
        self.mends: dict[Play, list[dict]] = defaultdict(list)
        family = family_named("big_data_bowl_2025")
        for week, files in family.weeks([RawFile(path.name, path) for path in season.files]).files.items():
            plays, participants, events, tracking = family.read(files, week).tables
            repaired = repair(plays, participants, tracking, str(week))
            self.before |= broken(play_facts(plays, participants, events, tracking).to_pylist())
            self.after |= broken(play_facts(plays, participants, events, repaired.tracking).to_pylist())
            for mend in repaired.repairs.to_pylist():
                self.mends[mend["game_id"], mend["play_id"]].append(mend)


def broken(facts: list[dict]) -> dict[Play, set[str]]:
    return {
        (row["game_id"], row["play_id"]): {
            r.id for r in RULES if row[r.fact] is not None and r.is_broken_by(row[r.fact])
        }
        for row in facts
    }


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    return Seen(tmp_path_factory.mktemp("faults"))


@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_breaks_its_rule_and_no_others_than_it_says(seen, kind):
    about = FAULTS[kind]
    assert seen.faults[kind], "none was planted"
    for fault in seen.faults[kind]:
        play = fault["game_id"], fault["play_id"]
        assert about.rule_id in seen.before[play]
        expected = set() if about.fate == REPAIRED else {about.rule_id}
        assert expected <= seen.after[play] <= expected | set(about.also)


@pytest.mark.parametrize("kind", [kind for kind, about in FAULTS.items() if about.fate == REPAIRED])
def test_a_glitch_is_mended_at_its_place(seen, kind):
    for fault in seen.faults[kind]:
        (mend,) = seen.mends[fault["game_id"], fault["play_id"]]
        assert (mend["frame_id"], mend["nfl_id"]) == (fault["frame_id"], fault["nfl_id"] or 0)
        assert mend["rule_id"] == fault["rule_id"]


def test_plays_without_a_fault_break_nothing_and_are_not_mended(seen):
    faulty = {(fault["game_id"], fault["play_id"]) for faults in seen.faults.values() for fault in faults}
    assert len(faulty) < len(seen.before)
    assert all(not rules for play, rules in seen.before.items() if play not in faulty)
    repaired = {play for play in faulty if seen.mends.get(play)}
    assert repaired == {
        (fault["game_id"], fault["play_id"])
        for kind, about in FAULTS.items()
        if about.fate == REPAIRED
        for fault in seen.faults[kind]
    }
    assert not seen.mends.keys() - faulty


def test_fates_agree_with_the_severity_of_the_rules():
    fate_of = {"error": {QUARANTINED, REPAIRED}, "warning": {WARNED}}
    assert all(about.fate in fate_of[RULE_BY_ID[about.rule_id].severity] for about in FAULTS.values())


def test_every_rule_has_a_fault_that_breaks_it():
    assert {about.rule_id for about in FAULTS.values()} == set(RULE_BY_ID)
