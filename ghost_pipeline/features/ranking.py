"""Gradient boosting ranks all candidate features; the smallest set that loses nothing feeds the deep model.

The question put to LightGBM is the deep model's own: by how much will a defensive back leave the path of constant
velocity within 0.3, 0.5 and 1.0 s and until the arrival, given everything known at this frame? Games are the unit of
cross-validation and the held-out games are not looked at. A set's error is the RMSE as a share of that of constant
velocity, averaged over the horizons, so that no horizon outweighs another.

Three measures of importance are averaged, over several seeds (each draws other rows and grows other trees). Sets grow
in that order, groups that only repeat others last; the two parts of a vector stay together.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields

import numpy as np
from numpy.typing import NDArray

from ghost_pipeline.features.candidates import Candidates
from ghost_pipeline.features.definitions import FRAME_FEATURES, INDEX
from ghost_pipeline.features.importance import CrossValidation, Importances
from ghost_pipeline.features.redundancy import families, rank_correlation, similarity, without_repetition

SEEDS = 3
SET_SIZES = (2, 4, 6, 8, 12, 16, 24)
"""Numbers of feature groups that are tried, besides all of them and those between the last too small and the next."""
TOLERANCE = 0.01
"""The chosen set's error may exceed that of all candidates by this share."""
MAX_ROWS = 6_000
"""Rows of one seed's fits, however long the season."""
CORRELATED_ROWS = 2_000
MEASURES = ("gain", "permutation", "shap")
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class RankedGroup:
    """One candidate, or one vector, in the order in which sets take them. `*_sd` are over the seeds."""

    name: str
    features: tuple[str, ...]
    family: int
    gain: float
    gain_sd: float
    permutation: float
    permutation_sd: float
    shap: float
    shap_sd: float
    importance: float
    importance_sd: float


@dataclass(frozen=True)
class Family:
    """Several groups that say nearly the same, and how much the error grows when they are shuffled all together."""

    members: tuple[str, ...]
    permutation: float


@dataclass(frozen=True)
class HorizonError:
    """Joint RMSE in yards on left-out games at one horizon."""

    horizon: str
    rows: int
    constant_velocity_yd: float
    all_yd: float
    chosen_yd: float


@dataclass(frozen=True)
class RankedFeatures:
    """The artifact: what was chosen, how important every group is, and what each set size costs in error."""

    chosen: tuple[str, ...]
    groups: tuple[RankedGroup, ...]
    families: tuple[Family, ...]
    horizons: tuple[HorizonError, ...]
    curve: tuple[dict[str, float], ...]  # groups, features, error (share of constant velocity's), few to many
    stability: dict[str, float]  # measure -> mean rank correlation between two seeds
    tolerance: float
    rows: int
    games: int
    seed: int

    @property
    def candidates(self) -> int:
        """How many features were ranked."""
        return sum(len(group.features) for group in self.groups)

    @property
    def chosen_groups(self) -> frozenset[str]:
        """Names of the groups whose features were chosen."""
        return frozenset(group.name for group in self.groups if set(group.features) <= set(self.chosen))

    def to_json(self) -> bytes:
        return json.dumps(asdict(self), indent=1).encode()

    @classmethod
    def from_json(cls, data: bytes) -> "RankedFeatures":
        """Read what `to_json` wrote."""
        values = json.loads(data)
        parts = {"groups": RankedGroup, "families": Family, "horizons": HorizonError}
        for name, kind in parts.items():
            values[name] = tuple(_read(kind, row) for row in values[name])
        return cls(**{**values, "chosen": tuple(values["chosen"]), "curve": tuple(values["curve"])})


def _read(kind: type, row: dict) -> object:
    """A small record from JSON, whose lists are tuples here."""
    known = {field.name for field in fields(kind)}
    return kind(**{k: tuple(v) if isinstance(v, list) else v for k, v in row.items() if k in known})


