"""Which way the offence goes, where a source does not say: from where the two sides stand at the snap."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ghost_pipeline.domain.events import SNAP_EVENTS
from ghost_pipeline.domain.field import FIELD_LENGTH_YD
from ghost_pipeline.domain.schema import BALL_ID
from ghost_pipeline.sources.tracks import PlayId

SURE_GAP_YD = 1.0
"""Both sides' middles are at least this far apart where they face each other: about 7 yd in passes."""
LINE_TOLERANCE_YD = 5.0


@dataclass(frozen=True)
class Inferred:
    """`doubt` says in words why the direction may be wrong; empty where nothing speaks against it."""

    direction: str
    doubt: str = ""


def infer_directions(
    samples: pa.Table,
    sides: Mapping[PlayId, Mapping[int, str]],
    line_x_yd: Mapping[PlayId, float | None],
) -> dict[PlayId, Inferred]:
    """The direction of every play in SAMPLES, which are in the source's own frame of reference.

    The offence goes from its own middle toward the defence's, both taken at the snap, or in the first frame with both
    where no snap is told. `sides` gives offense or defense by player number. `line_x_yd` is the line of scrimmage in
    the offence's frame of reference: the ball at the snap has to lie near it, or near its mirror image.
    """
    columns = [samples[name].to_numpy() for name in ("game_id", "play_id", "frame_id", "nfl_id", "x")]
    order = np.lexsort(columns[2::-1])
    game, play, frame, number, x = (column[order] for column in columns)
    is_snap = pc.fill_null(pc.is_in(samples["event"], pa.array(SNAP_EVENTS)), False).to_numpy()[order]
    if not len(game):
        return {}
    starts = np.flatnonzero(np.concatenate([[True], (np.diff(game) != 0) | (np.diff(play) != 0)]))
    found: dict[PlayId, Inferred] = {}
    for start, end in zip(starts, np.append(starts[1:], len(game)).astype(int), strict=True):
        key = int(game[start]), int(play[start])
        rows = slice(start, end)
        found[key] = _direction(
            frame[rows], number[rows], x[rows], is_snap[rows], sides.get(key, {}), line_x_yd.get(key)
        )
    return found


def _direction(
    frame: np.ndarray,
    number: np.ndarray,
    x: np.ndarray,
    is_snap: np.ndarray,
    sides: Mapping[int, str],
    line_x_yd: float | None,
) -> Inferred:
    on_offense, on_defense = (
        np.isin(number, [player for player, one in sides.items() if one == side]) for side in ("offense", "defense")
    )
    both = np.intersect1d(frame[on_offense], frame[on_defense])
    if not len(both):
        return Inferred("right", "no frame has players of both sides: taken as to the right")
    at_snap = np.intersect1d(both, frame[is_snap])
    moment = frame == (at_snap[0] if len(at_snap) else both[0])
    gap_yd = float(np.nanmean(x[moment & on_defense]) - np.nanmean(x[moment & on_offense]))
    direction = "right" if gap_yd > 0 else "left"
    ball = x[moment & (number == BALL_ID)]
    by_line = None
    if line_x_yd is not None and len(ball):
        to_right, to_left = abs(ball[0] - line_x_yd), abs(ball[0] - (FIELD_LENGTH_YD - line_x_yd))
        if min(to_right, to_left) <= LINE_TOLERANCE_YD < max(to_right, to_left):
            by_line = "right" if to_right < to_left else "left"
    if abs(gap_yd) < SURE_GAP_YD:
        sides_say = f"the sides stand {abs(gap_yd):.1f} yd apart"
        if by_line:
            return Inferred(by_line, f"{sides_say}: taken from ball and line of scrimmage")
        return Inferred(direction, f"{sides_say}, and ball and line of scrimmage do not tell")
    if by_line and by_line != direction:
        return Inferred(direction, "ball and line of scrimmage say the opposite of the line-up, which is kept")
    return Inferred(direction)
