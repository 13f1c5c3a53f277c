"""What must come after what: the events of a play, and the plays of a game."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from ghost_pipeline.domain.events import ORDERS
from ghost_pipeline.domain.scene import Columns
from ghost_pipeline.quality.tracks import MOMENTS

NEVER = np.iinfo(np.int64).max


def events_out_of_order(
    about: Columns, row: np.ndarray, frame: np.ndarray, event: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Count [P] of events before what they must follow (ORDERS) and of moments that do not ascend; frame of the first.

    `row` [events] is the play of each event, -1 for none; the frame is NEVER where nothing is wrong.
    """
    plays = len(about[MOMENTS[0]])
    count, first_place = np.zeros(plays), np.full(plays, NEVER)
    for earlier, later in ORDERS:
        starts = (row >= 0) & np.isin(event, earlier)
        first = np.full(plays, -NEVER)
        first[row[starts]] = NEVER
        np.minimum.at(first, row[starts], frame[starts])
        wrong = (row >= 0) & np.isin(event, later)
        wrong[wrong] = frame[wrong] < first[row[wrong]]
        np.add.at(count, row[wrong], 1)
        np.minimum.at(first_place, row[wrong], frame[wrong])
    for before, after in pairwise(about[moment] for moment in MOMENTS):
        wrong = (before >= 0) & (after >= 0) & (after <= before)
        count += wrong
        first_place[wrong] = np.minimum(first_place[wrong], after[wrong])
    return count, first_place


def out_of_game_order(
    game_id: np.ndarray, play_id: np.ndarray, quarter: np.ndarray, clock_s: np.ndarray, start_ms: np.ndarray
) -> np.ndarray:
    """[P] 1 for the fewest plays without which each game's numbers ascend with clock and time; NaN where neither is.

    Quarter and clock are -1, and start NEVER, where they are not known.
    """
    passed_s = quarter.astype(np.int64) * 10_000 - clock_s
    clock = np.where((quarter >= 0) & (clock_s >= 0), passed_s, NEVER)
    found = np.where((clock == NEVER) & (start_ms == NEVER), np.nan, 0.0)
    games: dict[int, list[int]] = defaultdict(list)
    for play in np.lexsort((play_id, game_id)).tolist():
        games[int(game_id[play])].append(play)
    for plays in games.values():
        for passed in (clock, start_ms):
            known = [play for play in plays if passed[play] != NEVER]
            kept = set(_longest_ascent([passed[play] for play in known]))
            found[[play for i, play in enumerate(known) if i not in kept]] = 1
    return found


def _longest_ascent(values: Sequence[Any]) -> list[int]:
    """Places of a longest subsequence that never falls (patience sorting)."""
    tops: list[Any] = []
    place_of_top: list[int] = []
    before: list[int] = []
    for place, value in enumerate(values):
        pile = bisect_right(tops, value)
        before.append(place_of_top[pile - 1] if pile else -1)
        tops[pile:], place_of_top[pile:] = [value, *tops[pile + 1 :]], [place, *place_of_top[pile + 1 :]]
    kept, place = [], place_of_top[-1] if place_of_top else -1
    while place >= 0:
        kept.append(place)
        place = before[place]
    return kept
