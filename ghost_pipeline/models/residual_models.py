"""Ridge regression and gradient boosting on what damped acceleration leaves to predict: what good features alone give.

Both see the ranked features of the last observed frames of one defensive back, nothing of the other players, and
predict each step of his residual on its own. At least they show how much of the network's gain is its own.

Shape letters: T trajectories, D inputs, K steps.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

from ghost_pipeline.features.definitions import INDEX, MIRROR
from ghost_pipeline.features.windows import BACK, Windows
from ghost_pipeline.models.baselines import anchor_motion, damped_acceleration, step_times
from ghost_pipeline.models.forecast import AT_RELEASE, Forecast
from ghost_pipeline.models.ghost_net import Scaler

Array = NDArray[np.float32]

FRAMES = 3
"""Observed frames that the inputs hold, as in the paper."""
PENALTY = 30.0
_PARAMETERS = {
    "objective": "regression",
    "num_leaves": 15,
    "learning_rate": 0.08,
    "min_data_in_leaf": 40,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "deterministic": True,
    "force_col_wise": True,
    "num_threads": 1,
    "verbosity": -1,
}
_TREES = 150


@dataclass(frozen=True)
class ResidualModel:
    """A fitted model: `columns` maps inputs [T, D] to residuals [T, K, 2] yd."""

    name: str
    scaler: Scaler
    fitted: "Ridge | Boosting"
    steps: int
    protocol: str = AT_RELEASE

    @property
    def horizon(self) -> int:
        return self.steps

    def predict(self, windows: Windows) -> Forecast:
        """Paths of the defensive backs; NaN for everybody else."""
        steps = windows.future_xy.shape[2]
        xy = np.full(windows.future_xy.shape, np.nan, np.float32)
        back = windows.role == BACK
        residual = self.fitted.residual(_inputs(windows, self.scaler))[:, :steps]
        xy[back] = windows.past_xy[:, :, -1][back][:, None] + _run(windows, steps)[back] + residual
        return Forecast(xy)


@dataclass(frozen=True)
class Ridge:
    """Weights [1 + D, K * 2]; the constant is not penalised."""

    weights: NDArray[np.floating]

    def residual(self, inputs: Array) -> Array:
        found = np.column_stack([np.ones(len(inputs)), inputs]) @ self.weights
        return found.reshape(len(inputs), -1, 2).astype(np.float32)


@dataclass(frozen=True)
class Boosting:
    """One booster per step and direction, [K][2]."""

    boosters: Sequence[Sequence[lgb.Booster]]

    def residual(self, inputs: Array) -> Array:
        if not len(inputs):
            return np.zeros((0, len(self.boosters), 2), np.float32)
        return np.stack([[b.predict(inputs) for b in pair] for pair in self.boosters]).transpose(2, 0, 1).astype("f4")


def fit_ridge(windows: Windows, names: Sequence[str]) -> ResidualModel:
    """Ridge on in-air windows and their mirror images."""
    scaler, inputs, residual = _learned(windows, names)
    design = np.column_stack([np.ones(len(inputs)), inputs]).astype(np.float64)
    penalty = np.eye(design.shape[1]) * PENALTY
    penalty[0, 0] = 0
    weights = np.linalg.solve(design.T @ design + penalty, design.T @ residual.reshape(len(residual), -1))
    return ResidualModel("ridge_residual", scaler, Ridge(weights), residual.shape[1])


def fit_boosting(windows: Windows, names: Sequence[str], seed: int) -> ResidualModel:
    """LightGBM on in-air windows and their mirror images."""
    scaler, inputs, residual = _learned(windows, names)
    data = lgb.Dataset(inputs, free_raw_data=False, params=_PARAMETERS)

    def fit(wanted: NDArray) -> lgb.Booster:
        return lgb.train({**_PARAMETERS, "seed": seed}, data.set_label(wanted), num_boost_round=_TREES)

    boosters = [
        [fit(np.ascontiguousarray(residual[:, step, part])) for part in range(2)] for step in range(residual.shape[1])
    ]
    return ResidualModel("lightgbm_residual", scaler, Boosting(boosters), residual.shape[1])


def _learned(windows: Windows, names: Sequence[str]) -> tuple[Scaler, Array, Array]:
    """Scaler, inputs [T, D] and residuals [T, K, 2] of the backs whose whole future is known, twice: as they were and
    mirrored."""
    scaler = Scaler.fit(windows.history[:, :, -FRAMES:], names)
    back = windows.role == BACK
    moved = (windows.future_xy - windows.past_xy[:, :, -1:])[back]
    residual = moved - _run(windows, windows.future_xy.shape[2])[back]
    known = ~np.isnan(residual).any(axis=(1, 2))
    inputs, residual = _inputs(windows, scaler)[known], residual[known]
    flip = np.tile(np.array([MIRROR[INDEX[name]] for name in names], np.float32), FRAMES)
    across = np.array([1, -1], np.float32)
    return scaler, np.concatenate([inputs, inputs * flip]), np.concatenate([residual, residual * across])


def _inputs(windows: Windows, scaler: Scaler) -> Array:
    """[T, D] of the defensive backs, in the order of `np.nonzero(role == BACK)`."""
    seen = windows.history[:, :, -FRAMES:][windows.role == BACK]
    return scaler.scale(seen).reshape(len(seen), -1)


def _run(windows: Windows, steps: int) -> Array:
    return damped_acceleration(*anchor_motion(windows), step_times(steps))
