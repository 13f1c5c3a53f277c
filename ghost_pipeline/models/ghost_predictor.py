"""A trained ghost model in use: a few networks and their mirror images, averaged, calibrated and humanly possible."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property, partial

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load, save
from torch import Tensor

from ghost_pipeline.domain.field import MAX_STEP_YD
from ghost_pipeline.errors import GhostError
from ghost_pipeline.features.definitions import INDEX, MIRROR
from ghost_pipeline.features.windows import ABSENT, Windows
from ghost_pipeline.models.baselines import anchor_motion, damped_acceleration, step_times
from ghost_pipeline.models.forecast import AT_RELEASE, KNOWN_CONTEXT, Forecast
from ghost_pipeline.models.ghost_net import GhostConfig, GhostNet, Inputs, Scaler, inputs_of
from ghost_pipeline.models.threads import one_thread

Array = NDArray[np.float32]
LAYOUT = 2
"""Of the artifact's files; a version with another layout was made by code that is not this one."""
LEAST_SHARE = 0.25
"""The variance of the mean of several members is never taken below this share of their own."""


@dataclass(frozen=True)
class Member:
    """One network and what its deviations are multiplied by at each step [K], so that its regions hold what they say
    on games that it has not learned from."""

    network: GhostNet
    stretch: Array


@dataclass(frozen=True)
class GhostPredictor:
    """A trained ghost model with all it needs to be used: the feature names and their scaler."""

    members: tuple[Member, ...]
    names: tuple[str, ...]
    scaler: Scaler
    name: str = "ghost_net"
    protocol: str = AT_RELEASE
    batch: int = 256
    mirrored: bool = True
    """Average the windows and their mirror images; without, a forecast takes half the time and is less exact."""

    @property
    def config(self) -> GhostConfig:
        return self.members[0].network.config

    @property
    def horizon(self) -> int:
        """Longest forecast in steps."""
        return self.config.steps

    @property
    def observed(self) -> int:
        """H that windows must have at least."""
        return self.config.observed

    @property
    def known_context(self) -> "GhostPredictor":
        """The same networks, told the future of target and ball."""
        return replace(self, protocol=KNOWN_CONTEXT)

    @cached_property
    def _flip(self) -> Tensor:
        return mirror_signs(self.names, self.observed)

    def predict(self, windows: Windows) -> Forecast:
        """Paths and their standard deviations, averaged over the members, the windows and their mirror image.

        Raises GhostError when the windows do not have the features, frames or steps that the networks were built for.
        """
        N, J, H, C = windows.history.shape
        K, config = windows.future_xy.shape[2], self.config
        if config.observed > H or config.features != C or config.steps < K:
            raise GhostError(
                f"the ghost network wants windows of {config.observed} frames with the {config.features} features "
                f"{', '.join(self.names)} and at most {config.steps} steps; found {H} frames, {C} features, {K} steps"
            )
        xy, sd = np.full((2, N, J, K, 2), np.nan, np.float32)
        for first in range(0, N, self.batch):
            rows = np.arange(first, min(first + self.batch, N))
            xy[rows], sd[rows] = self._predict(windows.take(rows), K)
        gone = windows.role == ABSENT
        xy[gone], sd[gone] = np.nan, np.nan
        return Forecast(xy, sd)

    @one_thread()
    @torch.no_grad()
    def _predict(self, windows: Windows, steps: int) -> tuple[Array, Array]:
        inputs = self._inputs(windows)
        forecast = partial(as_mirrored, flip=self._flip) if self.mirrored else as_is
        of_members = [forecast(member, inputs) for member in self.members]
        residual, sd = mixed([mean for mean, _ in of_members], [deviation for _, deviation in of_members])
        residual, sd = residual[:, :, :steps], sd[:, :, :steps]
        prior = damped_acceleration(*anchor_motion(windows), step_times(steps))
        anchor = inputs.anchor_xy.numpy()
        return humanly_possible(anchor[:, :, None] + prior + residual.numpy(), anchor), sd.numpy()

    def _inputs(self, windows: Windows) -> Inputs:
        H, missing = self.observed, self.horizon - windows.future_xy.shape[2]
        cut = replace(windows, history=windows.history[:, :, -H:])
        inputs = inputs_of(cut, self.scaler, self.protocol == KNOWN_CONTEXT)
        if inputs.context is None:
            return inputs
        return inputs._replace(context=torch.nn.functional.pad(inputs.context, (0, 0, 0, missing), value=torch.nan))

    def to_files(self) -> dict[str, bytes]:
        """The artifact: weights as safetensors, size, feature names, scaler and calibration as JSON."""
        facts = {
            "layout": LAYOUT,
            "config": asdict(self.config),
            "names": list(self.names),
            "mean": self.scaler.mean.tolist(),
            "sd": self.scaler.sd.tolist(),
            "stretch": [member.stretch.tolist() for member in self.members],
            "name": self.name,
        }
        weights = {
            f"{number}.{key}": values.contiguous()
            for number, member in enumerate(self.members)
            for key, values in member.network.state_dict().items()
        }
        return {"weights.safetensors": save(weights), "config.json": json.dumps(facts, indent=1).encode()}

    @classmethod
    def from_files(cls, files: dict[str, bytes]) -> "GhostPredictor":
        """The inverse of `to_files`. Raises GhostError for files that other code made."""
        facts = json.loads(files["config.json"])
        if facts.get("layout") != LAYOUT:
            raise GhostError(
                f"this version of the ghost model has files of layout {facts.get('layout')}, and this code reads "
                f"{LAYOUT}: train a new one (`ghost refresh`)"
            )
        weights = load(files["weights.safetensors"])
        members = tuple(_members(GhostConfig(**facts["config"]), weights, facts["stretch"]))
        scaler = Scaler(np.array(facts["mean"], np.float32), np.array(facts["sd"], np.float32))
        return cls(members, tuple(facts["names"]), scaler, facts["name"])


