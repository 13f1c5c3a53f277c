"""Windows: a short past of every player and the future to predict, cut from scenes. Training and what-ifs both use it.

Shape letters: N windows, J = 22 players (slots of `domain.scene`), H observed frames of which the last is the anchor,
K future steps, C chosen features.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from ghost_pipeline.domain.counterfactual import Aim
from ghost_pipeline.domain.field import MIDDLE_Y_YD
from ghost_pipeline.domain.scene import PLAYERS, Scenes
from ghost_pipeline.domain.split import folds_of
from ghost_pipeline.features.cutting import cut
from ghost_pipeline.features.definitions import INDEX, MIRROR
from ghost_pipeline.features.frames import frame_features

HISTORY = 10
HORIZON = 40
"""Longest flight that is predicted: 4 s (the longest of the real plays is 3.4 s)."""

ROLES = ("absent", "passer", "target", "receiver", "lineman", "defender", "defensive_back")
ABSENT, PASSER, TARGET, RECEIVER, LINEMAN, DEFENDER, BACK = range(len(ROLES))


@dataclass(frozen=True)
class Windows:
    """N anchors; everything up to and including the anchor is known, everything in `future_*` is not at_release."""

    game_id: NDArray[np.int64]  # [N]
    play_id: NDArray[np.int64]  # [N]
    aim_row: NDArray[np.int64]  # [N] index into the aims they were cut from
    nfl_id: NDArray[np.int64]  # [N, J] 0 in empty slots
    role: NDArray[np.int64]  # [N, J] index into ROLES
    history: NDArray[np.float32]  # [N, J, H, C] chosen features, NaN where unknown
    past_xy: NDArray[np.float32]  # [N, J, H, 2] yd
    velocity: NDArray[np.float32]  # [N, J, H, 2] yd/s
    past_ball: NDArray[np.float32]  # [N, H, 2] yd
    landing_xy: NDArray[np.float32]  # [N, 2] yd
    steps_since_throw: NDArray[np.int64]  # [N]
    steps_left: NDArray[np.int64]  # [N] steps until the ball comes down
    future_xy: NDArray[np.float32]  # [N, J, K, 2] yd, NaN after the arrival
    future_ball: NDArray[np.float32]  # [N, K, 2] yd, NaN after the arrival
    fold: NDArray[np.int64]  # [N]

    def __len__(self) -> int:
        return len(self.game_id)

    @property
    def target(self) -> NDArray[np.int64]:
        """[N] slot of the targeted receiver."""
        return (self.role == TARGET).argmax(axis=1)

    @property
    def is_seen(self) -> NDArray[np.bool_]:
        """[N, J, H] where a player's position was measured."""
        return ~np.isnan(self.past_xy[..., 0])

    @property
    def is_known(self) -> NDArray[np.bool_]:
        """[N, J, K] where a player's future position is known: before the arrival, and measured."""
        return ~np.isnan(self.future_xy[..., 0])

    def take(self, rows: NDArray) -> "Windows":
        """The chosen windows, by mask or index."""
        return Windows(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})


def make_windows(
    scenes: Scenes,
    aim: Aim,
    names: Sequence[str],
    history: int = HISTORY,
    horizon: int = HORIZON,
    anchors: Sequence[int] | None = None,
) -> Windows:
    """Cut windows with the features `names`.

    Anchors are the given numbers of frames after the throw (0 is the release), cut to the flight; None means every
    frame of the flight. Before a play's first frame its first frame is repeated.
    """
    longest = int(aim.flight_frames.max(initial=1))
    steps = np.arange(longest) if anchors is None else np.asarray(anchors)
    aim_row, since = np.nonzero(steps[None, :] < aim.flight_frames[:, None])
    since = steps[since]
    play = aim.play[aim_row]
    first, anchor = scenes.start[play], scenes.throw[play] + since
    inside = (anchor >= first) & (anchor < scenes.start[play + 1])
    aim_row, since, play, first, anchor = (values[inside] for values in (aim_row, since, play, first, anchor))

    past = np.maximum(anchor[:, None] + np.arange(1 - history, 1), first[:, None])  # [N, H] rows of F
    block = frame_features(scenes, aim, history - 1 - int(since.min(initial=0)), int(since.max(initial=0)))
    row_in_block = past - (block.frame_row[block.start[:-1]] - block.start[:-1])[aim_row][:, None]
    N, H, J, K = len(play), history, PLAYERS.stop, horizon
    cuts = {
        "history": np.empty((N, J, H, len(names)), np.float32),
        "past_xy": np.empty((N, J, H, 2), np.float32),
        "velocity": np.empty((N, J, H, 2), np.float32),
        "past_ball": np.empty((N, H, 2), np.float32),
        "future_xy": np.empty((N, J, K, 2), np.float32),
        "future_ball": np.empty((N, K, 2), np.float32),
    }
    last = np.minimum(scenes.arrival[play], scenes.start[play + 1] - 1)
    chosen = np.array([INDEX[name] for name in names], np.int64)
    cut(chosen, block.columns, scenes.xy, scenes.velocity, past, row_in_block, last, *cuts.values())
    return Windows(
        game_id=scenes.game_id[play],
        play_id=scenes.play_id[play],
        aim_row=aim_row,
        nfl_id=scenes.nfl_id[play][:, PLAYERS],
        role=_roles(scenes, aim, aim_row, anchor),
        landing_xy=aim.landing_xy[aim_row],
        steps_since_throw=since,
        steps_left=aim.flight_frames[aim_row] - since,
        fold=folds_of(scenes.game_id[play]),
        **cuts,
    )


def _roles(scenes: Scenes, aim: Aim, aim_row: NDArray, anchor: NDArray) -> NDArray[np.int64]:
    """[N, J] what each player is in the pass that the aim describes."""
    role = play_roles(scenes, aim.play[aim_row], aim.target[aim_row])
    role[np.isnan(scenes.xy[anchor][:, PLAYERS, 0])] = ABSENT
    return role


def play_roles(scenes: Scenes, play: NDArray, target: NDArray | None = None) -> NDArray[np.int64]:
    """[N, J] what each player is in plays [N] thrown to targets [N], or to nobody; who is absent is not looked at."""
    role = np.full((len(play), scenes.xy[:, PLAYERS].shape[1]), DEFENDER)
    role[:, : role.shape[1] // 2] = LINEMAN
    role[scenes.is_eligible[play][:, PLAYERS]] = RECEIVER
    role[scenes.is_defensive_back[play][:, PLAYERS]] = BACK
    row = np.arange(len(play))
    role[row, scenes.passer[play]] = PASSER
    if target is not None:
        role[row, target] = TARGET
    return role


def mirror(windows: Windows, names: Sequence[str]) -> Windows:
    """The same windows with left and right swapped; mirroring twice changes nothing."""
    flip = np.array([MIRROR[INDEX[name]] for name in names], np.float32)

    def across(xy: NDArray) -> NDArray:
        flipped = xy.copy()
        flipped[..., 1] = 2 * MIDDLE_Y_YD - flipped[..., 1]
        return flipped

    changed = {name: across(getattr(windows, name)) for name in _POSITIONS}
    changed["velocity"] = windows.velocity * np.array([1, -1], np.float32)
    changed["history"] = windows.history * flip
    return Windows(**{f.name: changed.get(f.name, getattr(windows, f.name)) for f in fields(windows)})


_POSITIONS = ("past_xy", "past_ball", "landing_xy", "future_xy", "future_ball")
