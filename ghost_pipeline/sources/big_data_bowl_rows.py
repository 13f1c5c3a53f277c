"""Rows of the tables plays and participants from the Big Data Bowl's tables and what was tracked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ghost_pipeline.domain.events import PassMoments
from ghost_pipeline.domain.field import FIELD_LENGTH_YD, GOAL_LINE_X_YD, MIDDLE_X_YD, OWN_GOAL_LINE_X_YD
from ghost_pipeline.domain.tracked_part import EVERYONE
from ghost_pipeline.sources.big_data_bowl_tracking import Tracked
from ghost_pipeline.sources.delimited import YES
from ghost_pipeline.sources.descriptions import game_clock_s
from ghost_pipeline.sources.family import Finding
from ghost_pipeline.sources.keyed import Key, Row
from ghost_pipeline.sources.targets import NO_TARGET, Candidate, Target, derive_target, target_by
from ghost_pipeline.sources.tracks import PlayId, play_place

_PASS_RESULTS = ("C", "I", "IN")
_PLAY_TYPES = {None: "rush", "C": "pass", "I": "pass", "IN": "pass", "S": "sack", "R": "rush"}
"""A play without a result is no dropback; R is a quarterback who ran."""
_MAN_ZONE = {"Man": "man", "Zone": "zone", "MAN_COVERAGE": "man", "ZONE_COVERAGE": "zone"}
_SIDES = {"Offense": "offense", "Defense": "defense"}
_NO_MOMENTS = PassMoments(None, None, None)


@dataclass(frozen=True)
class Charts:
    """The tables of one week by their keys. `player_plays` and `targets` are None where the year charts no targets."""

    games: Mapping[Key, Row]
    plays: Mapping[Key, Row]
    players: Mapping[Key, Row]
    player_plays: Mapping[Key, Row] | None = None
    targets: Mapping[Key, Row] | None = None
    plays_file: str = "plays.csv"
    players_file: str = "players.csv"
    tracked_part: str = EVERYONE
    constructed: str | None = None

    def line_x_yd(self, key: PlayId) -> float | None:
        """The line of scrimmage in the offence's frame of reference, where side and number of the yard line tell it."""
        play = self.plays[key]
        number = play.get("yardlineNumber")
        if number is None:
            return None
        if play["yardlineSide"] is None:
            return MIDDLE_X_YD if number == MIDDLE_X_YD - OWN_GOAL_LINE_X_YD else None
        own = play["yardlineSide"] == play["possessionTeam"]
        return OWN_GOAL_LINE_X_YD + number if own else GOAL_LINE_X_YD - number

    def teams(self, key: PlayId) -> tuple[str | None, str | None]:
        """Abbreviations of offence and defence; a defence that is not named is the other team of the game."""
        play, game = self.plays[key], self.games[key[:1]]
        offense = play["possessionTeam"]
        home, visitor = game["homeTeamAbbr"], game["visitorTeamAbbr"]
        return offense, play["defensiveTeam"] or {home: visitor, visitor: home}.get(offense)

    def side_and_team(self, key: PlayId, club: str | None) -> tuple[str | None, str | None]:
        """Side and abbreviation of who is of `club`: an abbreviation, home or away, Offense or Defense."""
        game = self.games[key[:1]]
        offense, defense = self.teams(key)
        if club in _SIDES:
            return _SIDES[club], {"Offense": offense, "Defense": defense}[club]
        team = {"home": game["homeTeamAbbr"], "away": game["visitorTeamAbbr"]}.get(club or "", club)
        return ("offense" if team == offense else "defense" if team == defense else None), team


@dataclass
class ChartedRows:
    """Rows of plays and participants, and what was noticed."""

    plays: dict[PlayId, Row] = field(default_factory=dict)
    participants: dict[Key, Row] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def chart_rows(
    charts: Charts,
    tracked: Iterable[Tracked],
    moments: Mapping[PlayId, PassMoments],
    to_ball_yd: Mapping[PlayId, Mapping[int, float]],
) -> tuple[list[Row], list[Row], list[Finding]]:
    """Rows of plays, rows of participants, and findings: plays without tracking, players of a third team or unknown."""
    made = ChartedRows()
    by_play: dict[PlayId, list[Row]] = {}
    for key, row in (charts.player_plays or {}).items():
        by_play.setdefault(key[:2], []).append(row)
    for file in tracked:
        for play, direction in file.direction.items():
            _add_participants(made, charts, play, file)
            if play not in made.plays:
                row, found = _play(charts, play, direction or "right", by_play.get(play, []), file.file.name)
                at = moments.get(play, _NO_MOMENTS)
                row |= {"snap_frame": at.snap, "throw_frame": at.throw, "arrival_frame": at.arrival}
                made.plays[play] = row
                made.findings += found
    for play, row in made.plays.items():
        if row["target_nfl_id"] is None and charts.player_plays is None and row["pass_result"]:
            target = _derived(row, made.participants, to_ball_yd.get(play, {}))
            row |= _target_columns(target)
    for play in sorted(set(charts.plays) - set(made.plays)):
        message = "a play without tracking, left out"
        made.findings.append(Finding(charts.plays_file, play_place(*play), "play_without_tracking", message))
    return list(made.plays.values()), list(made.participants.values()), made.findings


def _add_participants(made: ChartedRows, charts: Charts, play: PlayId, file: Tracked) -> None:
    people = file.players.get(play, [])
    sides = {club: charts.side_and_team(play, club) for club in {person["club"] for person in people}}
    for person in people:
        player, found = _participant(charts, play, person, sides[person["club"]], file.file.name)
        made.findings += found
        if player and made.participants.setdefault((*play, person["nflId"]), player) != player:
            message = f"player {person['nflId']} is described in two ways; the first is taken"
            made.findings.append(Finding(file.file.name, play_place(*play), "contradicting_player", message))


