"""The chances of a pass: completion, incompletion, interception, from the ten on-field measurements.

Two steps, because interceptions are rare: is it caught, and if not, is it intercepted. Each step is boosting with a
cross-fitted sigmoid; with few interceptions the second is their share. There is one model for a pass as it is seen at
the throw and one for it at the arrival.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

from ghost_pipeline.domain.intervals import game_draws, spread
from ghost_pipeline.domain.split import HELD_OUT_FOLD, folds_of
from ghost_pipeline.errors import GhostError
from ghost_pipeline.models.boosting import (
    NAMES,
    TREES,
    TREES_OF_CHANCES,
    TREES_OF_RESULTS,
    Array,
    Fitted,
    Measured,
    Sigmoid,
    cross_fitted,
    fit_boosted,
    fit_sigmoid,
    from_text,
    measured_columns,
    predict,
    to_text,
    too_few_games,
)

NAME, AT_THROW = "completion", "completion_at_throw"
"""Artifacts: the model of a pass at the arrival, and at the throw."""
COMPLETE, INCOMPLETE, INTERCEPTED = "C", "I", "IN"
MIN_PASSES = 200
MIN_OF_EACH = 40
"""Completions and incompletions below which a model of them would be noise."""
MIN_INTERCEPTIONS = 25
"""Below that an interception has the same chance in every incompletion."""
RELIABILITY_BINS = 10

MONOTONE = {
    "air_distance_yd": -1,
    "target_separation_yd": 1,
    "second_separation_yd": 1,
    "rush_separation_yd": 1,
    "target_sideline_yd": 1,
    "target_to_landing_yd": -1,
}
"""What football demands: farther is harder, more room for receiver and passer is easier."""
_CAUGHT, _PICKED, _SIGMOIDS = "caught.txt", "picked.txt", "sigmoids.json"
_BINARY, _CHANCE = {"objective": "binary"}, {"objective": "cross_entropy"}


@dataclass(frozen=True)
class Chances:
    """Of N passes; completion + incompletion + interception = 1."""

    completion: Array
    interception: Array

    @property
    def incompletion(self) -> Array:
        return 1.0 - self.completion - self.interception


@dataclass(frozen=True)
class CompletionModel:
    """`facts` say what it learned from and how good it is; `origin` of those plays is 'simulated' or 'real'."""

    caught: lgb.Booster
    caught_sigmoid: Sigmoid
    picked: lgb.Booster | None
    picked_sigmoid: Sigmoid
    facts: dict[str, Any]

    @property
    def origin(self) -> str:
        return self.facts["origin"]

    def chances(self, measured: Measured) -> Chances:
        """Of passes with these measurements, [N] each."""
        columns = measured_columns(measured)
        completion = self.caught_sigmoid(predict(self.caught, columns))
        if self.picked is None:
            share = np.full(len(columns), float(self.facts["interception_share"]))
        else:
            share = self.picked_sigmoid(predict(self.picked, columns))
        return Chances(completion, (1.0 - completion) * share)

    def to_files(self) -> dict[str, bytes]:
        """The artifact: LightGBM's own text and the sigmoids; the facts lie beside every artifact."""
        sigmoids = {"caught": asdict(self.caught_sigmoid), "picked": asdict(self.picked_sigmoid)}
        files = {_CAUGHT: to_text(self.caught), _SIGMOIDS: json.dumps(sigmoids, indent=1).encode()}
        return files | ({_PICKED: to_text(self.picked)} if self.picked is not None else {})

    @classmethod
    def from_files(cls, files: Mapping[str, bytes], facts: dict[str, Any]) -> "CompletionModel":
        """The inverse of `to_files`."""
        sigmoids = {name: Sigmoid(**numbers) for name, numbers in json.loads(files[_SIGMOIDS]).items()}
        picked = from_text(files[_PICKED]) if _PICKED in files else None
        return cls(from_text(files[_CAUGHT]), sigmoids["caught"], picked, sigmoids["picked"], facts)


def reason_not_to_learn(is_complete: NDArray[np.bool_], game_id: NDArray[np.int64]) -> str | None:
    """Why these passes cannot teach what a completion is, as a sentence; None when they can."""
    passes, caught = len(is_complete), int(is_complete.sum())
    missed = passes - caught
    if passes < MIN_PASSES:
        return f"completion is not learned from these {passes} passes: at least {MIN_PASSES} are needed."
    if min(caught, missed) < MIN_OF_EACH:
        hint = " Highlights are nearly all completions." if missed < MIN_OF_EACH else ""
        return (
            f"completion is not learned from these {passes} passes: {caught} were caught and {missed} were not, at "
            f"least {MIN_OF_EACH} of each are needed.{hint}"
        )
    few = too_few_games(game_id)
    return few and f"completion is not learned from these {passes} passes: {few}."


