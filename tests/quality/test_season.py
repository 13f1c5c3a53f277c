"""A week against the season before it, on weeks whose drift and volume are known."""

import numpy as np
import pyarrow as pa
import pytest
from plays_by_hand import smallest_play, tables_of

from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.domain.week_checks import MAX_STABILITY_INDEX, PROFILED, WEEK_CHECKS
from ghost_pipeline.quality.season import allowed_index, stability_index, week_profile, week_rows

WEEK = SeasonWeek(2019, "REG", 5)


def tables(games: dict[int, int], seed: int = 0) -> tuple[pa.Table, pa.Table]:
    """Plays and tracking of games {game: plays}, the players of each play placed at random."""
    random = np.random.default_rng(seed)
    plays = [smallest_play(play, game) for game, count in games.items() for play in range(1, count + 1)]
    found, _, _, tracking = tables_of(plays)
    size = len(tracking)
    for name, values in {
        "x": random.uniform(0, 120, size),
        "y": random.uniform(0, 53, size),
        "s": random.gamma(2, 2, size),
        "dir": random.uniform(0, 360, size),
    }.items():
        column = pa.array(values, pa.float32())
        tracking = tracking.set_column(tracking.column_names.index(name), name, column)
    return found, tracking


@pytest.fixture(scope="module")
def earlier() -> list[pa.Table]:
    return [
        week_profile(SeasonWeek(2019, "REG", week), *tables({10 * week + g: 30 + g for g in range(4)}, seed=week))
        for week in (3, 4)
    ]


def judged(games: dict[int, int], earlier: list[pa.Table], change=lambda t: t, untracked: int = 0) -> dict[str, dict]:
    plays, tracking = tables(games)
    rows = week_rows(WEEK, week_profile(WEEK, plays, change(tracking)), earlier, plays, untracked)
    assert [row["check_id"] for row in rows] == [check.id for check in WEEK_CHECKS]
    return {row["check_id"]: row for row in rows}


USUAL = {51: 31, 52: 32, 53: 30}


def test_a_week_like_those_before_it_is_not_told_of(earlier):
    rows = judged(USUAL, earlier)
    assert all(row["success"] for row in rows.values())
    assert {row["severity"] for row in rows.values()} == {"warning"}
    assert rows["usual_volume"]["observed"] == "30 to 32 plays a game, 32 before"


def test_turned_directions_are_a_drift(earlier):
    def halved(tracking: pa.Table) -> pa.Table:
        half = pa.array(tracking["dir"].to_numpy() / 2)
        return tracking.set_column(tracking.column_names.index("dir"), "dir", half)

    row = judged(USUAL, earlier, halved)["stable_distributions"]
    assert not row["success"]
    assert row["unexpected_count"] == 1
    assert row["sample"].startswith("dir: ")


def test_a_game_cut_short_is_told_of(earlier):
    row = judged({**USUAL, 54: 8}, earlier)["usual_volume"]
    assert (row["success"], row["sample"]) == (False, "game 54: 8 plays, 32 are usual")


def test_plays_without_tracking_are_told_of(earlier):
    row = judged(USUAL, earlier, untracked=7)["schedule_tracked"]
    assert (row["success"], row["unexpected_count"]) == (False, 7)


def test_a_team_in_two_games_of_a_week_is_told_of():
    plays, tracking = tables({1: 1, 2: 1})
    for name, teams in (("home_team", ["KC", "KC"]), ("visitor_team", ["BUF", "NE"])):
        plays = plays.set_column(plays.column_names.index(name), name, pa.array(teams))
    rows = week_rows(WEEK, week_profile(WEEK, plays, tracking), [], plays, 0)
    assert rows[-1]["sample"] == "KC in 2 games"


def test_the_first_week_of_a_season_is_compared_with_nothing():
    rows = judged(USUAL, [])
    assert all(row["success"] for row in rows.values())
    assert rows["stable_distributions"]["observed"] == "no season to compare with yet"


def test_only_players_in_flight_are_profiled():
    plays, tracking = tables({1: 2})
    profile = week_profile(WEEK, plays, tracking).to_pylist()
    assert sum(row["count"] for row in profile if row["profile"] == "x") == 2 * 22 * 4
    assert sum(row["count"] for row in profile if row["profile"] == "a") == 0
    assert {row["profile"] for row in profile} == {*(p.column for p in PROFILED), "plays_of_a_game"}


def test_the_index_by_hand_and_its_line():
    same, other = np.array([5e4, 5e4]), np.array([8e4, 2e4])
    assert stability_index(same, same) == 0
    assert stability_index(same, other) == pytest.approx(0.3 * np.log(4), rel=1e-3)
    assert allowed_index(10, 10_000, 10_000) == MAX_STABILITY_INDEX
    assert allowed_index(10, 40, 200) == pytest.approx(27.88 * (1 / 40 + 1 / 200), rel=1e-3)
