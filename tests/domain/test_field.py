import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ghost_pipeline.domain.field import direction_of, flip_angles, flip_positions, velocity_of

X = st.floats(-20, 140)
Y = st.floats(-20, 75)
ANGLE = st.floats(0, 359.99)
SPEED = st.floats(0.01, 13)


@given(X, Y)
def test_turning_positions_twice_changes_nothing(x, y):
    back = flip_positions(*flip_positions(np.array([x]), np.array([y])))
    np.testing.assert_allclose([back[0][0], back[1][0]], [x, y], atol=1e-9)


@given(ANGLE)
def test_turning_angles_twice_changes_nothing(angle):
    turned = flip_angles(flip_angles(np.array([angle])))[0]
    assert min(abs(turned - angle), 360 - abs(turned - angle)) < 1e-9
    assert 0 <= turned < 360


def test_corners_go_to_the_opposite_corners_and_nan_stays():
    x, y = flip_positions(np.array([0.0, 120.0]), np.array([0.0, 160 / 3]))
    assert x.tolist() == [120.0, 0.0]
    assert y.tolist() == [160 / 3, 0.0]
    assert np.isnan(flip_angles(np.array([np.nan]))[0])


@pytest.mark.parametrize(
    ("angle", "velocity"), [(0, (0, 2)), (90, (2, 0)), (180, (0, -2)), (270, (-2, 0)), (45, (2**0.5, 2**0.5))]
)
def test_angles_are_the_leagues(angle, velocity):
    np.testing.assert_allclose(velocity_of(np.array(2.0), np.array(float(angle))), velocity, atol=1e-12)


@given(SPEED, ANGLE)
def test_direction_is_the_inverse_of_velocity(speed, angle):
    vx, vy = velocity_of(np.array([speed]), np.array([angle]))
    found = direction_of(vx, vy)[0]
    assert min(abs(found - angle), 360 - abs(found - angle)) < 1e-6
    assert np.hypot(vx, vy)[0] == pytest.approx(speed)


@given(X, Y, SPEED, ANGLE)
def test_moving_and_turning_commute(x, y, speed, angle):
    """A step of a second, seen after the turn, is the turned step."""
    here = np.array([x]), np.array([y])
    step = velocity_of(np.array([speed]), np.array([angle]))
    there = flip_positions(here[0] + step[0], here[1] + step[1])
    turned = flip_positions(*here)
    turned_step = velocity_of(np.array([speed]), flip_angles(np.array([angle])))
    np.testing.assert_allclose(there, [turned[0] + turned_step[0], turned[1] + turned_step[1]], atol=1e-9)
