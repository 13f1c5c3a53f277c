"""The paper's models, re-implemented as the learned ones to beat: plain LSTM, Defender CNN-LSTM, with social pooling.

Defender, targeted receiver and ball are separate inputs. Each goes through 1-D convolutions over time (32 filters of
several kernel sizes) and pooling; the results are concatenated, repeated for every future step, and read by an LSTM
(hidden 32) with a dense layer per step. Social pooling adds the pooled convolution features of the other defensive
backs through an embedding. The plain LSTM reads the same inputs without convolutions. Only defensive backs are
predicted; x and y have a model each unless the variant is joint.

The paper feeds raw coordinates. Repairs are part of a variant's name: positions relative to the defender's last seen
one, mirroring in training, and predicting what constant velocity leaves. Source: Cheong, Zeng, Tyagi 2021.

Shape letters: T trajectories, H observed frames, K steps, O other defensive backs.
"""

import json
from dataclasses import asdict, dataclass
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load, save
from torch import Tensor, nn

from ghost_pipeline.domain.field import FIELD_LENGTH_YD, FRAME_S, MIDDLE_Y_YD
from ghost_pipeline.errors import GhostError
from ghost_pipeline.features.windows import BACK, TARGET, Windows
from ghost_pipeline.models.baselines import step_times
from ghost_pipeline.models.forecast import KNOWN_CONTEXT, Forecast
from ghost_pipeline.models.threads import one_thread

ENTITIES, CHANNELS, OTHERS = 3, 4, 5
VELOCITY_UNIT_YD_S, RELATIVE_UNIT_YD, RAW_UNIT_YD = 5.0, 10.0, 30.0
MIDDLE_XY = np.array([FIELD_LENGTH_YD / 2, MIDDLE_Y_YD], np.float32)


@dataclass(frozen=True)
class CnnLstmConfig:
    """The variant and its size: 3 frames observed and 10 predicted, as in the paper."""

    protocol: str = KNOWN_CONTEXT
    relative: bool = True
    mirror: bool = False
    residual: bool = False
    social: bool = False
    joint: bool = False
    convolutions: bool = True
    observed: int = 3
    steps: int = 10
    filters: int = 32
    kernels: tuple[int, ...] = (1, 2, 3)
    hidden: int = 32

    @property
    def name(self) -> str:
        """As `cnn_lstm_relative_mirror`: what is added to the paper's model follows the name."""
        added = ("social", "joint", "relative", "mirror", "residual")
        return "cnn_" * self.convolutions + "lstm" + "".join(f"_{word}" * getattr(self, word) for word in added)

    @property
    def unit_yd(self) -> float:
        """Yards that stand for 1 in the network."""
        return RELATIVE_UNIT_YD if self.relative else RAW_UNIT_YD

    @property
    def context(self) -> int:
        """Numbers given for every future step."""
        return 4 if self.protocol == KNOWN_CONTEXT else 3


class Trajectories(NamedTuple):
    """Defensive backs of windows as the network sees them; every second of x, y numbers changes sign in a mirror."""

    past: Tensor  # [T, ENTITIES, CHANNELS, H] x, y, vx, vy of defender, receiver, ball
    others: Tensor  # [T, O, CHANNELS, H] the same of the other defensive backs, 0 where there are fewer
    context: Tensor  # [T, K, 4] x, y of receiver and ball at that step; at release [T, K, 3] landing x, y and time left
    target: Tensor  # [T, K, 2] the defender's position, or what constant velocity leaves of it; NaN where unknown

    def take(self, rows: Tensor) -> "Trajectories":
        return Trajectories(*(values[rows] for values in self))

    def mirrored(self) -> "Trajectories":
        signs = torch.tensor([1.0, -1.0, 1.0, -1.0])
        return Trajectories(
            self.past * signs[:, None],
            self.others * signs[:, None],
            self.context * signs[: self.context.shape[2]],
            self.target * signs[:2],
        )


