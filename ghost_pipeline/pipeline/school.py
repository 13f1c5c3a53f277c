"""Passes that are simulated on the spot, where real plays are too few or teach too little."""

from collections.abc import Iterator

from ghost_pipeline.sources.simulator.rehearsal import Rehearsal, rehearse
from ghost_pipeline.sources.simulator.schedule import SeasonPlan

SCHOOL_WEEKS = 5
_SEASON = {"season": 2000, "weeks": SCHOOL_WEEKS, "games_per_week": 10, "passes_per_game": 40}
"""2,000 passes; their games have numbers that no landed game has."""


def school_weeks(seed: int) -> Iterator[Rehearsal]:
    """Week after week of a season that is played in memory, without planted faults: 400 passes each."""
    plan = SeasonPlan(seed=seed, **_SEASON)
    for week in range(1, SCHOOL_WEEKS + 1):
        yield rehearse(plan, week)
