"""Gradient boosting across folds of games: errors, and how important each group of candidates is by three measures.

- gain: what the splits on a group's features take off the training loss;
- permutation: how much larger the error on left-out games gets when the group's values are shuffled among rows;
- SHAP: how far the group moves a prediction on left-out games, on average, in yards (exact for trees: Lundberg et al.
  2020, as LightGBM's `pred_contrib`).

Shape letters: N rows, H horizons, D candidate features, G groups of them.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

from ghost_pipeline.domain.split import FOLDS, folds_of
from ghost_pipeline.errors import GhostError
from ghost_pipeline.features.candidates import HORIZONS, Candidates

TREES = 60
MIN_ROWS = 200
"""A horizon with fewer rows to learn from is left out."""
PERMUTED_ROWS, EXPLAINED_ROWS = 500, 250
"""Left-out rows, per fit, on which the two costlier measures are taken."""
_PARAMETERS = {  # every tree sees every feature: else a set is the better for holding a feature twice
    "objective": "regression",
    "num_leaves": 15,
    "max_bin": 63,
    "learning_rate": 0.12,
    "min_data_in_leaf": 40,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 1.0,
    "deterministic": True,
    "force_col_wise": True,
    "verbosity": -1,
    # Several threads inside a small fit wait for each other more than they work: fits run side by side instead.
    "num_threads": 1,
}


@dataclass(frozen=True)
class Importances:
    """Of every group; shares of a measure sum to 1 within a horizon and are averaged over the horizons."""

    gain: NDArray[np.float64]  # [G] share of the gain
    permutation: NDArray[np.float64]  # [G] relative growth of the error, mean over horizons
    shap: NDArray[np.float64]  # [G] share of the mean absolute contribution
    joint: NDArray[np.float64]  # growth of the error with several groups shuffled together, one per bundle of groups


@dataclass(frozen=True)
class _Fit:
    """What one fit on one horizon, direction and left-out fold gave."""

    error: NDArray[np.float64]  # squared, one per left-out row
    gain: NDArray[np.float64]  # [G]
    permuted: NDArray[np.float64]  # [G] mean squared error with the group shuffled
    unpermuted: float  # the same on the same rows, nothing shuffled
    shap: NDArray[np.float64]  # [G] yd


class CrossValidation:
    """Fits one model per horizon, direction and fold of games, `threads` of them side by side.

    `names` are the horizons with rows enough. Raises GhostError when games or rows are too few for any.
    """

    def __init__(self, candidates: Candidates, seed: int, threads: int) -> None:
        self.seed, self.threads = seed, threads
        self.fold = folds_of(candidates.game_id)
        known = np.asarray(~np.isnan(candidates.residual).any(axis=2))
        folds = np.unique(self.fold)
        trained = np.min([known[self.fold != fold].sum(axis=0) for fold in folds], axis=0)
        enough = np.flatnonzero(trained >= MIN_ROWS)
        if len(folds) < 2 or not len(enough):
            raise GhostError(
                f"ranking needs games in at least two of the folds 1..{FOLDS - 1} and {MIN_ROWS} rows to learn from, "
                f"found {len(np.unique(candidates.game_id))} games and {len(candidates)} rows: land more games"
            )
        self.values, self.residual, self.known = candidates.values, candidates.residual[:, enough], known[:, enough]
        self.names = tuple(list(HORIZONS)[at] for at in enough)
        self.horizons = range(len(enough))

    def blind_rmse_yd(self) -> NDArray[np.float64]:
        """[H] joint RMSE of constant velocity."""
        return np.sqrt(np.nanmean((self.residual.astype(np.float64) ** 2).sum(axis=2), axis=0))

    def rmse_yd(self, columns: Sequence[int]) -> NDArray[np.float64]:
        """[H] joint RMSE on left-out games, given these columns."""
        return np.sqrt(np.nanmean(self.squared_errors(columns), axis=0))

    def squared_errors(self, columns: Sequence[int]) -> NDArray[np.float64]:
        """[N, H] squared distance on left-out games, NaN where the horizon is beyond the arrival."""
        return self._collect(self._run(columns, []))

    def explain(
        self, groups: Sequence[Sequence[int]], bundles: Sequence[Sequence[int]] = ()
    ) -> tuple[NDArray[np.float64], Importances]:
        """RMSE [H] given the columns of all groups, and the importance of each group.

        `bundles` hold columns of several groups, to be shuffled together: correlated groups stand in for each other
        when shuffled alone.
        """
        columns = sorted({column for group in groups for column in group})
        place = {column: at for at, column in enumerate(columns)}
        found = self._run(columns, [[place[column] for column in group] for group in (*groups, *bundles)])
        rmse = np.sqrt(np.nanmean(self._collect(found), axis=0))
        by_horizon = [[fit for (h, _, _), fit in found.items() if h == horizon] for horizon in self.horizons]
        G = len(groups)
        gain = [np.sum([fit.gain[:G] for fit in fits], axis=0) for fits in by_horizon]
        shap = [np.sum([fit.shap[:G] for fit in fits], axis=0) for fits in by_horizon]
        growth = [
            np.sqrt(np.sum([fit.permuted for fit in fits], axis=0) / max(sum(fit.unpermuted for fit in fits), 1e-12))
            for fits in by_horizon
        ]
        grown = np.mean(growth, axis=0) - 1
        return rmse, Importances(_shares(gain), grown[:G], _shares(shap), grown[G:])

    def _run(self, columns: Sequence[int], groups: Sequence[Sequence[int]]) -> dict[tuple[int, int, int], _Fit]:
        values = self.values[:, list(columns)]
        tasks = [(h, c, int(fold)) for h in self.horizons for c in range(2) for fold in np.unique(self.fold)]
        with ThreadPoolExecutor(self.threads) as pool:
            return dict(zip(tasks, pool.map(lambda task: self._fit(values, groups, *task), tasks), strict=True))

    def _collect(self, found: dict[tuple[int, int, int], _Fit]) -> NDArray[np.float64]:
        squares = np.where(self.known, 0.0, np.nan)
        for (horizon, _, fold), fit in found.items():
            squares[self.known[:, horizon] & (self.fold == fold), horizon] += fit.error
        return squares

    def _fit(self, values: NDArray, groups: Sequence[Sequence[int]], horizon: int, direction: int, fold: int) -> _Fit:
        known, left_out = self.known[:, horizon], self.fold == fold
        wanted = self.residual[:, horizon, direction]
        train, test = np.flatnonzero(known & ~left_out), np.flatnonzero(known & left_out)
        if not len(test):
            nothing = np.zeros(len(groups))
            return _Fit(np.zeros(0), nothing, nothing, 0.0, nothing)
        data = lgb.Dataset(values[train], wanted[train])
        booster = lgb.train({**_PARAMETERS, "seed": self.seed}, data, num_boost_round=TREES)
        error = (wanted[test] - _predict(booster, values[test])).astype(np.float64) ** 2
        by_feature = booster.feature_importance("gain")
        gain = np.array([by_feature[group].sum() for group in groups])
        rng = np.random.default_rng((self.seed, fold))  # not by direction: both parts of a vector move together
        some = test[rng.permutation(len(test))[:PERMUTED_ROWS]]
        rows, other = values[some], values[rng.permutation(some)]
        unpermuted = float(((wanted[some] - _predict(booster, rows)).astype(np.float64) ** 2).mean())
        permuted = np.full(len(groups), unpermuted)
        used = np.flatnonzero(gain > 0).tolist()
        mixed = np.tile(rows, (len(used), 1, 1))
        for number, group in enumerate(used):
            mixed[number][:, groups[group]] = other[:, groups[group]]
        if len(used):  # one call for all: a call costs more than its rows
            moved = _predict(booster, mixed.reshape(-1, rows.shape[1])).reshape(len(used), -1)
            permuted[used] = ((wanted[some] - moved).astype(np.float64) ** 2).mean(axis=1)
        shap = np.zeros(len(groups))
        if groups:
            parts = _predict(booster, rows[:EXPLAINED_ROWS], pred_contrib=True)
            shap = np.array([np.abs(parts[:, group].sum(axis=1)).mean() for group in groups])
        return _Fit(error, gain, permuted, unpermuted, shap)


def _predict(booster: lgb.Booster, rows: NDArray, pred_contrib: bool = False) -> NDArray:
    return np.asarray(booster.predict(rows, pred_contrib=pred_contrib, num_threads=1))


def _shares(by_horizon: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    return np.mean([found / max(found.sum(), 1e-12) for found in by_horizon], axis=0)
