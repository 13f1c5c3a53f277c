"""What makes a defender's path questionable, by name: the reasons an expert may give and the rules a ghost may break.

Two are cardinal rules (`domain.rules`) looked at for one path; three say in words what the trajectory score measures.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ghost_pipeline.domain.field import FIELD_LENGTH_YD, FIELD_WIDTH_YD
from ghost_pipeline.domain.rules import RULE_BY_ID
from ghost_pipeline.domain.trajectory_score import Steps, positional_convergence, score_paths

Array = NDArray[np.float64]

LEAST_EFFORT = 0.5
"""DR below this is a defender who does not take part."""


@dataclass(frozen=True)
class PathRule:
    """`sentence` says what a sensible path does."""

    id: str
    sentence: str


PATH_RULES = (
    PathRule("step_limit", RULE_BY_ID["step_limit"].sentence),
    PathRule("on_field", RULE_BY_ID["on_field"].sentence),
    PathRule("closes_on_target", "Over the flight a defender comes nearer to the targeted receiver."),
    PathRule("ends_closing", "Toward the arrival, where it counts, he comes nearer."),
    PathRule("makes_effort", "He covers at least a third of what the best effort would, and at most three times that."),
)
"""With `LEAST_EFFORT` 0.5: 1 - |best - covered| / (best + covered) >= 0.5 is covered in [best / 3, 3 best]."""

PATH_RULE_IDS = tuple(rule.id for rule in PATH_RULES)
SEPARATOR = ", "


PARTS = ("convergence_yd_step", "late_turn_yd_step", "lost_effort", "is_superhuman")
"""Parts of the trajectory score as experts weigh them; what grows speaks against the path. They are PS, by how much PS
with late weights is above it (nearly uncorrelated with it), 1 - DR, and whether SP > 0."""


@dataclass(frozen=True)
class PathFacts:
    """What is measured of N paths; the score and the rules look at nothing else."""

    convergence_yd_step: Array  # PS, equal weights
    late_convergence_yd_step: Array  # PS, late weights
    effort_ratio: Array  # DR
    superhuman_steps: NDArray[np.int64]  # SP
    off_field_steps: NDArray[np.int64]
    trajectory_score: Array  # TS

    @property
    def parts(self) -> Array:
        """[N, parts] in the order of PARTS."""
        superhuman = (self.superhuman_steps > 0).astype(np.float64)
        late_turn = self.late_convergence_yd_step - self.convergence_yd_step
        parts = (self.convergence_yd_step, late_turn, 1.0 - self.effort_ratio, superhuman)
        return np.stack(parts, axis=1)

    def take(self, rows: NDArray) -> "PathFacts":
        """The chosen paths."""
        return PathFacts(**{name: getattr(self, name)[rows] for name in PathFacts.__dataclass_fields__})


def path_facts(path: NDArray, target_path: NDArray, steps: Steps, late_share: float = 0.0) -> PathFacts:
    """Measure paths [N, K + 1, 2] in yards of the field against the target's (shapes as in `trajectory_score`)."""
    scores = score_paths(path, target_path, steps, late_share)
    in_flight = np.arange(1, path.shape[1])[None, :] <= steps[:, None]
    outside = (path[:, 1:] < 0).any(axis=-1) | (path[:, 1:] > np.array([FIELD_LENGTH_YD, FIELD_WIDTH_YD])).any(axis=-1)
    return PathFacts(
        convergence_yd_step=positional_convergence(path, target_path, steps, 0.0),
        late_convergence_yd_step=positional_convergence(path, target_path, steps, 1.0),
        effort_ratio=scores.effort_ratio,
        superhuman_steps=scores.superhuman_steps,
        off_field_steps=(outside & in_flight).sum(axis=1),
        trajectory_score=scores.trajectory_score,
    )


def broken_rules(facts: PathFacts) -> NDArray[np.bool_]:
    """[N, rules] in the order of PATH_RULES; what is not known breaks nothing."""
    return np.stack(
        [
            facts.superhuman_steps > 0,
            facts.off_field_steps > 0,
            facts.convergence_yd_step >= 0,
            facts.late_convergence_yd_step >= 0,
            facts.effort_ratio < LEAST_EFFORT,
        ],
        axis=1,
    )


def in_one_text(broken: NDArray[np.bool_]) -> list[str]:
    """The ids of the broken rules of each row of [N, rules], as 'step_limit, on_field'; '' for none."""
    return [SEPARATOR.join(ids_of(row)) for row in broken]


def ids_of(broken: NDArray[np.bool_]) -> tuple[str, ...]:
    """The ids of the rules [rules] that are broken."""
    return tuple(rule for rule, is_broken in zip(PATH_RULE_IDS, broken.tolist(), strict=True) if is_broken)
