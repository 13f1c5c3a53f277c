"""Who can be where the ball comes down, in time: a lower bound that knows reaction, top speed and reach, no route.

The form is that of Spearman, Basye, Dick, Hotovy and Pop, "Physics-Based Modeling of Pass Probabilities in Soccer"
(MIT Sloan Sports Analytics Conference 2017): a player runs straight on until he has reacted, then at top speed to the
point. Their constants are of soccer, ours of this game.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

REACTION_S = 0.3
SPRINT_YD_S = 9.0
"""What a defender keeps up over a flight; top speeds are about 11 (method)."""
REACH_YD = 1.0
"""Arms: nobody has to stand where the ball is."""


def time_to_intercept(xy: NDArray, velocity: NDArray, point_xy: NDArray) -> Array:
    """Seconds [...] until a player at `xy` [..., 2] yd with `velocity` [..., 2] yd/s can touch a ball at `point_xy`.

    NaN where the player is unknown.
    """
    position, point = np.asarray(xy, np.float64), np.asarray(point_xy, np.float64)
    here = np.maximum(np.linalg.norm(point - position, axis=-1) - REACH_YD, 0.0)
    runs_on = position + REACTION_S * np.asarray(velocity, np.float64)
    left = np.maximum(np.linalg.norm(point - runs_on, axis=-1) - REACH_YD, 0.0)
    return np.where(here == 0, 0.0, REACTION_S + left / SPRINT_YD_S)
