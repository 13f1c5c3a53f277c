"""Rows of games.csv, plays.csv, players.csv and player_play.csv, with the real files' column names."""

from typing import Any

import numpy as np

from ghost_pipeline.domain.field import FIELD_LENGTH_YD, FIELD_WIDTH_YD, FRAME_S
from ghost_pipeline.sources.simulator.after_catch import ENDS, TACKLE, TOUCHDOWN
from ghost_pipeline.sources.simulator.coverage_calls import MAN, RUSH
from ghost_pipeline.sources.simulator.draws import SNAP
from ghost_pipeline.sources.simulator.drives import FIELD_YD
from ghost_pipeline.sources.simulator.game import Context, Round
from ghost_pipeline.sources.simulator.league import SLOTS, TEAMS, League
from ghost_pipeline.sources.simulator.lineup import DEFENSE, ELIGIBLE, PLAYERS, QB, RECEIVERS
from ghost_pipeline.sources.simulator.offense import DROP_YD
from ghost_pipeline.sources.simulator.play import COMPLETE, INTERCEPTED, RESULTS
from ghost_pipeline.sources.simulator.schedule import Game

Row = dict[str, Any]
_DEEP_YD = 15


def game_row(season: int, game: Game, score: tuple[int, int]) -> Row:
    """One row of games.csv; `score` is (home, visitor) at the end."""
    return {
        "gameId": game.game_id,
        "season": season,
        "week": game.week,
        "gameDate": game.day.strftime("%m/%d/%Y"),
        "gameTimeEastern": game.kickoff,
        "homeTeamAbbr": TEAMS[game.home],
        "visitorTeamAbbr": TEAMS[game.visitor],
        "homeFinalScore": score[0],
        "visitorFinalScore": score[1],
    }


def player_rows(league: League, teams: list[int]) -> list[Row]:
    """players.csv: the whole rosters of these teams."""
    players = [team * len(SLOTS) + slot for team in sorted(teams) for slot in range(len(SLOTS))]
    return [
        {
            "nflId": int(league.nfl_id(np.array(p))),
            "height": f"{league.height_in[p] // 12}-{league.height_in[p] % 12}",
            "weight": int(league.weight_lb[p]),
            "birthDate": league.birth_date[p],
            "collegeName": league.college[p],
            "position": league.position[p],
            "displayName": league.name[p],
        }
        for p in players
    ]


def play_row(league: League, batch: Round, row: int, score: tuple[int, int]) -> Row:
    """One row of plays.csv; `score` is (home, visitor) before the snap."""
    played, context = batch.played, batch.contexts[row]
    calls, now = played.calls, context.now
    offense, defense = (TEAMS[team] for team in league.team(calls.player[row, [QB, DEFENSE.start]]))
    land_x, land_y = played.options.landing_xy[row, played.target[row]]
    left = context.goes_left
    return {
        "gameId": context.game.game_id,
        "playId": context.play_id,
        "playDescription": _description(league, batch, row),
        "quarter": context.quarter,
        "down": now.down,
        "yardsToGo": now.to_go,
        "possessionTeam": offense,
        "defensiveTeam": defense,
        "yardlineSide": _side(context, now.yard),
        "yardlineNumber": min(now.yard, FIELD_YD - now.yard),
        "gameClock": f"{context.clock_s // 60:02d}:{context.clock_s % 60:02d}",
        "preSnapHomeScore": score[0],
        "preSnapVisitorScore": score[1],
        "playNullifiedByPenalty": "N",
        "absoluteYardlineNumber": int(FIELD_LENGTH_YD - calls.line_x[row] if left else calls.line_x[row]),
        "offenseFormation": str(calls.formation[row]),
        "passResult": str(RESULTS[played.result[row]]),
        "passLength": _air_yards(batch, row),
        "targetX": round(float(FIELD_LENGTH_YD - land_x if left else land_x), 2),
        "targetY": round(float(FIELD_WIDTH_YD - land_y if left else land_y), 2),
        "playAction": False,
        "dropbackType": "TRADITIONAL",
        "dropbackDistance": DROP_YD,
        "timeToThrow": round(float(played.throw[row] - SNAP) * FRAME_S, 1),
        "yardsGained": int(played.yards_gained[row]),
        "isDropback": True,
        "pff_passCoverage": str(calls.coverage[row]),
        "pff_manZone": "Man" if calls.is_man[row] else "Zone",
    }


