"""How good a defender's path is, real or predicted, when there is no truth to compare it with.

PS, DR, SP and TS are those of Cheong, Zeng, Tyagi (MIT Sloan Sports Analytics Conference 2021); the formula of TS is
not preserved there, ours and its reasons are in docs/trajectory-score.md. Lower is better everywhere.

Shape letters: N trajectories, K steps. Paths are [N, K + 1, 2] in yards of the field; index 0 is the throw. `steps` [N]
says how many steps of each row are the flight; what follows is ignored, and so is a step with an unknown (NaN) end.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ghost_pipeline.domain.field import FRAME_S, MAX_STEP_YD

Array = NDArray[np.float64]
Steps = NDArray[np.int64]
LATE_SHARES: dict[str, float] = {"equal": 0.0, "late": 1.0}
"""Weightings by name: equal judges the whole path, late judges where it ends (method)."""

SUPERHUMAN_PENALTY = 1.0
"""Each superhuman step adds this much to the factor that takes credit away from closing and adds to diverging."""
WEIGHT_SCALE_YD = 5.0
"""In the play score a defender's weight falls by a factor of e with every five yards from the target."""
DISTORTED_SHARE = 0.25


@dataclass(frozen=True)
class PathScores:
    """The parts of the trajectory score, each [N]; NaN where a path has no step to judge."""

    convergence_yd_step: Array  # PS
    effort_ratio: Array  # DR, in [0, 1]
    superhuman_steps: NDArray[np.int64]  # SP
    trajectory_score: Array  # TS


def score_paths(path: NDArray, target_path: NDArray, steps: Steps, late_share: float = 0.0) -> PathScores:
    """Judge defenders' paths against the target's, with weights as in `step_weights`."""
    ps = positional_convergence(path, target_path, steps, late_share)
    dr = distance_ratio(path, target_path, steps)
    sp = superhuman_steps(path, steps)
    return PathScores(ps, dr, sp, trajectory_score(ps, dr, sp))


def step_weights(steps: Steps, longest: int, late_share: float = 0.0) -> Array:
    """Weights [N, longest] of the steps of flights of n = `steps` [N]: (1 - s) / n + s * 2 k / (n (n + 1)).

    `late_share` s in [0, 1] says how much the end counts: 0 gives equal weights, 1 weights that grow in a line with k,
    and PS of a share between is the same mixture of the two PS. The weights of a flight add up to 1.
    """
    k = np.arange(1, longest + 1, dtype=np.float64)[None, :]
    n = np.maximum(steps, 1)[:, None].astype(np.float64)
    return np.where(k <= n, (1.0 - late_share) / n + late_share * 2.0 * k / (n * (n + 1.0)), 0.0)


def positional_convergence(path: NDArray, target_path: NDArray, steps: Steps, late_share: float = 0.0) -> Array:
    """PS [N] in yd/step: weighted mean over the steps of the change of the distance between defender and target.

    Negative is closing, 0 parallel, positive diverging. Weights as in `step_weights`, shared out over the known steps.
    """
    change = _distance_changes(path, target_path)
    weight = step_weights(steps, change.shape[1], late_share)
    weight = np.where(_judged(change, steps), weight, 0.0)
    return _ratio((weight * np.nan_to_num(change)).sum(axis=1), weight.sum(axis=1))


def distance_ratio(path: NDArray, target_path: NDArray, steps: Steps) -> Array:
    """DR [N] = 1 - |best - covered| / (best + covered); 1 is a straight run to where the target is at the arrival.

    Best effort is the straight distance from the defender at the throw to the target at the arrival, at most what a
    human can cover in that time. Nothing to cover and nothing covered counts as 1.
    """
    length = _step_length(path)
    covered = np.where(_judged(length, steps), length, 0.0).sum(axis=1)
    row = np.arange(len(path))
    straight = np.linalg.norm(target_path[row, steps].astype(np.float64) - path[:, 0], axis=-1)
    best = np.minimum(straight, MAX_STEP_YD * steps)
    total = best + covered
    ratio = 1.0 - np.divide(np.abs(best - covered), total, out=np.zeros_like(total), where=total > 0)
    return np.where(np.isnan(total) | ~_judged(length, steps).any(axis=1), np.nan, ratio)


