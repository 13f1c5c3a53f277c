"""Season-weeks: the partition key of every table that follows the calendar, written `2019-REG-05`."""

import re
from dataclasses import dataclass
from datetime import date
from functools import total_ordering

SEASON_TYPES = ("PRE", "REG", "POST")
"""In the order they are played."""
WHOLE_SEASON = "ALL"
"""What leaderboards call all types of a season together."""
FIRST_MONTH = 8
_SEASONS = re.compile(r"(\d{4})(?:-(\d{4}))?")
_PATTERN = re.compile(r"(\d{4})-(PRE|REG|POST)-(\d{2})")


@total_ordering
@dataclass(frozen=True)
class SeasonWeek:
    """One week of one season. `season` is the year the season starts in; January games belong to the year before.

    Weeks are ordered as they are played: preseason, regular season, playoffs.
    """

    season: int
    season_type: str
    week: int

    def __post_init__(self) -> None:
        if self.season_type not in SEASON_TYPES or not (1900 < self.season < 2100 and 0 <= self.week <= 30):
            raise ValueError(f"no season-week: {self.season} {self.season_type} {self.week}")

    def __lt__(self, other: "SeasonWeek") -> bool:
        return self._order < other._order

    @property
    def _order(self) -> tuple[int, int, int]:
        return self.season, SEASON_TYPES.index(self.season_type), self.week

    def __str__(self) -> str:
        return f"{self.season}-{self.season_type}-{self.week:02d}"

    @staticmethod
    def season_on(day: date) -> int:
        """The season that is played, or was played last, on a day: a season begins with the preseason in August."""
        return day.year if day.month >= FIRST_MONTH else day.year - 1

    @classmethod
    def parse(cls, text: str) -> "SeasonWeek":
        """Read `2019-REG-05`. Raises ValueError with the expected form."""
        match = _PATTERN.fullmatch(text)
        if match is None:
            raise ValueError(f"found season-week {text!r}; expected a form like 2019-REG-05")
        return cls(int(match[1]), match[2], int(match[3]))


def parse_seasons(text: str) -> list[int]:
    """Read `2018-2026`, `2019` or `2018,2020-2022`. Raises ValueError with the expected form."""
    seasons: set[int] = set()
    for part in text.split(","):
        match = _SEASONS.fullmatch(part.strip())
        if match is None or int(match[1]) > int(match[2] or match[1]):
            raise ValueError(f"found seasons {text!r}; expected a form like 2018-2026 or 2018,2020")
        seasons |= set(range(int(match[1]), int(match[2] or match[1]) + 1))
    return sorted(seasons)
