"""One harness for every trajectory model: same windows, same defensive backs, same words, intervals by game."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ghost_pipeline.arrow import arrow_schema, conform
from ghost_pipeline.domain.field import MAX_STEP_YD
from ghost_pipeline.domain.metrics import (
    MISS_YD,
    Bootstrap,
    Difference,
    Estimate,
    distances,
    last_scored,
    negative_log_likelihood,
    region_radius,
    squared_radius,
)
from ghost_pipeline.domain.result_schema import ERROR_MEASURES, MODEL_ERRORS
from ghost_pipeline.features.windows import BACK, Windows
from ghost_pipeline.models.forecast import Forecast, Predictor
from ghost_pipeline.models.slices import AimFacts, slices_of

TEN_STEPS, WHOLE_FLIGHT = "ten_steps", "whole_flight"
DEVELOPMENT_STEPS = 10
"""Steps that the paper's models are developed on."""
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Scored:
    """What is kept of forecasts of T paths of defensive backs, K steps; NaN where there is nothing to score."""

    error: Array  # [T, K] yd
    squared: Array  # [T, K] squared distance in standard deviations; NaN for point forecasts
    nll: Array  # [T, K] nats
    superhuman: Array  # [T, K] 1 for a step that no human can make

    def take(self, rows: NDArray[np.bool_]) -> "Scored":
        return Scored(*(values[rows] for values in vars(self).values()))

    @classmethod
    def of(cls, forecast: Forecast, windows: Windows) -> "Scored":
        """Score the paths of the defensive backs of `windows`, in the order of `np.nonzero(role == BACK)`."""
        back = windows.role == BACK
        predicted, actual = forecast.xy[back], windows.future_xy[back]
        error = distances(predicted, actual)
        steps = np.diff(predicted, axis=1, prepend=windows.past_xy[:, :, -1][back][:, None])
        superhuman = np.where(np.isnan(error), np.nan, np.linalg.norm(steps, axis=-1) > MAX_STEP_YD)
        if forecast.sd is None:
            unknown = np.full_like(error, np.nan)
            return cls(error, unknown, unknown, superhuman)
        squared = squared_radius(predicted, forecast.sd[back], actual)
        return cls(error, squared, negative_log_likelihood(squared, forecast.sd[back]), superhuman)


Part = tuple[Windows, AimFacts]
"""Windows of some weeks (every in-air anchor) and the facts of the aims they were cut from."""


Key = tuple[str, str]
"""Name and protocol of a predictor."""


def evaluate(predictors: Sequence[Predictor], parts: Iterable[Part], seed: int = 0) -> pa.Table:
    """Errors of the predictors on the defensive backs of all parts together, as table `model_errors`."""
    examination = Examination(predictors)
    for windows, facts in parts:
        examination.add(windows, facts)
    return examination.table(seed)


class Examination:
    """Scores of predictors on the paper's ten steps and on whole flights, part by part: only errors are kept, so memory
    does not grow with windows. A model whose horizon is shorter than the longest flight is left out of whole flights.
    """

    def __init__(self, predictors: Sequence[Predictor]) -> None:
        self.predictors = predictors
        self.collected = {TEN_STEPS: _Collected(), WHOLE_FLIGHT: _Collected()}

    def add(self, windows: Windows, facts: AimFacts) -> None:
        """Score the predictors on the defensive backs of `windows` (every in-air anchor)."""
        for kind, cut in ((TEN_STEPS, ten_step_windows), (WHOLE_FLIGHT, whole_flight_windows)):
            self.collected[kind].add(self.predictors, cut(windows), facts)

    def table(self, seed: int) -> pa.Table:
        """Table `model_errors`."""
        rows = [
            {"model": model, "protocol": protocol, "windows": kind, **row}
            for kind, found in self.collected.items()
            for model, protocol in found.scored
            for row in found.rows((model, protocol), seed)
        ]
        return conform(MODEL_ERRORS, pa.Table.from_pylist(rows, arrow_schema(MODEL_ERRORS)), "model errors")

    def rmse_difference(self, kind: str, one: Key, other: Key, seed: int) -> Difference:
        """Joint RMSE of one predictor less that of another, over all steps, on the same paths and drawn games."""
        found = self.collected[kind]
        errors = (found.whole(key).error ** 2 for key in (one, other))
        return Bootstrap(np.concatenate(found.game_id), seed).root_difference(*errors)


