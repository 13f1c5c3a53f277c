"""Who a pass was for, where no source says so: the play in words and the ball's arrival, with how sure that is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pyarrow as pa

from ghost_pipeline.domain.positions import INELIGIBLE, QUARTERBACK
from ghost_pipeline.domain.schema import BALL_ID
from ghost_pipeline.sources.descriptions import named_in, names_a_receiver
from ghost_pipeline.sources.tracks import PlayId


@dataclass(frozen=True)
class Target:
    """`method` and `confidence` (0..1) say where `nfl_id` comes from; all None when nobody is known."""

    nfl_id: int | None
    method: str | None
    confidence: float | None


NO_TARGET = Target(None, None, None)
CONFIDENCE = {
    "statistics": 1.0,
    "charted": 1.0,
    "ball_carrier": 0.98,
    "description_and_arrival": 0.99,
    "description": 0.95,
    "arrival": 0.9,
}
"""Of each method. The last three: `benchmarks/reader_agreement.py` counts how often they find the official target."""


def target_by(method: str, nfl_id: int | None) -> Target:
    """A target with the confidence of its method; NO_TARGET for None."""
    return NO_TARGET if nfl_id is None else Target(nfl_id, method, CONFIDENCE[method])


@dataclass(frozen=True)
class Candidate:
    """A player of the offence. Of the name only what the source gives: all of it, or the surname's first letters."""

    nfl_id: int
    position: str | None = None
    full_name: str | None = None
    surname_start: str | None = None
    ran_route: bool | None = None
    to_ball_yd: float = float("nan")
    """Distance to the ball at its arrival."""

    @property
    def eligible(self) -> bool:
        """Not a lineman, not the quarterback, and on a route where the source knows who was."""
        return self.ran_route is not False and self.position not in INELIGIBLE and self.position != QUARTERBACK


def derive_target(description: str | None, offense: Sequence[Candidate]) -> Target:
    """The player the description names and, among several or none that fit, the eligible one nearest to the ball.

    A description that names no receiver tells of a ball thrown away: no target.
    """
    nearest = _nearest(one for one in offense if one.eligible)
    if not description:
        return target_by("arrival", nearest)
    named = named_in(description, ((one.nfl_id, one.full_name, one.surname_start) for one in offense))
    if len(named) > 1:
        named &= {one.nfl_id for one in offense if one.eligible}
    if len(named) == 1:
        [only] = named
        return target_by("description_and_arrival" if only == nearest else "description", only)
    if named:
        return target_by("description_and_arrival", _nearest(one for one in offense if one.nfl_id in named))
    return target_by("arrival", nearest) if names_a_receiver(description) else NO_TARGET


def _nearest(players: Iterable[Candidate]) -> int | None:
    known = [one for one in players if not np.isnan(one.to_ball_yd)]
    return min(known, key=lambda one: one.to_ball_yd).nfl_id if known else None


def distances_to_ball_yd(tracking: pa.Table, frames: Mapping[PlayId, int | None]) -> dict[PlayId, dict[int, float]]:
    """Of every player in the given frame of each play, by play and player; rows of TRACKING sorted by their key."""
    columns = ("game_id", "play_id", "frame_id", "nfl_id", "x", "y")
    game, play, frame, number, x, y = (tracking[name].to_numpy() for name in columns)
    starts = np.flatnonzero((np.diff(game, prepend=-1) != 0) | (np.diff(play, prepend=-1) != 0)).tolist()
    found: dict[PlayId, dict[int, float]] = {}
    for start, end in pairwise([*starts, len(tracking)]):
        key = int(game[start]), int(play[start])
        wanted = frames.get(key)
        if wanted is None:
            continue
        rows = slice(*(start + np.searchsorted(frame[start:end], [wanted, wanted + 1])))
        ball = np.flatnonzero(number[rows] == BALL_ID)
        if len(ball):
            distance = np.hypot(x[rows] - x[rows][ball[0]], y[rows] - y[rows][ball[0]])
            found[key] = dict(zip(number[rows].tolist(), distance.tolist(), strict=True))
    return found
