"""How the ghost network learns: what a pass does to players, from flights, and, where those are few, how players move,
from every moment of every play.

The recipe is data, so that an ablation can leave out one ingredient at a time (benchmarks/cross_validation.py).
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ghost_pipeline.domain.split import inner_parts
from ghost_pipeline.errors import GhostError
from ghost_pipeline.features.windows import BACK, HISTORY, HORIZON
from ghost_pipeline.models.evaluate import DEVELOPMENT_STEPS
from ghost_pipeline.models.fit import Keeper, Progress, TrainingLog, TrainPlan, fit
from ghost_pipeline.models.ghost_net import GhostConfig, GhostNet, Scaler
from ghost_pipeline.models.ghost_predictor import GhostPredictor, Member, as_mirrored, mirror_signs
from ghost_pipeline.models.linear_start import Batch, start_linear
from ghost_pipeline.models.moments import Bank, Moments
from ghost_pipeline.models.threads import one_thread

EVALUATION_BATCH = 512
START_ANCHORS = 1000
"""Anchors of flights, and as many of whole plays, that the linear start rests on."""
CHI_SQUARE_90 = 4.605
"""Squared radius of the region of a two-dimensional standard normal that holds 90 %."""
ENOUGH_FLIGHTS = 400
"""From so many flights on, the network learns from nothing else."""
LEAST_ERRORS = 300
"""Errors that a step's calibration rests on at the least; later steps take over that of the last one with as many."""
_AT_SCHOOL = "-at-school"


@dataclass(frozen=True)
class Recipe:
    """What the ghost model is made of, and in what order it learns."""

    observed: int = HISTORY
    width: int = 64
    layers: int = 3
    members: int = 2
    """Networks that are averaged; each leaves other games aside to stop and to calibrate on."""
    flights: float = 0.0
    """Share of the batches that are of flights; the others are of every moment of every play, without an aim. 0: by the
    number of flights (`flight_share`), for few are learned by heart."""
    before_throw: int = 20
    """Windows of flights start up to so many frames before the release."""
    told_ahead: float = 0.25
    """Share of the batches of flights in which the future of target and ball is told (known_context)."""
    linear_start: bool = True
    """Start from the closed-form linear reading of the inputs."""
    mirror: bool = True
    back_weight: float = 3.0
    """Weight of a defensive back in the loss of flights; everybody else counts 1."""
    school: float = 0.7
    """Share of the steps that learn from simulated plays first, where some are given; the others go on from there."""
    after_school: float = 0.6
    """Share of the learning rate with which those others learn."""


def train_ghost(
    moments: Moments,
    names: Sequence[str],
    recipe: Recipe,
    plan: TrainPlan,
    progress: Progress,
    keeper_of: Callable[[str], Keeper] = lambda _: Keeper(),
    workers: int = 1,
    school: Moments | None = None,
) -> tuple[GhostPredictor, list[TrainingLog]]:
    """Train the members on the stretches of `moments` with the features `names`, `workers` of them side by side.

    `school` are simulated moments that every member learns from first. `keeper_of` gives the checkpoints of each name
    in `checkpoints(recipe)`. Raises GhostError when the games are too few to set some aside.
    """
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    scaler = Scaler.fit(moments.features, names)

    def learners(moments: Moments, plan: TrainPlan) -> list[Learner]:
        part, bank = inner_parts(moments.game_id), Bank(moments, scaler, recipe.observed, HORIZON, device)
        inner = [torch.from_numpy(part == number % (part.max() + 1)) for number in range(recipe.members)]
        plans = [replace(plan, seed=plan.seed + 1000 * number) for number in range(recipe.members)]
        return [Learner(bank, own, names, recipe, its) for own, its in zip(inner, plans, strict=True)]

    pupils: list[Learner] = []
    if school is not None:
        first = max(round(recipe.school * plan.steps), 1)
        pupils = learners(school, replace(plan, steps=first))
        rate = recipe.after_school * plan.learning_rate
        plan = replace(plan, steps=max(plan.steps - first, 1), learning_rate=rate)
    grown = learners(moments, plan)

    def train(number: int) -> tuple[Member, TrainingLog]:
        label = f"train ghost_net {number + 1} of {recipe.members}"
        if pupils:
            pupils[number].learn(progress, f"{label}, at school", keeper_of(f"{number}{_AT_SCHOOL}"))
            grown[number].go_on_from(pupils[number].network)
        log = grown[number].learn(progress, label, keeper_of(str(number)))
        return grown[number].member(), log

    with one_thread(), ThreadPoolExecutor(1 if device.type == "cuda" else workers) as pool:
        trained = list(pool.map(train, range(recipe.members)))
    members = tuple(member for member, _ in trained)
    return GhostPredictor(members, tuple(names), scaler), [log for _, log in trained]


