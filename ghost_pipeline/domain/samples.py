"""The compiled part of building scenes: every tracking row goes to its play, frame and slot in one pass."""

import numpy as np
from numba import njit

from ghost_pipeline.domain.schema import BALL_ID


@njit(cache=True)
def _row_of(games, plays, game, play):
    """Row of a play among those sorted by game and play, or -1."""
    low, high = 0, len(games)
    while low < high:
        middle = (low + high) // 2
        if games[middle] < game or (games[middle] == game and plays[middle] < play):
            low = middle + 1
        else:
            high = middle
    return low if low < len(games) and games[low] == game and plays[low] == play else -1


@njit(cache=True)
def _slot_of(ids, player, guess):
    """Slot of a player number in `ids` [E], whose last place is the ball's; looked for from `guess` on. -1 if none."""
    players = len(ids) - 1
    if player == BALL_ID:
        return players
    for k in range(players):
        slot = (guess + k) % players
        if ids[slot] == player:
            return slot
    return -1


@njit(cache=True)
def place_samples(
    game_id,
    play_id,
    frame_id,
    nfl_id,
    x,
    y,
    s,
    direction,
    o,
    games,
    plays,
    first,
    last,
    start,
    ids,
    xy,
    velocity,
    facing,
):
    """Write positions, velocities and facings of the tracking rows into `xy`, `velocity` [F, E, 2], `facing` [F, E].

    The wanted plays are given by `games` and `plays` [P] in ascending order, their frames by `first` and `last` [P],
    their rows of F by `start` [P + 1], their players by `ids` [P, E]. Tracking may come in any order; it is quickest in
    that of its key. Rows of other plays, frames and players are passed over.
    """
    p, slot = -1, -1
    for row in range(len(game_id)):
        if row == 0 or game_id[row] != game_id[row - 1] or play_id[row] != play_id[row - 1]:
            p = _row_of(games, plays, game_id[row], play_id[row])
        if p < 0 or frame_id[row] < first[p] or frame_id[row] > last[p]:
            continue
        slot = _slot_of(ids[p], nfl_id[row], slot + 1)
        if slot < 0:
            continue
        f = start[p] + frame_id[row] - first[p]
        xy[f, slot, 0], xy[f, slot, 1] = x[row], y[row]
        radians = np.radians(direction[row])
        velocity[f, slot, 0], velocity[f, slot, 1] = s[row] * np.sin(radians), s[row] * np.cos(radians)
        facing[f, slot] = o[row]
