"""Plans for a time budget, the split of windows by game, and the training of the paper's models.

The held-out games are in no part that is learned from.
"""

from threading import Lock

import numpy as np
import torch
from torch import Tensor, nn

from ghost_pipeline.domain.split import inner_parts
from ghost_pipeline.errors import GhostError
from ghost_pipeline.features.windows import Windows
from ghost_pipeline.models.cnn_lstm import CnnLstm, CnnLstmConfig, CnnLstmPredictor, Trajectories, trajectories_of
from ghost_pipeline.models.evaluate import ten_step_windows
from ghost_pipeline.models.fit import Keeper, Progress, TrainingLog, TrainPlan, fit

GHOST_STEPS_PER_SECOND, CNN_LSTM_STEPS_PER_SECOND = 20, 12
"""What one core trains at the least; fixed, so that a time budget means the same number of steps everywhere."""
_SEEDING = Lock()
"""Torch has one generator for all threads, and models are trained side by side."""
GHOST_PASSES = 60
"""More passes over the same moments only learn them by heart."""


def ghost_plan(seconds: int, seed: int, moments: int, rounds: int = 1) -> TrainPlan:
    """Plan of each member of the ghost model for a time budget, with so many rounds of members one after the other.

    `moments` is the number of frames to learn from. The clock stops only what takes ten times as long.
    """
    batch = 64
    steps = max(min(seconds * GHOST_STEPS_PER_SECOND // rounds, moments * GHOST_PASSES // batch), 1)
    return TrainPlan(steps, batch, learning_rate=5e-3, seed=seed, clock_limit_s=10.0 * seconds)


def rounds_of(members: int, workers: int) -> int:
    """Rounds that so many members take when `workers` of them are trained side by side."""
    return -(-members // max(min(workers, members), 1))


def cnn_lstm_plan(seconds: int, seed: int) -> TrainPlan:
    """The Defender CNN-LSTM's plan for a time budget, likewise; after 3000 steps it hardly gets better."""
    steps = min(seconds * CNN_LSTM_STEPS_PER_SECOND, 3000)
    return TrainPlan(steps, 256, learning_rate=3e-3, weight_decay=0.0, seed=seed, clock_limit_s=10.0 * seconds)


def split_inner(windows: Windows) -> tuple[Windows, Windows]:
    """Windows to learn from and those of the games set aside to stop on. Raises GhostError naming what is empty."""
    inner = inner_parts(windows.game_id) == 0
    parts = {"training": windows.take(~inner), "inner": windows.take(inner)}
    for name, part in parts.items():
        if not (len(part) and len(ten_step_windows(part))):
            games = ", ".join(str(game) for game in np.unique(windows.game_id)[:5])
            raise GhostError(
                f"none of the {len(np.unique(windows.game_id))} games ({games} ...) with a flight of a second or more "
                f"falls into the {name} games: land more games"
            )
    return parts["training"], parts["inner"]


def train_cnn_lstm(
    training: Windows,
    inner: Windows,
    config: CnnLstmConfig,
    plan: TrainPlan,
    progress: Progress,
    keeper: Keeper = Keeper(),  # noqa: B008 - frozen
) -> tuple[CnnLstmPredictor, TrainingLog]:
    """Train a variant of the paper's models on the in-air anchors with ten further frames, by squared error."""
    with _SEEDING, torch.random.fork_rng(devices=[]):
        torch.manual_seed(plan.seed)
        network = CnnLstm(config)
    learned, examined = (_complete(trajectories_of(ten_step_windows(part), config)[0]) for part in (training, inner))

    def loss_of(done: float, generator: torch.Generator) -> Tensor:
        given = learned.take(torch.randint(len(learned.target), (plan.batch,), generator=generator))
        if config.mirror and torch.rand((), generator=generator) < 0.5:
            given = given.mirrored()
        return (network(given) - given.target).square().mean()

    @torch.no_grad()
    def error(network: nn.Module) -> float:
        missed = (network(examined) - examined.target).square().sum(-1).mean().sqrt()
        return missed.item() * config.unit_yd

    log = fit(network, plan, loss_of, error, progress, f"train {config.name}", keeper)
    return CnnLstmPredictor(network), log


def _complete(trajectories: Trajectories) -> Trajectories:
    """Those whose defender was seen at every step."""
    return trajectories.take(~trajectories.target.isnan().any(-1).any(-1))
