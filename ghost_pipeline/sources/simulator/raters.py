"""A panel of simulated experts whose rules and noise are known: what a calibration has to find again.

Each finds a path questionable with a chance that is logistic in the parts of the trajectory score, and is a little
stricter or milder than the others. Where he does, he names most of the rules that the path breaks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from ghost_pipeline.domain.path_rules import PARTS, PathFacts, broken_rules, ids_of
from ghost_pipeline.domain.rating import GOOD, QUESTIONABLE, SEEN, Rating

RATERS = ("rater A", "rater B", "rater C", "rater D", "rater E")
_STRICTNESS_SD = 0.5
_NAMES_A_REASON = 0.9
_FIRST_RATING = datetime(2024, 11, 4, 9, tzinfo=UTC)
_SECONDS_EACH = 40


@dataclass(frozen=True)
class Panel:
    """Log-odds of 'questionable' = intercept + strictness of the rater + sum of weights times parts."""

    weights: Mapping[str, float] = field(default_factory=lambda: dict(zip(PARTS, (24.0, 40.0, 24.0, 3.0), strict=True)))
    intercept: float = -5.0
    raters: Sequence[str] = RATERS

    def rate(self, facts: PathFacts, keys: NDArray[np.int64], seed: int) -> list[Rating]:
        """One rating of each path; `keys` [N, 4] are game, play, target and defender. Raters take turns at random."""
        random = np.random.default_rng(seed)
        strictness = _STRICTNESS_SD * random.normal(size=len(self.raters))
        rater = random.integers(len(self.raters), size=len(keys))
        log_odds = self.intercept + strictness[rater] + facts.parts @ np.array([self.weights[p] for p in PARTS])
        is_questionable = random.random(len(keys)) < 1.0 / (1.0 + np.exp(-log_odds))
        named = broken_rules(facts) & (random.random((len(keys), 1)) < _NAMES_A_REASON) & is_questionable[:, None]
        names = ("game_id", "play_id", "target_nfl_id", "nfl_id")
        seen = {name: getattr(facts, name).tolist() for name in SEEN}
        return [
            Rating.of(
                dict(zip(names, key, strict=True)) | {name: values[i] for name, values in seen.items()},
                verdict=QUESTIONABLE if is_questionable[i] else GOOD,
                reasons=ids_of(named[i]),
                text="",
                rater=self.raters[rater[i]],
                rated_at=_FIRST_RATING + timedelta(seconds=_SECONDS_EACH * i),
            )
            for i, key in enumerate(keys.tolist())
        ]
