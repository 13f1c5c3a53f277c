"""The trajectory score fitted to experts: how likely an expert finds a path questionable.

A logistic regression on the parts of the score (`domain.path_rules.PARTS`), with one intercept per rater: some are
strict. All coefficients have normal priors, wide ones for the parts and N(0, 1) for the raters, so the fit exists even
where a rater never says 'questionable' (random effects as a ridge: Robinson, "That BLUP is a good thing", Statistical
Science 1991). A new rater counts as an average one.

The weights of the steps are calibrated with it: a PS + b (PS_late - PS) is a times PS with late share b / a.

Shape letters: N ratings, F parts.
"""

import json
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ghost_pipeline.domain.path_rules import PARTS
from ghost_pipeline.errors import GhostError

Array = NDArray[np.float64]

NAME, FILE = "score_calibration", "calibration.json"
MIN_RATINGS, MIN_OF_EACH, MIN_PLAYS = 200, 40, 20
"""Below these the weights would be noise and the uncalibrated score stays in use."""
FOLDS, DRAWS, CONFIDENCE = 5, 200, 0.95
_PRIOR_SD_OF_PARTS = 10.0
"""In units of one standard deviation of the part, log-odds."""


@dataclass(frozen=True)
class Rated:
    """What the fit learns from."""

    parts: Array  # [N, F]
    trajectory_score: Array  # [N] TS of the same paths, uncalibrated
    is_questionable: NDArray[np.bool_]  # [N]
    rater: NDArray[np.str_]  # [N]
    play: NDArray[np.int64]  # [N] any number per play: ratings of one play are not independent

    def __len__(self) -> int:
        return len(self.rater)

    def take(self, rows: NDArray) -> "Rated":
        return Rated(*(getattr(self, name)[rows] for name in Rated.__dataclass_fields__))


@dataclass(frozen=True)
class Calibration:
    """Log-odds of 'questionable' = intercept + sum of weights times parts."""

    intercept: float
    weights: dict[str, float]

    def log_odds(self, parts: Array) -> Array:
        """[N] for parts [N, F] in the order of PARTS; NaN where a part is unknown."""
        return self.intercept + parts @ np.array([self.weights[name] for name in PARTS])

    def probability(self, parts: Array) -> Array:
        """Chance that an average expert finds the path questionable, [N]."""
        return 1.0 / (1.0 + np.exp(-np.clip(self.log_odds(parts), -50.0, 50.0)))

    @property
    def late_share(self) -> float | None:
        """How much the end of a path counts to the experts, 0 to 1; None where that cannot be said."""
        whole, late = (self.weights[name] for name in PARTS[:2])
        share = late / whole if whole > 0 else float("nan")
        return share if 0.0 <= share <= 1.0 else None

    def to_json(self) -> bytes:
        return json.dumps(asdict(self), indent=1).encode()

    @classmethod
    def from_json(cls, data: bytes) -> "Calibration":
        return cls(**json.loads(data))


def reason_not_to_learn(rated: Rated) -> str | None:
    """Why these ratings cannot calibrate the score, as a sentence; None when they can."""
    questionable = int(rated.is_questionable.sum())
    fewest, plays = min(questionable, len(rated) - questionable), len(np.unique(rated.play))
    if len(rated) < MIN_RATINGS or fewest < MIN_OF_EACH or plays < MIN_PLAYS:
        return (
            f"The trajectory score is not calibrated: {len(rated)} ratings of {plays} plays, {questionable} of them "
            f"questionable; at least {MIN_RATINGS} of {MIN_PLAYS} plays are needed, {MIN_OF_EACH} of each verdict."
        )
    return None


def fit_calibration(rated: Rated) -> Calibration:
    """The most probable weights. Raises GhostError with `reason_not_to_learn` when there is one."""
    if reason := reason_not_to_learn(rated):
        raise GhostError(reason)
    return _fit(rated)


