"""Where the two sides and the ball are at the snap."""

import math

import numpy as np
from numba import njit

from ghost_pipeline.domain.schema import BALL_ID


@njit(cache=True)
def line_up(plays, rosters, samples):
    """Two arrays [P]: how far, in yd, the defence's mean x lies beyond the offence's, and the ball's x.

    NaN without a snap, or where a side or the ball has no sample in its frame.
    """
    gap_yd, ball_x_yd = np.full(len(plays.begin), np.nan), np.full(len(plays.begin), np.nan)
    for p in range(len(plays.begin)):
        snap = plays.snap[p]
        if snap < 0:
            continue
        slot, end_slot = rosters.start[p], rosters.start[p + 1]
        sum_x, players = np.zeros(2), np.zeros(2)  # of the offence and of the defence
        row = plays.begin[p] + np.searchsorted(samples.frame_id[plays.begin[p] : plays.end[p]], snap)
        while row < plays.end[p] and samples.frame_id[row] == snap:
            who, x = samples.nfl_id[row], samples.x[row]
            row += 1
            if math.isnan(x):
                continue
            if who == BALL_ID:
                ball_x_yd[p] = x
                continue
            while slot < end_slot and rosters.nfl_id[slot] < who:
                slot += 1
            if slot < end_slot and rosters.nfl_id[slot] == who:
                side = int(rosters.is_defense[slot])
                sum_x[side] += x
                players[side] += 1
        if players.all():
            gap_yd[p] = sum_x[1] / players[1] - sum_x[0] / players[0]
    return gap_yd, ball_x_yd
