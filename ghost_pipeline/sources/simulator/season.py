"""A whole simulated season: raw files in the Big Data Bowl layout, and beside them the truth.

    plan = SeasonPlan(seed=7, weeks=4)
    season = write_season(Path("raw"), plan, progress)          # raw/*.csv and raw_truth/*.parquet
    played = replay_play(plan, game_id, play_id, target_nfl_id)  # the same play, thrown to somebody else

Weeks are simulated one after another and written game by game, so memory is bounded by one week.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

import numpy as np
import pyarrow as pa

from ghost_pipeline.sources.simulator.draws import SNAP
from ghost_pipeline.sources.simulator.faults import FAULTS
from ghost_pipeline.sources.simulator.game import Round, play_games, replay
from ghost_pipeline.sources.simulator.league import SLOTS, League, build_league
from ghost_pipeline.sources.simulator.lineup import DEFENSE, ELIGIBLE
from ghost_pipeline.sources.simulator.raw_files import RawFiles
from ghost_pipeline.sources.simulator.raw_play import RawPlay
from ghost_pipeline.sources.simulator.raw_tables import Row, game_row, play_row, player_play_rows, player_rows
from ghost_pipeline.sources.simulator.raw_tracking import Feed, tracking_of
from ghost_pipeline.sources.simulator.schedule import SeasonPlan, games_of_week
from ghost_pipeline.sources.simulator.truth import TruthFiles, true_rows

Progress = Callable[[str, int, int], None]
"""Called with what is done, how many parts are done and of how many."""
_FAULT_STREAM = 103


@dataclass(frozen=True)
class SimulatedSeason:
    """What was written."""

    folder: Path
    truth_folder: Path
    files: tuple[Path, ...]
    games: int
    plays: int
    faults: int
    tracking_rows: int


@dataclass
class _Told:
    """One game as its files will say it: rows by file and by table of the truth, and its tracking in parts."""

    rows: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    truth: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    tracking: list[pa.Table] = field(default_factory=list)


def write_season(folder: Path, plan: SeasonPlan, progress: Progress) -> SimulatedSeason:
    """Write the raw files into `folder` and the truth into `<folder>_truth`; files of the same names are replaced."""
    league = build_league(plan.seed, plan.season)
    truth_folder = folder.with_name(f"{folder.name}_truth")
    teams: set[int] = set()
    games = plays = faults = tracking_rows = 0
    with RawFiles(folder) as raw, TruthFiles(truth_folder) as truth:
        for week in range(1, plan.weeks + 1):
            schedule = games_of_week(plan, week)
            teams |= {team for game in schedule for team in (game.home, game.visitor)}
            progress("game", games, plan.game_count)
            rounds = list(play_games(plan.seed, league, schedule))
            for told in _tell_games(plan, league, week, rounds):
                tracking = pa.concat_tables(told.tracking)
                raw.add(f"tracking_week_{week}", tracking)
                for name, rows in told.rows.items():
                    raw.add(name, rows)
                truth.add(told.truth)
                games, plays = games + 1, plays + len(told.rows["plays"])
                faults, tracking_rows = faults + len(told.truth["faults"]), tracking_rows + len(tracking)
                progress("game", games, plan.game_count)
        raw.add("players", player_rows(league, sorted(teams)))
    return SimulatedSeason(folder, truth_folder, raw.paths, games, plays, faults, tracking_rows)


def replay_play(plan: SeasonPlan, game_id: int, play_id: int, target_nfl_id: int | None = None) -> Round:
    """One play of the season again, thrown to an eligible receiver of the caller's choice (None: the passer's).

    It is the season's own play, bit for bit, up to the throw. Raises ValueError when the season has no such pass or the
    player is not one of its five eligible receivers.
    """
    league = build_league(plan.seed, plan.season)
    games = [game for week in range(1, plan.weeks + 1) for game in games_of_week(plan, week)]
    game = next((game for game in games if game.game_id == game_id), None)
    if game is None:
        raise ValueError(f"the season has no game {game_id}; its games are {[game.game_id for game in games]}")
    played = replay(plan.seed, league, game, play_id)
    if target_nfl_id is None:
        return played
    receivers = league.nfl_id(played.played.calls.player[0, ELIGIBLE]).tolist()
    if target_nfl_id not in receivers:
        raise ValueError(f"player {target_nfl_id} is no eligible receiver of this play; these are {receivers}")
    return replay(plan.seed, league, game, play_id, receivers.index(target_nfl_id))


def _tell_games(plan: SeasonPlan, league: League, week: int, rounds: list[Round]) -> Iterator[_Told]:
    """The games of a week in order, faults planted; one that a play does not suit waits for the next that it does."""
    faults = _faults_of_week(plan, week)
    waiting: list[tuple[str, np.random.Generator]] = []
    feeds = [Feed.of(league, batch, plan.frames_before_set) for batch in rounds]
    in_order = enumerate(_in_order(rounds))
    for _, numbered in groupby(in_order, lambda item: rounds[item[1][0]].contexts[item[1][1]].game.game_id):
        told, score = _Told(), (0, 0)
        sound: list[tuple[Feed, int]] = []
        for number, (at, row) in numbered:
            batch, feed, context = rounds[at], feeds[at], rounds[at].contexts[row]
            told.rows["plays"].append(play_row(league, batch, row, score))
            own, other = context.points.offense, context.points.defense
            gain = (own, other) if context.now.home_has_ball else (other, own)
            score = score[0] + gain[0], score[1] + gain[1]
            play, options = true_rows(league, batch, row)
            told.truth["plays"].append(play)
            told.truth["options"] += options
            waiting += [faults[number]] if number in faults else []
            planted = _planted(waiting, league, feed, row) if waiting else None
            if planted is None:
                sound.append((feed, row))
                told.rows["player_play"] += player_play_rows(league, batch, row)
                continue
            raw, fault = planted
            told.truth["faults"].append({"game_id": context.game.game_id, "play_id": context.play_id} | fault)
            told.tracking += [tracking_of(sound), raw.tracking] if sound else [raw.tracking]
            told.rows["player_play"] += raw.players
            sound = []
        told.rows["games"].append(game_row(plan.season, context.game, score))
        told.tracking += [tracking_of(sound)] if sound else []
        yield told


def _planted(
    waiting: list[tuple[str, np.random.Generator]], league: League, feed: Feed, row: int
) -> tuple[RawPlay, Row] | None:
    """The play with the first of the waiting faults that it suits, and the fault's row of truth."""
    play = _raw_play(league, feed, row)
    for fault in waiting:
        kind, rng = fault
        if (planted := FAULTS[kind].plant(play, rng)) is not None:
            waiting.remove(fault)
            raw, (frame, player) = planted
            about = {"rule_id": FAULTS[kind].rule_id, "fate": FAULTS[kind].fate}
            return raw, {"kind": kind, **about, "frame_id": frame, "nfl_id": player}
    return None


