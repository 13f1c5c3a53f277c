"""The compiled part of the windows: every number is copied once, from where it lies to where it is wanted."""

import numpy as np
from numba import njit


@njit(cache=True)
def cut(
    chosen,
    columns,
    xy,
    velocity,
    past,
    past_in_block,
    last,
    history,
    past_xy,
    past_velocity,
    past_ball,
    future_xy,
    future_ball,
):
    """Fill the last six arrays, shaped as in `windows.Windows`.

    `columns` [D, M, J] are the features of a block, of which `chosen` [C] are wanted; `past` [N, H] and `last` [N] are
    rows of `xy` and `velocity` [F, E, 2], `past_in_block` [N, H] the same rows as frames of the block.
    """
    N, H = past.shape
    J, K = future_xy.shape[1], future_xy.shape[2]
    for n in range(N):
        for h in range(H):
            f, m = past[n, h], past_in_block[n, h]
            past_ball[n, h, 0], past_ball[n, h, 1] = xy[f, J, 0], xy[f, J, 1]
            for j in range(J):
                for c in range(2):
                    past_xy[n, j, h, c] = xy[f, j, c]
                    past_velocity[n, j, h, c] = velocity[f, j, c]
                for c in range(len(chosen)):
                    history[n, j, h, c] = columns[chosen[c], m, j]
        anchor = past[n, H - 1]
        for k in range(K):
            f = anchor + 1 + k
            for c in range(2):
                future_ball[n, k, c] = xy[f, J, c] if f <= last[n] else np.nan
                for j in range(J):
                    future_xy[n, j, k, c] = xy[f, j, c] if f <= last[n] else np.nan