def rank_features(candidates: Candidates, seed: int, threads: int, progress: Progress) -> RankedFeatures:
    """Rank the candidates of `candidates.candidates_of`, any number of weeks.

    Raises GhostError when games or rows are too few for cross-validation.
    """
    names = list(dict.fromkeys(feature.group for feature in FRAME_FEATURES))
    columns = [[INDEX[f.name] for f in FRAME_FEATURES if f.group == name] for name in names]
    correlation = rank_correlation(candidates.sample(CORRELATED_ROWS, seed).values)
    family = families(similarity(correlation, columns))
    members = [[g for g in range(len(names)) if family[g] == number] for number in range(family.max() + 1)]
    together = [[column for g in some for column in columns[g]] for some in members if len(some) > 1]

    tasks = SEEDS + len(SET_SIZES)
    fits = [CrossValidation(candidates.sample(MAX_ROWS, seed + n), seed + n, threads) for n in range(SEEDS)]
    rmse, found = [], []
    for done, fit in enumerate(fits):
        progress("rank features", done, tasks)
        one_rmse, one = fit.explain(columns, together)
        rmse.append(one_rmse)
        found.append(one)
    by_seed = _by_measure(found)
    importance = by_seed["importance"].mean(axis=0)
    order = without_repetition(importance, correlation, columns)

    first = fits[0]
    blind = first.blind_rmse_yd()
    all_error = float((rmse[0] / blind).mean())
    tried: dict[int, NDArray[np.float64]] = {len(names): rmse[0]}

    def error(size: int) -> float:
        if size not in tried:
            progress("rank features", min(SEEDS + len(tried), tasks - 1), tasks)
            tried[size] = first.rmse_yd(sorted(column for g in order[:size] for column in columns[g]))
        return float((tried[size] / blind).mean())

    size = _smallest(error, len(names), all_error * (1 + TOLERANCE))
    progress("rank features", tasks, tasks)
    chosen = {column for g in order[:size] for column in columns[g]}
    sizes = {count: sum(len(columns[g]) for g in order[:count]) for count in sorted(tried)}
    return RankedFeatures(
        chosen=tuple(feature.name for feature in FRAME_FEATURES if INDEX[feature.name] in chosen),
        groups=tuple(_ranked(names[g], int(family[g]), g, by_seed) for g in order),
        families=_families([[names[g] for g in some] for some in members if len(some) > 1], found),
        horizons=tuple(
            HorizonError(name, int(first.known[:, h].sum()), *map(float, (blind[h], rmse[0][h], tried[size][h])))
            for h, name in enumerate(first.names)
        ),
        curve=tuple({"groups": count, "features": sizes[count], "error": error(count)} for count in sizes),
        stability={measure: _agreement(by_seed[measure]) for measure in (*MEASURES, "importance")},
        tolerance=TOLERANCE,
        rows=len(first.values),
        games=len(np.unique(candidates.game_id)),
        seed=seed,
    )


def _smallest(error: Callable[[int], float], largest: int, allowed: float) -> int:
    """The smallest size whose error is allowed: the sizes of SET_SIZES in turn, then those since the last too small."""
    below = 0
    for size in (*(size for size in SET_SIZES if size < largest), largest):
        if error(size) <= allowed:
            break
        below = size
    enough = size
    while enough - below > 1:
        middle = (below + enough) // 2
        if error(middle) <= allowed:
            enough = middle
        else:
            below = middle
    return enough


def _by_measure(found: Sequence[Importances]) -> dict[str, NDArray[np.float64]]:
    """[seeds, G] of every measure; `importance` is the mean of the three as shares, a growth below zero being none."""
    by = {measure: np.array([getattr(one, measure) for one in found]) for measure in MEASURES}
    grown = np.maximum(by["permutation"], 0)
    shares = grown / np.maximum(grown.sum(axis=1, keepdims=True), 1e-12)
    return {**by, "importance": (by["gain"] + by["shap"] + shares) / 3}


def _families(members: Sequence[Sequence[str]], found: Sequence[Importances]) -> tuple[Family, ...]:
    """Families of more than one group, the one that matters most first."""
    growth = np.mean([one.joint for one in found], axis=0)
    return tuple(Family(tuple(members[n]), float(growth[n])) for n in np.argsort(-growth, kind="stable"))


def _ranked(name: str, family: int, g: int, by_seed: dict[str, NDArray[np.float64]]) -> RankedGroup:
    numbers = {m: float(by_seed[m][:, g].mean()) for m in (*MEASURES, "importance")}
    spread = {f"{m}_sd": float(by_seed[m][:, g].std(ddof=1)) for m in (*MEASURES, "importance")}
    features = tuple(feature.name for feature in FRAME_FEATURES if feature.group == name)
    return RankedGroup(name, features, family, **numbers, **spread)


def _agreement(by_seed: NDArray[np.float64]) -> float:
    """Mean Spearman correlation of the groups' ranks between two seeds."""
    correlation = rank_correlation(by_seed.T)
    return float(correlation[np.triu_indices(len(by_seed), 1)].mean())
