"""What a target is worth in yards and in points, and how much better or worse than the best other one.

All options are predicted alike, and every worth is a mean over joint outcomes drawn from the ghosts' density: a chance
of a catch is not linear in a separation, so that of the mean places is not the mean chance.

Shape letters: N options (a pass and a receiver), P passes, S samples, Q tenths of the yards after the catch.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ghost_pipeline.domain.counterfactual import Aim
from ghost_pipeline.domain.expected_points import points_after_gain, points_after_interception
from ghost_pipeline.domain.field import GOAL_LINE_X_YD
from ghost_pipeline.domain.measurements import measure
from ghost_pipeline.domain.scene import PLAYERS, Scenes
from ghost_pipeline.models.completion import CompletionModel
from ghost_pipeline.models.flight import FlightModel
from ghost_pipeline.models.yards_after_catch import YardsAfterCatchModel

Array = NDArray[np.float64]
LOW, HIGH = 10, 90
"""Percentiles of the samples that are shown."""


@dataclass(frozen=True)
class OutcomeModels:
    """What turns paths into yards; the outcome models come from plays of one origin."""

    flight: FlightModel
    completion: CompletionModel
    completion_at_throw: CompletionModel
    yards_after_catch: YardsAfterCatchModel


@dataclass(frozen=True)
class Situations:
    """Of each option's play, [N]; down and distance are NaN where unknown."""

    to_goal_line_yd: Array
    down: Array
    yards_to_go: Array

    @classmethod
    def of(cls, scenes: Scenes, aim: Aim) -> "Situations":
        play = aim.play
        return cls(
            to_goal_line_yd=GOAL_LINE_X_YD - scenes.scrimmage_x[play].astype(np.float64),
            down=scenes.down[play].astype(np.float64),
            yards_to_go=scenes.yards_to_go[play].astype(np.float64),
        )


def worth(scenes: Scenes, aim: Aim, samples: NDArray[np.float32], outcomes: OutcomeModels) -> dict[str, Array]:
    """Columns [N] of what_if_options: chances, yards and points, when the players end at `samples` [S, N, 22, 2]."""
    S, N = samples.shape[:2]
    every = aim.take(np.tile(np.arange(N), S))
    measured = measure(scenes, every, samples.reshape(S * N, *samples.shape[2:]))
    chances = outcomes.completion.chances(measured)
    after_catch = outcomes.yards_after_catch.expected_yd(measured)
    tenths = outcomes.yards_after_catch.quantiles_yd(measured)  # [S N, Q]
    now = Situations.of(scenes, every)
    air = measured["air_yards_at_landing_yd"]
    catch, pick = chances.completion, chances.interception
    gained = air[:, None] + tenths
    values = {
        "completion_probability": catch,
        "interception_probability": pick,
        "expected_yards_after_catch_yd": after_catch,
        "yards_after_catch_low_yd": tenths[:, 1],
        "yards_after_catch_high_yd": tenths[:, -2],
        "expected_yards_yd": expected_yards(catch, air, after_catch, now.to_goal_line_yd),
        "first_down_probability": catch * chance_to_gain(gained, np.minimum(now.yards_to_go, now.to_goal_line_yd)),
        "touchdown_probability": catch * chance_to_gain(gained, now.to_goal_line_yd),
        "expected_points": expected_points(catch, pick, air, gained, now),
    }
    by_sample = {name: of_all.reshape(S, N) for name, of_all in values.items()}
    completion, separation = by_sample["completion_probability"], measured["target_separation_yd"].reshape(S, N)
    return {
        **{name: of_sample.mean(axis=0) for name, of_sample in by_sample.items()},
        "completion_probability_low": np.percentile(completion, LOW, axis=0),
        "completion_probability_high": np.percentile(completion, HIGH, axis=0),
        "target_separation_low_yd": np.percentile(separation, LOW, axis=0),
        "target_separation_high_yd": np.percentile(separation, HIGH, axis=0),
    }


def expected_yards(completion: Array, air_yards_yd: Array, after_catch_yd: Array, to_goal_line_yd: Array) -> Array:
    """Chance of a catch times air yards and yards after the catch, [N]; no gain goes past the goal line.

    An incompletion gains nothing; an interception is counted as one.
    """
    return completion * np.minimum(air_yards_yd + after_catch_yd, to_goal_line_yd)


def chance_to_gain(gained: Array, needed: Array) -> Array:
    """Chance [N] that a catch gains at least `needed` [N] yards; `gained` [N, Q] are equally likely, rising values.

    Between neighbouring values the chance falls in a line; NaN where `needed` is.
    """
    Q = gained.shape[1]
    short = (gained < needed[:, None]).sum(axis=1)
    row, above, below = np.arange(len(gained)), np.clip(short, 0, Q - 1), np.clip(short - 1, 0, Q - 1)
    gap = gained[row, above] - gained[row, below]
    share = np.divide(needed - gained[row, below], gap, out=np.zeros_like(gap), where=gap > 0)
    inside = (short > 0) & (short < Q)
    missed = np.where(inside, short - 0.5 + share, short)
    return np.where(np.isnan(needed), np.nan, 1.0 - np.clip(missed, 0.0, Q) / Q)


def expected_points(completion: Array, interception: Array, air: Array, gained: Array, now: Situations) -> Array:
    """Points a pass leads to on average, [N]; `gained` [N, Q] are the equally likely gains if it is caught."""
    column = (now.down[:, None], now.yards_to_go[:, None], now.to_goal_line_yd[:, None])
    caught = points_after_gain(gained, *column).mean(axis=1)
    missed = points_after_gain(np.zeros_like(air), now.down, now.yards_to_go, now.to_goal_line_yd)
    picked = points_after_interception(air, now.to_goal_line_yd)
    return completion * caught + (1.0 - completion - interception) * missed + interception * picked


def decision_values(aim: Aim, worth: Array) -> tuple[Array, NDArray[np.int64]]:
    """Each option's worth [N] minus that of the best other receiver of its pass, and its rank; each [N].

    The value is NaN where a pass has one option only. Equal options share a rank.
    """
    by_slot = np.full((int(aim.play.max(initial=0)) + 1, PLAYERS.stop), -np.inf)  # [P, slots]
    by_slot[aim.play, aim.target] = worth
    others = by_slot[aim.play]  # [N, slots]
    rank = 1 + (others > worth[:, None]).sum(axis=1)
    others[np.arange(len(aim)), aim.target] = -np.inf
    best_other = others.max(axis=1)
    return np.where(np.isfinite(best_other), worth - best_other, np.nan), rank
