"""The simulator's parts on their own: legs, routes, the ball's chances, downs, the league."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ghost_pipeline.domain.field import FIELD_LENGTH_YD, FIELD_WIDTH_YD, FRAME_S
from ghost_pipeline.sources.simulator.aim import SHORTEST_FLIGHT_FRAMES, flight_frames
from ghost_pipeline.sources.simulator.coverage_calls import COVERAGES, DEEP, MAN, RUSH, give_jobs
from ghost_pipeline.sources.simulator.drives import Down, Pass, Points, next_down
from ghost_pipeline.sources.simulator.league import SLOTS, TEAMS, build_league
from ghost_pipeline.sources.simulator.lineup import FORMATIONS, place_offense
from ghost_pipeline.sources.simulator.motion import MAX_ACCELERATION_YD_S2, Bodies, length
from ghost_pipeline.sources.simulator.outcome import PassFacts, completion_probability, interception_share
from ghost_pipeline.sources.simulator.play import COMPLETE, INCOMPLETE, INTERCEPTED
from ghost_pipeline.sources.simulator.routes import POINTS, SETTLING, USUAL_DEPTH_YD, route_points
from ghost_pipeline.sources.simulator.schedule import FULL_SEASON, SeasonPlan, games_of_week
from ghost_pipeline.sources.simulator.walk_up import walk_up

LEAGUE = build_league(7, 2024)


def body(x: float, y: float) -> Bodies:
    return Bodies(np.array([[[x, y]]]), np.zeros((1, 1, 2)), np.zeros((1, 1, 2)), np.array([[9.5]]), np.array([[6.0]]))


@given(
    st.floats(2, 118),
    st.floats(2, 51),
    st.lists(st.tuples(st.floats(-30, 30), st.floats(-30, 30)), min_size=5, max_size=60),
)
def test_no_wish_makes_a_body_superhuman_or_leave_the_field(x, y, wishes):
    runner = body(x, y)
    for wish in wishes:
        before = runner.velocity.copy()
        runner.move(np.array([[wish]]))
        assert length(runner.velocity).max() <= 9.5 + 1e-9
        assert length(runner.acceleration).max() <= MAX_ACCELERATION_YD_S2 + 1e-9
        assert length(runner.velocity - before).max() < 3.0
        assert 0 < runner.xy[0, 0, 0] < FIELD_LENGTH_YD
        assert 0 < runner.xy[0, 0, 1] < FIELD_WIDTH_YD


def test_a_sprint_from_standing_takes_time():
    runner = body(20, 25)
    for _ in range(10):
        runner.move(np.array([[[9.5, 0.0]]]))
    assert 2.0 < length(runner.velocity)[0, 0] < 6.5
    for _ in range(60):
        runner.move(np.array([[[9.5, 0.0]]]))
    assert length(runner.velocity)[0, 0] > 9.0


@given(st.sampled_from(sorted(USUAL_DEPTH_YD)), st.floats(12, 108), st.floats(3.5, 49.8), st.floats(23.6, 29.7))
def test_routes_stay_on_the_field_and_end_in_a_stop(route, line_x, y, ball_y):
    start = np.array([line_x - 1.0, y])
    points, speeds = route_points(route, USUAL_DEPTH_YD[route], start, (line_x, ball_y), is_back=False)
    assert points.shape == (POINTS, 2)
    assert points.min() > 0
    assert (points < [FIELD_LENGTH_YD, FIELD_WIDTH_YD]).all()
    assert speeds[-1] == 0


@pytest.mark.parametrize("side", [-1, 1])
def test_ins_break_inside_and_outs_outside(side):
    start = np.array([49.0, 26.0 + side * 12])
    inside, _ = route_points("IN", 10, start, (50.0, 26.0), is_back=False)
    outside, _ = route_points("OUT", 10, start, (50.0, 26.0), is_back=False)
    assert side * (inside[-1, 1] - start[1]) < -5
    assert side * (outside[-1, 1] - start[1]) > 5
    assert {"CURL", "SCREEN"} == SETTLING


@pytest.mark.parametrize("formation", FORMATIONS, ids=lambda f: f.name)
@pytest.mark.parametrize("coverage", COVERAGES, ids=lambda c: c.name)
@pytest.mark.parametrize("blitz", [False, True])
def test_every_coverage_leaves_nobody_alone(formation, coverage, blitz):
    offense = place_offense(np.random.default_rng(1), formation, 50.0, 26.0, 1.0)
    jobs = give_jobs(coverage, blitz, formation, offense, 50.0, 26.0)
    assert (jobs.job == RUSH).sum() == 4 + blitz
    if coverage.is_man:
        assert sorted(jobs.man[jobs.job == MAN].tolist()) == [0, 1, 2, 3, 4]
        assert (jobs.job == DEEP).sum() == 1
    else:
        assert (jobs.job == DEEP).sum() == {"Cover-2": 2, "Cover-3": 3, "Quarters": 4}[coverage.name]


def facts(**values: float) -> PassFacts:
    usual = {"separation_yd": 2.0, "air_distance_yd": 15.0, "pressure_yd": 4.0, "sideline_yd": 10.0, "miss_yd": 0.5}
    return PassFacts(**{name: np.array(value) for name, value in (usual | values).items()})


def test_the_usual_pass_has_the_chance_worked_out_by_hand():
    assert completion_probability(facts(), np.array(0.0)) == pytest.approx(1 / (1 + np.exp(-1.05)))


@pytest.mark.parametrize(
    ("name", "better"),
    [("separation_yd", 3.0), ("air_distance_yd", 10.0), ("pressure_yd", 4.0), ("sideline_yd", 4.0), ("miss_yd", 0.2)],
)
def test_each_fact_moves_the_chance_the_right_way(name, better):
    worse = {"separation_yd": 1.0, "air_distance_yd": 40.0, "pressure_yd": 1.0, "sideline_yd": 0.5, "miss_yd": 2.0}
    good, bad = (completion_probability(facts(**{name: value}), np.array(0.0)) for value in (better, worse[name]))
    assert good > bad + 0.05


def test_interceptions_need_a_defender_near_the_ball():
    near, far = (float(interception_share(np.array(distance), np.array(0.0))) for distance in (0.5, 5.0))
    assert 0.1 < near < 0.5
    assert far < 0.01


@given(st.floats(0.5, 60), st.floats(-2, 2))
def test_longer_passes_fly_longer(distance, lob):
    one, longer = (int(flight_frames(np.array(d), np.array(lob))) for d in (distance, distance + 8))
    assert SHORTEST_FLIGHT_FRAMES <= one <= longer <= 35


def test_downs_and_points_follow_passes():
    rng = np.random.default_rng(3)
    now = Down(home_has_ball=True, yard=60, down=2, to_go=8)
    after, points = next_down(rng, now, Pass(COMPLETE, 40, True, 0))
    assert (after.home_has_ball, points) == (False, Points(offense=7))
    after, points = next_down(rng, now, Pass(INTERCEPTED, 0, False, 70))
    assert (after.home_has_ball, after.yard, after.down, points) == (False, 30, 1, Points())
    after, points = next_down(rng, now, Pass(INTERCEPTED, 0, True, 1))
    assert (after.home_has_ball, points) == (True, Points(defense=7))
    downs = [next_down(np.random.default_rng(seed), now, Pass(INCOMPLETE, 0, False, 0))[0] for seed in range(40)]
    assert Down(True, 60, 3, 8) in downs
    assert any(down.home_has_ball is False for down in downs)


def test_every_team_plays_once_a_week():
    for week in (1, 5, 17):
        games = games_of_week(SeasonPlan(weeks=18, games_per_week=16), week)
        assert sorted(team for game in games for team in (game.home, game.visitor)) == list(range(32))
    assert len({game.game_id for week in range(1, 19) for game in games_of_week(SeasonPlan(weeks=18), week)}) == 72


def test_a_full_season_has_272_games_and_fair_byes():
    weeks = [games_of_week(FULL_SEASON, week) for week in range(1, 23)]
    assert sum(map(len, weeks)) == FULL_SEASON.game_count == 272
    assert {len(games) for games in weeks} == {12, 13}
    teams = [[team for game in games for team in (game.home, game.visitor)] for games in weeks]
    assert all(len(set(week)) == len(week) for week in teams)
    played = np.bincount(np.concatenate(teams), minlength=32)
    assert played.min() >= 14


def test_the_first_weeks_of_a_plan_are_its_weeks():
    two = FULL_SEASON.first_weeks(2)
    assert [games_of_week(two, week) for week in (1, 2)] == [games_of_week(FULL_SEASON, week) for week in (1, 2)]
    assert two.plays == 2400


def test_impossible_plans_are_refused():
    with pytest.raises(ValueError, match="no season"):
        SeasonPlan(games_per_week=17)
    with pytest.raises(ValueError, match="do not fit"):
        SeasonPlan(weeks=2, games_per_week=4, games=9)


def test_players_walk_to_their_places_before_the_line_is_set():
    start = np.random.default_rng(0).uniform(5, 50, (3, 23, 2))
    columns = walk_up(start, np.zeros((3, 60, 23, 2)), 60)
    assert {values.shape for values in columns.values()} == {(3, 60, 23)}
    xy = np.stack([columns["x"], columns["y"]], axis=-1)
    assert np.abs(xy[:, -1] - start).max() < 0.05  # the next frame is the line set
    assert (xy[:, :, 22] == start[:, None, 22]).all()  # the ball lies on its spot
    spread = np.linalg.norm(xy[:, :, :11] - xy[:, :, :11].mean(axis=2, keepdims=True), axis=-1).mean(axis=(0, 2))
    assert spread[0] < 0.4 * spread[-1]
    moved = np.linalg.norm(np.diff(xy, axis=1), axis=-1) / FRAME_S
    assert moved.max() < 12.5
    np.testing.assert_allclose(columns["s"][:, 1:], moved, atol=1e-6)


def test_the_league_is_whole_and_its_short_names_unique_in_a_team():
    assert len(set(TEAMS)) == 32
    assert len(LEAGUE.name) == 32 * len(SLOTS)
    for team in range(32):
        members = range(team * len(SLOTS), (team + 1) * len(SLOTS))
        assert len({LEAGUE.name[p].split(" ")[1] for p in members}) == len(SLOTS)
        assert len({LEAGUE.jersey[p] for p in members}) == len(SLOTS)
    assert build_league(7, 2024).name == LEAGUE.name
    assert build_league(8, 2024).name != LEAGUE.name
    assert LEAGUE.top_speed_yd_s.max() < 11.2