def train_completion(
    measured: Measured,
    result: NDArray[np.str_],
    game_id: NDArray[np.int64],
    origin: str,
    seed: int,
    known: Chances | None = None,
) -> tuple[CompletionModel, Chances]:
    """Learn from thrown passes and their results [N] 'C', 'I' or 'IN', or from their chances where these are `known`.

    Also gives the out-of-fold chances of these passes, on which all figures of the facts rest. Raises GhostError with
    `reason_not_to_learn` when there is one.
    """
    caught, picked = result == COMPLETE, result == INTERCEPTED
    if reason := reason_not_to_learn(caught, game_id):
        raise GhostError(reason)
    share = float(picked.sum() / (~caught).sum())
    if known is not None:
        is_caught = _step_of_chances(measured, known.completion, game_id, MONOTONE, seed)
        if_missed = _step_of_chances(measured, known.interception / (1.0 - known.completion), game_id, {}, seed)
    else:
        is_caught = _step_of_results(measured, caught, game_id, MONOTONE, seed, TREES_OF_RESULTS)
        if_missed = _picked_if_missed(measured, caught, picked, game_id, seed)
    chances = Chances(is_caught.unseen, (1.0 - is_caught.unseen) * if_missed.unseen)
    facts = {
        "origin": origin,
        "passes": len(result),
        "completions": int(caught.sum()),
        "interceptions": int(picked.sum()),
        "interception_share": share,
        "games": len(np.unique(game_id)),
        "seed": seed,
        "metrics": outcome_metrics(result, chances),
        "metric_intervals": _intervals(result, chances, game_id, seed),
        "base_rate_metrics": outcome_metrics(result, _base_rates(result)),
        "reliability": reliability(caught, chances.completion),
        "learned_from_chances": known is not None,
    }
    assert is_caught.booster is not None
    model = CompletionModel(is_caught.booster, is_caught.sigmoid, if_missed.booster, if_missed.sigmoid, facts)
    return model, chances


@dataclass(frozen=True)
class _Step:
    """One of the two steps, and what it says of every pass by a model that has not seen its game."""

    booster: lgb.Booster | None
    sigmoid: Sigmoid
    unseen: Array  # [N]


def _step_of_results(
    measured: Measured,
    label: NDArray[np.bool_],
    game_id: NDArray[np.int64],
    monotone: Mapping[str, int],
    seed: int,
    stages: Sequence[int] = (TREES,),
) -> _Step:
    fold = folds_of(game_id)
    fitted = fit_boosted(measured, label.astype(np.float64), game_id, _BINARY, monotone, seed, stages)
    return _Step(fitted.booster, _sigmoid(fitted, label, fold), cross_fitted(fitted.out_of_fold, label, fold))


def _step_of_chances(
    measured: Measured, chance: Array, game_id: NDArray[np.int64], monotone: Mapping[str, int], seed: int
) -> _Step:
    """A chance needs no calibration by results, which would only bring their luck back."""
    fitted = fit_boosted(measured, chance, game_id, _CHANCE, monotone, seed, TREES_OF_CHANCES)
    return _Step(fitted.booster, Sigmoid(), fitted.out_of_fold)


def _picked_if_missed(
    measured: Measured,
    caught: NDArray[np.bool_],
    picked: NDArray[np.bool_],
    game_id: NDArray[np.int64],
    seed: int,
) -> _Step:
    """Interceptions among the passes not caught; one share for all where there are few."""
    missed = ~caught
    if picked.sum() < MIN_INTERCEPTIONS or too_few_games(game_id[missed]) is not None:
        return _Step(None, Sigmoid(), np.full(len(caught), picked.sum() / missed.sum()))
    of_missed = {name: np.asarray(measured[name])[missed] for name in NAMES}
    step = _step_of_results(of_missed, picked[missed], game_id[missed], {}, seed)
    assert step.booster is not None
    unseen = step.sigmoid(predict(step.booster, measured_columns(measured)))
    unseen[missed] = step.unseen
    return _Step(step.booster, step.sigmoid, unseen)


def _sigmoid(fitted: Fitted, label: NDArray, fold: NDArray[np.int64]) -> Sigmoid:
    """Of the artifact, which has not seen the held-out games."""
    rows = fold != HELD_OUT_FOLD
    return fit_sigmoid(fitted.out_of_fold[rows], label[rows]) if 0 < label[rows].sum() < rows.sum() else Sigmoid()


def _base_rates(result: NDArray[np.str_]) -> Chances:
    return Chances(*(np.full(len(result), (result == one).mean()) for one in (COMPLETE, INTERCEPTED)))


def outcome_metrics(result: NDArray[np.str_], chances: Chances, times: NDArray | None = None) -> dict[str, float]:
    """Brier score and AUC of completion, log loss of the three outcomes, AUC of interception (NaN without any).

    `times` [N] says how often each pass counts.
    """
    from sklearn.metrics import roc_auc_score

    counts = np.ones(len(result)) if times is None else times.astype(np.float64)
    caught, picked = result == COMPLETE, result == INTERCEPTED
    given = np.select([caught, picked], [chances.completion, chances.interception], chances.incompletion)

    def auc(label: NDArray, chance: Array) -> float:
        both = 0 < counts[label].sum() < counts.sum()
        return float(roc_auc_score(label, chance, sample_weight=counts)) if both else float("nan")

    return {
        "brier": float(np.average((chances.completion - caught) ** 2, weights=counts)),
        "log_loss": float(-np.average(np.log(np.clip(given, 1e-6, 1.0)), weights=counts)),
        "auc": auc(caught, chances.completion),
        "interception_auc": auc(picked, chances.interception),
    }


def _intervals(
    result: NDArray[np.str_], chances: Chances, game_id: NDArray[np.int64], seed: int
) -> dict[str, list[float]]:
    """95 % by game, of each metric."""
    drawn = [outcome_metrics(result, chances, times) for times in game_draws(game_id, seed)]
    return {name: list(spread([one[name] for one in drawn])) for name in ("brier", "log_loss", "auc")}


def reliability(happened: NDArray[np.bool_], chance: Array) -> list[dict[str, float]]:
    """Predicted against observed share in RELIABILITY_BINS bins of equally many passes, lowest first."""
    order = np.argsort(chance, kind="stable")
    return [
        {"passes": len(rows), "predicted": float(chance[rows].mean()), "observed": float(happened[rows].mean())}
        for rows in np.array_split(order, RELIABILITY_BINS)
        if len(rows)
    ]
