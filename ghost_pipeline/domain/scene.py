"""Pass plays as dense arrays: the form that kernels, models and pictures work on.

Shape letters: P plays, F frames of all plays one after another, E = 23 entities (slots 0..10 offence, 11..21 defence,
22 ball). Play p owns the rows start[p]:start[p + 1] of every [F, ...] array. Where nothing was measured stands NaN.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ghost_pipeline.domain.field import PLAYERS_PER_SIDE
from ghost_pipeline.domain.kinematics import backward_velocity
from ghost_pipeline.domain.positions import DEFENSIVE_BACKS, INELIGIBLE, QUARTERBACK
from ghost_pipeline.domain.samples import place_samples

Columns = Mapping[str, np.ndarray]
"""A table as {column: values [rows]}; absent numbers are NaN in floats and -1 in integers, absent texts ''."""

OFFENSE = slice(0, PLAYERS_PER_SIDE)
DEFENSE = slice(PLAYERS_PER_SIDE, 2 * PLAYERS_PER_SIDE)
PLAYERS = slice(0, 2 * PLAYERS_PER_SIDE)
BALL = 2 * PLAYERS_PER_SIDE
ENTITIES = 2 * PLAYERS_PER_SIDE + 1
NOBODY = -1
FRAMES_BEFORE_THROW = 30
"""Frames kept before the throw where the snap is unknown."""


@dataclass(frozen=True)
class Scenes:
    """Pass plays from the snap to `frames_after` frames past the arrival (see the module's text for shapes)."""

    game_id: NDArray[np.int64]  # [P]
    play_id: NDArray[np.int64]  # [P]
    start: NDArray[np.int64]  # [P + 1]
    frame_id: NDArray[np.int32]  # [F]
    nfl_id: NDArray[np.int64]  # [P, E]; 0 in the ball's slot and in empty ones
    position: NDArray[np.str_]  # [P, E]; '' in the ball's slot and in empty ones
    xy: NDArray[np.float32]  # [F, E, 2] yd
    velocity: NDArray[np.float32]  # [F, E, 2] yd/s: the source's s and dir, else backward differences of xy
    facing_deg: NDArray[np.float32]  # [F, E] league angle
    snap: NDArray[np.int64]  # [P] row of F
    throw: NDArray[np.int64]  # [P] row of F
    arrival: NDArray[np.int64]  # [P] row of F
    scrimmage_x: NDArray[np.float32]  # [P] yd
    down: NDArray[np.float32]  # [P]
    yards_to_go: NDArray[np.float32]  # [P] yd
    target: NDArray[np.int64]  # [P] slot of the targeted receiver or NOBODY
    passer: NDArray[np.int64]  # [P] slot of the passer

    def __len__(self) -> int:
        return len(self.game_id)

    @cached_property
    def play_of_frame(self) -> NDArray[np.int64]:
        """[F] play index of each frame row."""
        return np.repeat(np.arange(len(self)), np.diff(self.start))

    @cached_property
    def is_defensive_back(self) -> NDArray[np.bool_]:
        """[P, E]"""
        back = np.isin(self.position, list(DEFENSIVE_BACKS))
        back[:, OFFENSE] = False
        return back

    @cached_property
    def is_eligible(self) -> NDArray[np.bool_]:
        """[P, E] offensive players who may be targeted: not the passer, not a lineman."""
        eligible = (self.nfl_id > 0) & ~np.isin(self.position, list(INELIGIBLE))
        eligible[:, PLAYERS_PER_SIDE:] = False
        eligible[np.arange(len(self)), self.passer] = False
        return eligible


def build_scenes(plays: Columns, participants: Columns, tracking: Columns, frames_after: int = 0) -> Scenes:
    """Assemble the plays that have a throw and an arrival.

    `plays`, `participants` and `tracking` are columns of the tables of those names (domain.schema); players beyond
    eleven a side are left out, which is why quality judges line-ups before scenes are built.
    """
    chosen = np.flatnonzero((plays["throw_frame"] >= 0) & (plays["arrival_frame"] > plays["throw_frame"]))
    chosen = chosen[np.lexsort((plays["play_id"][chosen], plays["game_id"][chosen]))]
    take = {name: values[chosen] for name, values in plays.items()}
    snap_known = (take["snap_frame"] >= 0) & (take["snap_frame"] <= take["throw_frame"])
    first = np.where(snap_known, take["snap_frame"], np.maximum(take["throw_frame"] - FRAMES_BEFORE_THROW, 0))
    last = take["arrival_frame"] + frames_after
    start = np.concatenate([[0], np.cumsum(last - first + 1)]).astype(np.int64)

    index = _PlayIndex(take["game_id"], take["play_id"])
    nfl_id, position = _slots(index, participants, len(chosen))
    F = int(start[-1])
    xy = np.full((F, ENTITIES, 2), np.nan, np.float32)
    velocity, facing = xy.copy(), xy[..., 0].copy()
    place_samples(
        tracking["game_id"],
        tracking["play_id"],
        tracking["frame_id"],
        tracking["nfl_id"],
        tracking["x"],
        tracking["y"],
        tracking["s"],
        tracking["dir"],
        tracking["o"],
        take["game_id"],
        take["play_id"],
        first,
        last,
        start,
        nfl_id,
        xy,
        velocity,
        facing,
    )
    first_row = np.repeat(start[:-1], np.diff(start))
    velocity = np.where(np.isnan(velocity), backward_velocity(xy, first_row), velocity)

    throw = start[:-1] + take["throw_frame"] - first
    return Scenes(
        game_id=take["game_id"],
        play_id=take["play_id"],
        start=start,
        frame_id=(np.arange(F) - first_row + np.repeat(first, np.diff(start))).astype(np.int32),
        nfl_id=nfl_id,
        position=position,
        xy=xy,
        velocity=velocity,
        facing_deg=facing,
        snap=start[:-1].copy(),
        throw=throw,
        arrival=start[:-1] + take["arrival_frame"] - first,
        scrimmage_x=take["scrimmage_x_yd"].astype(np.float32),
        down=_known(take["down"]),
        yards_to_go=_known(take["yards_to_go"]),
        target=_slot_by_id(nfl_id, take["target_nfl_id"]),
        passer=_passers(nfl_id, position, take["passer_nfl_id"], xy[throw]),
    )


def _known(numbers: np.ndarray) -> np.ndarray:
    return np.where(numbers < 0, np.nan, numbers).astype(np.float32)


def whole_plays(plays: Columns, tracking: Columns) -> Columns:
    """Columns of `plays` for `build_scenes` in which every play, pass or not, is one scene from the snap to its end.

    The throw is put at the first frame and the arrival at the last, and nobody is targeted: such scenes teach how
    players move, not what a pass does to them. Plays of a single frame are left out.
    """
    index = np.lexsort((plays["play_id"], plays["game_id"]))
    sorted_plays = {name: values[index] for name, values in plays.items()}
    p = _PlayIndex(sorted_plays["game_id"], sorted_plays["play_id"]).find(tracking["game_id"], tracking["play_id"])
    known, count = p >= 0, len(index)
    first, last = np.full(count, np.iinfo(np.int64).max), np.full(count, -1)
    np.minimum.at(first, p[known], tracking["frame_id"][known])
    np.maximum.at(last, p[known], tracking["frame_id"][known])
    first = np.maximum(first, sorted_plays["snap_frame"])
    nobody = np.full(count, -1)
    moved = {"snap_frame": first, "throw_frame": first, "arrival_frame": last, "target_nfl_id": nobody}
    kept = first < last
    return {name: values[kept] for name, values in {**sorted_plays, **moved}.items()}


class _PlayIndex:
    """Finds the row of a play by (game_id, play_id); the keys must be sorted."""

    def __init__(self, game_id: np.ndarray, play_id: np.ndarray) -> None:
        self.games, self.play_id = np.unique(game_id), play_id
        self.keys = self._key(game_id, play_id)

    def _key(self, game_id: np.ndarray, play_id: np.ndarray) -> np.ndarray:
        return np.searchsorted(self.games, game_id).astype(np.int64) * 2**32 + play_id

    def find(self, game_id: np.ndarray, play_id: np.ndarray) -> np.ndarray:
        """[N] play row of each pair, or -1."""
        if not len(self.keys):
            return np.full(len(game_id), -1)
        known = np.isin(game_id, self.games)
        keys = self._key(game_id, play_id)
        row = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(known & (self.keys[row] == keys), row, -1)


def _slots(index: _PlayIndex, participants: Columns, P: int) -> tuple[np.ndarray, np.ndarray]:
    """Give every participant a slot: the first eleven of a side by player number, from that side's first slot on.

    Returns the numbers and positions of the slots, both [P, E].
    """
    p = index.find(participants["game_id"], participants["play_id"])
    on_defense = (participants["side"] == "defense").astype(np.int64)
    order = np.lexsort((participants["nfl_id"], on_defense, p))
    order = order[p[order] >= 0]
    p, side = p[order], on_defense[order]
    group = p * 2 + side
    rank = np.arange(len(group)) - np.searchsorted(group, group)
    fits = rank < PLAYERS_PER_SIDE
    p, order, slot = p[fits], order[fits], (rank + side * PLAYERS_PER_SIDE)[fits]
    nfl_id = np.zeros((P, ENTITIES), np.int64)
    position = np.full((P, ENTITIES), "", "<U4")
    nfl_id[p, slot] = participants["nfl_id"][order]
    position[p, slot] = participants["position"][order]
    return nfl_id, position


def _slot_by_id(nfl_id: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    hit = (nfl_id[:, OFFENSE] == wanted[:, None]) & (wanted[:, None] > 0)
    return np.where(hit.any(1), hit.argmax(1), NOBODY)


def _passers(nfl_id: np.ndarray, position: np.ndarray, known: np.ndarray, xy_at_throw: np.ndarray) -> np.ndarray:
    """The passer the source names; else the quarterback nearest to the ball at the throw; else the nearest player."""
    named = _slot_by_id(nfl_id, known)
    to_ball = np.linalg.norm(xy_at_throw[:, OFFENSE] - xy_at_throw[:, BALL : BALL + 1], axis=-1)
    to_ball = np.where(np.isnan(to_ball), 1e6, to_ball)
    quarterback = position[:, OFFENSE] == QUARTERBACK
    to_ball = np.where(quarterback.any(1, keepdims=True) & ~quarterback, 1e9, to_ball)
    return np.where(named >= 0, named, to_ball.argmin(1))