class CnnLstm(nn.Module):
    """Trajectories -> what `Trajectories.target` holds, in the units of the variant: one model, or one for x and one
    for y."""

    def __init__(self, config: CnnLstmConfig) -> None:
        super().__init__()
        self.config = config
        outputs = [2] if config.joint else [1, 1]
        self.parts = nn.ModuleList(_Part(config, width) for width in outputs)

    def forward(self, trajectories: Trajectories) -> Tensor:
        """[T, K, 2]"""
        return torch.cat([part(trajectories) for part in self.parts], dim=-1)


class _Part(nn.Module):
    def __init__(self, config: CnnLstmConfig, outputs: int) -> None:
        super().__init__()
        self.config = config
        read = _Convolutions(config).width * ENTITIES if config.convolutions else config.hidden
        if config.convolutions:
            self.read_past = nn.ModuleList(_Convolutions(config) for _ in range(ENTITIES))
        else:
            self.recur = nn.LSTM(ENTITIES * CHANNELS, config.hidden, batch_first=True)
        if config.social:
            self.read_others = _Convolutions(config)
            self.embed = nn.Linear(self.read_others.width, config.hidden)
            read += config.hidden
        self.lstm = nn.LSTM(read + config.context, config.hidden, batch_first=True)
        self.dense = nn.Linear(config.hidden, outputs)

    def forward(self, trajectories: Trajectories) -> Tensor:
        """[T, K, outputs]"""
        past = trajectories.past
        if self.config.convolutions:
            known = [read(past[:, entity]) for entity, read in enumerate(self.read_past)]
        else:
            known = [self.recur(past.flatten(1, 2).swapaxes(1, 2))[0][:, -1]]
        if self.config.social:
            others = self.read_others(trajectories.others.flatten(0, 1)).unflatten(0, trajectories.others.shape[:2])
            present = trajectories.others.abs().sum((2, 3)) > 0  # [T, O]
            known.append(torch.relu(self.embed((others * present[..., None]).amax(1))))
        repeated = torch.cat(known, dim=-1)[:, None].expand(-1, self.config.steps, -1)
        states, _ = self.lstm(torch.cat([repeated, trajectories.context], dim=-1))
        return self.dense(states)


class _Convolutions(nn.Module):
    """1-D convolutions over time of several kernel sizes, each pooled over time: [T, CHANNELS, H] -> [T, width]."""

    def __init__(self, config: CnnLstmConfig) -> None:
        super().__init__()
        self.width = len(config.kernels) * config.filters
        self.convolutions = nn.ModuleList(nn.Conv1d(CHANNELS, config.filters, size) for size in config.kernels)

    def forward(self, past: Tensor) -> Tensor:
        return torch.cat([torch.relu(convolution(past)).amax(-1) for convolution in self.convolutions], dim=-1)


def trajectories_of(
    windows: Windows, config: CnnLstmConfig
) -> tuple[Trajectories, NDArray[np.int64], NDArray[np.int64]]:
    """Every defensive back of the windows, with the window [T] and the slot [T] it comes from.

    Raises GhostError when the windows have too few frames or steps.
    """
    observed, steps = windows.past_xy.shape[2], windows.future_xy.shape[2]
    if observed < config.observed or steps < config.steps:
        raise GhostError(
            f"{config.name} wants windows of at least {config.observed} frames and {config.steps} steps; "
            f"found {observed} frames, {steps} steps"
        )
    row, slot = np.nonzero(windows.role == BACK)
    receiver = (windows.role == TARGET).argmax(axis=1)
    window = np.arange(len(windows))
    H, K = config.observed, config.steps
    past_ball = windows.past_ball[:, -H:]  # cut first: more frames than the network sees must not change what it sees
    ball_velocity = np.diff(past_ball, axis=1, prepend=past_ball[:, :1]) / np.float32(FRAME_S)
    origin = origin_of(windows, config)[row, slot][:, None]

    def position(xy: NDArray) -> NDArray:
        return (xy - origin) / config.unit_yd

    def seen(xy: NDArray, velocity: NDArray) -> NDArray:
        return np.concatenate([position(xy), velocity / VELOCITY_UNIT_YD_S], axis=-1)[:, -H:]  # [T, H, 4]

    past = [
        (windows.past_xy[row, slot], windows.velocity[row, slot]),
        (windows.past_xy[window, receiver][row], windows.velocity[window, receiver][row]),
        (past_ball[row], ball_velocity[row]),
    ]
    others = [
        np.where(slots[:, None, None] >= 0, seen(windows.past_xy[row, slots], windows.velocity[row, slots]), 0)
        for slots in _others(windows)[row, slot].T
    ]
    if config.protocol == KNOWN_CONTEXT:
        receiver_ahead = windows.future_xy[window, receiver][row, :K]
        context = np.concatenate([position(receiver_ahead), position(windows.future_ball[row, :K])], axis=-1)
    else:
        left_s = (windows.steps_left[row, None] - np.arange(1, K + 1)) * FRAME_S
        landing = np.broadcast_to(position(windows.landing_xy[row, None]), (len(row), K, 2))
        context = np.concatenate([landing, left_s[..., None]], axis=-1)
    target = position(windows.future_xy[row, slot, :K])
    if config.residual:
        target = target - _straight(windows, config)[row, slot] / config.unit_yd
    given = Trajectories(
        past=_known(np.stack([seen(xy, v) for xy, v in past], axis=1).swapaxes(2, 3)),
        others=_known(np.stack(others, axis=1).swapaxes(2, 3)),
        context=_known(context),
        target=torch.from_numpy(target.astype(np.float32)),
    )
    return given, row, slot