def _in_order(rounds: list[Round]) -> Iterator[tuple[int, int]]:
    """(round, row) of every play of a week by game and number."""
    keys = [
        (context.game.game_id, context.number, i, row)
        for i, batch in enumerate(rounds)
        for row, context in enumerate(batch.contexts)
    ]
    return ((i, row) for _, _, i, row in sorted(keys))


def _raw_play(league: League, feed: Feed, row: int) -> RawPlay:
    batch, context = feed.batch, feed.batch.contexts[row]
    players = batch.played.calls.player[row]
    defense = league.team(players[DEFENSE.start]) * len(SLOTS)
    roster = range(defense + len(SLOTS) - 1, defense, -1)
    bench = next(player for player in roster if player not in players)
    return RawPlay(
        tracking=tracking_of([(feed, row)]),
        players=player_play_rows(league, batch, row),
        nfl_id=league.nfl_id(players),
        bench_id=int(league.nfl_id(np.array(bench))),
        snap=feed.frame_id(SNAP),
        throw=feed.frame_id(int(batch.played.throw[row])),
        arrival=feed.frame_id(int(batch.played.arrival[row])),
        is_early=context.number < len(context.game.play_ids) // 2,
    )


def _faults_of_week(plan: SeasonPlan, week: int) -> dict[int, tuple[str, np.random.Generator]]:
    """{number of the play in its week: kind of fault and its generator}; the kinds take turns through the season."""
    passes = [plan.games_until(w) * plan.passes_per_game for w in (week - 1, week)]
    before, until = (round(plan.fault_rate * count) for count in passes)
    turns = np.random.default_rng([plan.seed, _FAULT_STREAM]).permutation(list(FAULTS))
    rng = np.random.default_rng([plan.seed, week, _FAULT_STREAM])
    chosen = np.sort(rng.choice(passes[1] - passes[0], until - before, replace=False))
    kinds = (str(turns[i % len(turns)]) for i in range(before, until))
    return {
        int(number): (kind, np.random.default_rng([plan.seed, week, int(number), _FAULT_STREAM]))
        for number, kind in zip(chosen, kinds, strict=True)
    }
