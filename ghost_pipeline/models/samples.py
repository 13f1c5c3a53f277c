"""Joint outcomes drawn from the ghosts' density: where everybody could be when the ball comes down.

The same standard scores are used for every option of every pass (common random numbers), in pairs of opposite sign: two
options differ by what is predicted of them, not by luck, and a play gives the same numbers alone as within its week.
"""

import numpy as np
from numpy.typing import NDArray

from ghost_pipeline.domain.scene import PLAYERS
from ghost_pipeline.models.rollout import Rollout

SAMPLES = 16
"""Pairs make the mean of eight draws as good as that of many more: see docs/what-ifs.md."""


def arrival_samples(rollout: Rollout, seed: int, count: int = SAMPLES) -> NDArray[np.float32]:
    """[count, N, 22, 2] yd. The players' errors are drawn apart, x and y too; a point forecast gives its point."""
    at_arrival = rollout.at_arrival
    if rollout.sd is None:
        return at_arrival[None]
    half = np.random.default_rng(seed).standard_normal((count // 2, 1, PLAYERS.stop, 2), np.float32)
    score = np.concatenate([half, -half])
    sd = rollout.sd[np.arange(len(rollout.aim)), :, rollout.aim.flight_frames - 1]  # [N, 22, 2]
    return at_arrival + score * np.nan_to_num(sd)
