"""Bootstrap intervals that know that what comes from one game is alike: whole games are drawn with replacement."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from ghost_pipeline.domain.metrics import CONFIDENCE

DRAWS = 200
Array = NDArray[np.float64]


def game_draws(game_id: NDArray[np.int64], seed: int, draws: int = DRAWS) -> Iterator[NDArray[np.int64]]:
    """For each draw, how often each row's game [N] was drawn, [N]."""
    games, game = np.unique(game_id, return_inverse=True)
    random = np.random.default_rng(seed)
    for _ in range(draws):
        yield random.multinomial(len(games), np.full(len(games), 1 / len(games)))[game]


def interval(
    statistic: Callable[[NDArray[np.int64]], float], game_id: NDArray[np.int64], seed: int
) -> tuple[float, float]:
    """Ends of the 95 % interval of `statistic`, a function of how often each row counts [N]; NaN for one game only."""
    if len(np.unique(game_id)) < 2:
        return float("nan"), float("nan")
    return spread([statistic(times) for times in game_draws(game_id, seed)])


def spread(drawn: Sequence[float]) -> tuple[float, float]:
    """Ends of the 95 % interval of what the draws gave; NaN counts nowhere."""
    found = np.asarray(drawn, np.float64)
    known, tail = found[~np.isnan(found)], 100 * (1 - CONFIDENCE) / 2
    low, high = np.percentile(known, [tail, 100 - tail]) if len(known) else (np.nan, np.nan)
    return float(low), float(high)


def mean_interval(values: Array, game_id: NDArray[np.int64], seed: int) -> tuple[float, float, float]:
    """Mean of `values` [N] and the ends of its interval; NaN values count nowhere."""
    known = ~np.isnan(values)
    values, game_id = values[known], game_id[known]
    if not len(values):
        return float("nan"), float("nan"), float("nan")

    def mean(times: NDArray[np.int64]) -> float:
        return float(times @ values / times.sum()) if times.sum() else float("nan")

    return float(values.mean()), *interval(mean, game_id, seed)
