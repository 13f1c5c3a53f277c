"""The training loop of every network.

The number of steps is planned, not timed, so that the same seed gives the same weights on the same machine; the clock
is only a guard. What is drawn at random in a step depends on the seed and the step alone, so a training that was killed
goes on from its last checkpoint and ends with the same weights. The weights kept are a running average, taken where the
error on games set apart is least.
"""

import json
import math
import time
from collections.abc import Callable
from copy import deepcopy
from dataclasses import asdict, dataclass

import numpy as np
import torch
from safetensors.torch import load, save
from torch import Tensor, nn

from ghost_pipeline.errors import GhostError
from ghost_pipeline.models.threads import one_thread

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many of its parts are done, and of how many."""

WARM_UP = 0.1
"""Share of the steps in which the learning rate rises; after it, it falls along a cosine."""


@dataclass(frozen=True)
class TrainPlan:
    """How long and how fast to learn; `looks` is how often the inner games are looked at.

    `average_share` is the share of all steps that the running average of the weights reaches back.
    """

    steps: int
    batch: int
    learning_rate: float
    weight_decay: float = 0.05
    average_share: float = 0.02
    looks: int = 12
    seed: int = 7
    clock_limit_s: float = 600.0

    def __post_init__(self) -> None:
        if min(self.steps, self.batch, self.looks) < 1:
            raise GhostError(f"a training plan needs at least one step, row and look; found {self}")


@dataclass(frozen=True)
class Look:
    """One point of the learning curve."""

    step: int
    train_loss: float
    inner_rmse_yd: float
    seconds: float


@dataclass(frozen=True)
class TrainingLog:
    """The learning curve; the weights kept are those of `best_step`."""

    looks: tuple[Look, ...]
    best_step: int
    stopped_by_clock: bool

    @property
    def best_rmse_yd(self) -> float:
        """Least error on the inner games."""
        return min(look.inner_rmse_yd for look in self.looks)


@dataclass(frozen=True)
class Keeper:
    """Where a training's checkpoint lies: `load` gives its bytes or None. The default keeps none."""

    load: Callable[[], bytes | None] = lambda: None
    save: Callable[[bytes], None] = lambda _: None


@one_thread()
def fit(
    network: nn.Module,
    plan: TrainPlan,
    loss_of: Callable[[float, torch.Generator], Tensor],
    inner_rmse_yd: Callable[[nn.Module], float],
    progress: Progress,
    label: str,
    keeper: Keeper = Keeper(),
) -> TrainingLog:
    """Train `network` in place and leave it with the best averaged weights.

    `loss_of` gives the loss of a batch that it draws with the generator after a share of the steps; `inner_rmse_yd` the
    error of averaged weights on the inner games. Goes on from `keeper`'s checkpoint where there is one. Raises
    GhostError when loss or error is not finite.
    """
    run = _Run(network, plan)
    if (saved := keeper.load()) is not None:
        run.restore(saved)
    network.train()
    losses: list[float] = []
    began, earlier_s, stopped = time.monotonic(), run.seconds, False
    for step in range(run.step + 1, plan.steps + 1):
        loss = loss_of((step - 1) / plan.steps, torch.Generator().manual_seed(plan.seed * 1_000_003 + step))
        run.advance(loss, step)
        losses.append(loss.item())
        run.seconds = earlier_s + time.monotonic() - began
        stopped = run.seconds > plan.clock_limit_s
        if step % max(plan.steps // plan.looks, 1) == 0 or step == plan.steps or stopped:
            look = Look(step, float(np.mean(losses)), inner_rmse_yd(run.average), run.seconds)
            if not np.isfinite([look.train_loss, look.inner_rmse_yd]).all():
                raise GhostError(
                    f"{label}: loss {look.train_loss} and inner error {look.inner_rmse_yd} at step {step} are not both "
                    "finite; look for unknown values in the windows, or learn more slowly"
                )
            run.see(look)
            keeper.save(run.to_bytes())
            losses.clear()
        progress(label, step, plan.steps)
        if stopped:
            break
    network.load_state_dict(run.best)
    network.eval()
    best = min(run.looks, key=lambda look: look.inner_rmse_yd)
    return TrainingLog(tuple(run.looks), best.step, stopped)


class _Run:
    """Everything that a training is at some step, and how it becomes bytes and comes back."""

    def __init__(self, network: nn.Module, plan: TrainPlan) -> None:
        self.network, self.plan = network, plan
        self.weights: list[Tensor] = list(network.parameters())
        self.optimizer = torch.optim.AdamW(self.weights, plan.learning_rate, weight_decay=plan.weight_decay)
        self.average = deepcopy(network).eval()
        self.averaged: list[Tensor] = list(self.average.parameters())
        self.best = deepcopy(self.average.state_dict())
        self.looks: list[Look] = []
        self.step, self.seconds = 0, 0.0

    def advance(self, loss: Tensor, step: int) -> None:
        """One step of the optimiser and of the running average."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.plan.learning_rate * _pace((step - 1) / self.plan.steps)
        self.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.weights, 1.0)
        self.optimizer.step()
        reach = max(self.plan.average_share * self.plan.steps, 1.0)
        decay = min(1 - 1 / reach, step / (step + 9))
        with torch.no_grad():
            torch._foreach_lerp_(self.averaged, self.weights, 1 - decay)
        self.step = step

    def see(self, look: Look) -> None:
        """Note a look and keep the weights when they are the best so far."""
        if not self.looks or look.inner_rmse_yd < min(earlier.inner_rmse_yd for earlier in self.looks):
            self.best = deepcopy(self.average.state_dict())
        self.looks.append(look)

    def to_bytes(self) -> bytes:
        log = {"step": self.step, "seconds": self.seconds, "looks": [asdict(look) for look in self.looks]}
        tensors = {f"network.{key}": value for key, value in self.network.state_dict().items()}
        tensors |= {f"average.{key}": value for key, value in self.average.state_dict().items()}
        tensors |= {f"best.{key}": value for key, value in self.best.items()}
        for number, state in self.optimizer.state_dict()["state"].items():
            tensors |= {f"optimizer.{number}.{key}": value for key, value in state.items()}
        tensors["log"] = torch.frombuffer(bytearray(json.dumps(log).encode()), dtype=torch.uint8)
        return save({key: value.detach().contiguous() for key, value in tensors.items()})

    def restore(self, saved: bytes) -> None:
        tensors = load(saved)
        log = json.loads(bytes(tensors.pop("log").numpy()))
        self.step, self.seconds = log["step"], log["seconds"]
        self.looks = [Look(**look) for look in log["looks"]]
        self.network.load_state_dict(_part(tensors, "network."))
        self.average.load_state_dict(_part(tensors, "average."))
        self.best = _part(tensors, "best.")
        state: dict[int, dict[str, Tensor]] = {}
        for key, value in _part(tensors, "optimizer.").items():
            number, name = key.split(".", 1)
            state.setdefault(int(number), {})[name] = value
        self.optimizer.load_state_dict({**self.optimizer.state_dict(), "state": state})


def _part(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {key.removeprefix(prefix): value for key, value in tensors.items() if key.startswith(prefix)}


def _pace(done: float) -> float:
    """Share of the learning rate after a share `done` of the steps: a linear warm-up, then a cosine to nothing."""
    if done < WARM_UP:
        return (done + 0.01) / (WARM_UP + 0.01)
    return (1 + math.cos(math.pi * (done - WARM_UP) / (1 - WARM_UP))) / 2
