"""Small gradient-boosting models on the ten measurements: what the outcome models of a pass have in common.

Trees of one split, so every model is a sum of one curve per measurement: on a few hundred passes nothing richer can be
learned (on 4,800 simulated ones neither: docs/outcomes.md), and each curve can be looked at. Monotone where football
demands it. Every figure is out of fold with whole games left out; the artifact is the model that has not seen the
held-out games.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

from ghost_pipeline.domain.result_schema import MEASUREMENTS
from ghost_pipeline.domain.split import HELD_OUT_FOLD, folds_of
from ghost_pipeline.errors import GhostError

Array = NDArray[np.float64]
Measured = Mapping[str, NDArray]
"""The columns of `result_schema.MEASUREMENTS`, each [N]."""

NAMES = tuple(column.name for column in MEASUREMENTS)
MIN_GAMES = 5

_PARAMETERS: dict[str, Any] = {
    "num_leaves": 2,
    "learning_rate": 0.05,
    "min_data_in_leaf": 25,
    "feature_fraction": 0.8,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 10.0,
    "monotone_constraints_method": "advanced",
    "deterministic": True,
    "num_threads": 1,  # a few hundred rows: starting threads costs more than the work
    "force_row_wise": True,
    "verbosity": -1,
}
TREES = 200
TREES_OF_RESULTS, TREES_OF_CHANCES = (150, 250, 400), (1000,)
"""Numbers of trees to choose from: more passes bear more trees, and chances hold no luck that could be learned."""


@dataclass(frozen=True)
class Fitted:
    """The model without the held-out games, and every pass's prediction by one that has not seen its game."""

    booster: lgb.Booster
    out_of_fold: Array  # [N]


def fit_boosted(
    measured: Measured,
    label: NDArray,
    game_id: NDArray[np.int64],
    objective: Mapping[str, Any],
    monotone: Mapping[str, int],
    seed: int,
    stages: Sequence[int] = (TREES,),
) -> Fitted:
    """Fit one model and those of its cross-validation; `objective` is LightGBM's with its own parameters.

    Of several `stages`, rising numbers of trees, the one with the least log loss out of fold is kept; labels are then
    results of 0 and 1, or chances.
    """
    columns, fold = measured_columns(measured), folds_of(game_id)
    parameters = {**_PARAMETERS, **objective, "seed": seed}
    if monotone:  # LightGBM refuses even empty ones for quantiles
        parameters["monotone_constraints"] = [monotone.get(name, 0) for name in NAMES]

    def fit(left_out: int) -> lgb.Booster:
        rows = fold != left_out
        data = lgb.Dataset(columns[rows], label[rows], feature_name=list(NAMES), params={"verbosity": -1})
        return lgb.train(parameters, data, num_boost_round=stages[-1])

    models = {left_out: fit(left_out) for left_out in sorted({HELD_OUT_FOLD, *map(int, np.unique(fold))})}
    predicted = np.zeros((len(stages), len(label)))
    for left_out, model in models.items():
        rows = fold == left_out
        if rows.any():
            predicted[:, rows] = [model.predict(columns[rows], num_iteration=trees) for trees in stages]
    best = int(np.argmin([_log_loss(label, one) for one in predicted])) if len(stages) > 1 else 0
    models[HELD_OUT_FOLD].best_iteration = stages[best]  # predicts and is written with as many
    return Fitted(models[HELD_OUT_FOLD], predicted[best])


def _log_loss(label: NDArray, chance: Array) -> float:
    return float(np.mean(np.logaddexp(0.0, _logit(chance)) - label * _logit(chance)))


def predict(booster: lgb.Booster, columns: Array) -> Array:
    """One number per row of `measured_columns`, [N]."""
    return np.asarray(booster.predict(columns)) if len(columns) else np.zeros(0)


def to_text(booster: lgb.Booster) -> bytes:
    """LightGBM's own text format."""
    return booster.model_to_string().encode()


def from_text(text: bytes) -> lgb.Booster:
    """The inverse of `to_text`."""
    return lgb.Booster(model_str=text.decode())


def measured_columns(measured: Measured) -> Array:
    """[N, 10] in the order of the declaration. Raises GhostError naming the measurements that are missing."""
    if missing := [name for name in NAMES if name not in measured]:
        raise GhostError(f"an outcome model needs the ten measurements; missing are {', '.join(missing)}")
    return np.column_stack([np.asarray(measured[name], np.float64) for name in NAMES])


def too_few_games(game_id: NDArray[np.int64]) -> str | None:
    """Why games cannot be cross-validated, or None."""
    games = len(np.unique(game_id))
    if games < MIN_GAMES or len(np.unique(folds_of(game_id))) < 2:
        return f"they come from {games} games, and at least {MIN_GAMES} are needed"
    return None


@dataclass(frozen=True)
class Sigmoid:
    """Platt's calibration of a probability: logit -> slope * logit + intercept."""

    slope: float = 1.0
    intercept: float = 0.0

    def __call__(self, probability: Array) -> Array:
        return 1.0 / (1.0 + np.exp(-(self.slope * _logit(probability) + self.intercept)))


def fit_sigmoid(probability: Array, label: NDArray) -> Sigmoid:
    """The sigmoid that makes out-of-fold probabilities [N] fit their outcomes [N] of 0 and 1 best."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=1e6, solver="newton-cholesky").fit(_logit(probability)[:, None], label)
    slope = float(model.coef_[0, 0])
    return Sigmoid(slope, float(model.intercept_[0])) if slope > 0 else Sigmoid()


def cross_fitted(probability: Array, label: NDArray, fold: NDArray[np.int64]) -> Array:
    """Out-of-fold probabilities [N], each calibrated by the sigmoid of the other folds."""
    calibrated = probability.copy()
    for left_out in np.unique(fold):
        others = fold != left_out
        if 0 < label[others].sum() < others.sum():
            calibrated[~others] = fit_sigmoid(probability[others], label[others])(probability[~others])
    return calibrated


def _logit(probability: Array) -> Array:
    chance = np.clip(probability, 1e-4, 1 - 1e-4)
    return np.log(chance / (1 - chance))
