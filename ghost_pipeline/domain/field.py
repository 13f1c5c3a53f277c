"""The field and the one coordinate rule.

Frame of reference of everything inside the platform: yards; the offence attacks +x; the origin is the corner at the
back of the offence's own end zone on its right-hand side. So x runs 0..120 with the offence's own goal line at 10 and
the goal line it attacks at 110, and y runs 0..53 1/3 from the offence's right sideline to its left one.
Angles are degrees as in the league's tracking: 0 = +y, clockwise, so vx = s*sin(dir) and vy = s*cos(dir).
"""

import numpy as np
from numpy.typing import NDArray

FIELD_LENGTH_YD = 120.0
FIELD_WIDTH_YD = 160.0 / 3.0
MIDDLE_Y_YD = FIELD_WIDTH_YD / 2.0
MIDDLE_X_YD = FIELD_LENGTH_YD / 2.0
OWN_GOAL_LINE_X_YD = 10.0
GOAL_LINE_X_YD = 110.0

FRAME_S = 0.1
"""Seconds between two frames: tracking is sampled at 10 Hz."""

MAX_SPEED_YD_S = 12.5
"""Nobody runs faster (method: 12.47 in the paper, measured top speeds are about 11)."""
MAX_STEP_YD = 1.247
"""The longest step a human can make in one frame (paper's 12.47 yd/s for 0.1 s)."""

PLAYERS_PER_SIDE = 11


def flip_positions(x: NDArray, y: NDArray) -> tuple[NDArray, NDArray]:
    """Turn positions in yards by half a circle about the field's middle. Applied twice it changes nothing."""
    return FIELD_LENGTH_YD - x, FIELD_WIDTH_YD - y


def flip_angles(degrees: NDArray) -> NDArray:
    """Turn league angles (degrees, 0 = +y, clockwise) by half a circle, into [0, 360). NaN stays NaN."""
    return np.mod(degrees + 180.0, 360.0)


def velocity_of(speed_yd_s: NDArray, dir_deg: NDArray) -> tuple[NDArray, NDArray]:
    """(vx, vy) in yd/s of a speed and a league direction of motion in degrees."""
    radians = np.radians(dir_deg)
    return speed_yd_s * np.sin(radians), speed_yd_s * np.cos(radians)


def direction_of(vx: NDArray, vy: NDArray) -> NDArray:
    """League direction in degrees [0, 360) of a velocity; the inverse of `velocity_of`."""
    return np.mod(np.degrees(np.arctan2(vx, vy)), 360.0)
