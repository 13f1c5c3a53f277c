"""Which play each row of a table belongs to."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from ghost_pipeline.domain.schema import TRACKING

PlayKey = tuple[int, int]
"""(game_id, play_id)"""


@dataclass(frozen=True)
class Runs:
    """Stretches of neighbouring rows of one play: run i is rows start[i]:start[i + 1] and belongs to keys[i]."""

    start: np.ndarray  # [runs + 1]
    keys: list[PlayKey]

    def spread(self, per_run: np.ndarray) -> np.ndarray:
        """Repeat one value per run over its rows."""
        return np.repeat(per_run, np.diff(self.start))


def runs_of(data: pa.Table) -> Runs:
    """The runs of a table with game_id and play_id; a table sorted by play has one per play."""
    game, play = data.column("game_id").to_numpy(), data.column("play_id").to_numpy()
    if not len(game):
        return Runs(np.zeros(1, np.int64), [])
    change = np.flatnonzero((game[1:] != game[:-1]) | (play[1:] != play[:-1])) + 1
    first = np.concatenate([[0], change])
    keys = list(zip(game[first].tolist(), play[first].tolist(), strict=True))
    return Runs(np.append(first, len(game)), keys)


def rows_of_plays(data: pa.Table, index: Mapping[PlayKey, int]) -> np.ndarray:
    """[rows] `index` of each row's play, or -1 where the play is not in `index`."""
    runs = runs_of(data)
    return runs.spread(np.array([index.get(key, -1) for key in runs.keys], np.int64))


def without_plays(data: pa.Table, plays: Collection[PlayKey]) -> pa.Table:
    """The rows of all other plays, in their order."""
    if not plays:
        return data
    runs = runs_of(data)
    return data.filter(pa.array(runs.spread(np.array([key not in plays for key in runs.keys], bool))))


def sorted_by_key(tracking: pa.Table) -> pa.Table:
    """Tracking in the order of its key; returned as it is when it is in order already."""
    game, play, frame, player = (tracking.column(name).to_numpy() for name in TRACKING.key)
    later = player[1:] >= player[:-1]
    for values in (frame, play, game):
        later = (values[1:] > values[:-1]) | ((values[1:] == values[:-1]) & later)
    return tracking if later.all() else tracking.sort_by([(name, "ascending") for name in TRACKING.key])
