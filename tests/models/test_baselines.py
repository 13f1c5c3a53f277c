"""Kinematic baselines on motions with a closed form."""

from dataclasses import replace

import numpy as np
import pytest
from passes_by_hand import straight_passes

from ghost_pipeline.domain.counterfactual import actual_aim
from ghost_pipeline.features.windows import ABSENT, Windows, make_windows
from ghost_pipeline.models.baselines import ACCELERATION_LASTS_S, BASELINES, damped_acceleration, step_times


@pytest.fixture(scope="module")
def straight() -> Windows:
    scenes = straight_passes(3)
    return make_windows(scenes, actual_aim(scenes), ["speed_yd_s"])


def present(windows: Windows) -> np.ndarray:
    return (windows.role != ABSENT)[..., None] & ~np.isnan(windows.future_xy[..., 0])


@pytest.mark.parametrize("name", ["constant_velocity", "constant_acceleration", "damped_acceleration"])
def test_straight_runs_are_predicted_exactly(straight: Windows, name: str):
    known = present(straight)
    np.testing.assert_allclose(BASELINES[name].predict(straight).xy[known], straight.future_xy[known], atol=2e-3)


def test_standing_still_stays(straight: Windows):
    xy = BASELINES["stand_still"].predict(straight).xy
    np.testing.assert_array_equal(xy[:, :, 7], straight.past_xy[:, :, -1])


def test_constant_acceleration_is_exact_where_it_is_constant(straight: Windows):
    """From rest with 2 yd/s^2 along x: 1 yd after 1 s, 4 yd after 2 s."""
    velocity = np.zeros_like(straight.velocity)
    velocity[..., -2:, 0] = [-0.2, 0.0]
    xy = BASELINES["constant_acceleration"].predict(replace(straight, velocity=velocity)).xy
    moved = xy - straight.past_xy[:, :, -1:]
    np.testing.assert_allclose(moved[..., 9, :], np.broadcast_to([1.0, 0.0], moved[..., 9, :].shape), atol=1e-4)
    np.testing.assert_allclose(moved[..., 19, 0], 4.0, atol=1e-4)


def test_a_fading_acceleration_adds_its_time_constant_in_speed():
    """Integrated to the end, the acceleration has added a * tau to the speed."""
    t = np.array([20.0, 21.0], np.float32)
    moved = damped_acceleration(np.array([1.0, 0.0], np.float32), np.array([3.0, 0.0], np.float32), t)
    assert moved[1, 0] - moved[0, 0] == pytest.approx(1.0 + 3.0 * ACCELERATION_LASTS_S, rel=1e-4)


def test_a_missing_velocity_counts_as_none(straight: Windows):
    xy = BASELINES["damped_acceleration"].predict(replace(straight, velocity=straight.velocity * np.nan)).xy
    np.testing.assert_array_equal(xy, np.broadcast_to(straight.past_xy[:, :, -1:], xy.shape))


def test_step_times_are_frames_of_a_tenth_of_a_second():
    np.testing.assert_allclose(step_times(3), [0.1, 0.2, 0.3])