def _target_columns(target: Target) -> Row:
    return {
        "target_nfl_id": target.nfl_id,
        "target_method": target.method,
        "target_confidence": target.confidence,
    }


def _derived(play: Row, participants: Mapping[Key, Row], to_ball_yd: Mapping[int, float]) -> Target:
    offense = [
        Candidate(
            row["nfl_id"],
            row["position"],
            row["display_name"],
            to_ball_yd=to_ball_yd.get(row["nfl_id"], float("nan")),
        )
        for key, row in participants.items()
        if key[:2] == (play["game_id"], play["play_id"]) and row["side"] == "offense"
    ]
    return derive_target(play["description"], offense)


def _charted_target(charts: Charts, key: PlayId, play: Row, charted: list[Row]) -> tuple[Target, list[Finding]]:
    """Who the tables say was targeted: in the player-plays, in the table of targets, or who carried a caught ball."""
    if charts.targets is not None and key in charts.targets:
        return target_by("charted", charts.targets[key]["targetNflId"]), []
    if play.get("ballCarrierId") is not None and play["passResult"] == "C":
        return target_by("ball_carrier", play["ballCarrierId"]), []
    targets = [row for row in charted if row["wasTargettedReceiver"] in YES]
    if len(targets) > 1:
        message = "several players are charted as the target, so none is taken"
        return NO_TARGET, [Finding(charts.plays_file, play_place(*key), "several_targets", message)]
    return target_by("charted", targets[0]["nflId"] if targets else None), []


def _play(charts: Charts, key: PlayId, direction: str, charted: list[Row], file: str) -> tuple[Row, list[Finding]]:
    play, game = charts.plays[key], charts.games[key[:1]]
    target, findings = _charted_target(charts, key, play, charted)

    def doubt(kind: str, message: str) -> None:
        findings.append(Finding(charts.plays_file, play_place(*key), kind, message))

    result = play["passResult"]
    if result not in _PLAY_TYPES:
        doubt("unknown_pass_result", f"passResult {result!r} is none of C, I, IN, S, R and is left empty")
    clock = None if play["gameClock"] is None else game_clock_s(play["gameClock"])
    if play["gameClock"] is not None and clock is None:
        doubt("no_clock", f"game clock {play['gameClock']!r} is not minutes:seconds and is left empty")
    passers = [row["nflId"] for row in charted if row["hadDropback"] in YES]
    after_catch = next((row["yardageGainedAfterTheCatch"] for row in charted if row["nflId"] == target.nfl_id), None)

    line = play["absoluteYardlineNumber"]
    if line is None:
        line = charts.line_x_yd(key)
    elif direction == "left":
        line = FIELD_LENGTH_YD - line
    home, visitor = play["preSnapHomeScore"], play["preSnapVisitorScore"]
    offense, defense = charts.teams(key)
    at_home = offense == game["homeTeamAbbr"]
    row = {
        "game_id": key[0],
        "play_id": key[1],
        "home_team": game["homeTeamAbbr"],
        "visitor_team": game["visitorTeamAbbr"],
        "offense_team": offense,
        "defense_team": defense,
        "play_type": _PLAY_TYPES.get(result, "other"),
        "play_direction": direction,
        "quarter": play["quarter"],
        "game_clock_s": clock,
        "down": play["down"],
        "yards_to_go": play["yardsToGo"],
        "scrimmage_x_yd": line,
        "offense_score": home if at_home else visitor,
        "defense_score": visitor if at_home else home,
        "passer_nfl_id": passers[0] if len(passers) == 1 else None,
        **_target_columns(target),
        "pass_result": result if result in _PASS_RESULTS else None,
        "air_yards_yd": play["passLength"],
        "yards_after_catch_yd": (after_catch if play["yardsAfterCatch"] is None else play["yardsAfterCatch"])
        if result == "C"
        else None,
        "man_zone": _MAN_ZONE.get(play["pff_manZone"]),
        "description": play["playDescription"],
        "tracked_part": charts.tracked_part,
        "constructed": charts.constructed,
        "source_object": file,
    }
    return row, findings


def _participant(
    charts: Charts, key: PlayId, person: Row, side_and_team: tuple[str | None, str | None], file: str
) -> tuple[Row | None, list[Finding]]:
    """A row of participants, or None for a player of neither team."""
    number, (side, team) = person["nflId"], side_and_team
    if side is None:
        message = f"player {number} is of {person['club']}, which does not play here; no participant"
        return None, [Finding(file, play_place(*key), "third_team", message)]
    findings = []
    known = charts.players.get((number,), {})
    if not known:
        place = f"nflId {number}"
        findings.append(Finding(charts.players_file, place, "unknown_player", "tracked, but not in this table"))
    chart = (charts.player_plays or {}).get((*key, number), {})
    row = {
        "game_id": key[0],
        "play_id": key[1],
        "nfl_id": number,
        "side": side,
        "team": team,
        "position": known.get("position") or person.get("position"),
        "jersey_number": person["jerseyNumber"],
        "display_name": known.get("displayName") or _full_name(known) or person.get("displayName"),
        "route": chart.get("routeRan") or person.get("route"),
    }
    return row, findings


def _full_name(player: Row) -> str:
    """First and last name, as far as they are known."""
    return " ".join(filter(None, (player.get("firstName"), player.get("lastName"))))