class _Collected:
    """Scores of every predictor on one kind of windows, part by part."""

    def __init__(self) -> None:
        self.game_id: list[NDArray[np.int64]] = []
        self.slices: list[dict[str, NDArray[np.bool_]]] = []
        self.scored: dict[Key, list[Scored]] = {}

    def add(self, predictors: Sequence[Predictor], windows: Windows, facts: AimFacts) -> None:
        back = windows.role == BACK
        if not back.any():
            return
        self.game_id.append(np.broadcast_to(windows.game_id[:, None], back.shape)[back])
        self.slices.append({name: mask[back] for name, mask in slices_of(windows, facts)})
        for predictor in predictors:
            if predictor.horizon >= windows.future_xy.shape[2]:
                scored = Scored.of(predictor.predict(windows), windows)
                self.scored.setdefault((predictor.name, predictor.protocol), []).append(scored)

    def whole(self, key: Key) -> Scored:
        """Scores of one predictor over all parts, as many steps as the longest flight has."""
        parts = self.scored[key]
        steps = max(part.error.shape[1] for part in parts)
        names = (field.name for field in fields(Scored))
        return Scored(**{n: np.concatenate([_widened(getattr(part, n), steps) for part in parts]) for n in names})

    def rows(self, key: Key, seed: int) -> Iterator[dict[str, Any]]:
        """Rows of one predictor, slice by slice; none when its horizon was too short for some flights."""
        if len(self.scored[key]) < len(self.game_id):
            return
        whole, game_id = self.whole(key), np.concatenate(self.game_id)
        for name in self.slices[0]:
            chosen = np.concatenate([masks[name] for masks in self.slices])
            for row in _rows(whole.take(chosen), game_id[chosen], seed):
                yield {"slice": name, **row}


def _widened(values: Array, steps: int) -> Array:
    return np.pad(values, ((0, 0), (0, steps - values.shape[1])), constant_values=np.nan)


def _rows(scored: Scored, game_id: NDArray[np.int64], seed: int) -> Iterator[dict[str, Any]]:
    """Step 0 for all steps together, then one row for each step that has anything to score."""
    error = scored.error
    known = ~np.isnan(error)
    if not known.any():
        return
    mean = Bootstrap(game_id, seed).mean
    ade, rmse, miss = mean(error), mean(error**2).root, mean(_flag(error, error > MISS_YD))
    last = last_scored(error)[:, None]
    estimates: dict[str, Estimate] = {
        "ade": ade,
        "fde": mean(last).before(ade),
        "rmse": rmse,
        "miss_rate": mean(_flag(last, last > MISS_YD)).before(miss),
        "superhuman_rate": mean(scored.superhuman),
        "nll": mean(scored.nll),
        "coverage_50": mean(_flag(scored.squared, scored.squared <= region_radius(0.5))),
        "coverage_90": mean(_flag(scored.squared, scored.squared <= region_radius(0.9))),
    }
    for step in np.flatnonzero(np.append(True, known.any(axis=0))):
        here = error if step == 0 else error[:, step - 1]
        yield {
            "step": int(step),
            "n": int(known.any(axis=1).sum() if step == 0 else known[:, step - 1].sum()),
            "coordinate_rmse_yd": float(rmse.value[step]) / np.sqrt(2),
            "median_yd": float(np.nanmedian(here)),
            **{name: _number(values[step]) for name, values in _columns(estimates).items()},
        }


def _columns(estimates: dict[str, Estimate]) -> dict[str, Array]:
    """Columns of ERROR_MEASURES, in their order."""
    arrays = (values for estimate in estimates.values() for values in (estimate.value, estimate.low, estimate.high))
    return {column.name: values for column, values in zip(ERROR_MEASURES, arrays, strict=True)}


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _flag(known: Array, condition: NDArray[np.bool_]) -> Array:
    return np.where(np.isnan(known), np.nan, condition)


def ten_step_windows(windows: Windows) -> Windows:
    """The in-air anchors with at least ten further frames, cut to ten steps: the paper's development windows."""
    chosen = (windows.steps_since_throw >= 0) & (windows.steps_left >= DEVELOPMENT_STEPS)
    return _cut(windows.take(chosen), DEVELOPMENT_STEPS)


def whole_flight_windows(windows: Windows) -> Windows:
    """The release of every pass, cut to the longest flight, but to no less than every model wants to see."""
    part = windows.take(windows.steps_since_throw == 0)
    return _cut(part, int(part.steps_left.max(initial=DEVELOPMENT_STEPS)))


def _cut(windows: Windows, steps: int) -> Windows:
    return replace(windows, future_xy=windows.future_xy[:, :, :steps], future_ball=windows.future_ball[:, :steps])
