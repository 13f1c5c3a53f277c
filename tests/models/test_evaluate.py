"""The harness on forecasts whose errors are known."""

from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc
import pytest
from passes_by_hand import straight_passes
from pursuit_passes import pursuit_passes

from ghost_pipeline.arrow import arrow_schema
from ghost_pipeline.domain.counterfactual import actual_aim
from ghost_pipeline.domain.result_schema import MODEL_ERRORS
from ghost_pipeline.domain.scene import Scenes
from ghost_pipeline.features.windows import BACK, HORIZON, Windows, make_windows
from ghost_pipeline.models.baselines import BASELINES
from ghost_pipeline.models.evaluate import Part, evaluate, ten_step_windows, whole_flight_windows
from ghost_pipeline.models.forecast import AT_RELEASE, Forecast
from ghost_pipeline.models.slices import aim_facts, nearest_back, slices_of

FLIGHT, PASSES, BACKS = 14, 6, 5


@dataclass(frozen=True)
class AlwaysOff:
    """Knows the truth and says it 3 yd further along and 4 yd further across."""

    name: str = "always_off"
    protocol: str = AT_RELEASE
    horizon: int = HORIZON

    def predict(self, windows: Windows) -> Forecast:
        return Forecast(windows.future_xy + np.array([3, 4], np.float32))


@dataclass(frozen=True)
class Drawn:
    """Says where it will be off by chance, and how much."""

    name: str = "drawn"
    protocol: str = AT_RELEASE
    horizon: int = HORIZON

    def predict(self, windows: Windows) -> Forecast:
        sd = np.broadcast_to(np.array([0.5, 2.0], np.float32), windows.future_xy.shape)
        error = np.random.default_rng(len(windows)).normal(size=sd.shape) * sd
        return Forecast((windows.future_xy + error).astype(np.float32), sd)


@pytest.fixture(scope="module")
def windows() -> Windows:
    return part_of(pursuit_passes(PASSES, flight_frames=FLIGHT), range(-3, HORIZON))[0]


@pytest.fixture(scope="module")
def part() -> Part:
    return part_of(pursuit_passes(PASSES, flight_frames=FLIGHT), range(-3, HORIZON))


def part_of(scenes: Scenes, anchors: range | None = None) -> Part:
    aim = actual_aim(scenes)
    return make_windows(scenes, aim, ["speed_yd_s"], anchors=anchors), aim_facts(scenes, aim)


def test_known_error_is_found_in_every_slice_and_step(part: Part):
    table = evaluate([AlwaysOff()], [part])
    assert table.schema == arrow_schema(MODEL_ERRORS)
    for column in ("ade_yd", "fde_yd", "rmse_yd", "rmse_low_yd", "rmse_high_yd", "fde_low_yd", "median_yd"):
        np.testing.assert_allclose(table[column].to_numpy(), 5.0, rtol=1e-5, err_msg=column)
    np.testing.assert_allclose(table["coordinate_rmse_yd"].to_numpy(), 5 / np.sqrt(2), rtol=1e-5)
    assert set(table["miss_rate"].to_pylist()) == {1.0}
    assert table["coverage_90"].null_count == table["nll_nats"].null_count == len(table)


def test_parts_are_one_examination(part: Part, windows: Windows):
    first = np.unique(windows.game_id)[:3]
    halves = [(windows.take(np.isin(windows.game_id, first) == side), part[1]) for side in (True, False)]
    ordered = [("model", "ascending"), ("windows", "ascending"), ("slice", "ascending"), ("step", "ascending")]
    baselines = list(BASELINES.values())
    whole, again = (evaluate(baselines, parts, seed=1).sort_by(ordered) for parts in ([part], halves))
    for column in ("n", "ade_yd", "rmse_low_yd", "miss_rate_high"):
        np.testing.assert_allclose(again[column].to_numpy(), whole[column].to_numpy(), err_msg=column)


