"""What a situation is worth in points: the score it leads to on average, positive for the offence.

First and ten is the straight line of Carroll, Palmer and Thorn, "The Hidden Game of Football" (1988): from -2 points at
the own goal line to +6 at the other one. Later downs are ours, in round numbers that a reader can check by hand:

- a try makes g yards with chance 0.75 exp(-0.085 g), and three of the four downs are tries;
- fourth down is kicked: 3 points with chance 1.05 - 0.0115 y (at most 0.98) from y yards, up to 38, or a punt of 40;
- a later down is worth first and ten, changed by how much its chance of another series differs from that of first and
  ten, times what such a series is worth: EP1(y - g) - V4(y).

A table fitted on play-by-play of one's own is better; there is none in this project, and none may be copied.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

TOUCHDOWN_POINTS = 7.0
"""With the try; the kickoff that follows is worth nothing on this scale: the own 25 is 0."""
TOUCHBACK_YD = 80.0
"""Yards to go to the goal line after a touchback."""
_LONGEST_KICK_YD, _PUNT_YD = 38.0, 40.0


def first_and_ten(yards_to_goal: Array) -> Array:
    """Points of a new series `yards_to_goal` yards from the goal line: 6 - 0.08 y."""
    return 6.0 - 0.08 * yards_to_goal


def fourth_down(yards_to_goal: Array) -> Array:
    """Points when the series has failed: the better of kick and punt."""
    made = np.minimum(1.05 - 0.0115 * yards_to_goal, 0.98)
    missed = -first_and_ten(100.0 - yards_to_goal)
    kick = np.where(yards_to_goal <= _LONGEST_KICK_YD, made * 3.0 + (1.0 - made) * missed, -np.inf)
    pinned = np.minimum(100.0 - yards_to_goal + _PUNT_YD, 100.0)
    punt = -first_and_ten(np.where(pinned >= 100.0, TOUCHBACK_YD, pinned))
    return np.maximum(kick, punt)


def chance_of_first_down(down: Array, yards_to_go: Array) -> Array:
    """Chance that the tries left before fourth down make a first down; 0 on fourth down."""
    once = 0.75 * np.exp(-0.085 * yards_to_go)
    return 1.0 - (1.0 - once) ** np.maximum(4.0 - down, 0.0)


def situation_points(down: Array, yards_to_go: Array, yards_to_goal: Array) -> Array:
    """Points of a down; NaN where it is unknown. On fourth down the ball is kicked."""
    to_go = np.minimum(yards_to_go, yards_to_goal)
    usual = chance_of_first_down(np.array(1.0), np.array(10.0))
    made = first_and_ten(np.maximum(yards_to_goal - to_go, 0.0))
    differs = chance_of_first_down(down, to_go) - usual
    early = np.minimum(first_and_ten(yards_to_goal) + differs * (made - fourth_down(yards_to_goal)), made)
    return np.where(down >= 4, fourth_down(yards_to_goal), early) + 0.0 * (down + yards_to_go)


def points_after_gain(gain: Array, down: Array, yards_to_go: Array, yards_to_goal: Array) -> Array:
    """Points once the offence has gained `gain` yards on a down; a gain past the goal line is a touchdown."""
    left = np.minimum(yards_to_goal - gain, 99.0)
    over = -first_and_ten(100.0 - left)
    next_down = np.where(down >= 4, over, situation_points(down + 1, yards_to_go - gain, left))
    points = np.where(gain >= yards_to_go, first_and_ten(left), next_down)
    return np.where(gain >= yards_to_goal, TOUCHDOWN_POINTS, points) + 0.0 * (down + yards_to_go)


def points_after_interception(gain: Array, yards_to_goal: Array) -> Array:
    """Points once a pass has been intercepted `gain` yards downfield and not returned; in the end zone, a touchback."""
    left = yards_to_goal - gain
    return -first_and_ten(np.where(left <= 0.0, TOUCHBACK_YD, np.clip(100.0 - left, 1.0, 99.0)))
