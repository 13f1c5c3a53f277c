import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ghost_pipeline.domain.kinematics import backward_difference, backward_velocity

FRAMES = 8
SECONDS = np.arange(FRAMES) / 10
NUMBER = st.floats(-10, 10)


def path(x: np.ndarray) -> np.ndarray:
    """[F, 1, 2] of one player who moves along x."""
    return np.stack([x, np.full_like(x, 20.0)], axis=-1)[:, None].astype(np.float32)


@given(NUMBER, NUMBER, NUMBER)
def test_velocity_is_exact_under_constant_acceleration_from_the_third_frame(x, v, a):
    velocity = backward_velocity(path(x + v * SECONDS + a * SECONDS**2 / 2), np.zeros(FRAMES, np.int64))
    np.testing.assert_allclose(velocity[2:, 0, 0], (v + a * SECONDS)[2:], atol=2e-3)
    np.testing.assert_allclose(velocity[2:, 0, 1], 0, atol=2e-3)


def test_the_first_frame_has_no_velocity_and_the_second_a_plain_difference():
    velocity = backward_velocity(path(np.array([0.0, 0.3, 0.9])), np.zeros(3, np.int64))
    assert np.isnan(velocity[0]).all()
    np.testing.assert_allclose(velocity[1:, 0, 0], [3.0, (3 * 0.9 - 4 * 0.3) / 0.2], rtol=1e-5)


def test_nothing_leaks_from_the_play_before():
    x = np.concatenate([np.zeros(4), np.full(4, 50.0)])
    first = np.repeat([0, 4], 4)
    velocity = backward_velocity(path(x), first)
    assert np.isnan(velocity[4]).all()
    np.testing.assert_array_equal(velocity[5:, 0, 0], 0)
    rate = backward_difference(path(x), first, steps=2)
    assert np.isnan(rate[4:6]).all()
    np.testing.assert_array_equal(rate[6:, 0, 0], 0)


@given(st.integers(1, FRAMES - 1), st.floats(-100, 100))
def test_no_frame_sees_its_future(frame, jump):
    still = path(np.zeros(FRAMES))
    moved = still.copy()
    moved[frame:] += jump
    first = np.zeros(FRAMES, np.int64)
    for measure in (backward_velocity, backward_difference):
        np.testing.assert_array_equal(measure(moved, first)[:frame], measure(still, first)[:frame])


def test_a_difference_over_two_steps():
    rate = backward_difference(path(np.array([0.0, 1.0, 4.0])), np.zeros(3, np.int64), steps=2)
    assert np.isnan(rate[:2]).all()
    np.testing.assert_allclose(rate[2, 0], [20.0, 0.0])
