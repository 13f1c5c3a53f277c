"""Yards after the catch, if the pass is caught: their mean and their distribution, from the ten measurements.

The distribution is ten quantiles in the middles of ten equally likely tenths: ten values, each with a chance of 10 %.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

from ghost_pipeline.errors import GhostError
from ghost_pipeline.models.boosting import (
    Array,
    Measured,
    fit_boosted,
    from_text,
    measured_columns,
    predict,
    to_text,
    too_few_games,
)

NAME = "yards_after_catch"
MIN_CATCHES = 120
LEAST_YD, MOST_YD = -5.0, 40.0
"""An expectation outside these bounds is an artefact: single gains lie there, means do not."""
QUANTILES = tuple(round(0.05 + 0.1 * i, 2) for i in range(10))

MONOTONE = {"target_separation_yd": 1, "second_separation_yd": 1}
"""What football demands: more room means more yards."""
_MEAN, _QUANTILE = "mean.txt", "quantile_{:02.0f}.txt"


@dataclass(frozen=True)
class YardsAfterCatchModel:
    """`facts` say what it learned from and how good it is; `origin` of those plays is 'simulated' or 'real'."""

    mean: lgb.Booster
    quantiles: tuple[lgb.Booster, ...]
    facts: dict[str, Any]

    @property
    def origin(self) -> str:
        return self.facts["origin"]

    def expected_yd(self, measured: Measured) -> Array:
        """Mean yards after the catch, if caught, [N]."""
        return np.clip(predict(self.mean, measured_columns(measured)), LEAST_YD, MOST_YD)

    def quantiles_yd(self, measured: Measured) -> Array:
        """[N, QUANTILES], rising."""
        columns = measured_columns(measured)
        return np.sort(np.stack([predict(one, columns) for one in self.quantiles], axis=1), axis=1)

    def to_files(self) -> dict[str, bytes]:
        """The artifact: LightGBM's own text; the facts lie beside every artifact."""
        named = zip(QUANTILES, self.quantiles, strict=True)
        return {_MEAN: to_text(self.mean), **{_QUANTILE.format(100 * q): to_text(one) for q, one in named}}

    @classmethod
    def from_files(cls, files: Mapping[str, bytes], facts: dict[str, Any]) -> "YardsAfterCatchModel":
        """The inverse of `to_files`."""
        quantiles = tuple(from_text(files[_QUANTILE.format(100 * q)]) for q in QUANTILES)
        return cls(from_text(files[_MEAN]), quantiles, facts)


def reason_not_to_learn(game_id: NDArray[np.int64]) -> str | None:
    """Why catches in these games [N] cannot teach yards after the catch, as a sentence; None when they can."""
    catches = len(game_id)
    if catches < MIN_CATCHES:
        return f"yards after the catch are not learned from {catches} catches: at least {MIN_CATCHES} are needed."
    few = too_few_games(game_id)
    return few and f"yards after the catch are not learned from {catches} catches: {few}."


def train_yards_after_catch(
    measured: Measured, gained_yd: NDArray, game_id: NDArray[np.int64], origin: str, seed: int
) -> YardsAfterCatchModel:
    """Learn from caught passes [N]; the facts hold out-of-fold errors beside those of the mean.

    Raises GhostError with `reason_not_to_learn` when there is one.
    """
    if reason := reason_not_to_learn(game_id):
        raise GhostError(reason)
    mean = fit_boosted(measured, gained_yd, game_id, {"objective": "regression"}, MONOTONE, seed)
    parts = [
        fit_boosted(measured, gained_yd, game_id, {"objective": "quantile", "alpha": q}, {}, seed) for q in QUANTILES
    ]
    spread = np.sort(np.stack([part.out_of_fold for part in parts], axis=1), axis=1)  # [N, QUANTILES]
    facts = {
        "origin": origin,
        "catches": len(gained_yd),
        "games": len(np.unique(game_id)),
        "seed": seed,
        "metrics": {
            **_metrics(gained_yd, mean.out_of_fold),
            "inside_80": float(((gained_yd >= spread[:, 0:2].mean(1)) & (gained_yd <= spread[:, 8:].mean(1))).mean()),
        },
        "base_rate_metrics": _metrics(gained_yd, np.full(len(gained_yd), gained_yd.mean())),
        "reliability": [
            {"quantile": q, "observed": float((gained_yd <= spread[:, i]).mean())} for i, q in enumerate(QUANTILES)
        ],
    }
    return YardsAfterCatchModel(mean.booster, tuple(part.booster for part in parts), facts)


def _metrics(gained_yd: NDArray, expected_yd: NDArray) -> dict[str, float]:
    error = expected_yd - gained_yd
    return {"rmse_yd": float(np.sqrt((error**2).mean())), "mae_yd": float(np.abs(error).mean())}