def _fit(rated: Rated) -> Calibration:
    from sklearn.linear_model import LogisticRegression

    middle, scale = rated.parts.mean(axis=0), rated.parts.std(axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    names = np.unique(rated.rater)
    by_rater = (rated.rater[:, None] == names).astype(np.float64)
    # The solver has one prior N(0, C) for all: wider priors are columns made larger.
    columns = np.hstack([(rated.parts - middle) / scale * _PRIOR_SD_OF_PARTS, by_rater])
    model = LogisticRegression(C=1.0, solver="newton-cholesky").fit(columns, rated.is_questionable)
    weights = model.coef_[0][: len(PARTS)] * _PRIOR_SD_OF_PARTS / scale
    return Calibration(float(model.intercept_[0] - weights @ middle), dict(zip(PARTS, weights.tolist(), strict=True)))


def calibration_facts(rated: Rated, calibration: Calibration, seed: int) -> dict[str, Any]:
    """Weights with intervals, and the agreement with the experts of both scores on plays that the fit had not seen."""
    random = np.random.default_rng(seed)
    drawn = [_fit(part) for part in _by_play(rated, random) if 0 < part.is_questionable.sum() < len(part)]
    spread = np.array([[one.weights[name] for name in PARTS] for one in drawn])
    low, high = np.percentile(spread, _tails(), axis=0)
    return {
        "ratings": len(rated),
        "plays": len(np.unique(rated.play)),
        "raters": len(np.unique(rated.rater)),
        "questionable": int(rated.is_questionable.sum()),
        "seed": seed,
        "weights": calibration.weights,
        "weight_intervals": {name: [float(low[i]), float(high[i])] for i, name in enumerate(PARTS)},
        "late_share": calibration.late_share,
        **agreement(rated, seed),
    }


def agreement(rated: Rated, seed: int) -> dict[str, Any]:
    """AUC and Cohen's kappa of the calibrated and the uncalibrated score, and their differences with intervals.

    Cross-validated: no fold has a play of another. The uncalibrated score has no natural boundary, so it is given the
    best one of the training folds. Intervals are 95 % bootstraps by play.
    """
    from sklearn.metrics import cohen_kappa_score, roc_auc_score
    from sklearn.model_selection import GroupKFold

    chance, verdict, plain = np.zeros(len(rated)), np.zeros(len(rated), bool), np.zeros(len(rated), bool)
    for train, test in GroupKFold(FOLDS, shuffle=True, random_state=seed).split(rated.parts, groups=rated.play):
        chance[test] = _fit(rated.take(train)).probability(rated.parts[test])
        verdict[test] = chance[test] >= 0.5
        plain[test] = rated.trajectory_score[test] >= _best_boundary(rated.take(train))
    truth, score = rated.is_questionable, rated.trajectory_score

    def measured(rows: NDArray) -> Array:
        auc = partial(roc_auc_score, truth[rows])
        kappa = partial(cohen_kappa_score, truth[rows])
        return np.array([auc(chance[rows]), auc(score[rows]), kappa(verdict[rows]), kappa(plain[rows])])

    found = measured(np.arange(len(rated)))
    random = np.random.default_rng([seed, 1])
    drawn = np.array([measured(rows) for rows in _play_draws(rated, random) if 0 < truth[rows].sum() < len(rows)])
    gain_low, gain_high = np.percentile(drawn[:, 0] - drawn[:, 1], _tails())
    low, high = np.percentile(drawn, _tails(), axis=0)
    names = ("auc", "auc_uncalibrated", "kappa", "kappa_uncalibrated")
    return {
        **dict(zip(names, found.tolist(), strict=True)),
        **{f"{name}_interval": [float(low[i]), float(high[i])] for i, name in enumerate(names)},
        "auc_gain": float(found[0] - found[1]),
        "auc_gain_interval": [float(gain_low), float(gain_high)],
    }


def is_better(facts: dict[str, Any]) -> bool:
    """Whether the calibrated score agrees with the experts more than the uncalibrated one, beyond chance."""
    return facts["auc_gain_interval"][0] > 0


def _best_boundary(rated: Rated) -> float:
    """TS from which on calling a path questionable agrees best with the experts (Youden: hits minus false alarms)."""
    order = np.argsort(-rated.trajectory_score)
    truth = rated.is_questionable[order]
    hits = np.cumsum(truth) / max(truth.sum(), 1) - np.cumsum(~truth) / max((~truth).sum(), 1)
    return float(rated.trajectory_score[order][hits.argmax()])


def _play_draws(rated: Rated, random: np.random.Generator) -> list[NDArray[np.int64]]:
    """Rows of DRAWS samples of whole plays with replacement."""
    plays, play = np.unique(rated.play, return_inverse=True)
    order = np.argsort(play, kind="stable")
    edges = np.searchsorted(play[order], np.arange(len(plays) + 1))
    rows = [order[edges[i] : edges[i + 1]] for i in range(len(plays))]
    return [np.concatenate([rows[i] for i in random.integers(len(plays), size=len(plays))]) for _ in range(DRAWS)]


def _by_play(rated: Rated, random: np.random.Generator) -> list[Rated]:
    return [rated.take(rows) for rows in _play_draws(rated, random)]


def _tails() -> list[float]:
    tail = 100 * (1 - CONFIDENCE) / 2
    return [tail, 100 - tail]