def test_a_normal_forecast_is_judged_by_its_regions(part: Part):
    """Errors drawn from the very distribution that is forecast."""
    row = evaluate([Drawn()], [part]).to_pylist()[0]
    assert (row["slice"], row["step"]) == ("all", 0)
    assert row["coverage_50"] == pytest.approx(0.5, abs=0.05)
    assert row["coverage_90"] == pytest.approx(0.9, abs=0.03)
    assert row["coverage_90_low"] < row["coverage_90"] < row["coverage_90_high"]
    assert row["nll_nats"] == pytest.approx(1 + np.log(2 * np.pi) + np.log(0.5 * 2.0), abs=0.1)


def test_steps_that_nobody_can_make_are_counted(part: Part):
    """3 yd along and 4 yd across is a first step of about 5 yd; the others are the truth's."""
    rows = {(r["windows"], r["slice"], r["step"]): r for r in evaluate([AlwaysOff()], [part]).to_pylist()}
    assert rows["ten_steps", "all", 1]["superhuman_rate"] > 0.9
    assert rows["ten_steps", "all", 5]["superhuman_rate"] < 0.1


def test_counts_of_trajectories(part: Part):
    rows = evaluate([AlwaysOff()], [part]).to_pylist()
    count = {(row["windows"], row["slice"], row["step"]): row["n"] for row in rows}
    ten_step_anchors = FLIGHT - 10 + 1
    assert count["ten_steps", "all", 0] == PASSES * ten_step_anchors * BACKS
    assert count["ten_steps", "all", 10] == PASSES * ten_step_anchors * BACKS
    assert count["whole_flight", "all", FLIGHT] == PASSES * BACKS
    assert count["whole_flight", "nearest_back", 0] == PASSES
    assert count["whole_flight", "flight_1_to_2_s", 1] == PASSES * BACKS
    assert ("ten_steps", "all", 11) not in count
    assert ("whole_flight", "all", FLIGHT + 1) not in count
    assert not [key for key in count if key[1] == "flight_under_1_s"]


def test_straight_runs_cost_constant_velocity_nothing_and_standing_still_much():
    scenes = straight_passes(4)
    table = evaluate(list(BASELINES.values()), [part_of(scenes)])
    worst = {name: pc.max(table.filter(pc.equal(table["model"], name))["rmse_yd"]).as_py() for name in BASELINES}
    assert worst["constant_velocity"] < 2e-3
    assert worst["stand_still"] > 1


def test_a_short_horizon_is_left_out_of_whole_flights(part: Part):
    table = evaluate([AlwaysOff(horizon=10)], [part])
    assert set(table["windows"].to_pylist()) == {"ten_steps"}


def test_no_windows_give_no_rows(part: Part):
    windows, facts = part
    assert evaluate([AlwaysOff()], [(windows.take(np.arange(0)), facts)]).num_rows == 0
    assert evaluate([AlwaysOff()], []).num_rows == 0


def test_anchors_before_the_throw_are_not_scored(windows: Windows):
    assert (windows.steps_since_throw < 0).any()
    assert (ten_step_windows(windows).steps_since_throw >= 0).all()
    assert (whole_flight_windows(windows).steps_since_throw == 0).all()


def test_slices_split_the_backs(part: Part):
    windows = part[0]
    slices = dict(slices_of(*part))
    nearest = nearest_back(windows)
    np.testing.assert_array_equal(slices["all"], windows.role == BACK)
    np.testing.assert_array_equal(nearest ^ slices["other_backs"], slices["all"])
    assert (nearest.sum(axis=1) == 1).all()
    np.testing.assert_array_equal(slices["cornerbacks"] ^ slices["safeties"], slices["all"])
    for word in ("flight", "air_yards", "moves_like"):
        masks = np.stack([mask for name, mask in slices.items() if word in name])
        np.testing.assert_array_equal(masks.sum(axis=0), slices["all"])
