"""The facts of real plays of one week: the rules must find what is there and leave the rest alone."""

from pathlib import Path

import pytest

from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.domain.field import MAX_SPEED_YD_S
from ghost_pipeline.domain.rules import RULES
from ghost_pipeline.quality.facts import play_facts
from ghost_pipeline.sources.family import RawFile
from ghost_pipeline.sources.ngs_highlights import NgsHighlights

WEEK = SeasonWeek(2019, "REG", 16)
OUT_OF_BOUNDS = (2019122102, 3611)
"""A receiver goes out over the sideline in the flight, and his tag jumps by two yards there."""

ANOTHER_BALL = (2018102200, 3269)
"""A run in which the tracked ball lies 2 yd beyond the side line, 8 yd behind the passer."""


@pytest.fixture(scope="module")
def facts(real_plays_dir: Path):
    family = NgsHighlights()
    weeks = family.weeks([RawFile(path.name, path) for path in real_plays_dir.iterdir()])
    return play_facts(*family.read(weeks.files[WEEK], WEEK).tables).to_pylist()


def test_one_play_of_the_week_breaks_rules(facts):
    broken = {
        (row["game_id"], row["play_id"]): {
            r.id for r in RULES if row[r.fact] is not None and r.is_broken_by(row[r.fact])
        }
        for row in facts
    }
    error = {rule.id for rule in RULES if rule.severity == "error"}
    assert {play: rules & error for play, rules in broken.items() if rules & error} == {
        OUT_OF_BOUNDS: {"on_field", "step_limit", "speed_agrees"}
    }
    (row,) = (row for row in facts if (row["game_id"], row["play_id"]) == OUT_OF_BOUNDS)
    assert row["max_step_yd"] == pytest.approx(2.152, abs=0.001)
    assert row["off_field_samples"] == 3


def test_passes_are_measured_and_other_plays_are_not(facts):
    speeds = [row["max_speed_yd_s"] for row in facts if row["max_speed_yd_s"] is not None]
    assert 0 < len(speeds) < len(facts)
    assert 5 < max(speeds) < MAX_SPEED_YD_S


@pytest.mark.slow
def test_the_labels_of_direction_of_all_real_plays_are_right(real_plays_dir: Path):
    """By a wide margin, so that a turned one would be found; one play tracks a ball that is not in play."""
    family = NgsHighlights()
    weeks = family.weeks([RawFile(path.name, path) for path in real_plays_dir.iterdir()])
    facts = [
        row for week, files in weeks.files.items() for row in play_facts(*family.read(files, week).tables).to_pylist()
    ]
    gaps = [row["line_up_gap_yd"] for row in facts if row["line_up_gap_yd"] is not None]
    assert (len(gaps), len(facts)) == (381, 390)
    assert min(gaps) > 2.9
    off_line = {(row["game_id"], row["play_id"]) for row in facts if abs(row["ball_off_line_yd"] or 0) > 5}
    assert off_line == {ANOTHER_BALL}
