"""A week's tables as the arrays that the compiled passes over tracking read."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ghost_pipeline.arrow import to_columns
from ghost_pipeline.domain.tracked_part import LEAVE_AT_THROW
from ghost_pipeline.quality.play_rows import PlayKey, rows_of_plays, runs_of

NOWHERE = np.iinfo(np.int64).min
"""No frame, no player or no time."""
MOMENTS = ["snap_frame", "throw_frame", "arrival_frame"]


class Plays(NamedTuple):
    """[P] rows of tracking, frame ids of the moments and the passer's id; what is not known is negative."""

    begin: NDArray[np.int64]
    end: NDArray[np.int64]
    snap: NDArray[np.int64]
    throw: NDArray[np.int64]
    arrival: NDArray[np.int64]
    passer: NDArray[np.int64]
    leaves: NDArray[np.bool_]  # players may have no samples after the throw


class Rosters(NamedTuple):
    """Play p has the roster rows start[p]:start[p + 1] of the [R] arrays, sorted by player."""

    start: NDArray[np.int64]
    nfl_id: NDArray[np.int64]
    is_defense: NDArray[np.bool_]


class Samples(NamedTuple):
    """Columns [T] of tracking; x, y in yd, s in yd/s, dir in degrees. A position of NaN is no sample."""

    frame_id: NDArray[np.int32]
    nfl_id: NDArray[np.int64]
    time_ms: NDArray[np.int64]
    x: NDArray[np.float32]
    y: NDArray[np.float32]
    s: NDArray[np.float32]
    dir: NDArray[np.float32]


@dataclass(frozen=True)
class Tracks:
    """What the passes read: plays, who is on the field in each, and the samples sorted by (game, play, frame, id)."""

    plays: Plays
    rosters: Rosters
    samples: Samples


def tracks_of(plays: pa.Table, participants: pa.Table, tracking: pa.Table, index: dict[PlayKey, int]) -> Tracks:
    """The arrays of canonical tables; `plays` has one row per key of `index`, in its order, and tracking is sorted."""
    begin, end = np.zeros((2, len(index)), np.int64)
    runs = runs_of(tracking)
    for run, key in enumerate(runs.keys):
        if key in index:
            begin[index[key]], end[index[key]] = runs.start[run], runs.start[run + 1]
    about = to_columns(plays.select([*MOMENTS, "passer_nfl_id", "tracked_part"]))
    leaves = np.isin(about["tracked_part"], list(LEAVE_AT_THROW))
    snap, throw, arrival = (about[moment].astype(np.int64) for moment in MOMENTS)

    row = rows_of_plays(participants, index)
    nfl_id = participants["nfl_id"].to_numpy()
    order = np.lexsort((nfl_id, row))
    order = order[row[order] >= 0]
    start = np.searchsorted(row[order], np.arange(len(index) + 1))
    on_defense = np.asarray(participants["side"].to_numpy() == "defense", bool)

    numbers = {name: _read_only(tracking[name].to_numpy()) for name in Samples._fields if name != "time_ms"}
    return Tracks(
        Plays(*map(_read_only, (begin, end, snap, throw, arrival, about["passer_nfl_id"], leaves))),
        Rosters(*map(_read_only, (start, nfl_id[order], on_defense[order]))),
        Samples(time_ms=_read_only(tracking["time_utc"].to_numpy().view(np.int64)), **numbers),
    )


def _read_only(values: np.ndarray) -> np.ndarray:
    """Arrow's arrays may not be written to and others may: the passes are compiled for one kind."""
    values = values.view()
    values.flags.writeable = False
    return values


def first_rows(plays: pa.Table) -> tuple[pa.Table, dict[PlayKey, int]]:
    """The first row of every play key, in order, and the row of each key."""
    keys = list(zip(plays["game_id"].to_pylist(), plays["play_id"].to_pylist(), strict=True))
    first = {key: row for row, key in reversed(list(enumerate(keys)))}
    return plays.take(sorted(first.values())), {key: row for row, key in enumerate(dict.fromkeys(keys))}