def superhuman_steps(path: NDArray, steps: Steps) -> NDArray[np.int64]:
    """SP [N]: how many steps are longer than MAX_STEP_YD."""
    length = _step_length(path)
    return (_judged(length, steps) & (length > MAX_STEP_YD + _ROUNDING_YD)).sum(axis=1)


_ROUNDING_YD = 1e-4
"""Positions in single precision: a step of exactly the limit is not superhuman."""


def trajectory_score(ps: Array, dr: Array, sp: NDArray[np.int64]) -> Array:
    """TS [N]: PS * DR / f when closing, PS * (2 - DR) * f when not, with f = 1 + SUPERHUMAN_PENALTY * SP.

    Keeps the sign of PS; a worse effort or a superhuman step never lowers it.
    """
    factor = 1.0 + SUPERHUMAN_PENALTY * sp
    return np.where(ps < 0, ps * dr / factor, ps * (2.0 - dr) * factor)


def play_weight(distance_yd: NDArray) -> NDArray:
    """Weight in (0, 1] of a defender this far from the target, same shape as `distance_yd`."""
    return np.exp(-distance_yd / WEIGHT_SCALE_YD)


def play_score(score: Array, weight: Array, play: NDArray[np.int64], plays: int) -> Array:
    """Weighted mean of the trajectory scores [N] of each of `plays` plays, `play` [N] being theirs; NaN without any."""
    known = ~np.isnan(score)
    total, weights = np.zeros(plays), np.zeros(plays)
    np.add.at(total, play[known], (score * weight)[known])
    np.add.at(weights, play[known], weight[known])
    return _ratio(total, weights)


def model_score(score: Array) -> float:
    """Mean over plays or over trajectories, whichever `score` holds; NaN when there are none."""
    known = score[~np.isnan(score)]
    return float(known.mean()) if len(known) else float("nan")


def distort(paths: NDArray, seed: int | Sequence[int], share: float = DISTORTED_SHARE) -> NDArray:
    """The same paths [N, K + 1, 2], but that share of them, drawn at random, run on blindly from where they started.

    Their direction is uniform and their speed uniform up to the human limit; both stay (method: random initial
    direction and speed). Nothing keeps them on the field. A good score must notice.
    """
    random = np.random.default_rng(seed)
    chosen = random.permutation(len(paths))[: round(share * len(paths))]
    angle = random.uniform(0, 2 * np.pi, len(chosen))
    velocity = random.uniform(0, MAX_STEP_YD / FRAME_S, len(chosen)) * np.stack(
        [np.cos(angle), np.sin(angle)]
    )  # [2, n]
    t = np.arange(paths.shape[1]) * FRAME_S
    distorted = paths.copy()
    distorted[chosen] = paths[chosen, :1] + (velocity.T[:, None, :] * t[:, None]).astype(paths.dtype)
    return distorted


def _distance_changes(path: NDArray, target_path: NDArray) -> Array:
    """[N, K] yd by which the distance between two players changes in each step."""
    apart = path.astype(np.float64) - target_path
    return np.diff(_length(apart), axis=1)


def _step_length(path: NDArray) -> Array:
    return _length(np.diff(path.astype(np.float64), axis=1))  # [N, K]


def _length(vector: Array) -> Array:
    """Three times as fast as numpy's norm over an axis of two."""
    return np.sqrt(vector[..., 0] ** 2 + vector[..., 1] ** 2)


def _judged(value: Array, steps: Steps) -> NDArray[np.bool_]:
    """[N, K] steps that belong to the flight and have a known value."""
    return (np.arange(1, value.shape[1] + 1)[None, :] <= steps[:, None]) & ~np.isnan(value)


def _ratio(total: Array, weight: Array) -> Array:
    return np.divide(total, weight, out=np.full(len(total), np.nan), where=weight > 0)
