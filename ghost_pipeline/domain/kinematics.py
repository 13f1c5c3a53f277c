"""Velocity and acceleration from positions alone, looking only backward in time.

Central differences would let a model see one frame of the future, so everything here uses the frame itself and the
ones before it.
"""

import numpy as np
from numpy.typing import NDArray

from ghost_pipeline.domain.field import FRAME_S

Array = NDArray[np.float32]


def backward_velocity(xy: Array, first: NDArray[np.int64]) -> Array:
    """Velocity [F, E, 2] in yd/s at each frame from positions xy [F, E, 2] in yd.

    `first` [F] is the row of the first frame of each frame's play. Uses the second-order backward difference
    (3*x0 - 4*x1 + x2) / 2dt where two earlier frames exist, the first-order one where one does, and NaN at a play's
    first frame.
    """
    row = np.arange(len(xy))
    one, two = np.maximum(row - 1, 0), np.maximum(row - 2, 0)
    first_order = (xy - xy[one]) / FRAME_S
    second_order = (3.0 * xy - 4.0 * xy[one] + xy[two]) / (2.0 * FRAME_S)
    age = row - first
    velocity = np.where((age >= 2)[:, None, None], second_order, first_order)
    velocity[age == 0] = np.nan
    return velocity.astype(np.float32)


def backward_difference(values: Array, first: NDArray[np.int64], steps: int = 1) -> Array:
    """Rate of change per second over the last `steps` frames, same shape as `values` [F, ...]; NaN before that."""
    row = np.arange(len(values))
    rate = (values - values[np.maximum(row - steps, 0)]) / (steps * FRAME_S)
    rate[row - first < steps] = np.nan
    return rate.astype(np.float32)