def checkpoints(recipe: Recipe) -> list[str]:
    """Names of the checkpoints that a training may leave: of each member, and of each member at school."""
    return [f"{number}{where}" for number in range(recipe.members) for where in ("", _AT_SCHOOL)]


class Learner:
    """One member: what it learns from, its loss, its error on the games set aside and its calibration on them."""

    def __init__(self, bank: Bank, inner: Tensor, names: Sequence[str], recipe: Recipe, plan: TrainPlan) -> None:
        self.bank, self.recipe, self.plan, device = bank, recipe, plan, bank.device
        inner = inner.to(device)
        everywhere, flights = bank.anchors(), bank.anchors(before_throw=recipe.before_throw)
        in_air = bank.anchors(before_throw=0)
        self.everywhere, self.flights = (rows[~inner[bank.stretch[rows]]] for rows in (everywhere, flights))
        self.examined = in_air[inner[bank.stretch[in_air]]]
        if not (len(self.flights) and len(self.development(self.examined))):
            raise GhostError(
                f"{len(bank.first)} stretches of play hold too few flights of a second or more to learn from some "
                "games and set others aside: land more games"
            )
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(plan.seed)
            self.network = GhostNet(
                GhostConfig(recipe.observed, bank.features.shape[2], recipe.width, recipe.layers, steps=bank.steps)
            ).to(device)
        self.network.residual_scale.copy_(self._residual_scale())
        self.flip = mirror_signs(names, recipe.observed).to(device)
        self.share = recipe.flights or flight_share(len(bank.stretch[self.flights].unique()))
        if recipe.linear_start:
            start_linear(self.network, self._batches())
        self.run = torch.compile(self.network, dynamic=False) if device.type == "cuda" else self.network

    def go_on_from(self, network: GhostNet) -> None:
        """Take over what another network has learned, but for the scale of the residuals and their deviations."""
        own = dict(self.network.named_buffers())
        self.network.load_state_dict({**network.state_dict(), **own})

    def learn(self, progress: Progress, label: str, keeper: Keeper) -> TrainingLog:
        """Fit the network."""
        return fit(self.network, self.plan, self.loss, self.inner_rmse_yd, progress, label, keeper)

    def member(self) -> Member:
        """The network as it is, calibrated."""
        return Member(self.network.cpu(), self.calibrated())

    def loss(self, done: float, generator: torch.Generator) -> Tensor:
        """Negative log-likelihood of a batch of paths up to the end of their stretches."""
        recipe, bank, device = self.recipe, self.bank, self.bank.device
        everywhere = torch.rand((), generator=generator) >= self.share
        rows = self.everywhere if everywhere else self.flights
        row = rows[torch.randint(len(rows), (self.plan.batch,), generator=generator).to(device)]
        told = None
        if not everywhere and torch.rand((), generator=generator) < recipe.told_ahead:
            told = torch.randint(1, bank.steps + 1, (len(row),), generator=generator).to(device)
        inputs, residual = bank.inputs(row, told), bank.residual(row)
        known = ~residual.isnan().any(-1) & (inputs.role >= 0)[..., None]  # [B, J, K]
        target = torch.nan_to_num(residual / self.network.residual_scale[:, None])
        if recipe.mirror and torch.rand((), generator=generator) < 0.5:
            inputs, target = inputs.mirrored(self.flip), target * target.new_tensor([1.0, -1.0])
        with torch.autocast("cuda", torch.bfloat16) if device.type == "cuda" else nullcontext():
            mean, log_sd = self.run(inputs)
        mean, log_sd = mean.float(), log_sd.float()
        surprise = (0.5 * ((target - mean) * torch.exp(-log_sd)).square() + log_sd).sum(-1)
        weight = known * (1.0 if everywhere else torch.where(inputs.role == BACK, recipe.back_weight, 1.0)[..., None])
        return (surprise * weight).sum() / weight.sum().clamp(min=1)

    def development(self, row: Tensor) -> Tensor:
        """Those of the anchors that have ten more frames."""
        return row[row + DEVELOPMENT_STEPS <= self.bank.last[self.bank.stretch[row]]]

    @torch.no_grad()
    def inner_rmse_yd(self, network: nn.Module) -> float:
        """Joint RMSE in yards on the defensive backs of the games set aside, ten steps, at_release."""
        squares, count, scale = 0.0, 0, network.get_buffer("residual_scale")[:, None]
        for row in self.development(self.examined).split(EVALUATION_BATCH):
            inputs, residual = self.bank.inputs(row), self.bank.residual(row)
            left = (residual - network(inputs)[0] * scale)[:, :, :DEVELOPMENT_STEPS].square().sum(-1)
            left = left[inputs.role == BACK]
            squares += torch.nan_to_num(left).sum().item()
            count += int((~left.isnan()).sum())
        return (squares / max(count, 1)) ** 0.5

    @torch.no_grad()
    def calibrated(self) -> NDArray[np.float32]:
        """What the deviations must be multiplied by at each step, so that 90 % of the defensive backs of the games set
        aside are inside their 90 % regions, [K]."""
        member = Member(self.network, np.ones(self.bank.steps, np.float32))
        found = []
        for row in self.examined.split(EVALUATION_BATCH):
            inputs, residual = self.bank.inputs(row), self.bank.residual(row)
            mean, sd = as_mirrored(member, inputs.cpu(), self.flip.cpu())
            surprise = ((residual.cpu() - mean) / sd).square().sum(-1)  # [B, J, K]
            found.append(surprise[inputs.role.cpu() == BACK])
        return _stretch_of(torch.cat(found).numpy())

    def _batches(self) -> Iterator[Batch]:
        """Flights and whole plays, as they were and mirrored, for the network to start from."""
        across = self.flip.new_tensor([1.0, -1.0])
        for rows in (self.flights, self.everywhere):
            for row in rows[:: max(len(rows) // START_ANCHORS, 1)].split(EVALUATION_BATCH):
                inputs, target = self.bank.inputs(row), self.bank.residual(row) / self.network.residual_scale[:, None]
                weight = torch.where(inputs.role == BACK, self.recipe.back_weight, 1.0)
                yield self.network.read(inputs), target, weight
                yield self.network.read(inputs.mirrored(self.flip)), target * across, weight

    def _residual_scale(self) -> Tensor:
        """Root mean square of the residual at each step of the flights, [K] yd, never falling with the step."""
        row = self.flights[:: max(len(self.flights) // 4000, 1)]
        residual = self.bank.residual(row)
        known = ~torch.isnan(residual)
        square = torch.nan_to_num(residual).square().sum((0, 1, 3)) / known.sum((0, 1, 3)).clamp(min=1)
        return torch.cummax(square.sqrt().clamp(min=0.01), dim=0).values


def flight_share(flights: int) -> float:
    """Share of the batches that are of flights when there are so many to learn from.

    Measured (docs/results.md): with some 380 a share of 1 is best, with some 170 a third does as well as more.
    """
    return min(max(flights / ENOUGH_FLIGHTS, 0.35), 1.0)


def _stretch_of(surprise: NDArray) -> NDArray[np.float32]:
    """From squared standardised errors [T, K], NaN where unknown; steps are pooled with their neighbours."""
    factors, last = np.ones(surprise.shape[1], np.float32), np.float32(1.0)
    for step in range(surprise.shape[1]):
        near = surprise[:, max(step - 1, 0) : step + 2]
        near = near[~np.isnan(near)]
        if len(near) >= LEAST_ERRORS:
            last = np.float32(np.sqrt(np.quantile(near, 0.9) / CHI_SQUARE_90))
        factors[step] = last
    return factors
