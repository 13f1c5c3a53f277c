"""How far the experts are, how much they agree with each other and with themselves, and what they say of ghosts."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from ghost_pipeline.domain.intervals import interval
from ghost_pipeline.domain.rating import CONTROL, KINDS, QUESTIONABLE, REPEAT, PathId, Rating

SEED = 0
"""Of the draws behind the intervals, so that the same ratings always give the same."""
Times = NDArray[np.int64]
"""How often each path counts."""


def standing(ratings: Iterable[Rating]) -> list[Rating]:
    """The ratings that no other corrects, oldest first."""
    ordered = sorted(ratings, key=lambda one: one.rated_at)
    corrected = {one.replaces for one in ordered}
    return [one for one in ordered if one.id not in corrected]


@dataclass(frozen=True)
class Measured:
    """A value and its 95 % interval; the ends are NaN while all paths are of one game."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Agreement:
    """Of `paths` paths, the share with equal verdicts, and Cohen's kappa: 0 is chance, 1 always the same."""

    who: str
    paths: int
    equal: Measured
    kappa: Measured | None


def verdicts(ratings: Sequence[Rating]) -> dict[str, dict[PathId, list[bool]]]:
    """By rater and path, whether he found it questionable each time, in order."""
    found: dict[str, dict[PathId, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for one in ratings:
        found[one.rater][one.path_id].append(one.verdict == QUESTIONABLE)
    return found


def between_raters(ratings: Sequence[Rating]) -> list[Agreement]:
    """Every two raters who have rated the same paths; of several verdicts on a path the last counts."""
    by_rater = verdicts(ratings)
    made = []
    for one, other in combinations(sorted(by_rater), 2):
        both = sorted(by_rater[one].keys() & by_rater[other].keys())
        if both:
            pairs = {path: (by_rater[one][path][-1], by_rater[other][path][-1]) for path in both}
            made.append(_agreement(f"{one} and {other}", pairs))
    return made


def with_themselves(ratings: Sequence[Rating]) -> list[Agreement]:
    """Every rater's first verdict on a path and the one when it came back."""
    again = {(one.rater, one.path_id) for one in ratings if one.drawn_as == REPEAT}
    made = []
    for rater, paths in sorted(verdicts(ratings).items()):
        pairs = {path: (given[0], given[-1]) for path, given in paths.items() if (rater, path) in again and given[1:]}
        if pairs:
            made.append(_agreement(rater, pairs))
    return made


def _agreement(who: str, pairs: Mapping[PathId, tuple[bool, bool]]) -> Agreement:
    first, second = np.array(list(pairs.values()), bool).T

    def equal(times: Times) -> float:
        return float(np.average(first == second, weights=times))

    def kappa(times: Times) -> float:
        one, other = np.average(first, weights=times), np.average(second, weights=times)
        by_chance = one * other + (1 - one) * (1 - other)
        return float((equal(times) - by_chance) / (1 - by_chance)) if by_chance < 1 else float("nan")

    share = _measured(equal, pairs)
    assert share is not None
    return Agreement(who, len(pairs), share, _measured(kappa, pairs))


def _measured(statistic: Callable[[Times], float], paths: Iterable[PathId]) -> Measured | None:
    """The statistic of all paths, with the interval that drawing whole games gives; None where it cannot be said."""
    game_id = np.array([path[0] for path in paths])
    value = statistic(np.ones(len(game_id), np.int64))
    return None if np.isnan(value) else Measured(value, *interval(statistic, game_id, SEED))


def alpha(ratings: Sequence[Rating]) -> Measured | None:
    """Krippendorff's alpha for two verdicts and any number of raters of each path; None where it cannot be said.

    1 - observed / expected disagreement; every rater's last verdict on a path counts, paths of one rater do not.
    """
    by_path: dict[PathId, list[bool]] = defaultdict(list)
    for paths in verdicts(ratings).values():
        for path, given in paths.items():
            by_path[path].append(given[-1])
    shared = {path: given for path, given in by_path.items() if len(given) > 1}
    if not shared:
        return None
    raters = np.array([len(given) for given in shared.values()])
    doubts = np.array([sum(given) for given in shared.values()])
    unequal = 2 * doubts * (raters - doubts) / (raters - 1)

    def statistic(times: Times) -> float:
        values, questionable = times @ raters, times @ doubts
        expected = 2 * questionable * (values - questionable) / (values * (values - 1))
        return float(1 - times @ unequal / values / expected) if expected else float("nan")

    return _measured(statistic, shared)


@dataclass(frozen=True)
class Share:
    """How many of some paths were found questionable; `share` is None without any."""

    kind: str
    ratings: int
    questionable: int
    share: Measured | None


def controls(ratings: Sequence[Rating]) -> list[Share]:
    """Verdicts on paths drawn blindly, those that were run and ghosts apart: nobody was told which are which."""
    drawn = [one for one in ratings if one.drawn_as == CONTROL]
    return [_share(kind, [one for one in drawn if one.kind == kind]) for kind in KINDS]


def _share(kind: str, given: Sequence[Rating]) -> Share:
    doubts = np.array([one.verdict == QUESTIONABLE for one in given])

    def share(times: Times) -> float:
        return float(np.average(doubts, weights=times)) if len(doubts) else float("nan")

    return Share(kind, len(given), int(doubts.sum()), _measured(share, [one.path_id for one in given]))
