"""Trajectory scores of a week: four kinds of paths of every back, in the declared table."""

import numpy as np
import pandas as pd
import pytest
from passes_by_hand import straight_passes

from ghost_pipeline.arrow import conform
from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.domain.result_schema import TRAJECTORY_KINDS, TRAJECTORY_SCORES
from ghost_pipeline.domain.scene import NOBODY
from ghost_pipeline.models.baselines import BASELINES, Kinematic
from ghost_pipeline.pipeline.scoring import score_week

WEEK = SeasonWeek(2019, "REG", 1)
NAMES = ["speed_yd_s"]
PASSES, BACKS = 40, 5


@pytest.fixture(scope="module")
def scored():
    return score_week(straight_passes(PASSES), BASELINES["stand_still"], NAMES, WEEK, seed=3)


@pytest.fixture(scope="module")
def rows(scored) -> pd.DataFrame:
    return scored.rows.to_pandas()


def test_one_row_per_pass_back_and_kind(scored, rows):
    assert len(rows) == PASSES * BACKS * len(TRAJECTORY_KINDS)
    assert not rows.duplicated(list(TRAJECTORY_SCORES.key)).any()
    assert (scored.passes, scored.flights_too_long, scored.paths_with_gaps) == (PASSES, 0, 0)
    assert conform(TRAJECTORY_SCORES, scored.rows, "scores").equals(scored.rows)
    assert not rows.isna().any().any()


def test_the_actual_path_has_no_error_and_straight_runners_are_predicted_by_constant_velocity(rows):
    worst = rows.groupby("kind")[["ade_yd", "fde_yd"]].max()
    assert (worst.loc["actual"] == 0).all()
    assert (worst.loc["constant_velocity"] < 0.01).all()
    assert (worst.loc["model"] > 1).all()


def test_a_week_tells_the_errors_of_its_held_out_games(scored, rows):
    ghosts = rows[rows["is_held_out"] & (rows["kind"] == "model")]
    assert 0 < len(ghosts) < PASSES * BACKS
    assert scored.held_out_errors["held_out_ghost_ade_yd"] == pytest.approx(ghosts["ade_yd"].mean())
    assert scored.held_out_errors["held_out_constant_velocity_fde_yd"] < 0.01


def test_standing_still_has_no_effort(rows):
    assert (rows.loc[rows["kind"] == "model", "effort_ratio"] == 0).all()
    assert (rows.loc[rows["kind"] == "constant_velocity", "effort_ratio"] > 0).all()


def test_a_quarter_of_the_constant_velocity_paths_is_distorted(rows):
    by_path = rows.set_index(["game_id", "play_id", "nfl_id", "kind"])["ade_yd"].unstack("kind")
    changed = (by_path["distorted"] - by_path["constant_velocity"]).abs() > 1e-6
    assert changed.mean() == pytest.approx(0.25)


def test_all_kinds_of_one_path_have_one_weight(rows):
    assert (rows.groupby(["game_id", "play_id", "nfl_id"])["play_weight"].nunique() == 1).all()


def test_the_same_seed_gives_the_same_rows(scored):
    again = score_week(straight_passes(PASSES), BASELINES["stand_still"], NAMES, WEEK, seed=3)
    assert again.rows.equals(scored.rows)
    other = score_week(straight_passes(PASSES), BASELINES["stand_still"], NAMES, WEEK, seed=4)
    assert not other.rows.equals(scored.rows)


def test_long_flights_and_unknown_targets_are_counted_not_lost():
    scenes = straight_passes(4)
    scenes.target[0] = NOBODY
    short = Kinematic("short", BASELINES["stand_still"].displacement, horizon=5)
    found = score_week(scenes, short, NAMES, WEEK, seed=3)
    assert (len(found.rows), found.passes, found.flights_too_long) == (0, 3, 3)


def test_a_path_with_gaps_is_counted_not_lost():
    scenes = straight_passes(1)
    scenes.xy[scenes.arrival[0], scenes.target[0]] = np.nan
    found = score_week(scenes, BASELINES["stand_still"], NAMES, WEEK, seed=3)
    assert (len(found.rows), found.paths_with_gaps) == (0, BACKS)
