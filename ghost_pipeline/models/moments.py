"""What the ghost network learns from: every frame of every play once, from which windows are gathered while training.

Windows of every moment would hold each frame ten times over. Here a frame's features lie in memory once, on the device
that trains, and a batch is an index: that keeps the memory of a season bounded and a GPU busy.

Shape letters: M frames, S stretches (the frames of one play seen under one aim, or under none), B anchors, J = 22
players, H observed frames, C ranked features, K steps.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ghost_pipeline.domain.counterfactual import Aim
from ghost_pipeline.domain.field import FRAME_S
from ghost_pipeline.domain.scene import BALL, PLAYERS, Scenes
from ghost_pipeline.features.definitions import FRAME_FEATURES, INDEX, LANDING, RELEASE, TARGET
from ghost_pipeline.features.frames import frame_features
from ghost_pipeline.features.windows import ABSENT, play_roles
from ghost_pipeline.models.baselines import acceleration_gain, step_times
from ghost_pipeline.models.ghost_net import Inputs, Scaler


@dataclass(frozen=True)
class Moments:
    """Frames of many stretches. Of a stretch without an aim the features that depend on one are unknown."""

    features: NDArray[np.float32]  # [M, J, C] NaN where unknown
    xy: NDArray[np.float32]  # [M, J, 2] yd
    velocity: NDArray[np.float32]  # [M, J, 2] yd/s
    ball: NDArray[np.float32]  # [M, 2] yd
    start: NDArray[np.int64]  # [S + 1] stretch s owns the frames start[s]:start[s + 1]
    throw: NDArray[np.int64]  # [S] frame of the throw, counted from the stretch's first
    aimed: NDArray[np.bool_]  # [S] whether a target and a landing point are known
    role: NDArray[np.int64]  # [S, J] index into ROLES
    target: NDArray[np.int64]  # [S] slot of the target; 0 where none is known
    landing_xy: NDArray[np.float32]  # [S, 2] yd; 0 where unknown
    game_id: NDArray[np.int64]  # [S]

    def __len__(self) -> int:
        return len(self.features)

    def take(self, chosen: NDArray[np.bool_]) -> "Moments":
        """The chosen stretches, by mask [S]."""
        lengths = np.diff(self.start)
        frames = np.repeat(chosen, lengths)
        by_frame = {name: getattr(self, name)[frames] for name in _BY_FRAME}
        by_stretch = {name: getattr(self, name)[chosen] for name in _BY_STRETCH}
        return Moments(**by_frame, **by_stretch, start=np.concatenate([[0], np.cumsum(lengths[chosen])]))


_BY_FRAME = ("features", "xy", "velocity", "ball")
_BY_STRETCH = ("throw", "aimed", "role", "target", "landing_xy", "game_id")


def concatenate(parts: Sequence[Moments]) -> Moments:
    """Stretches of several weeks as one."""
    joined = {name: np.concatenate([getattr(part, name) for part in parts]) for name in (*_BY_FRAME, *_BY_STRETCH)}
    lengths = np.concatenate([np.diff(part.start) for part in parts])
    return Moments(**joined, start=np.concatenate([[0], np.cumsum(lengths)]))


def flights(scenes: Scenes, aim: Aim, names: Sequence[str]) -> Moments:
    """One stretch per aim, from the snap to the arrival, with the features `names`."""
    block = frame_features(scenes, aim)
    columns = [INDEX[name] for name in names]
    return Moments(
        features=np.ascontiguousarray(block.values[..., columns]),
        xy=scenes.xy[block.frame_row][:, PLAYERS],
        velocity=scenes.velocity[block.frame_row][:, PLAYERS],
        ball=scenes.xy[block.frame_row][:, BALL],
        start=block.start,
        throw=scenes.throw[aim.play] - scenes.start[aim.play],
        aimed=np.ones(len(aim), bool),
        role=play_roles(scenes, aim.play, aim.target),
        target=aim.target,
        landing_xy=np.nan_to_num(aim.landing_xy),
        game_id=scenes.game_id[aim.play],
    )


def free_runs(scenes: Scenes, names: Sequence[str], plays: NDArray[np.int64] | None = None) -> Moments:
    """One stretch per play, or per chosen play, of scenes that hold whole plays (`domain.scene.whole_plays`); nobody is
    targeted."""
    plays = np.arange(len(scenes)) if plays is None else plays
    count = len(plays)
    nowhere = np.full((count, 2), np.nan, np.float32)
    unaimed = Aim(plays, np.zeros(count, np.int64), nowhere, np.ones(count, np.int64))
    moments = flights(scenes, unaimed, names)
    moments.features[..., depends_on_aim(names)] = np.nan
    return replace(moments, aimed=np.zeros(count, bool), role=play_roles(scenes, plays))


def depends_on_aim(names: Sequence[str]) -> NDArray[np.bool_]:
    """[C] which features nobody can know where nobody is targeted."""
    return np.array([bool({TARGET, RELEASE, LANDING} & {*FRAME_FEATURES[INDEX[name]].needs}) for name in names], bool)


class Bank:
    """Moments on the device that trains, and the windows that are gathered from them.

    A window is the same as one that `features.windows.make_windows` cuts at that frame (a test holds the two together).
    """

    def __init__(self, moments: Moments, scaler: Scaler, observed: int, steps: int, device: torch.device) -> None:
        def there(values: NDArray) -> Tensor:
            return torch.from_numpy(np.ascontiguousarray(values)).to(device)

        stretch = np.repeat(np.arange(len(moments.role)), np.diff(moments.start))
        self.observed, self.steps, self.device = observed, steps, device
        self.features = there(scaler.scale(moments.features))  # [M, J, C]
        self.xy, self.velocity, self.ball = there(moments.xy), there(moments.velocity), there(moments.ball)
        self.stretch = there(stretch)  # [M]
        self.first, self.last = there(moments.start[:-1]), there(moments.start[1:] - 1)  # [S]
        self.throw = there(moments.start[:-1] + moments.throw)
        self.aimed, self.role, self.target = there(moments.aimed), there(moments.role), there(moments.target)
        self.landing_xy = there(moments.landing_xy)

    def anchors(self, *, before_throw: int | None = None) -> Tensor:
        """Frames that something can be learned from: all of them, or from `before_throw` frames before a throw on."""
        row = torch.arange(len(self.stretch), device=self.device)
        chosen = row < self.last[self.stretch]
        if before_throw is not None:
            chosen &= self.aimed[self.stretch] & (row >= self.throw[self.stretch] - before_throw)
        return row[chosen]

    def inputs(self, row: Tensor, context_steps: Tensor | None = None) -> Inputs:
        """What the network sees at the frames `row` [B]; with `context_steps` [B] also that many steps of the future of
        target and ball."""
        stretch = self.stretch[row]
        past = torch.arange(1 - self.observed, 1, device=self.device)
        seen = self.features[torch.maximum(row[:, None] + past, self.first[stretch][:, None])]  # [B, H, J, C]
        here, aimed = self.xy[row], self.aimed[stretch]
        left = torch.where(aimed, self.last[stretch] - row, 0)
        return Inputs(
            features=seen.transpose(1, 2).flatten(2),
            role=torch.where(here[..., 0].isnan(), ABSENT, self.role[stretch]),
            anchor_xy=torch.nan_to_num(here),
            landing_xy=self.landing_xy[stretch],
            time_left_s=left * FRAME_S,
            aimed=aimed,
            context=None if context_steps is None else self._context(row, context_steps),
        )

    def residual(self, row: Tensor) -> Tensor:
        """What the prior leaves to predict, [B, J, K, 2] yd; NaN where nothing is known."""
        stretch = self.stretch[row]
        ahead, known = self._ahead(row)
        moved = self.xy[ahead].transpose(1, 2) - self.xy[row][:, :, None]  # [B, J, K, 2]
        moved = torch.where(known[:, None, :, None], moved, torch.nan)
        velocity = torch.nan_to_num(self.velocity[row])
        before = torch.nan_to_num(self.velocity[torch.maximum(row - 1, self.first[stretch])])
        return moved - prior_of(velocity, (velocity - before) / FRAME_S, self.steps)

    def _ahead(self, row: Tensor) -> tuple[Tensor, Tensor]:
        """Frames of the K steps, cut to the stretch, and whether each is inside, both [B, K]."""
        last = self.last[self.stretch[row]][:, None]
        ahead = row[:, None] + torch.arange(1, self.steps + 1, device=self.device)
        return torch.minimum(ahead, last), ahead <= last

    def _context(self, row: Tensor, steps: Tensor) -> Tensor:
        """[B, K, 4] x, y of the target and of the ball; NaN where the network is not told."""
        ahead, known = self._ahead(row)
        told = known & (torch.arange(self.steps, device=self.device) < steps[:, None])
        target = self.xy[ahead, self.target[self.stretch[row]][:, None]]
        return torch.where(told[..., None], torch.cat([target, self.ball[ahead]], dim=-1), torch.nan)


def prior_of(velocity: Tensor, acceleration: Tensor, steps: int) -> Tensor:
    """`baselines.damped_acceleration` on tensors [B, J, 2] -> [B, J, K, 2] yd."""
    t = step_times(steps)
    gain = torch.from_numpy(acceleration_gain(t)).to(velocity)
    return (
        velocity[..., None, :] * torch.from_numpy(t).to(velocity)[:, None] + acceleration[..., None, :] * gain[:, None]
    )
