"""Ranking and training: from clean weeks to new versions of the models. Whether one is used is for the gate to say."""

import hashlib
import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any

import pyarrow.compute as pc

from ghost_pipeline.domain.schema import CLEAN_PARTICIPANTS, CLEAN_PLAYS, CLEAN_TRACKING
from ghost_pipeline.models import ghost_training
from ghost_pipeline.models.cnn_lstm import CnnLstmConfig, CnnLstmPredictor
from ghost_pipeline.models.fit import Keeper, TrainingLog
from ghost_pipeline.models.forecast import AT_RELEASE, KNOWN_CONTEXT
from ghost_pipeline.models.ghost_training import Recipe, checkpoints
from ghost_pipeline.models.threads import one_thread
from ghost_pipeline.models.train import cnn_lstm_plan, ghost_plan, rounds_of, split_inner, train_cnn_lstm
from ghost_pipeline.pipeline.champion import GHOST
from ghost_pipeline.pipeline.learning import school_moments, training_moments, training_windows
from ghost_pipeline.pipeline.outcomes import is_simulated
from ghost_pipeline.pipeline.platform import Platform
from ghost_pipeline.pipeline.provenance import provenance
from ghost_pipeline.pipeline.ranking import RANKED, load_ranked

Progress = Callable[[str, int, int], None]
PAPER = {
    f"cnn_lstm_{protocol}": CnnLstmConfig(protocol, relative=True, mirror=True, residual=protocol == AT_RELEASE)
    for protocol in (KNOWN_CONTEXT, AT_RELEASE)
}
"""The paper's model with the repairs that it needs most, in both protocols; benchmarks/cross_validation.py has all."""
SCENE_TABLES = (CLEAN_PLAYS, CLEAN_PARTICIPANTS, CLEAN_TRACKING)


@dataclass(frozen=True)
class Budget:
    """Seconds that the ghost model is trained for on free cores, the networks that share them, and whether these go to
    school: simulated plays teach nothing that simulated plays do not."""

    seconds: int
    members: int
    school: bool = False


SIMULATED_BUDGET, REAL_BUDGET = Budget(150, 2), Budget(600, 4, school=True)


def budget_of(platform: Platform) -> Budget:
    """What the settings say; where they leave it open, more for real plays than for the demo's."""
    weeks = platform.partitions.weeks(CLEAN_PLAYS)
    real = any(not pc.all(is_simulated(platform.partitions.read(CLEAN_PLAYS, week))).as_py() for week in weeks)
    usual, settings = REAL_BUDGET if real else SIMULATED_BUDGET, platform.settings
    return Budget(settings.train_seconds or usual.seconds, settings.train_members or usual.members, usual.school)


@dataclass(frozen=True)
class Trained:
    """A new version of a model and how it learned: one log per network."""

    version: str
    logs: Sequence[TrainingLog]
    learned_from: int
    parameters: int

    @property
    def inner_rmse_yd(self) -> float:
        """Mean over the networks of the least error on the games each set aside."""
        return sum(log.best_rmse_yd for log in self.logs) / len(self.logs)

    @property
    def stopped_by_clock(self) -> bool:
        return any(log.stopped_by_clock for log in self.logs)


def train_ghost(platform: Platform, progress: Progress = lambda *_: None) -> Trained:
    """Train the ghost network on exactly the ranked features and store the version; the gate decides on its use.

    A training that was killed goes on from its last checkpoint when data, code and settings are still the same.
    """
    names, settings = load_ranked(platform).chosen, platform.settings
    budget = budget_of(platform)
    recipe = Recipe(members=budget.members)
    moments = training_moments(platform, names, settings.seed)
    rounds = rounds_of(recipe.members, settings.thread_count)
    plan = ghost_plan(budget.seconds, settings.seed, len(moments), rounds)
    school = None
    if budget.school:
        school = school_moments(names, settings.seed, round(recipe.school * plan.steps * plan.batch), progress)
    facts = {
        **provenance(platform, SCENE_TABLES),
        "recipe": asdict(recipe),
        "plan": asdict(plan),
        "ranked_features": platform.artifacts.champion(RANKED),
        "frames": len(moments),
        "simulated_frames": 0 if school is None else len(school),
    }
    place = f"checkpoints/{GHOST}/{_fingerprint(facts)}"
    keys = {name: f"{place}-{name}.safetensors" for name in checkpoints(recipe)}
    predictor, logs = ghost_training.train_ghost(
        moments,
        names,
        recipe,
        plan,
        progress,
        lambda name: _keeper(platform, keys[name]),
        settings.thread_count,
        school,
    )
    version = platform.artifacts.save(GHOST, predictor.to_files(), {**facts, **_learned(logs)})
    for key in keys.values():
        platform.store.delete(key)
    size = sum(values.numel() for member in predictor.members for values in member.network.parameters())
    return Trained(version, logs, len(moments), size)


def _fingerprint(facts: dict[str, Any]) -> str:
    """Short hash of everything that decides how a training goes; its time does not."""
    decisive = {name: value for name, value in facts.items() if name != "made_at"}
    return hashlib.sha256(json.dumps(decisive, sort_keys=True).encode()).hexdigest()[:16]


def _keeper(platform: Platform, key: str) -> Keeper:
    store = platform.store
    return Keeper(lambda: store.get(key) if store.exists(key) else None, lambda data: store.put(key, data))


def train_paper_models(platform: Platform, progress: Progress = lambda *_: None) -> dict[str, Trained]:
    """Train the paper's Defender CNN-LSTM in both protocols side by side; the ghost model is judged beside them."""
    settings = platform.settings
    steps = max(config.steps for config in PAPER.values())
    training, inner = split_inner(training_windows(platform, (), history=3, horizon=steps))
    plan = cnn_lstm_plan(budget_of(platform).seconds, settings.seed)

    def train(config: CnnLstmConfig) -> tuple[CnnLstmPredictor, TrainingLog]:
        return train_cnn_lstm(training, inner, config, plan, progress)

    with one_thread(), ThreadPoolExecutor(settings.thread_count) as pool:
        found = list(pool.map(train, PAPER.values()))
    trained = {}
    for name, (predictor, log) in zip(PAPER, found, strict=True):
        facts = {**provenance(platform, SCENE_TABLES), **_learned([log]), "plan": asdict(plan)}
        version = platform.artifacts.save(name, predictor.to_files(), facts)
        platform.artifacts.promote(name, version, "newest training")
        size = sum(values.numel() for values in predictor.network.parameters())
        trained[name] = Trained(version, [log], len(training), size)
    return trained


def _learned(logs: Sequence[TrainingLog]) -> dict[str, Any]:
    """Facts of a training; `learning_curve` is that of the first network."""
    curves = [[asdict(look) for look in log.looks] for log in logs]
    return {
        "learning_curve": curves[0],
        "other_learning_curves": curves[1:],
        "best_steps": [log.best_step for log in logs],
        "inner_rmse_yd": [log.best_rmse_yd for log in logs],
        "stopped_by_clock": any(log.stopped_by_clock for log in logs),
    }
