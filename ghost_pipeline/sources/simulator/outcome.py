"""The true chances of a pass: a documented logistic function of what is measured when the ball arrives."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from ghost_pipeline.sources.simulator.motion import Array


@dataclass(frozen=True)
class PassFacts:
    """What decides a pass, arrays of one shape, all in yards."""

    separation_yd: Array  # target to the nearest defender at the arrival
    air_distance_yd: Array  # release to landing point
    pressure_yd: Array  # passer to the nearest rusher at the throw
    sideline_yd: Array  # landing point to the nearest sideline
    miss_yd: Array  # target to the ball at the arrival

    def take(self, rows: NDArray[np.int64]) -> "PassFacts":
        """Of the chosen passes."""
        return PassFacts(*(getattr(self, f.name)[rows] for f in fields(self)))


INTERCEPT = 1.05
PER_SEPARATION_YD, SEPARATION_CAP_YD, USUAL_SEPARATION_YD = 0.27, 4.0, 2.0
PER_AIR_YD, USUAL_AIR_YD = -0.033, 15.0
PER_PRESSURE_YD, PRESSURE_FROM_YD = -0.35, 2.5
PER_SIDELINE_YD, SIDELINE_FROM_YD = -0.35, 2.5
PER_MISS_YD, MISS_FROM_YD = -1.5, 1.0
PER_HANDS = 0.16

PICK_INTERCEPT, PICK_PER_YD, PICK_PER_COVERAGE = -1.6, -1.1, 0.35


def completion_probability(facts: PassFacts, hands: Array) -> Array:
    """P(completion), the logistic function of

    1.05 + 0.27 (min(separation, 4) - 2) - 0.033 (air distance - 15) - 0.35 max(2.5 - pressure, 0)
         - 0.35 max(2.5 - sideline, 0) - 1.5 max(miss - 1, 0) + 0.16 hands,

    where `hands` is the receiver's standard score. Separation, pressure and sideline are yards of room, so more helps.
    """
    score = (
        INTERCEPT
        + PER_SEPARATION_YD * (np.minimum(facts.separation_yd, SEPARATION_CAP_YD) - USUAL_SEPARATION_YD)
        + PER_AIR_YD * (facts.air_distance_yd - USUAL_AIR_YD)
        + PER_PRESSURE_YD * np.maximum(PRESSURE_FROM_YD - facts.pressure_yd, 0.0)
        + PER_SIDELINE_YD * np.maximum(SIDELINE_FROM_YD - facts.sideline_yd, 0.0)
        + PER_MISS_YD * np.maximum(facts.miss_yd - MISS_FROM_YD, 0.0)
        + PER_HANDS * hands
    )
    return _logistic(score)


def interception_share(defender_to_ball_yd: Array, coverage_skill: Array) -> Array:
    """Of the passes not completed, the share intercepted: logistic of -1.6 - 1.1 (defender to ball - 1) + 0.35 skill.

    The defender is the one nearest to the ball at the arrival, his skill a standard score.
    """
    return _logistic(PICK_INTERCEPT + PICK_PER_YD * (defender_to_ball_yd - 1.0) + PICK_PER_COVERAGE * coverage_skill)


def _logistic(score: Array) -> Array:
    return 1.0 / (1.0 + np.exp(-score))