def _members(config: GhostConfig, weights: dict[str, Tensor], stretch: Sequence[Sequence[float]]) -> Iterator[Member]:
    for number, factors in enumerate(stretch):
        network, prefix = GhostNet(config), f"{number}."
        network.load_state_dict({k.removeprefix(prefix): v for k, v in weights.items() if k.startswith(prefix)})
        yield Member(network.eval(), np.array(factors, np.float32))


def as_is(member: Member, inputs: Inputs) -> tuple[Tensor, Tensor]:
    """Residual and deviation in yards of one member."""
    mean, log_sd = member.network(inputs)
    scale = member.network.residual_scale[:, None]
    return scale * mean, scale * torch.from_numpy(member.stretch)[:, None] * torch.exp(log_sd)


def as_mirrored(member: Member, inputs: Inputs, flip: Tensor) -> tuple[Tensor, Tensor]:
    """Residual and deviation in yards of one member, averaged over the windows and their mirror image."""
    mean, sd = as_is(member, inputs)
    mirrored_mean, mirrored_sd = as_is(member, inputs.mirrored(flip))
    return (mean + mirrored_mean * flip.new_tensor([1.0, -1.0])) / 2, (sd * mirrored_sd).sqrt()


def mixed(means: Sequence[Tensor], deviations: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
    """Mean of the members and its deviation, when each member's own deviation is right.

    The squared error of the mean is the mean squared error of the members less their variance about it (Krogh,
    Vedelsby 1995: the ambiguity decomposition).
    """
    mean = torch.stack(list(means)).mean(0)
    own = torch.stack(list(deviations)).square().mean(0)
    about = torch.stack(list(means)).var(0, correction=0)
    return mean, torch.maximum(own - about, LEAST_SHARE * own).sqrt()


def humanly_possible(path: NDArray, anchor_xy: NDArray) -> Array:
    """Shorten steps that no human can make: `path` [..., K, 2] yd from `anchor_xy` [..., 2].

    Steps under 90 % of the limit stay as they are; longer ones approach the limit smoothly.
    """
    steps = np.diff(path.astype(np.float64), axis=-2, prepend=anchor_xy[..., None, :].astype(np.float64))
    length = np.linalg.norm(steps, axis=-1, keepdims=True)
    limit = 0.999 * MAX_STEP_YD
    free, rest = 0.9 * limit, 0.1 * limit
    possible = np.where(length > free, free + rest * (1 - np.exp(-np.maximum(length - free, 0) / rest)), length)
    steps *= np.divide(possible, length, out=np.ones_like(length), where=length > 0)
    return (anchor_xy[..., None, :] + np.cumsum(steps, axis=-2)).astype(np.float32)


def mirror_signs(names: Sequence[str], observed: int) -> Tensor:
    """Sign of each input feature under mirroring, [H * C]."""
    return torch.tensor([float(MIRROR[INDEX[name]]) for name in names]).repeat(observed)
