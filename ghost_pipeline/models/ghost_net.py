"""The ghost network: paths of all 22 players at once, given who is targeted and where and when the ball comes down.

Every player is a token: the ranked features of the observed frames plus an embedding of the role in this pass. A small
encoder reads each player's past, attention lets the players react to each other, and one head gives all steps of the
flight at once as a Gaussian around a kinematic prior and a linear reading of the inputs. One network serves both
protocols: what it may know of the future of target and ball is an input that can be left out, and so is the aim itself.

Shape letters: B windows, J = 22 players, H observed frames, C ranked features, K steps, W width of a token.

References: Vaswani et al. 2017 (attention); Nix, Weigend 1994 (a network that gives mean and variance); Yurko, Nguyen,
Pelechrinis 2024 (ghosts as a distribution).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention

from ghost_pipeline.domain.field import FIELD_WIDTH_YD, FRAME_S
from ghost_pipeline.features.definitions import FRAME_FEATURES, INDEX, MIRROR
from ghost_pipeline.features.windows import ABSENT, HORIZON, ROLES, TARGET, Windows

MAX_SCALED = 6.0
"""Standardised features are cut off here: the velocity needed to reach a landing point has no upper bound."""
CONDITIONS = 8
OFFSET_UNIT_YD = 15.0


@dataclass(frozen=True)
class GhostConfig:
    """Size of the network. `observed` is H and `features` is C."""

    observed: int
    features: int
    width: int = 64
    layers: int = 3
    heads: int = 4
    steps: int = HORIZON


class Inputs(NamedTuple):
    """What the network sees of B windows; nothing but `context` comes after the anchor."""

    features: Tensor  # [B, J, H * C] standardised, unknown is 0
    role: Tensor  # [B, J]
    anchor_xy: Tensor  # [B, J, 2] yd, 0 in empty slots
    landing_xy: Tensor  # [B, 2] yd
    time_left_s: Tensor  # [B]
    aimed: Tensor  # [B] whether a target and a landing point are known
    context: Tensor | None = None  # [B, K, 4] known_context: x, y of target and ball ahead, NaN where not told

    def cpu(self) -> "Inputs":
        """The same in the memory that numpy sees."""
        return Inputs._make(None if values is None else values.cpu() for values in self)

    def mirrored(self, flip: Tensor) -> "Inputs":
        """Left and right swapped; `flip` [H * C] holds the sign of each feature."""
        across = flip.new_tensor([1.0, -1.0])
        edge = flip.new_tensor([0.0, FIELD_WIDTH_YD])
        return self._replace(
            features=self.features * flip,
            anchor_xy=edge + self.anchor_xy * across,
            landing_xy=edge + self.landing_xy * across,
            context=None if self.context is None else edge.repeat(2) + self.context * across.repeat(2),
        )


class GhostNet(nn.Module):
    """Inputs -> mean and log standard deviation of the residual to the prior, both in units of `residual_scale`."""

    residual_scale: Tensor
    log_sd_start: Tensor

    def __init__(self, config: GhostConfig) -> None:
        super().__init__()
        self.config = config
        W, read = config.width, config.observed * config.features + CONDITIONS
        self.linear = nn.Linear(read, config.steps * 2)
        nn.init.zeros_(self.linear.weight)
        nn.init.zeros_(self.linear.bias)
        self.encode = nn.Sequential(nn.Linear(read, 2 * W), nn.GELU(), nn.Linear(2 * W, W))
        self.role = nn.Embedding(len(ROLES), W)
        self.context = nn.Linear(config.steps * 6, W)
        self.blocks = nn.ModuleList(_Block(W, config.heads) for _ in range(config.layers))
        last = nn.Linear(2 * W, config.steps * 4)
        nn.init.zeros_(last.weight)
        nn.init.zeros_(last.bias)
        self.head = nn.Sequential(nn.LayerNorm(W), nn.Linear(W, 2 * W), nn.GELU(), last)
        self.register_buffer("residual_scale", torch.ones(config.steps))  # [K] yd
        self.register_buffer("log_sd_start", torch.zeros(config.steps))  # [K] in units of residual_scale

    def forward(self, inputs: Inputs) -> tuple[Tensor, Tensor]:
        """Mean and log standard deviation, each [B, J, K, 2]."""
        read = self.read(inputs)
        tokens = self.encode(read) + self.role(inputs.role)
        if inputs.context is not None:
            tokens = tokens + self.context(_seen_ahead(inputs.context, inputs.anchor_xy))
        seen = (inputs.role != ABSENT)[:, None, None]  # [B, 1, 1, J]
        for block in self.blocks:
            tokens = block(tokens, seen)
        out = self.head(tokens).unflatten(-1, (self.config.steps, 4))  # [B, J, K, 4]
        mean = self.linear(read).unflatten(-1, (self.config.steps, 2)) + out[..., :2]
        return mean, (self.log_sd_start[:, None] + out[..., 2:]).clamp(-5.0, 3.0)

    def read(self, inputs: Inputs) -> Tensor:
        """What is read of each player, [B, J, H * C + CONDITIONS]."""
        return torch.cat([inputs.features, _conditions(inputs)], dim=-1)


class _Block(nn.Module):
    """Every player looks at every present player, then thinks for himself."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.before_attention, self.before_mlp = nn.LayerNorm(width), nn.LayerNorm(width)
        self.project, self.merge = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.mlp = nn.Sequential(nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width))

    def forward(self, tokens: Tensor, seen: Tensor) -> Tensor:
        """tokens [B, J, W], seen [B, 1, 1, J] -> [B, J, W]."""
        qkv = self.project(self.before_attention(tokens)).unflatten(-1, (3, self.heads, -1))
        q, k, v = qkv.permute(2, 0, 3, 1, 4)  # each [B, heads, J, W / heads]
        mixed = scaled_dot_product_attention(q, k, v, attn_mask=seen)
        tokens = tokens + self.merge(mixed.transpose(1, 2).flatten(2))
        return tokens + self.mlp(self.before_mlp(tokens))


