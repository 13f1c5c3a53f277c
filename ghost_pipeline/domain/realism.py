"""How plays look in numbers, so that simulated ones can be held against real ones; all of the flight, actual paths.

Shape letters as in `domain.scene`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ghost_pipeline.domain.counterfactual import Aim
from ghost_pipeline.domain.field import FRAME_S
from ghost_pipeline.domain.kinematics import backward_difference
from ghost_pipeline.domain.scene import DEFENSE, PLAYERS, Scenes
from ghost_pipeline.domain.trajectory_score import positional_convergence

Array = NDArray[np.float64]

RUNNING_YD_S = 2.0
"""Below it a direction means little."""
AHEAD = 10
"""Steps after the release at which the error of constant velocity is taken."""

MEASURES: Mapping[str, str] = {
    "speed": "yd/s",
    "acceleration": "yd/s2",
    "turn rate": "deg/s",
    "separation at the throw": "yd",
    "separation at the arrival": "yd",
    "flight time": "s",
    "constant velocity error after 1 s": "yd",
    "PS of defensive backs": "yd/step",
}


@dataclass(frozen=True)
class Sample:
    """Values and the pass of each, so that passes can be weighted."""

    value: Array
    row: NDArray[np.int64]


def look(scenes: Scenes, aim: Aim) -> dict[str, Sample]:
    """The MEASURES of thrown passes. Motion is that of defensive backs and eligible receivers in the air."""
    N, play = len(aim), aim.play
    skilled = (scenes.is_defensive_back | scenes.is_eligible)[:, PLAYERS]
    first_row = np.repeat(scenes.start[:-1], np.diff(scenes.start))
    change = np.linalg.norm(backward_difference(scenes.velocity, first_row), axis=-1)  # [F, E] yd/s2
    speed = np.linalg.norm(scenes.velocity, axis=-1)
    turn = _turn_rate(scenes, first_row, speed)

    in_air = np.zeros(len(first_row), np.int64) - 1
    for number, (throw, frames) in enumerate(zip(scenes.throw[play], aim.flight_frames, strict=True)):
        in_air[throw + 1 : throw + frames + 1] = number
    frame = np.flatnonzero(in_air >= 0)
    row = np.repeat(in_air[frame][:, None], skilled.shape[1], axis=1)
    who = skilled[play[in_air[frame]]]

    def of_frames(values: NDArray, also: NDArray | bool = True) -> Sample:
        chosen = who & ~np.isnan(values[frame][:, PLAYERS]) & also
        return Sample(values[frame][:, PLAYERS][chosen].astype(np.float64), row[chosen])

    throw, arrival = scenes.throw[play], scenes.throw[play] + aim.flight_frames
    back, slot = np.nonzero(scenes.is_defensive_back[play][:, PLAYERS])
    steps = aim.flight_frames[back]
    ahead = throw[:, None] + np.arange(int(aim.flight_frames.max(initial=1)) + 1)
    ahead = np.minimum(ahead, arrival[:, None])  # what follows the flight is not judged
    path = scenes.xy[ahead[back], slot[:, None]].astype(np.float64)
    target = scenes.xy[ahead[back], aim.target[back][:, None]].astype(np.float64)
    long = steps >= AHEAD
    straight = path[:, 0] + scenes.velocity[throw[back], slot] * AHEAD * FRAME_S
    error = np.linalg.norm(straight - path[:, min(AHEAD, path.shape[1] - 1)], axis=-1)
    everyone = np.arange(N)
    return {
        "speed": of_frames(speed),
        "acceleration": of_frames(change),
        "turn rate": of_frames(turn, speed[frame][:, PLAYERS] >= RUNNING_YD_S),
        "separation at the throw": Sample(_separation(scenes, aim, throw), everyone),
        "separation at the arrival": Sample(_separation(scenes, aim, arrival), everyone),
        "flight time": Sample((aim.flight_frames * FRAME_S).astype(np.float64), everyone),
        "constant velocity error after 1 s": Sample(error[long].astype(np.float64), back[long]),
        "PS of defensive backs": Sample(positional_convergence(path, target, steps), back),
    }


def _turn_rate(scenes: Scenes, first_row: NDArray[np.int64], speed: NDArray) -> NDArray:
    """[F, E] deg/s by which the direction of motion changes."""
    heading = np.arctan2(scenes.velocity[..., 1], scenes.velocity[..., 0])
    before = np.maximum(np.arange(len(heading)) - 1, first_row)
    change = (heading - heading[before] + np.pi) % (2 * np.pi) - np.pi
    return np.degrees(np.abs(change)) / FRAME_S


def _separation(scenes: Scenes, aim: Aim, frame: NDArray[np.int64]) -> Array:
    target = scenes.xy[frame, aim.target]
    return np.nanmin(np.linalg.norm(scenes.xy[frame][:, DEFENSE] - target[:, None], axis=-1), axis=1).astype(np.float64)


def percentiles(values: Array, weight: Array, at: Array) -> Array:
    """Percentiles `at` [Q] of weighted values; NaN counts nowhere."""
    known = ~np.isnan(values) & (weight > 0)
    order = np.argsort(values[known])
    below = np.cumsum(weight[known][order])
    return np.interp(at / 100, (below - weight[known][order] / 2) / below[-1], values[known][order])


def kolmogorov_distance(one: Array, other: Array, weight_of_other: Array) -> float:
    """Largest distance of two distribution functions; values of `other` count by their weight, NaN counts nowhere."""
    weight_of_other = weight_of_other[~np.isnan(other)]
    one, other = one[~np.isnan(one)], other[~np.isnan(other)]
    at = np.sort(np.concatenate([one, other]))
    order = np.argsort(other)
    heavy = np.concatenate([[0.0], np.cumsum(weight_of_other[order])]) / weight_of_other.sum()
    theirs = heavy[np.searchsorted(other[order], at, side="right")]
    ours = np.searchsorted(np.sort(one), at, side="right") / len(one)
    return float(np.abs(ours - theirs).max())


def weights_like(landed: Array, result: NDArray[np.int64], flown: Array, chance: Array, edges: Array) -> Array:
    """Weights [N] of simulated passes that give every result and bin of air distance the share it has of the landed.

    `landed` [M] and `flown` [N] are air distances in yd, `edges` those of the bins; `result` [M] is the result of each
    landed pass and `chance` [N, R] how likely each result was of the simulated ones. A simulated pass counts for all of
    its results, each by its chance: that is the mean over all that could have been drawn.
    """
    there, here = np.digitize(landed, edges), np.digitize(flown, edges)
    share = np.zeros((chance.shape[1], len(edges) + 1))
    np.add.at(share, (result, there), 1 / len(landed))
    own = np.stack([np.bincount(here, of_result, len(edges) + 1) for of_result in chance.T])
    per_chance = np.divide(share, own, out=np.zeros_like(share), where=own > 0)
    return (per_chance[:, here].T * chance).sum(axis=1)
