"""How far the experts are, how much they agree with each other and with themselves, and what they say of ghosts."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from sklearn.metrics import cohen_kappa_score

from ghost_pipeline.domain.rating import CONTROL, KINDS, QUESTIONABLE, REPEAT, PathId, Rating


def standing(ratings: Iterable[Rating]) -> list[Rating]:
    """The ratings that no other corrects, oldest first."""
    ordered = sorted(ratings, key=lambda one: one.rated_at)
    corrected = {one.replaces for one in ordered}
    return [one for one in ordered if one.id not in corrected]


@dataclass(frozen=True)
class Agreement:
    """Of `paths` paths, the share with equal verdicts, and Cohen's kappa: 0 is chance, 1 always the same."""

    who: str
    paths: int
    equal_share: float
    kappa: float | None


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
            pairs = [(by_rater[one][path][-1], by_rater[other][path][-1]) for path in both]
            made.append(_agreement(f"{one} and {other}", pairs))
    return made


def with_themselves(ratings: Sequence[Rating]) -> list[Agreement]:
    """Every rater's first verdict on a path and the one when it came back."""
    again = {(one.rater, one.path_id) for one in ratings if one.drawn_as == REPEAT}
    made = []
    for rater, paths in sorted(verdicts(ratings).items()):
        pairs = [(given[0], given[-1]) for path, given in paths.items() if (rater, path) in again and len(given) > 1]
        if pairs:
            made.append(_agreement(rater, pairs))
    return made


def _agreement(who: str, pairs: Sequence[tuple[bool, bool]]) -> Agreement:
    first, second = np.array(pairs, bool).T
    all_alike = len(np.unique([first, second])) == 1
    kappa = None if all_alike else float(cohen_kappa_score(first, second))
    return Agreement(who, len(pairs), float((first == second).mean()), kappa)


def alpha(ratings: Sequence[Rating]) -> float | None:
    """Krippendorff's alpha for two verdicts and any number of raters of each path; None where it cannot be said.

    1 - observed / expected disagreement; every rater's last verdict on a path counts, paths of one rater do not.
    """
    by_path: dict[PathId, list[bool]] = defaultdict(list)
    for paths in verdicts(ratings).values():
        for path, given in paths.items():
            by_path[path].append(given[-1])
    shared = [np.array(given) for given in by_path.values() if len(given) > 1]
    if not shared:
        return None
    values = sum(len(given) for given in shared)
    unequal = sum(2 * given.sum() * (~given).sum() / (len(given) - 1) for given in shared) / values
    questionable = sum(int(given.sum()) for given in shared)
    expected = 2 * questionable * (values - questionable) / (values * (values - 1))
    return float(1 - unequal / expected) if expected else None


@dataclass(frozen=True)
class Share:
    """How many of some paths were found questionable."""

    kind: str
    ratings: int
    questionable: int


def controls(ratings: Sequence[Rating]) -> list[Share]:
    """Verdicts on paths drawn blindly, those that were run and ghosts apart: nobody was told which are which."""
    drawn = [one for one in ratings if one.drawn_as == CONTROL]
    return [
        Share(kind, len(of_kind), sum(one.verdict == QUESTIONABLE for one in of_kind))
        for kind in KINDS
        for of_kind in [[one for one in drawn if one.kind == kind]]
    ]
