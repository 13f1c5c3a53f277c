"""The compiled pass that finds what may be mended: single samples off their track, and short gaps.

A track is one player's, or the ball's, samples of a play. What lasts longer than these is no glitch but a fault, and is
left to the rules.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from ghost_pipeline.domain.field import MAX_SPEED_YD_S, MAX_STEP_YD
from ghost_pipeline.domain.rules import GLITCH_YD, MAX_GAP_FRAMES, MAX_MENDS, MAX_SPEED_GAP_YD_S
from ghost_pipeline.domain.schema import BALL_ID

POSITION, SPEED, GAP = range(3)
KINDS = ("position_glitch", "speed_glitch", "short_gap")
Mend = tuple[int, int, int, int]
"""Kind, and the rows of tracking before, at and after it; in a gap there is no row at it: -1."""
_MEMORY = 4


class MendLimits(NamedTuple):
    """Constants of the domain, given to the kernel because its cache on disk would not notice a change of them."""

    glitch_yd: float = GLITCH_YD
    gap_frames: int = MAX_GAP_FRAMES
    mends: int = MAX_MENDS
    speed_gap_yd_s: float = MAX_SPEED_GAP_YD_S
    speed_yd_s: float = MAX_SPEED_YD_S
    step_yd: float = MAX_STEP_YD


@njit(cache=True)
def _is_off_track(x, y, limits, after, here, before, earlier):
    """Whether a sample lies off the way between its neighbours while they go on as if it had not been."""
    off = math.hypot(x[here] - (x[before] + x[after]) / 2, y[here] - (y[before] + y[after]) / 2)
    if not off > limits.glitch_yd:
        return False
    dx, dy = (x[after] - x[before]) / 2, (y[after] - y[before]) / 2
    change = math.hypot(dx - (x[before] - x[earlier]), dy - (y[before] - y[earlier]))
    return change < off / 4 and math.hypot(dx, dy) <= limits.step_yd


@njit(cache=True)
def _is_off_speed(s, limits, after, here, before):
    """Whether a speed is no human's, while those before and after agree with each other."""
    return (
        s[here] > limits.speed_yd_s
        and s[here] - max(s[before], s[after]) > limits.speed_gap_yd_s
        and abs(s[after] - s[before]) < limits.speed_gap_yd_s
    )


@njit(cache=True)
def scan(plays, rosters, samples, limits):
    """The `Mend`s of all plays. A track that would need more than `limits.mends` is not mended beyond them.

    Gaps of the ball are found inside the flight only, where it goes straight on.
    """
    frame_id, nfl_id, x, y, s = samples.frame_id, samples.nfl_id, samples.x, samples.y, samples.s
    longest = 0
    for p in range(len(plays.begin)):
        longest = max(longest, rosters.start[p + 1] - rosters.start[p])
    memory = np.empty((longest + 1, _MEMORY), np.int64)  # slot 0 is the ball's
    last = np.empty(longest + 1, np.int64)
    mended = np.empty(longest + 1, np.int64)
    found = [(0, 0, 0, 0)]
    found.pop()

    for p in range(len(plays.begin)):
        roster, players = rosters.start[p], rosters.start[p + 1] - rosters.start[p]
        memory[: players + 1], last[: players + 1], mended[: players + 1] = -1, -1, 0
        slot = 0
        for row in range(plays.begin[p], plays.end[p]):
            frame, who = frame_id[row], nfl_id[row]
            if row == plays.begin[p] or frame_id[row - 1] != frame:
                slot = 0
            elif nfl_id[row - 1] == who:
                continue
            if math.isnan(x[row] + y[row]):
                continue
            place = 0
            if who != BALL_ID:
                while slot < players and rosters.nfl_id[roster + slot] < who:
                    slot += 1
                if slot == players or rosters.nfl_id[roster + slot] != who:
                    continue
                place = slot + 1
            before = last[place]
            last[place] = row
            memory[place, frame % _MEMORY] = row
            if before < 0 or mended[place] >= limits.mends:
                continue
            gap = frame - frame_id[before] - 1
            if gap > 0:
                flies = 0 <= plays.throw[p] <= frame_id[before] and frame <= plays.arrival[p]
                pace = math.hypot(x[row] - x[before], y[row] - y[before]) / (gap + 1)
                if gap <= limits.gap_frames and (flies if who == BALL_ID else pace <= limits.step_yd):
                    mended[place] += 1
                    found.append((GAP, before, -1, row))
                continue
            if who == BALL_ID:
                continue
            earlier, first = memory[place, (frame - 2) % _MEMORY], memory[place, (frame - 3) % _MEMORY]
            if earlier < 0 or frame_id[earlier] != frame - 2:
                continue
            if first >= 0 and frame_id[first] == frame - 3 and _is_off_track(x, y, limits, row, before, earlier, first):
                mended[place] += 1
                found.append((POSITION, earlier, before, row))
            elif _is_off_speed(s, limits, row, before, earlier):
                mended[place] += 1
                found.append((SPEED, earlier, before, row))
    return found
