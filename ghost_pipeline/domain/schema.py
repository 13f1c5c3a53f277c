"""Every table of the platform, declared once: grain, key, columns with type, unit, range and meaning.

The Parquet types, the expectations, DuckDB's column comments, Dagster's column schemas and the dictionary page are all
derived from here. Positions and angles follow the one coordinate rule of `domain.field`.
"""

from dataclasses import dataclass

from ghost_pipeline.domain.calendar import SEASON_TYPES
from ghost_pipeline.domain.field import FIELD_LENGTH_YD, FIELD_WIDTH_YD
from ghost_pipeline.domain.tracked_part import TRACKED_PARTS

TYPES = ("INTEGER", "BIGINT", "REAL", "DOUBLE", "VARCHAR", "BOOLEAN", "TIMESTAMP")
BALL_ID = 0
"""`nfl_id` of the ball."""

APRON_YD = 20.0
"""People and sensors are seen this far outside the field before the snap and after the whistle."""


@dataclass(frozen=True)
class Column:
    """One column. `low` and `high` bound its values (both included); `values` lists the only ones allowed."""

    name: str
    type: str
    meaning: str
    unit: str = ""
    nullable: bool = False
    low: float | None = None
    high: float | None = None
    values: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.type not in TYPES:
            raise ValueError(f"column {self.name}: type {self.type} is not one of {TYPES}")


