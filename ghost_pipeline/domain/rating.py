"""An expert's verdict on one path, predicted or run: who, what, why and when. Never changed, only added to.

A rating carries what was measured of the path that the expert saw: models come and go, and a verdict on a ghost of last
season must not be held against the path that another model predicts today.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from ghost_pipeline.domain.path_rules import PATH_RULE_IDS, SEPARATOR
from ghost_pipeline.domain.result_schema import WHAT_IF_DEFENDERS
from ghost_pipeline.domain.schema import DEFENDER_ID, PLAY_KEY, TARGET_ID, Column, Table
from ghost_pipeline.errors import GhostError

GOOD, QUESTIONABLE = "good", "questionable"
VERDICTS = (GOOD, QUESTIONABLE)
LONGEST_TEXT = 2000
ACTUAL, MODEL = "actual", "model"
KINDS = (ACTUAL, MODEL)
"""Whose path: that of the man himself, or a ghost's. Names as in trajectory_scores."""
WORST, DISAGREEMENT, CONTROL, REPEAT, CHOSEN = DRAWN_AS = ("worst", "disagreement", "control", "repeat", "chosen")
SEEN = ("convergence_yd_step", "late_convergence_yd_step", "effort_ratio", "superhuman_steps", "trajectory_score")
"""Columns of what_if_defenders that say what the rated path was like."""
PathId = tuple[int, int, int, int, str, float]

RATINGS = Table(
    "ratings",
    "ratings",
    "one row per rating: an expert's verdict on the path of one defender for one target",
    ("rating_id",),
    (
        Column("rating_id", "VARCHAR", "Hash of the rating's content; a rating is never changed."),
        *PLAY_KEY,
        TARGET_ID,
        DEFENDER_ID,
        *(WHAT_IF_DEFENDERS.column(name) for name in SEEN),
        Column("verdict", "VARCHAR", "What the expert thinks of the path.", values=VERDICTS),
        Column("reasons", "VARCHAR", f"Rule ids (domain.path_rules), joined by '{SEPARATOR}'; empty for none."),
        Column("text", "VARCHAR", "The expert's own words; may be empty."),
        Column("rater", "VARCHAR", "Who rated."),
        Column("rated_at", "TIMESTAMP", "When, UTC."),
        Column("ghost_version", "VARCHAR", "Version of the model that predicted the path.", nullable=True),
        Column("kind", "VARCHAR", "Whose path was seen; the expert was not told.", values=KINDS),
        Column("drawn_as", "VARCHAR", "Why the queue held the path (review.queue).", values=DRAWN_AS),
        Column("replaces", "VARCHAR", "The rating that this one corrects.", nullable=True),
    ),
    by_week=False,
)


@dataclass(frozen=True)
class Rating:
    """One rating. Raises GhostError, naming what is wrong, for one that could not be used."""

    game_id: int
    play_id: int
    target_nfl_id: int
    nfl_id: int
    convergence_yd_step: float
    late_convergence_yd_step: float
    effort_ratio: float
    superhuman_steps: int
    trajectory_score: float
    verdict: str
    reasons: tuple[str, ...]
    text: str
    rater: str
    rated_at: datetime
    ghost_version: str | None = None
    kind: str = MODEL
    drawn_as: str = CHOSEN
    replaces: str | None = None

    def __post_init__(self) -> None:
        about = f"rating of defender {self.nfl_id} in play {self.play_id} of game {self.game_id}"
        if self.verdict not in VERDICTS:
            raise GhostError(f"{about}: verdict {self.verdict!r}, expected one of {', '.join(VERDICTS)}")
        if self.kind not in KINDS or self.drawn_as not in DRAWN_AS:
            expected = f"one of {', '.join(KINDS)} and one of {', '.join(DRAWN_AS)}"
            raise GhostError(f"{about}: kind {self.kind!r} drawn as {self.drawn_as!r}, expected {expected}")
        if unknown := [reason for reason in self.reasons if reason not in PATH_RULE_IDS]:
            raise GhostError(f"{about}: unknown reasons {', '.join(unknown)}; known are {', '.join(PATH_RULE_IDS)}")
        if not self.rater.strip():
            raise GhostError(f"{about}: no rater; give the name of who rates")
        if len(self.text) > LONGEST_TEXT:
            raise GhostError(f"{about}: {len(self.text)} characters of text, at most {LONGEST_TEXT} are kept")
        if self.rated_at.tzinfo is None:
            raise GhostError(f"{about}: time {self.rated_at} has no time zone; give UTC")

    @classmethod
    def of(cls, path: Mapping[str, Any], **verdict: Any) -> "Rating":
        """A rating of a row of `what_if_defenders`; `verdict` holds the fields that the expert and the form give."""
        key = ("game_id", "play_id", "target_nfl_id", "nfl_id")
        return cls(**{name: path[name] for name in (*key, *SEEN)}, **verdict)

    @property
    def path_id(self) -> PathId:
        """Which path was rated, see `path_id`."""
        key = self.game_id, self.play_id, self.target_nfl_id, self.nfl_id
        return path_id(*key, self.kind, self.trajectory_score)

    @property
    def id(self) -> str:
        """Hash of the content: the same rating twice is one."""
        return hashlib.sha256(self.to_json()).hexdigest()[:16]

    def to_json(self) -> bytes:
        time = self.rated_at.astimezone(UTC).isoformat(timespec="milliseconds")
        return json.dumps(asdict(self) | {"rated_at": time}, indent=1, sort_keys=True).encode()

    @classmethod
    def from_json(cls, data: bytes) -> "Rating":
        """The inverse of `to_json`. Raises GhostError for a rating that could not be used."""
        about = json.loads(data)
        about["reasons"] = tuple(about["reasons"])
        about["rated_at"] = datetime.fromisoformat(about["rated_at"])
        return cls(**about)

    def row(self) -> dict[str, object]:
        """As a row of RATINGS."""
        time = self.rated_at.astimezone(UTC).replace(tzinfo=None)
        return asdict(self) | {"rating_id": self.id, "reasons": SEPARATOR.join(self.reasons), "rated_at": time}


def path_id(game_id: int, play_id: int, target_nfl_id: int, nfl_id: int, kind: str, trajectory_score: float) -> PathId:
    """What tells paths apart. Of a defender's ghosts for one target, by models of different times, their scores do."""
    score = round(trajectory_score, 9) if kind == MODEL else 0.0
    return game_id, play_id, target_nfl_id, nfl_id, kind, score