def player_play_rows(league: League, batch: Round, row: int) -> list[Row]:
    """player_play.csv: the 22 players of one play."""
    played, calls = batch.played, batch.played.calls
    players = calls.player[row]
    target, after = ELIGIBLE.start + int(played.target[row]), played.after
    caught, picked = played.result[row] == COMPLETE, played.result[row] == INTERCEPTED
    tackled = str(ENDS[after.how[row]]) == TACKLE and (caught or picked)
    gained = int(played.yards_gained[row])
    rows = []
    for slot in range(PLAYERS):
        receiver, defender = slot - ELIGIBLE.start, slot - DEFENSE.start
        runs_route = 0 <= receiver < RECEIVERS
        got_it = bool(caught and slot == target)
        has_man = defender >= 0 and calls.job[row, defender] == MAN
        man = players[ELIGIBLE.start + calls.man[row, defender]] if has_man else None
        rows.append(
            {
                "gameId": int(calls.game_id[row]),
                "playId": int(calls.play_id[row]),
                "nflId": int(league.nfl_id(players[slot])),
                "teamAbbr": TEAMS[league.team(players[slot])],
                "hadDropback": int(slot == QB),
                "passingYards": gained if slot == QB else 0,
                "hadPassReception": int(got_it),
                "receivingYards": gained if got_it else 0,
                "wasTargettedReceiver": int(slot == target),
                "yardageGainedAfterTheCatch": gained - _air_yards(batch, row) if got_it else 0,
                "soloTackle": int(tackled and slot == after.tackler[row]),
                "hadInterception": int(picked and slot == after.carrier[row]),
                "wasInitialPassRusher": int(calls.job[row, defender] == RUSH) if defender >= 0 else None,
                "wasRunningRoute": int(runs_route) if runs_route else None,
                "routeRan": str(calls.route[row, receiver]) if runs_route else None,
                "pff_primaryDefensiveCoverageMatchupNflId": None if man is None else int(league.nfl_id(man)),
            }
        )
    return rows


def _air_yards(batch: Round, row: int) -> int:
    played = batch.played
    land_x = played.options.landing_xy[row, played.target[row], 0]
    return int(np.rint(land_x - played.calls.line_x[row]))


def _side(context: Context, yard: int) -> str:
    """The team in whose half the offence's `yard` lies."""
    own = yard <= FIELD_YD // 2
    home = context.now.home_has_ball == own
    return TEAMS[context.game.home if home else context.game.visitor]


def _spot(context: Context, yard: int) -> str:
    yard = min(max(yard, 1), FIELD_YD - 1)
    return f"{_side(context, yard)} {min(yard, FIELD_YD - yard)}"


def _description(league: League, batch: Round, row: int) -> str:
    """The play in the words of the official feed."""
    played, context = batch.played, batch.contexts[row]
    after, players = played.after, played.calls.player[row]

    def short(slot: int) -> str:
        first, last = league.name[players[slot]].split(" ")
        return f"{first[0]}.{last}"

    land_y = played.options.landing_xy[row, played.target[row], 1]
    depth = "deep" if _air_yards(batch, row) >= _DEEP_YD else "short"
    third = "right" if land_y < FIELD_WIDTH_YD / 3 else "left" if land_y > FIELD_WIDTH_YD * 2 / 3 else "middle"
    shotgun = "" if played.calls.formation[row] == "SINGLEBACK" else "(Shotgun) "
    start = f"({context.clock_s // 60}:{context.clock_s % 60:02d}) {shotgun}{short(QB)} pass"
    target, gained = short(ELIGIBLE.start + int(played.target[row])), int(played.yards_gained[row])
    how = str(ENDS[after.how[row]])
    by = f" ({short(int(after.tackler[row]))})" if how == TACKLE else ""
    bounds = "ob at" if how == "out_of_bounds" else "to"
    if played.result[row] == COMPLETE:
        if how == TOUCHDOWN:
            return f"{start} {depth} {third} to {target} for {gained} yards, TOUCHDOWN."
        spot = _spot(context, context.now.yard + gained)
        return f"{start} {depth} {third} to {target} {bounds} {spot} for {gained} yards{by}."
    if played.result[row] == INTERCEPTED:
        thief = short(int(after.carrier[row]))
        return f"{start} {depth} {third} intended for {target} INTERCEPTED by {thief}.{by}"
    return f"{start} incomplete {depth} {third} to {target}."
