"""How far predicted paths are from actual ones. Pure functions on arrays; the words are those of the reference.

Shape letters: T trajectories, K steps, G games. A distance is NaN where there is nothing to score, such as a step after
the flight or an empty slot; it then counts nowhere.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

CONFIDENCE = 0.95
DRAWS = 500
MISS_YD = 2.0
"""A path that ends further off than this is a miss."""


def distances(predicted: NDArray, actual: NDArray) -> Array:
    """Euclidean error in yards, [..., K, 2] -> [..., K]."""
    return np.sqrt(((predicted.astype(np.float64) - actual) ** 2).sum(-1))


def ade(distance: Array) -> float:
    """Average displacement error in yards: the mean of `distance` [T, K] over all scored player-frames."""
    return _mean(distance)


def fde(distance: Array) -> float:
    """Final displacement error in yards: the mean over trajectories of the last scored step of `distance` [T, K]."""
    return _mean(last_scored(distance))


def joint_rmse(distance: Array) -> float:
    """sqrt(mean(dx^2 + dy^2)) in yards over all scored player-frames; sqrt(2) times the coordinate RMSE."""
    return float(np.sqrt(_mean(distance**2)))


def miss_rate(distance: Array) -> float:
    """Share of the trajectories of `distance` [T, K] that end more than MISS_YD off."""
    last = last_scored(distance)
    return _mean(np.where(np.isnan(last), np.nan, last > MISS_YD))


def last_scored(distance: Array) -> Array:
    """The last scored step of every trajectory of `distance` [T, K] -> [T]; NaN without any."""
    scored = ~np.isnan(distance)
    last = distance.shape[1] - 1 - scored[:, ::-1].argmax(axis=1)
    return distance[np.arange(len(distance)), last]


def squared_radius(predicted: NDArray, sd: NDArray, actual: NDArray) -> Array:
    """Squared distance in standard deviations of the actual place from the predicted one, [..., K, 2] -> [..., K]."""
    return (((predicted.astype(np.float64) - actual) / sd) ** 2).sum(-1)


def region_radius(share: float) -> float:
    """Squared radius of the region of a two-dimensional standard normal that holds a share: -2 ln(1 - share)."""
    return -2 * math.log(1 - share)


def negative_log_likelihood(squared: Array, sd: NDArray) -> Array:
    """Of the actual place under the predicted normal, in nats, from `squared_radius` [..., K] and `sd` [..., K, 2]."""
    return squared / 2 + np.log(2 * math.pi * sd.astype(np.float64).prod(-1))


@dataclass(frozen=True)
class Estimate:
    """A mean over all steps (index 0) and of each step (1..K), with its interval; each [1 + K]."""

    value: Array
    low: Array
    high: Array

    @property
    def root(self) -> "Estimate":
        """The square root of each: from a mean of squares to its root."""
        return Estimate(np.sqrt(self.value), np.sqrt(self.low), np.sqrt(self.high))

    def before(self, by_step: "Estimate") -> "Estimate":
        """This one's mean over all steps, with another one's steps."""
        pairs = zip(vars(self).values(), vars(by_step).values(), strict=True)
        return Estimate(*(np.concatenate([own[:1], others[1:]]) for own, others in pairs))


@dataclass(frozen=True)
class Difference:
    """Of two numbers on the same paths, with its interval."""

    value: float
    low: float
    high: float


class Bootstrap:
    """Intervals from drawing whole games with replacement: the paths of one game are not independent."""

    def __init__(self, game_id: NDArray[np.int64], seed: int) -> None:
        """`game_id` [T] of the trajectories."""
        games, self.game = np.unique(game_id, return_inverse=True)
        self.games = len(games)
        share = np.full(self.games, 1 / max(self.games, 1))
        self.draws = np.random.default_rng(seed).multinomial(self.games, share, DRAWS)  # [B, G]

    def mean(self, values: Array) -> Estimate:
        """Of `values` [T, K], NaN where there is nothing to score; NaN too where no drawn game has anything."""
        sums, counts = self._by_game(values)
        drawn = _ratio(self.draws @ sums, self.draws @ counts)  # [B, 1 + K]
        low, high = np.full((2, drawn.shape[1]), np.nan)
        known = ~np.isnan(drawn).all(axis=0)
        tail = 100 * (1 - CONFIDENCE) / 2
        if known.any():
            low[known], high[known] = np.nanpercentile(drawn[:, known], [tail, 100 - tail], axis=0)
        return Estimate(_ratio(sums.sum(axis=0), counts.sum(axis=0)), low, high)

    def root_difference(self, one: Array, other: Array) -> Difference:
        """Root of the mean of `one` [T, K] less that of `other`, over all steps; the same games are drawn for both."""
        roots = []
        for values in (one, other):
            sums, counts = (by_game[:, :1] for by_game in self._by_game(values))
            drawn = np.concatenate([[sums.sum(axis=0)], self.draws @ sums]) / np.concatenate(
                [[counts.sum(axis=0)], self.draws @ counts]
            )
            roots.append(np.sqrt(drawn[:, 0]))
        difference = roots[0] - roots[1]
        tail = 100 * (1 - CONFIDENCE) / 2
        low, high = np.nanpercentile(difference[1:], [tail, 100 - tail])
        return Difference(float(difference[0]), float(low), float(high))

    def _by_game(self, values: Array) -> tuple[Array, Array]:
        """Sums and counts of the scored values of each game, over all steps and of each step, [G, 1 + K]."""
        scored = ~np.isnan(values)
        sums, counts = np.zeros((2, self.games, values.shape[1]))
        np.add.at(sums, self.game, np.where(scored, values, 0.0))
        np.add.at(counts, self.game, scored)
        return (
            np.column_stack([sums.sum(axis=1), sums]),
            np.column_stack([counts.sum(axis=1), counts]),
        )


def _ratio(sums: Array, counts: Array) -> Array:
    return np.divide(sums, counts, out=np.full_like(sums, np.nan), where=counts > 0)


def _mean(values: Array) -> float:
    scored = values[~np.isnan(values)]
    return float(scored.mean()) if len(scored) else float("nan")
