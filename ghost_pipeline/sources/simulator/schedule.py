"""The season: how big it is, who plays whom and when."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from ghost_pipeline.sources.simulator.league import TEAMS

_SCHEDULE_STREAM = 101
_FIRST_SUNDAY = (9, 8)
KICKOFFS = ("13:00:00", "16:25:00", "20:20:00")


@dataclass(frozen=True)
class SeasonPlan:
    """How much to simulate. `fault_rate` is the share of plays that get one planted fault.

    `games` spreads a number of games evenly over the weeks, at most `games_per_week` in each: the other teams have a
    bye. 0 means `games_per_week` in every week.
    """

    seed: int = 7
    season: int = 2024
    weeks: int = 4
    games_per_week: int = 4
    passes_per_game: int = 40
    fault_rate: float = 0.02
    games: int = 0
    frames_before_set: int = 0

    def __post_init__(self) -> None:
        if not 1 <= self.games_per_week <= len(TEAMS) // 2 or not 1 <= self.weeks <= 22 or self.passes_per_game < 1:
            raise ValueError(f"no season: {self}; expected 1 to 22 weeks of 1 to {len(TEAMS) // 2} games with passes")
        if self.games and not self.weeks <= self.games <= self.weeks * self.games_per_week:
            raise ValueError(f"{self.games} games do not fit into {self.weeks} weeks of 1 to {self.games_per_week}")

    @property
    def game_count(self) -> int:
        """Games of the whole season."""
        return self.games or self.weeks * self.games_per_week

    @property
    def plays(self) -> int:
        """Passes of the whole season."""
        return self.game_count * self.passes_per_game

    def games_until(self, week: int) -> int:
        """Games played up to the end of a week, 0 before the first."""
        return self.game_count * week // self.weeks

    def first_weeks(self, weeks: int) -> "SeasonPlan":
        """The plan of the first weeks alone: the same games and plays."""
        return replace(self, weeks=weeks, games=self.games_until(weeks))


FULL_SEASON = SeasonPlan(weeks=22, games_per_week=16, games=272, passes_per_game=100, frames_before_set=84)
"""The size of a real season's files: 272 games and about 160 frames a play make a hundred million rows of tracking."""


@dataclass(frozen=True)
class Game:
    """One game; home and visitor are indices in TEAMS, `play_ids` those of its passes in order."""

    game_id: int
    week: int
    day: date
    kickoff: str
    home: int
    visitor: int
    play_ids: tuple[int, ...]


def games_of_week(plan: SeasonPlan, week: int) -> list[Game]:
    """The week's games, by the circle method among twice `games_per_week` teams; byes go round."""
    count = 2 * plan.games_per_week
    played = plan.games_until(week) - plan.games_until(week - 1)
    turn = (week - 1) % max(count - 1, 1)
    ring = [0, *(1 + (i + turn) % (count - 1) for i in range(count - 1))]
    month, first = _FIRST_SUNDAY
    day = date(plan.season, month, first) + timedelta(weeks=week - 1)
    games = []
    for number in range(played):
        seat = (number + week * (plan.games_per_week - played)) % plan.games_per_week
        pair = ring[seat], ring[count - 1 - seat]
        home, visitor = pair if (week + number) % 2 else pair[::-1]
        game_id = int(day.strftime("%Y%m%d")) * 100 + number
        kickoff = KICKOFFS[min(3 * number // played, len(KICKOFFS) - 1)]
        games.append(Game(game_id, week, day, kickoff, home, visitor, _play_ids(plan, game_id)))
    return games


def _play_ids(plan: SeasonPlan, game_id: int) -> tuple[int, ...]:
    """Rising numbers with gaps, for the plays that are not passes."""
    rng = np.random.default_rng([plan.seed, game_id, _SCHEDULE_STREAM])
    return tuple(int(number) for number in 40 + np.cumsum(rng.integers(21, 90, plan.passes_per_game)))