def _conditions(inputs: Inputs) -> Tensor:
    """Where each player stands among all, and where and when the ball comes down, [B, J, CONDITIONS].

    Given even where no ranked feature says it: attention needs to know how players stand to each other. Without an aim
    the rest is zeros.
    """
    present = (inputs.role != ABSENT)[..., None]
    middle = (inputs.anchor_xy * present).sum(1, keepdim=True) / present.sum(1, keepdim=True).clamp(min=1)
    place = (inputs.anchor_xy - middle) / OFFSET_UNIT_YD
    offset = (inputs.landing_xy[:, None] - inputs.anchor_xy) / OFFSET_UNIT_YD
    time_left = inputs.time_left_s[:, None, None].expand(*offset.shape[:2], 1)
    told = torch.cat([offset, time_left, offset / time_left.clamp(min=0.5), torch.ones_like(time_left)], dim=-1)
    return torch.cat([place, told * inputs.aimed[:, None, None]], dim=-1)


def _seen_ahead(context: Tensor, anchor_xy: Tensor) -> Tensor:
    """Offsets from each player to target and ball at every step, and whether each is told, [B, J, K * 6]."""
    offset = context[:, None].unflatten(-1, (2, 2)) - anchor_xy[:, :, None, None]  # [B, J, K, 2, 2]
    told = ~offset.isnan().any(-1, keepdim=True)
    return torch.cat([torch.nan_to_num(offset) / OFFSET_UNIT_YD, told], dim=-1).flatten(2)


@dataclass(frozen=True)
class Scaler:
    """Mean and standard deviation of each ranked feature over the players and frames trained on, each [C]."""

    mean: NDArray[np.float32]
    sd: NDArray[np.float32]

    @classmethod
    def fit(cls, features: NDArray[np.float32], names: Sequence[str]) -> "Scaler":
        """From `features` [..., C]. Vectors and numbers that mirroring negates keep mean 0, and the parts of a vector
        share a deviation, so that scaling commutes with mirroring.

        The outermost 1 % on each side are cut off first; what is never known gets mean 0 and deviation 1.
        """
        mean, square = np.zeros(len(names)), np.ones(len(names))
        for column, name in enumerate(names):
            values = features[..., column]
            values = values[~np.isnan(values)].astype(np.float64)
            if len(values):
                values = np.clip(values, *np.percentile(values, [1, 99]))
                fixed = MIRROR[INDEX[name]] < 0 or FRAME_FEATURES[INDEX[name]].vector
                mean[column] = 0.0 if fixed else values.mean()
                square[column] = ((values - mean[column]) ** 2).mean()
        for pair in _vector_columns(names):
            square[pair] = square[pair].mean()
        sd = np.sqrt(square)
        return cls(mean.astype(np.float32), np.where(sd > 1e-6, sd, 1.0).astype(np.float32))

    def scale(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """[..., C] -> the same standardised, cut off at MAX_SCALED, unknown as 0."""
        return np.nan_to_num(np.clip((features - self.mean) / self.sd, -MAX_SCALED, MAX_SCALED))


def _vector_columns(names: Sequence[str]) -> list[list[int]]:
    """Columns of the two parts of each vector among the features."""
    vectors = [FRAME_FEATURES[INDEX[name]].vector for name in names]
    pairs = [
        [column for column, found in enumerate(vectors) if found == vector] for vector in sorted({*vectors} - {""})
    ]
    return [pair for pair in pairs if len(pair) == 2]


def inputs_of(windows: Windows, scaler: Scaler, known_context: bool = False) -> Inputs:
    """The network's view of windows."""
    context = None
    if known_context:
        target = windows.future_xy[np.arange(len(windows)), (windows.role == TARGET).argmax(axis=1)]
        context = torch.from_numpy(np.concatenate([target, windows.future_ball], axis=-1).astype(np.float32))
    return Inputs(
        features=torch.from_numpy(scaler.scale(windows.history)).flatten(2),
        role=torch.from_numpy(windows.role),
        anchor_xy=torch.from_numpy(np.nan_to_num(windows.past_xy[:, :, -1])),
        landing_xy=torch.from_numpy(windows.landing_xy.astype(np.float32)),
        time_left_s=torch.from_numpy((windows.steps_left * FRAME_S).astype(np.float32)),
        aimed=torch.ones(len(windows), dtype=torch.bool),
        context=context,
    )
