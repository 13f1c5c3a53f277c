"""The question put to the ranking: by how much will a player leave the path of constant velocity, and how far ahead?

Shape letters: N rows, D candidate features in the order of `definitions.NAMES`, H horizons.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ghost_pipeline.domain.field import FRAME_S
from ghost_pipeline.domain.split import HELD_OUT_FOLD, folds_of
from ghost_pipeline.features.definitions import INDEX, NAMES

HORIZONS: dict[str, int | None] = {"0.3 s": 3, "0.5 s": 5, "1.0 s": 10, "arrival": None}
"""Steps ahead by name; None is the end of the flight."""
SHORTEST = 3
"""Rows with fewer steps of the path before them are left out."""
_PATH = ("game_id", "play_id", "nfl_id")


@dataclass(frozen=True)
class Candidates:
    """Everything known at a frame, and where the player then went."""

    values: NDArray[np.float32]  # [N, D]
    residual: NDArray[np.float32]  # [N, H, 2] yd beyond constant velocity; NaN where the flight ends before
    game_id: NDArray[np.int64]  # [N]
    play_id: NDArray[np.int64]  # [N]
    nfl_id: NDArray[np.int64]  # [N]

    def __len__(self) -> int:
        return len(self.game_id)

    def take(self, rows: NDArray) -> "Candidates":
        """The chosen rows, by mask or index."""
        return Candidates(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})

    def sample(self, count: int, seed: int) -> "Candidates":
        """At most `count` rows, drawn without order or favour."""
        if len(self) <= count:
            return self
        return self.take(np.sort(np.random.default_rng(seed).choice(len(self), count, replace=False)))


def concatenate(parts: Sequence[Candidates]) -> Candidates:
    """Rows of several weeks as one."""
    return Candidates(**{f.name: np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Candidates)})


def backs_in_air(frame_features: pa.Table) -> pa.Table:
    """The rows the ranking is about: defensive backs while the ball is in the air."""
    return players_in_air(frame_features.filter(pc.greater(frame_features["is_defensive_back"], 0.5)))


def players_in_air(frame_features: pa.Table) -> pa.Table:
    """The rows of every player while the ball is in the air."""
    return frame_features.filter(pc.greater_equal(frame_features["time_since_throw_s"], 0))


def candidates_of(in_air: pa.Table, held_out_fold: int = HELD_OUT_FOLD) -> Candidates:
    """Candidates and residuals of whole paths from the throw to the arrival, of games that are not held out."""
    rows = in_air.sort_by([(name, "ascending") for name in (*_PATH, "frame_id")])
    keys = [rows[name].to_numpy() for name in _PATH]
    frame = rows["frame_id"].to_numpy()
    values = np.stack([rows[name].to_numpy() for name in NAMES], axis=1).astype(np.float32, copy=False)
    is_first = np.ones(len(rows), bool)
    is_first[1:] = np.any([key[1:] != key[:-1] for key in keys], axis=0)
    last = np.append(np.flatnonzero(is_first), len(rows))[np.cumsum(is_first)] - 1
    at = np.flatnonzero((frame[last] - frame >= SHORTEST) & (folds_of(keys[0]) != held_out_fold))

    place = values[:, [INDEX["from_scrimmage_yd"], INDEX["from_middle_yd"]]]
    velocity = values[at][:, [INDEX["velocity_x_yd_s"], INDEX["velocity_y_yd_s"]]]
    residual = np.full((len(at), len(HORIZONS), 2), np.nan, np.float32)
    for number, steps in enumerate(HORIZONS.values()):
        later = last[at] if steps is None else np.minimum(at + steps, last[at])
        ahead = (frame[later] - frame[at]).astype(np.float32)
        moved = place[later] - place[at] - velocity * (ahead * np.float32(FRAME_S))[:, None]
        residual[:, number] = np.where((ahead == (steps or ahead))[:, None], moved, np.nan)
    known = ~np.isnan(residual[:, 0]).any(axis=1)
    at = at[known]
    return Candidates(values[at], residual[known], *(key[at] for key in keys))
