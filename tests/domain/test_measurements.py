"""The ten measurements on a pass worked out by hand, and the parity of thrown passes and what-ifs."""

import numpy as np
import pytest
from passes_by_hand import SNAP, THROW, straight_passes

from ghost_pipeline.domain.counterfactual import actual_aim
from ghost_pipeline.domain.field import FRAME_S
from ghost_pipeline.domain.measurements import measure, measure_actual, measure_at_throw, nearest_defender
from ghost_pipeline.domain.result_schema import MEASUREMENTS, PASS_MEASUREMENTS
from ghost_pipeline.domain.scene import PLAYERS

PASSER, TARGET = 0, 1


@pytest.fixture(scope="module")
def one_pass():
    """A pass of 1.2 s: passer at (30, 26), target from (40, 20) at (5, 0) yd/s to (46, 20)."""
    scenes = straight_passes(1)
    assert scenes.target[0] == TARGET
    throw, arrival = scenes.throw[0], scenes.arrival[0]
    scenes.xy[throw, PASSER], scenes.velocity[throw, PASSER] = (30, 26), (3, 4)
    scenes.xy[throw, TARGET], scenes.velocity[throw, TARGET] = (40, 20), (5, 0)
    scenes.xy[arrival, TARGET] = (46, 20)
    scenes.xy[arrival, 22] = (46, 18)
    scenes.xy[[throw, arrival], 11:22] = (90, 26)
    scenes.xy[throw, 13] = (30, 28.5)
    scenes.xy[arrival, 14] = (49, 24)
    scenes.xy[arrival, 15] = (46, 14)
    return scenes


def test_all_ten_by_hand(one_pass):
    found = measure_actual(one_pass, actual_aim(one_pass))
    assert found["air_distance_yd"][0] == pytest.approx(np.hypot(16, 8))
    assert found["air_yards_at_landing_yd"][0] == pytest.approx(11)
    assert found["target_separation_yd"][0] == pytest.approx(5)
    assert found["second_separation_yd"][0] == pytest.approx(6)
    assert found["rush_separation_yd"][0] == pytest.approx(2.5)
    assert found["passer_speed_yd_s"][0] == pytest.approx(5)
    assert found["time_to_throw_s"][0] == pytest.approx((THROW - SNAP) * FRAME_S)
    assert found["target_sideline_yd"][0] == pytest.approx(20)
    assert found["target_speed_to_landing_yd_s"][0] == pytest.approx(5 * 6 / np.hypot(6, 2), abs=1e-5)
    assert found["target_to_landing_yd"][0] == pytest.approx(2)


def test_at_the_throw_the_players_are_where_they_are_at_the_throw(one_pass):
    found = measure_at_throw(one_pass, actual_aim(one_pass))
    assert found["target_separation_yd"][0] == pytest.approx(np.hypot(10, 8.5))
    assert found["target_to_landing_yd"][0] == pytest.approx(np.hypot(6, 2))
    assert found["air_distance_yd"][0] == pytest.approx(np.hypot(16, 8))


def test_the_nearest_defender_has_a_name(one_pass):
    aim = actual_aim(one_pass)
    arrived = one_pass.xy[one_pass.arrival[aim.play]][:, PLAYERS]
    assert nearest_defender(one_pass, aim, arrived)[0] == one_pass.nfl_id[0, 14]


def test_the_columns_are_those_declared(one_pass):
    found = measure_actual(one_pass, actual_aim(one_pass))
    assert set(found) | {"season_week"} == set(PASS_MEASUREMENTS.column_names)
    assert set(measure(one_pass, actual_aim(one_pass), one_pass.xy[-1:, PLAYERS])) == {c.name for c in MEASUREMENTS}


def test_a_perfect_forecast_is_measured_as_the_thrown_pass_is():
    scenes = straight_passes(30)
    aim = actual_aim(scenes)
    thrown = measure_actual(scenes, aim)
    forecast = measure(scenes, aim, scenes.xy[scenes.arrival[aim.play]][:, PLAYERS].copy())
    for name, values in forecast.items():
        assert np.array_equal(values, thrown[name]), name


def test_an_absent_defender_is_passed_over(one_pass):
    aim = actual_aim(one_pass)
    arrived = one_pass.xy[one_pass.arrival[aim.play]][:, PLAYERS].copy()
    arrived[0, 14] = np.nan
    assert measure(one_pass, aim, arrived)["target_separation_yd"][0] == pytest.approx(6)
    assert nearest_defender(one_pass, aim, arrived)[0] == one_pass.nfl_id[0, 15]