def _known(values: NDArray) -> Tensor:
    return torch.from_numpy(np.nan_to_num(values).astype(np.float32))


def _others(windows: Windows) -> NDArray[np.int64]:
    """Slots [N, J, O] of the other defensive backs of each player's window, -1 where there are fewer."""
    back = windows.role == BACK
    slots = np.arange(back.shape[1])
    free = back[:, None, :] & (slots[:, None] != slots)  # [N, J, J]
    first = np.argsort(~free, axis=-1, kind="stable")[..., :OTHERS]
    return np.where(np.take_along_axis(free, first, axis=-1), first, -1)


def _straight(windows: Windows, config: CnnLstmConfig) -> NDArray[np.float32]:
    """Displacement [N, J, K, 2] in yards at constant velocity."""
    velocity = np.nan_to_num(windows.velocity[:, :, -1])
    return velocity[:, :, None] * step_times(config.steps)[:, None]


def origin_of(windows: Windows, config: CnnLstmConfig) -> NDArray[np.float32]:
    """Point [N, J, 2] that positions are counted from: where the player was last seen, or the middle of the field."""
    here = windows.past_xy[:, :, -1]
    return here if config.relative else np.broadcast_to(MIDDLE_XY, here.shape)


@dataclass(frozen=True)
class CnnLstmPredictor:
    """A trained Defender CNN-LSTM."""

    network: CnnLstm

    @property
    def name(self) -> str:
        """Name of the variant."""
        return self.network.config.name

    @property
    def protocol(self) -> str:
        """What it may see."""
        return self.network.config.protocol

    @property
    def horizon(self) -> int:
        """Longest forecast in steps; the paper tiles windows for more, which would need the actual path."""
        return self.network.config.steps

    @one_thread()
    @torch.no_grad()
    def predict(self, windows: Windows) -> Forecast:
        """Paths of the defensive backs of windows with exactly `horizon` steps; NaN for everybody else."""
        config = self.network.config
        trajectories, row, slot = trajectories_of(windows, config)
        xy = np.full(windows.future_xy.shape, np.nan, np.float32)
        path = self.network(trajectories).numpy() * config.unit_yd
        if config.residual:
            path = path + _straight(windows, config)[row, slot]
        xy[row, slot, : config.steps] = origin_of(windows, config)[row, slot][:, None] + path
        return Forecast(xy)

    def to_files(self) -> dict[str, bytes]:
        """The artifact: weights as safetensors and the variant as JSON."""
        config = json.dumps(asdict(self.network.config), indent=1).encode()
        return {"weights.safetensors": save(self.network.state_dict()), "config.json": config}

    @classmethod
    def from_files(cls, files: dict[str, bytes]) -> "CnnLstmPredictor":
        """The inverse of `to_files`."""
        config = json.loads(files["config.json"])
        network = CnnLstm(CnnLstmConfig(**{**config, "kernels": tuple(config["kernels"])}))
        network.load_state_dict(load(files["weights.safetensors"]))
        network.eval()
        return cls(network)
