"""What-ifs of a week on straight runners, whose every option can be worked out."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest
from passes_by_hand import RECEIVERS, straight_passes

from ghost_pipeline.arrow import conform
from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.domain.path_rules import PARTS, PATH_RULE_IDS
from ghost_pipeline.domain.result_schema import WHAT_IF_DEFENDERS, WHAT_IF_OPTIONS, WHAT_IF_PATHS
from ghost_pipeline.domain.scene import NOBODY, Scenes
from ghost_pipeline.errors import GhostError
from ghost_pipeline.models import rollout
from ghost_pipeline.models.baselines import BASELINES
from ghost_pipeline.models.boosting import Sigmoid
from ghost_pipeline.models.calibration import Calibration
from ghost_pipeline.models.completion import CompletionModel
from ghost_pipeline.models.decision import OutcomeModels
from ghost_pipeline.models.flight import FlightModel
from ghost_pipeline.models.forecast import KNOWN_CONTEXT, Forecast
from ghost_pipeline.models.yards_after_catch import YardsAfterCatchModel
from ghost_pipeline.pipeline.what_if import Judges, WhatIfs, what_ifs

WEEK = SeasonWeek(2019, "REG", 1)
NAMES = ["landing_x_yd", "landing_y_yd"]
PASSES = 8
SHOWN = 11 + RECEIVERS
STRAIGHT = FlightModel(least_time_s=0.1, time_s_per_yd=0.05, velocity_kept=1.0, acceleration_kept=0.0)


class _Separation:
    """Stands in for a booster: a chance and a gain that follow the separation alone."""

    def predict(self, columns: np.ndarray) -> np.ndarray:
        return np.minimum(columns[:, 2] / 20, 1.0)


FACTS = {"origin": "simulated", "interception_share": 0.1}
COMPLETION = CompletionModel(_Separation(), Sigmoid(), None, Sigmoid(), FACTS)
OUTCOMES = OutcomeModels(
    STRAIGHT, COMPLETION, COMPLETION, YardsAfterCatchModel(_Separation(), (_Separation(),) * 10, FACTS)
)
JUDGES = Judges(OUTCOMES, seed=3)


@dataclass(frozen=True)
class WithSpread:
    """Constant velocity that also says how sure it is, as the ghost network does."""

    name: str = "with_spread"
    protocol: str = "at_release"
    horizon: int = 40

    def predict(self, windows) -> Forecast:
        xy = BASELINES["constant_velocity"].predict(windows).xy
        return Forecast(xy, np.where(np.isnan(xy), np.nan, 0.5).astype(np.float32))


def asked(scenes: Scenes, predictor=None, judges: Judges = JUDGES) -> WhatIfs:
    return what_ifs(scenes, predictor or WithSpread(), NAMES, judges, WEEK)


@pytest.fixture(scope="module")
def tables() -> WhatIfs:
    return asked(straight_passes(PASSES))


@pytest.fixture(scope="module")
def options(tables) -> pd.DataFrame:
    return tables.options.to_pandas()


def test_every_eligible_receiver_of_every_pass_is_an_option(tables, options):
    assert len(options) == PASSES * RECEIVERS
    assert not options.duplicated(list(WHAT_IF_OPTIONS.key)).any()
    assert options.groupby("play_id")["is_actual_target"].sum().eq(1).all()
    assert conform(WHAT_IF_OPTIONS, tables.options, "options").equals(tables.options)
    assert set(options["outcome_model_origin"]) == {"simulated"}


def test_decision_values_and_ranks_follow_the_expected_yards(options):
    for _, play in options.groupby("play_id"):
        ordered = play.sort_values("option_rank")
        assert ordered["option_rank"].tolist() == list(range(1, RECEIVERS + 1))
        yards = ordered["expected_yards_yd"].to_numpy()
        assert (np.diff(yards) <= 0).all()
        assert ordered["decision_value_yd"].iloc[0] == pytest.approx(yards[0] - yards[1])
        assert ordered["decision_value_yd"].iloc[-1] == pytest.approx(yards[-1] - yards[0])


def test_paths_run_from_the_first_step_to_the_arrival(tables, options):
    paths = tables.paths.to_pandas()
    assert len(paths) == SHOWN * options["flight_frames"].sum()
    assert not paths.duplicated(list(WHAT_IF_PATHS.key)).any()
    last = paths.groupby(["play_id", "target_nfl_id"])["step"].max()
    assert (last == options.set_index(["play_id", "target_nfl_id"])["flight_frames"]).all()
    assert paths["ghost_sd_x_yd"].eq(0.5).all()
    assert conform(WHAT_IF_PATHS, tables.paths, "paths").equals(tables.paths)


def test_the_target_arrives_where_the_ball_comes_down(tables, options):
    paths = tables.paths.to_pandas()
    own = paths[paths["nfl_id"] == paths["target_nfl_id"]].merge(options, on=["play_id", "target_nfl_id"])
    end = own[own["step"] == own["flight_frames"]]
    off = np.hypot(end["ghost_x_yd"] - end["landing_x_yd"], end["ghost_y_yd"] - end["landing_y_yd"])
    assert len(end) == PASSES * RECEIVERS
    assert off.max() < 0.7  # half a frame at 10 yd/s, and the sideline


def test_a_point_forecast_has_no_spread():
    found = asked(straight_passes(1), BASELINES["constant_velocity"])
    assert found.paths["ghost_sd_x_yd"].null_count == len(found.paths)
    options = found.options.to_pandas()
    assert (options["target_separation_low_yd"] == options["target_separation_high_yd"]).all()
    assert np.allclose(options["target_separation_low_yd"], options["target_separation_yd"])


def test_nothing_after_the_release_matters(tables):
    scenes = straight_passes(PASSES)
    for throw, arrival in zip(scenes.throw, scenes.arrival, strict=True):
        scenes.xy[throw + 1 : arrival + 1] += 7.0
        scenes.velocity[throw + 1 : arrival + 1] = 0.0
    changed = asked(scenes)
    assert changed == tables


def test_chunks_do_not_change_the_result(tables, monkeypatch):
    monkeypatch.setattr(rollout, "CHUNK", 7)
    again = asked(straight_passes(PASSES))
    for name in ("options", "defenders", "paths"):
        pd.testing.assert_frame_equal(getattr(again, name).to_pandas(), getattr(tables, name).to_pandas())


def test_a_pass_without_known_target_has_options_and_no_actual_one():
    scenes = straight_passes(1)
    scenes.target[0] = NOBODY
    options = asked(scenes).options
    assert len(options) == RECEIVERS
    assert not any(options["is_actual_target"].to_pylist())


def test_no_passes_no_rows():
    scenes = straight_passes(1)
    scenes.xy[scenes.throw[0], :11] = np.nan
    found = asked(scenes)
    assert len(found.options) == len(found.defenders) == len(found.paths) == 0


def test_a_model_that_sees_the_future_is_refused():
    seer = replace(BASELINES["constant_velocity"], protocol=KNOWN_CONTEXT)
    with pytest.raises(GhostError, match="at_release"):
        asked(straight_passes(1), seer)


def test_every_defender_of_every_option_is_judged(tables, options):
    defenders = tables.defenders.to_pandas()
    assert len(defenders) == 11 * len(options)
    assert conform(WHAT_IF_DEFENDERS, tables.defenders, "defenders").equals(tables.defenders)
    assert defenders["questionable_probability"].isna().all()
    named = {rule for text in defenders["rules_broken"] for rule in text.split(", ") if rule}
    assert named <= set(PATH_RULE_IDS)
    diverging = defenders["convergence_yd_step"] >= 0
    assert (defenders["rules_broken"].str.contains("closes_on_target") == diverging).all()
    key = ["play_id", "target_nfl_id"]
    first = defenders.sort_values("time_to_intercept_s").groupby(key).first()
    asked_for = options.set_index(key)
    assert np.allclose(first["time_to_intercept_s"], asked_for["first_intercept_s"])
    assert (defenders.groupby(key)["is_in_time"].sum() == asked_for["defenders_in_time"]).all()


def test_a_calibrated_score_says_what_an_expert_would(tables):
    calibration = Calibration(-1.0, dict(zip(PARTS, (4.0, 2.0, 1.0, 3.0), strict=True)))
    found = asked(straight_passes(PASSES), judges=Judges(OUTCOMES, calibration, 3)).defenders.to_pandas()
    log_odds = (
        -1.0
        + 4.0 * found["convergence_yd_step"]
        + 2.0 * (found["late_convergence_yd_step"] - found["convergence_yd_step"])
        + 1.0 * (1 - found["effort_ratio"])
        + 3.0 * (found["superhuman_steps"] > 0)
    )
    assert np.allclose(found["questionable_probability"], 1 / (1 + np.exp(-log_odds)))


def test_chances_are_means_over_the_samples(options):
    assert (options["target_separation_low_yd"] < options["target_separation_high_yd"]).all()
    low, high = options["completion_probability_low"], options["completion_probability_high"]
    assert ((low <= options["completion_probability"]) & (options["completion_probability"] <= high)).all()
    assert np.allclose(options["interception_probability"], 0.1 * (1 - options["completion_probability"]))
    assert (options["touchdown_probability"] <= options["first_down_probability"] + 1e-12).all()
    assert (options["first_down_probability"] <= options["completion_probability"] + 1e-12).all()
    assert options["expected_points"].notna().all()


def test_points_need_a_known_down(options):
    scenes = straight_passes(PASSES)
    scenes.down[:], scenes.yards_to_go[:] = np.nan, np.nan
    unknown = asked(scenes).options.to_pandas()
    assert unknown[["expected_points", "decision_value_points", "first_down_probability"]].isna().all().all()
    assert np.allclose(unknown["expected_yards_yd"], options["expected_yards_yd"])