@dataclass(frozen=True)
class Table:
    """One table; one Parquet object per season-week under `<layer>/<name>/` unless `by_week` is false.

    `continuous` names the REAL columns whose numbers hardly ever repeat: a dictionary of them would cost time and save
    nothing.
    """

    name: str
    layer: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    by_week: bool = True
    continuous: tuple[str, ...] = ()

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """The named column. Raises KeyError naming the table."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"table {self.name} has no column {name}")


SEASON_WEEK = Column("season_week", "VARCHAR", "Season, season type and week, as 2019-REG-05; the partition key.")
GAME_ID = Column("game_id", "BIGINT", "The league's game number.", low=0)
PLAY_ID = Column("play_id", "BIGINT", "The league's play number, unique within its game.", low=0)
FRAME_ID = Column("frame_id", "INTEGER", "Frame number within the play; 10 frames a second.", low=-10_000, high=100_000)
NFL_ID = Column("nfl_id", "BIGINT", f"The league's player number; {BALL_ID} is the ball.", low=0)
PLAY_KEY = (GAME_ID, PLAY_ID)
DEFENDER_ID = Column("nfl_id", "BIGINT", "The defender's player number.", low=1)
TARGET_ID = Column("target_nfl_id", "BIGINT", "The receiver the pass is (or, in a what-if, would be) thrown to.", low=1)

PLAYS = Table(
    "plays",
    "canonical",
    "one row per play",
    ("game_id", "play_id"),
    (
        SEASON_WEEK,
        *PLAY_KEY,
        Column("season", "INTEGER", "Year in which the season starts.", low=1999, high=2100),
        Column("season_type", "VARCHAR", "Pre-season, regular season or playoffs.", values=SEASON_TYPES),
        Column("week", "INTEGER", "Week number as the source counts it.", low=0, high=30),
        Column("home_team", "VARCHAR", "Home team's abbreviation.", nullable=True),
        Column("visitor_team", "VARCHAR", "Visiting team's abbreviation.", nullable=True),
        Column("offense_team", "VARCHAR", "Team with the ball.", nullable=True),
        Column("defense_team", "VARCHAR", "Team without the ball.", nullable=True),
        Column("play_type", "VARCHAR", "Kind of play.", values=("pass", "rush", "sack", "special", "other")),
        Column("play_direction", "VARCHAR", "Direction of the offence in the source.", values=("left", "right")),
        Column("quarter", "INTEGER", "Quarter; 5 and more are overtime.", nullable=True, low=1, high=8),
        Column("game_clock_s", "INTEGER", "Seconds left in the quarter.", "s", nullable=True, low=0, high=900),
        Column("down", "INTEGER", "Down; 0 on kicks and tries.", nullable=True, low=0, high=4),
        Column("yards_to_go", "INTEGER", "Yards to a first down.", "yd", nullable=True, low=0, high=99),
        Column("scrimmage_x_yd", "DOUBLE", "x of the line of scrimmage.", "yd", nullable=True, low=0, high=120),
        Column("offense_score", "INTEGER", "Points of the offence before the snap.", nullable=True, low=0, high=120),
        Column("defense_score", "INTEGER", "Points of the defence before the snap.", nullable=True, low=0, high=120),
        Column("snap_frame", "INTEGER", "Frame of the snap.", nullable=True),
        Column("throw_frame", "INTEGER", "Frame of the release (pass_forward).", nullable=True),
        Column("arrival_frame", "INTEGER", "Frame in which the flight ends.", nullable=True),
        Column("passer_nfl_id", "BIGINT", "Who threw, where the source says.", nullable=True, low=1),
        Column("target_nfl_id", "BIGINT", "Targeted receiver, where known or derived.", nullable=True, low=1),
        Column("target_method", "VARCHAR", "How the target was found.", nullable=True),
        Column("target_confidence", "DOUBLE", "How sure the target is.", nullable=True, low=0, high=1),
        Column(
            "pass_result",
            "VARCHAR",
            "C completion, I incompletion, IN interception.",
            nullable=True,
            values=("C", "I", "IN"),
        ),
        Column("air_yards_yd", "DOUBLE", "From the line of scrimmage to the catch point.", "yd", True, -30, 110),
        Column("yards_after_catch_yd", "DOUBLE", "Gained after the catch.", "yd", True, -40, 110),
        Column("man_zone", "VARCHAR", "Coverage family, where charted.", nullable=True, values=("man", "zone")),
        Column("description", "VARCHAR", "The play in words, from the source.", nullable=True),
        Column("tracked_part", "VARCHAR", "Which players the source tracks.", nullable=True, values=TRACKED_PARTS),
        Column("constructed", "VARCHAR", "What the source lacks and the reader built, as ball, events.", nullable=True),
        Column("source", "VARCHAR", "Format family the play came from."),
        Column("source_object", "VARCHAR", "Name of the raw file the tracking came from."),
    ),
)

PARTICIPANTS = Table(
    "participants",
    "canonical",
    "one row per play and player on the field",
    ("game_id", "play_id", "nfl_id"),
    (
        SEASON_WEEK,
        *PLAY_KEY,
        Column("nfl_id", "BIGINT", "The league's player number.", low=1),
        Column("side", "VARCHAR", "With or without the ball.", values=("offense", "defense")),
        Column("team", "VARCHAR", "Team's abbreviation.", nullable=True),
        Column("position", "VARCHAR", "Position as the source writes it.", nullable=True),
        Column("jersey_number", "INTEGER", "Number on the jersey.", nullable=True, low=0, high=99),
        Column("display_name", "VARCHAR", "Full name.", nullable=True),
        Column("gsis_id", "VARCHAR", "The player's id in the game statistics system.", nullable=True),
        Column("route", "VARCHAR", "Route run, where charted.", nullable=True),
    ),
)

EVENTS = Table(
    "events",
    "canonical",
    "one row per play, frame and event",
    ("game_id", "play_id", "frame_id", "event"),
    (SEASON_WEEK, *PLAY_KEY, FRAME_ID, Column("event", "VARCHAR", "Event as the tracking feed names it.")),
)

TRACKING = Table(
    "tracking",
    "canonical",
    "one row per play, frame and player or ball, sorted by the key",
    ("game_id", "play_id", "frame_id", "nfl_id"),
    (
        *PLAY_KEY,
        FRAME_ID,
        NFL_ID,
        Column("time_utc", "TIMESTAMP", "Time of the sample, UTC.", nullable=True),
        Column("x", "REAL", "Position along the field.", "yd", False, -APRON_YD, FIELD_LENGTH_YD + APRON_YD),
        Column("y", "REAL", "Position across the field.", "yd", False, -APRON_YD, FIELD_WIDTH_YD + APRON_YD),
        Column("s", "REAL", "Speed as the source gives it.", "yd/s", nullable=True, low=0, high=50),
        Column("a", "REAL", "Acceleration as the source gives it.", "yd/s2", nullable=True),
        Column("dis", "REAL", "Distance since the frame before, from the source.", "yd", nullable=True, low=0),
        Column("o", "REAL", "Facing; 0 = +y, clockwise.", "deg", True, 0, 360),
        Column("dir", "REAL", "Direction of motion; 0 = +y, clockwise.", "deg", True, 0, 360),
    ),
    continuous=("x", "y", "o", "dir"),
)

CANONICAL = (PLAYS, PARTICIPANTS, EVENTS, TRACKING)
"""What a source reader yields, in the offence's frame of reference, before any judgement."""

