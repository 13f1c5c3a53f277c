"""One play as its raw files will say it, and the small edits that faults are made of."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ghost_pipeline.domain.field import FIELD_WIDTH_YD, FRAME_S
from ghost_pipeline.sources.simulator.lineup import DEFENSE
from ghost_pipeline.sources.simulator.raw_tables import Row

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class RawPlay:
    """A play's rows of tracking (by entity, then frame) and of player_play.csv; moments are frame ids."""

    tracking: pa.Table
    players: list[Row]
    nfl_id: NDArray[np.int64]  # [22] by slot
    bench_id: int  # a defender who does not play
    snap: int
    throw: int
    arrival: int
    is_early: bool  # in the first half of its game

    @property
    def flight(self) -> int:
        """Frames from the throw to the arrival."""
        return self.arrival - self.throw

    def numbers(self, name: str) -> NDArray:
        """[rows] of a column."""
        return self.tracking.column(name).to_numpy()

    def is_of(self, player: int) -> Mask:
        """[rows]"""
        return pc.fill_null(pc.equal(self.tracking.column("nflId"), player), False).to_numpy()

    def is_ball(self) -> Mask:
        """[rows]"""
        return pc.is_null(self.tracking.column("nflId")).to_numpy()

    def at(self, *frames: int) -> Mask:
        """[rows] in one of the frames."""
        return np.isin(self.numbers("frameId"), frames)

    def since(self, frame: int) -> Mask:
        """[rows] in the frame or later."""
        return self.numbers("frameId") >= frame

    def xy(self, player: int, *frames: int) -> NDArray:
        """[frames, 2] positions in yd, in the order of the frames' numbers."""
        rows = self.is_of(player) & self.at(*frames)
        return np.stack([self.numbers("x")[rows], self.numbers("y")[rows]], axis=-1)

    def speed_yd_s(self, player: int, frame: int) -> float:
        """What the files say."""
        return float(self.numbers("s")[self.is_of(player) & self.at(frame)][0])

    def without(self, rows: Mask) -> "RawPlay":
        return replace(self, tracking=self.tracking.filter(pa.array(~rows)))

    def changed(self, rows: Mask, **values: Any) -> "RawPlay":
        """New values, one per column or one per row, in the chosen rows."""
        tracking = self.tracking
        for name, value in values.items():
            at, old = tracking.column_names.index(name), tracking.column(name)
            filled = np.broadcast_to(np.array(value, dtype=object), int(rows.sum())).tolist()
            new = pc.replace_with_mask(old.combine_chunks(), pa.array(rows), pa.array(filled, old.type))
            tracking = tracking.set_column(at, name, new)
        return replace(self, tracking=tracking)

    def moved(self, rows: Mask, offset: NDArray) -> "RawPlay":
        """The chosen rows' positions shifted by `offset` ([2] or [rows, 2] yd)."""
        offset = np.broadcast_to(offset, (int(rows.sum()), 2))
        x, y = (self.numbers(name)[rows] + offset[:, axis] for axis, name in enumerate(("x", "y")))
        return self.changed(rows, x=np.round(x, 2), y=np.round(y, 2))


Place = tuple[int | None, int | None]
"""Frame id and player of a fault, None where it is not at one frame or player."""
Planted = tuple[RawPlay, Place] | None
"""None: the play is no place for this fault."""
Plant = Callable[[RawPlay, np.random.Generator], Planted]


def any_defender(play: RawPlay, rng: np.random.Generator) -> int:
    return int(rng.choice(play.nfl_id[DEFENSE]))


def defender(play: RawPlay, rng: np.random.Generator, frame: int, low: float = 0.0, high: float = 99.0) -> int | None:
    """A defender whose speed in a frame is in this reach, in yd/s; None if nobody's is."""
    fit = [player for player in play.nfl_id[DEFENSE] if low <= play.speed_yd_s(int(player), frame) <= high]
    return int(rng.choice(fit)) if fit else None


def mid_flight(play: RawPlay, rng: np.random.Generator, before: int = 1, after: int = 2) -> int | None:
    """A frame of the flight with this many frames of it before and after; None if the flight is too short."""
    first, last = play.throw + before, play.arrival - after
    return int(rng.integers(first, last + 1)) if first <= last else None


def toward_middle(play: RawPlay, player: int, frame: int) -> float:
    """1 where the middle of the field is at higher y, else -1."""
    return 1.0 if play.xy(player, frame)[0, 1] < FIELD_WIDTH_YD / 2 else -1.0


def heading(play: RawPlay, player: int, frame: int) -> NDArray:
    """[2] unit vector of the motion, from the source's direction."""
    angle = np.radians(float(play.numbers("dir")[play.is_of(player) & play.at(frame)][0]))
    return np.array([np.sin(angle), np.cos(angle)])


def steps_yd(speed_yd_s: float) -> float:
    """Yards in one frame."""
    return speed_yd_s * FRAME_S
