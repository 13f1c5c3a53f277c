"""The simulated season: same bits for the same seed, true to its truth, and within what legs can do."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.domain.field import FIELD_LENGTH_YD, FIELD_WIDTH_YD, FRAME_S
from ghost_pipeline.domain.rules import RULES
from ghost_pipeline.quality.facts import play_facts
from ghost_pipeline.sources.family import Canonical, RawFile
from ghost_pipeline.sources.registry import family_named
from ghost_pipeline.sources.simulator.faults import FAULTS
from ghost_pipeline.sources.simulator.game import Round, play_games
from ghost_pipeline.sources.simulator.league import build_league
from ghost_pipeline.sources.simulator.lineup import DEFENSE, ELIGIBLE
from ghost_pipeline.sources.simulator.play import COMPLETE
from ghost_pipeline.sources.simulator.schedule import games_of_week
from ghost_pipeline.sources.simulator.season import SeasonPlan, SimulatedSeason, replay_play, write_season

PLAN = SeasonPlan(seed=11, weeks=2, games_per_week=2, passes_per_game=13, fault_rate=0.2)
REAL_COLUMNS = {
    "games.csv": "gameId season week gameDate gameTimeEastern homeTeamAbbr visitorTeamAbbr homeFinalScore",
    "plays.csv": "gameId playId playDescription quarter down yardsToGo possessionTeam defensiveTeam yardlineSide "
    "yardlineNumber gameClock preSnapHomeScore preSnapVisitorScore playNullifiedByPenalty absoluteYardlineNumber "
    "passResult passLength timeToThrow isDropback pff_passCoverage pff_manZone",
    "players.csv": "nflId height weight birthDate collegeName position displayName",
    "player_play.csv": "gameId playId nflId teamAbbr hadPassReception receivingYards wasTargettedReceiver "
    "yardageGainedAfterTheCatch hadInterception wasRunningRoute routeRan",
    "tracking_week_1.csv": "gameId playId nflId displayName frameId frameType time jerseyNumber club playDirection "
    "x y s a dis o dir event",
}


def silent(name: str, done: int, total: int) -> None:
    """Progress that nobody sees."""


def written(folder: Path, plan: SeasonPlan) -> SimulatedSeason:
    return write_season(folder / "raw", plan, silent)


def read(season: SimulatedSeason) -> list[Canonical]:
    files = [RawFile(path.name, path) for path in season.files]
    family = family_named("big_data_bowl_2025")
    weeks = family.weeks(files).files
    return [family.read(weeks[week], week) for week in sorted(weeks)]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as text:
        return list(csv.DictReader(text))


def truth(season: SimulatedSeason, name: str) -> list[dict]:
    return pq.read_table(season.truth_folder / f"{name}.parquet").to_pylist()


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> SimulatedSeason:
    return written(tmp_path_factory.mktemp("season"), PLAN)


@pytest.fixture(scope="module")
def rounds() -> list[Round]:
    league = build_league(PLAN.seed, PLAN.season)
    return [batch for week in (1, 2) for batch in play_games(PLAN.seed, league, games_of_week(PLAN, week))]


def test_it_has_the_games_and_passes_of_its_plan(season):
    assert (season.games, season.plays, season.faults) == (4, 52, 10)
    assert len(rows(season.folder / "plays.csv")) == PLAN.plays == 52
    assert len(rows(season.folder / "games.csv")) == 4
    assert season.tracking_rows == sum(len(rows(season.folder / f"tracking_week_{week}.csv")) for week in (1, 2))


@pytest.mark.parametrize("name", REAL_COLUMNS)
def test_files_have_the_real_column_names(season, name):
    found = rows(season.folder / name)[0]
    assert set(REAL_COLUMNS[name].split()) <= set(found)


def test_raw_folder_holds_no_truth(season):
    assert {path.name for path in season.folder.iterdir()} == {path.name for path in season.files}
    assert all(path.suffix == ".csv" for path in season.files)


def test_the_same_seed_writes_the_same_bytes(season, tmp_path):
    again = written(tmp_path, PLAN)
    for one, other in zip(season.files, again.files, strict=True):
        assert one.read_bytes() == other.read_bytes(), one.name
    assert truth(season, "options") == truth(again, "options")


def test_frames_before_the_line_set_change_nothing_after_it(season, tmp_path):
    lead = 30
    long = written(tmp_path, replace(PLAN, frames_before_set=lead))
    assert long.tracking_rows > season.tracking_rows + lead * 23 * (PLAN.plays - season.faults)
    assert broken_rules(long).keys() == broken_rules(season).keys()
    late = [row | {"frameId": ""} for row in rows(long.folder / "tracking_week_1.csv") if int(row["frameId"]) > lead]
    plain = [row | {"frameId": ""} for row in rows(season.folder / "tracking_week_1.csv")]
    faulty = {(fault["game_id"], fault["play_id"]) for fault in truth(season, "faults")}
    sound = [
        [{**row, "time": ""} for row in told if (int(row["gameId"]), int(row["playId"])) not in faulty]
        for told in (late, plain)
    ]
    assert sound[0] == sound[1]
    events = {row["event"] for row in rows(long.folder / "tracking_week_1.csv") if row["frameId"] == "1"}
    assert events == {"huddle_break_offense"}


def test_another_seed_plays_another_season(season, tmp_path):
    other = written(tmp_path, SeasonPlan(seed=12, weeks=1, games_per_week=1, passes_per_game=5))
    assert truth(other, "plays")[0] != truth(season, "plays")[0]


def test_offences_move_in_both_directions(season):
    tracking = rows(season.folder / "tracking_week_1.csv")
    passers = {row["nflId"] for row in rows(season.folder / "players.csv") if row["position"] == "QB"}
    ahead = {"left": set(), "right": set()}
    lines = {(r["gameId"], r["playId"]): float(r["absoluteYardlineNumber"]) for r in rows(season.folder / "plays.csv")}
    for row in tracking:
        if row["nflId"] in passers and row["frameId"] == "1":
            line = lines[row["gameId"], row["playId"]]
            ahead[row["playDirection"]].add(float(row["x"]) < line)
    assert ahead == {"left": {False}, "right": {True}}


def test_clean_seasons_break_no_rule_and_faulty_ones_break_those_of_the_truth(season, tmp_path):
    clean = written(tmp_path, SeasonPlan(seed=11, weeks=2, games_per_week=2, passes_per_game=13, fault_rate=0.0))
    assert broken_rules(clean) == {}
    found = broken_rules(season)
    planted = {(fault["game_id"], fault["play_id"]): fault for fault in truth(season, "faults")}
    assert found.keys() == planted.keys()
    assert all(fault["rule_id"] in found[key] for key, fault in planted.items())
    assert {fault["kind"] for fault in planted.values()} <= FAULTS.keys()


def broken_rules(season: SimulatedSeason) -> dict[tuple[int, int], set[str]]:
    broken = {}
    for week in read(season):
        for facts in play_facts(*week.tables).to_pylist():
            rules = {r.id for r in RULES if facts[r.fact] is not None and r.is_broken_by(facts[r.fact])}
            if rules:
                broken[facts["game_id"], facts["play_id"]] = rules
    return broken


def test_the_reader_finds_what_the_simulator_meant(season):
    week = read(season)[0]
    assert set(week.plays["season_week"].to_pylist()) == {str(SeasonWeek(2024, "REG", 1))}
    meant = {(row["game_id"], row["play_id"]): row for row in truth(season, "plays")}
    faulty = {(row["game_id"], row["play_id"]) for row in truth(season, "faults")}
    for play in week.plays.to_pylist():
        key = play["game_id"], play["play_id"]
        if key not in faulty:
            assert play["target_nfl_id"] == meant[key]["target_nfl_id"]
            assert play["passer_nfl_id"] == meant[key]["passer_nfl_id"]
            assert play["pass_result"] == meant[key]["pass_result"]
            assert play["snap_frame"] < play["throw_frame"] < play["arrival_frame"]


def test_bodies_obey_their_limits(rounds):
    for batch in rounds:
        played = batch.played
        live = np.arange(played.xy.shape[1]) < played.frames[:, None]
        speed = np.linalg.norm(played.velocity, axis=-1)[live]
        acceleration = np.linalg.norm(played.acceleration, axis=-1)[live]
        step = np.linalg.norm(np.diff(played.xy[:, :, :22], axis=1), axis=-1)[live[:, 1:]]
        assert speed.max() < 11.2
        assert acceleration.max() <= 7.0
        assert step.max() <= 11.2 * FRAME_S


def test_nobody_leaves_the_field_while_the_ball_is_in_the_air(rounds):
    for batch in rounds:
        played = batch.played
        for row in range(len(played)):
            flight = played.xy[row, played.throw[row] : played.arrival[row] + 1, :22]
            assert flight.min() > 0
            assert (flight < [FIELD_LENGTH_YD, FIELD_WIDTH_YD]).all()


def test_a_play_is_the_same_alone_as_in_its_batch(rounds):
    for batch in rounds[:4]:
        context = batch.contexts[-1]
        alone = replay_play(PLAN, context.game.game_id, context.play_id).played
        frames = alone.frames[0]
        assert frames == batch.played.frames[-1]
        assert np.array_equal(alone.xy[0, :frames], batch.played.xy[-1, :frames])
        assert np.array_equal(alone.options.completion[0], batch.played.options.completion[-1])


def test_a_replay_with_another_target_differs_from_the_throw_on(rounds):
    batch = rounds[2]
    context, throw = batch.contexts[0], int(batch.played.throw[0])
    league = build_league(PLAN.seed, PLAN.season)
    receivers = league.nfl_id(batch.played.calls.player[0, ELIGIBLE])
    for i, receiver in enumerate(receivers.tolist()):
        other = replay_play(PLAN, context.game.game_id, context.play_id, receiver).played
        assert other.target[0] == i
        assert np.array_equal(other.xy[0, : throw + 1, :22], batch.played.xy[0, : throw + 1, :22])
        frames = min(other.frames[0], batch.played.frames[0])
        same = np.array_equal(other.xy[0, :frames], batch.played.xy[0, :frames])
        assert same == (i == batch.played.target[0])
        assert np.array_equal(other.options.completion, batch.played.options.completion[:1])


def test_retargeting_draws_the_defence_to_the_new_receiver(rounds):
    closer = []
    for batch in rounds[:3]:
        for row in (0, 1):
            context, played = batch.contexts[row], batch.played
            other = int(played.options.landing_xy[row, :, 0].argmax())
            if other == played.target[row]:
                continue
            league = build_league(PLAN.seed, PLAN.season)
            receiver = int(league.nfl_id(played.calls.player[row, ELIGIBLE.start + other]))
            again = replay_play(PLAN, context.game.game_id, context.play_id, receiver).played
            at = min(int(again.arrival[0]), int(played.arrival[row]))
            landing = played.options.landing_xy[row, other]
            there, before = (
                np.linalg.norm(play.xy[i, at, DEFENSE] - landing, axis=-1) for play, i in ((again, 0), (played, row))
            )
            closer.append(np.sort(there)[:3].mean() <= np.sort(before)[:3].mean())
    assert len(closer) >= 3
    assert np.mean(closer) >= 0.75


def test_replays_refuse_strangers(rounds):
    context = rounds[0].contexts[0]
    with pytest.raises(ValueError, match="no eligible receiver"):
        replay_play(PLAN, context.game.game_id, context.play_id, 1)
    with pytest.raises(ValueError, match="has no pass"):
        replay_play(PLAN, context.game.game_id, 1)
    with pytest.raises(ValueError, match="no game"):
        replay_play(PLAN, 1, 1)


def test_passes_are_completed_as_often_as_their_true_chances_say(rounds):
    chance = np.concatenate([b.played.options.completion[np.arange(len(b.played)), b.played.target] for b in rounds])
    caught = np.concatenate([b.played.result == COMPLETE for b in rounds])
    deviation = np.sqrt((chance * (1 - chance)).sum())
    assert abs(caught.sum() - chance.sum()) < 3.5 * deviation


def test_backs_react_as_much_as_real_ones(rounds):
    """Constant velocity misses real backs by 0.78 yd over ten steps (joint RMSE); the simulated ones come near."""
    squares = []
    for batch in rounds:
        played = batch.played
        for row in range(len(played)):
            for frame in range(int(played.throw[row]), int(played.arrival[row]) - 9):
                now, velocity = played.xy[row, frame, 17:22], played.velocity[row, frame, 17:22]
                steps = np.arange(1, 11)[:, None, None]
                guess = now + velocity * steps * FRAME_S
                squares.append(((played.xy[row, frame + 1 : frame + 11, 17:22] - guess) ** 2).sum(-1))
    assert 0.6 < np.sqrt(np.mean(squares)) < 1.05