FINDINGS = Table(
    "findings",
    "canonical",
    "one row per raw file, place and kind of finding",
    ("season_week", "source_object", "place", "kind"),
    (
        SEASON_WEEK,
        Column("source_object", "VARCHAR", "Raw file in which it was found."),
        Column("place", "VARCHAR", "Where in the file: game and play, row or column; empty for the whole file."),
        Column("kind", "VARCHAR", "Short name of the finding, as duplicate_samples."),
        Column("message", "VARCHAR", "What was found and what was done about it, in words."),
        Column("count", "BIGINT", "Rows, frames or columns it concerns.", low=0),
    ),
)
"""What a source reader noticed and how it coped: nothing is dropped without a row here."""

QUARANTINE = Table(
    "quarantine",
    "clean",
    "one row per play and rule it broke",
    ("game_id", "play_id", "rule_id"),
    (
        SEASON_WEEK,
        *PLAY_KEY,
        Column("rule_id", "VARCHAR", "Id of the broken rule (domain.rules), or table.check of a broken declaration."),
        Column("severity", "VARCHAR", "error quarantines the play; warning does not.", values=("error", "warning")),
        Column("observed", "DOUBLE", "What was measured.", nullable=True),
        Column("expected", "VARCHAR", "What the rule wants."),
        Column("sample", "VARCHAR", "Where it was seen: frame, player, value.", nullable=True),
        Column("source_object", "VARCHAR", "Raw file of the play.", nullable=True),
        Column("offense_team", "VARCHAR", "Team with the ball.", nullable=True),
        Column("defense_team", "VARCHAR", "Team without the ball.", nullable=True),
        Column("is_released", "BOOLEAN", "Whether a person let the play break this rule; it is then no bar to clean."),
    ),
)

CHECK_RESULTS = Table(
    "check_results",
    "clean",
    "one row per season-week, table and expectation",
    ("season_week", "table_name", "check_id"),
    (
        SEASON_WEEK,
        Column("table_name", "VARCHAR", "Table that was checked."),
        Column("check_id", "VARCHAR", "Rule id, or column and kind of expectation."),
        Column("severity", "VARCHAR", "error blocks or quarantines, warning informs.", values=("error", "warning")),
        Column("success", "BOOLEAN", "Whether the expectation held."),
        Column("observed", "VARCHAR", "What was seen, in words.", nullable=True),
        Column("expected", "VARCHAR", "What was wanted, in words."),
        Column("unexpected_count", "BIGINT", "Rows that broke it.", low=0),
        Column("row_count", "BIGINT", "Rows that were looked at.", low=0),
        Column("sample", "VARCHAR", "Up to three offending rows.", nullable=True),
    ),
)

REPAIRS = Table(
    "repairs",
    "clean",
    "one row per play, player or ball, and stretch of frames that was mended",
    ("game_id", "play_id", "nfl_id", "frame_id", "kind"),
    (
        SEASON_WEEK,
        *PLAY_KEY,
        NFL_ID,
        FRAME_ID,
        Column("frames", "INTEGER", "Frames mended, from this one on.", low=1, high=3),
        Column(
            "kind",
            "VARCHAR",
            "A position or a speed off its track in one frame, or missing samples.",
            values=("position_glitch", "speed_glitch", "short_gap"),
        ),
        Column("rule_id", "VARCHAR", "Rule that the play would have been in danger of breaking."),
    ),
)
"""What was mended by interpolation before the rules were applied; its samples are `is_imputed` in clean tracking."""

RELEASED_RULES = Column(
    "released_rules", "VARCHAR", "Rules that a person let the play break, with commas; null for most.", nullable=True
)
IS_IMPUTED = Column("is_imputed", "BOOLEAN", "Whether the sample, or a part of it, was interpolated (table repairs).")
_ADDED_IN_CLEAN = {PLAYS.name: (RELEASED_RULES,), TRACKING.name: (IS_IMPUTED,)}
CLEAN = tuple(Table(t.name, "clean", t.grain, t.key, (*t.columns, *_ADDED_IN_CLEAN.get(t.name, ()))) for t in CANONICAL)
"""The canonical tables without the quarantined plays; released plays say which rules they break,
mended samples that they are imputed."""
CLEAN_PLAYS, CLEAN_PARTICIPANTS, CLEAN_EVENTS, CLEAN_TRACKING = CLEAN
