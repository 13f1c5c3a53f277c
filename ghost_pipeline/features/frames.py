"""The frame-feature kernel: scenes and aims in, numbers per player and frame out. Training and what-ifs both call it.

Shape letters: N aims, M rows (frames of all aims), D features in the order of `definitions.NAMES`; F, E as in
`domain.scene`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ghost_pipeline.domain.counterfactual import Aim
from ghost_pipeline.domain.field import PLAYERS_PER_SIDE
from ghost_pipeline.domain.scene import PLAYERS, Scenes
from ghost_pipeline.features.definitions import NAMES
from ghost_pipeline.features.kernel import fill

PLAYER_COUNT = 2 * PLAYERS_PER_SIDE
ROWS_AT_ONCE = 100_000
"""About this many rows of the long table are made at once, which bounds the memory whatever the size of a week."""


@dataclass(frozen=True)
class FrameBlock:
    """Features of some frames of every aim; aim n owns the rows start[n]:start[n + 1]."""

    start: NDArray[np.int64]  # [N + 1]
    aim_row: NDArray[np.int64]  # [M] index into the aims
    frame_row: NDArray[np.int64]  # [M] row of the scenes' F
    columns: NDArray[np.float32]  # [D, M, 22], NaN where unknown

    @property
    def values(self) -> NDArray[np.float32]:
        """[M, 22, D] the same numbers by frame and player."""
        return self.columns.transpose(1, 2, 0)


@dataclass(frozen=True)
class FrameRows:
    """The same as a long table: R rows, one per frame and player who is there, by frame and player number."""

    frame_row: NDArray[np.int64]  # [R] row of the scenes' F
    play: NDArray[np.int64]  # [R] index into the scenes
    nfl_id: NDArray[np.int64]  # [R]
    columns: NDArray[np.float32]  # [D, R], NaN where unknown


def frame_features(
    scenes: Scenes, aim: Aim, before_throw: int | None = None, after_throw: int | None = None
) -> FrameBlock:
    """Features of the frames from `before_throw` frames before the throw to `after_throw` frames past it, per aim.

    None means from the snap, and to the end of the play's frames that the scenes hold. Frames are cut to the play.
    """
    first, last = _span(scenes, aim, before_throw, after_throw)
    start, aim_row, frame_row = _rows_of(first, last)
    columns = np.empty((len(NAMES), len(frame_row), PLAYER_COUNT), np.float32)
    seat = np.broadcast_to(np.arange(PLAYER_COUNT), (len(frame_row), PLAYER_COUNT))
    frame_start = np.arange(len(frame_row) + 1) * PLAYER_COUNT
    _fill(columns.reshape(len(NAMES), -1), frame_start, seat, scenes, aim, first, last)
    return FrameBlock(start, aim_row, frame_row, columns)


def frame_rows(scenes: Scenes, aim: Aim, at_once: int = ROWS_AT_ONCE) -> Iterator[FrameRows]:
    """Features of every frame as a long table, in parts of about `at_once` rows, without the players not seen in it."""
    frames = np.diff(scenes.start)[aim.play] * PLAYER_COUNT
    part = np.cumsum(frames) // at_once
    for number in np.unique(part):
        some = aim.take(np.flatnonzero(part == number))
        first, last = _span(scenes, some, None, None)
        _, aim_row, frame_row = _rows_of(first, last)
        nfl_id = scenes.nfl_id[some.play][:, PLAYERS][aim_row]
        there = (nfl_id > 0) & ~np.isnan(scenes.xy[frame_row][:, PLAYERS, 0])
        in_order = np.argsort(scenes.nfl_id[some.play][:, PLAYERS], axis=1)[aim_row]
        frame, column = np.nonzero(np.take_along_axis(there, in_order, axis=1))
        slot = in_order[frame, column]
        frame_start = np.concatenate([[0], np.cumsum(there.sum(axis=1))])
        seat = np.full(there.shape, -1)
        seat[frame, slot] = np.arange(len(frame)) - frame_start[frame]
        columns = np.empty((len(NAMES), len(frame)), np.float32)
        _fill(columns, frame_start, seat, scenes, some, first, last)
        yield FrameRows(frame_row[frame], some.play[aim_row[frame]], nfl_id[frame, slot], columns)


def _span(
    scenes: Scenes, aim: Aim, before_throw: int | None, after_throw: int | None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First and last row of F of every aim, each [N]."""
    throw, begin, end = scenes.throw[aim.play], scenes.start[aim.play], scenes.start[aim.play + 1] - 1
    first = begin if before_throw is None else np.maximum(throw - before_throw, begin)
    last = end if after_throw is None else np.minimum(throw + after_throw, end)
    return first, last


def _rows_of(first: NDArray[np.int64], last: NDArray[np.int64]) -> tuple[NDArray, NDArray, NDArray]:
    """The aims' frames one after another: start [N + 1], aim [M] and row of F [M]."""
    counts = last - first + 1
    start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    aim_row = np.repeat(np.arange(len(first)), counts)
    return start, aim_row, np.arange(start[-1]) - np.repeat(start[:-1] - first, counts)


def _fill(
    table: NDArray, frame_start: NDArray, seat: NDArray, scenes: Scenes, aim: Aim, first: NDArray, last: NDArray
) -> None:
    play = aim.play
    fill(
        table,
        frame_start,
        seat,
        first,
        last,
        scenes.start[play],
        scenes.throw[play],
        scenes.throw[play] + aim.flight_frames,
        aim.target,
        scenes.passer[play],
        aim.landing_xy.astype(np.float32),
        scenes.xy,
        scenes.velocity,
        scenes.facing_deg,
        scenes.is_eligible[play],
        scenes.is_defensive_back[play],
        scenes.scrimmage_x[play],
        scenes.down[play],
        scenes.yards_to_go[play],
    )
