"""What is expected of a week as a whole: its distributions and its volume, against the season so far."""

from dataclasses import dataclass

from ghost_pipeline.domain.field import FIELD_LENGTH_YD, FIELD_WIDTH_YD
from ghost_pipeline.domain.schema import SEASON_WEEK, Column, Table

MAX_STABILITY_INDEX = 0.25
"""The usual line between a moderate and a major shift of a population."""
CHANCE = 1e-3
"""How often a sound week may be told of by chance, for each thing that is compared."""
MIN_EARLIER_PLAYS = 100
"""With fewer plays before it in the season a week is compared with nothing."""


@dataclass(frozen=True)
class Profiled:
    """A column of tracking and the bins its values are counted in; what lies outside counts in the outermost ones."""

    column: str
    low: float
    high: float
    bins: int


PROFILED = (
    Profiled("x", 0.0, FIELD_LENGTH_YD, 12),
    Profiled("y", 0.0, FIELD_WIDTH_YD, 10),
    Profiled("s", 0.0, 10.0, 10),
    Profiled("a", 0.0, 8.0, 8),
    Profiled("o", 0.0, 360.0, 12),
    Profiled("dir", 0.0, 360.0, 12),
)
"""Counted over the players in the air window."""
PLAYS_OF_A_GAME = "plays_of_a_game"

WEEK_PROFILES = Table(
    "week_profiles",
    "clean",
    "one row per season-week, what was counted and bin",
    ("season_week", "profile", "bin"),
    (
        SEASON_WEEK,
        Column("profile", "VARCHAR", f"A column of tracking in flight, or {PLAYS_OF_A_GAME}."),
        Column("bin", "INTEGER", f"Number of the bin; of {PLAYS_OF_A_GAME} the number of plays.", low=0),
        Column("count", "BIGINT", "Samples in the bin, or games with so many plays.", low=0),
        Column("plays", "BIGINT", "Plays behind the profile.", low=0),
    ),
)
"""Small enough to keep for every week, so that a week is compared with a season without reading it again."""


@dataclass(frozen=True)
class WeekCheck:
    """A warning about a whole week."""

    id: str
    sentence: str
    expected: str


STABLE_DISTRIBUTIONS = WeekCheck(
    "stable_distributions",
    "Positions, speeds and angles of the week are distributed as in the weeks of the season before it "
    "(population stability index).",
    f"<= {MAX_STABILITY_INDEX}, or what chance gives one week in {1 / CHANCE:,.0f}",
)
USUAL_VOLUME = WeekCheck(
    "usual_volume",
    "Every game of the week has about as many plays as those of the season before it.",
    f"a number that chance gives one game in {1 / CHANCE:,.0f}, or a likelier one",
)
SCHEDULE_TRACKED = WeekCheck(
    "schedule_tracked",
    "Every play that the source lists has tracking, and no team plays in two games of a week.",
    "0 plays without tracking, 0 teams twice",
)
WEEK_CHECKS = (STABLE_DISTRIBUTIONS, USUAL_VOLUME, SCHEDULE_TRACKED)
