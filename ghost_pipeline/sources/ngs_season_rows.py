"""Rows of the tables plays and participants from one week of the season files."""

from collections import Counter
from collections.abc import Mapping

from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.domain.positions import OFFENSIVE
from ghost_pipeline.sources.family import Finding
from ghost_pipeline.sources.ngs_facts import NO_MOMENTS, Teams, is_pass, play_row, results_by_event
from ghost_pipeline.sources.ngs_index import NO_STATS
from ghost_pipeline.sources.ngs_season_tables import Charted, Row, Tracked
from ghost_pipeline.sources.targets import NO_TARGET, Candidate, derive_target, distances_to_ball_yd
from ghost_pipeline.sources.tracks import PlayId, Tracks, play_place

_ESB_LETTERS = 3
"""An ESB id is the first letters of the surname and a number."""


def line_up_rows(
    plays_file: str,
    tracking_file: str,
    week: SeasonWeek,
    facts: Mapping[PlayId, Row],
    tracked: Tracked,
    charted: Mapping[PlayId, Mapping[str, Charted]],
    tracks: Tracks,
) -> tuple[list[Row], list[Row], list[Finding]]:
    """Rows of plays, rows of participants, and findings: plays without tracking or whose offence is not known."""
    moments, results = tracks.moments(), results_by_event(tracks)
    to_ball = distances_to_ball_yd(tracks.tracking, {play: found.arrival for play, found in moments.items()})
    abbreviations = {row["teamId"]: row["teamAbbr"] for row in facts.values()}
    rows: list[Row] = []
    people: list[Row] = []
    findings = []
    for play, facts_of_play in sorted(facts.items()):
        line_up = tracked.players.get(play, [])
        if not line_up:
            message = "a play without tracked players, left out"
            findings.append(Finding(plays_file, play_place(*play), "play_without_tracking", message))
            continue
        if week_of(facts_of_play) != str(week):
            message = f"the highlights say {week_of(facts_of_play)}, tracking {week}, which is kept"
            findings.append(Finding(plays_file, play_place(*play), "week_differs", message))
        teams = _teams(facts_of_play, line_up, abbreviations)
        if teams is None:
            teams = _teams_by_positions(line_up)
            message = f"no tracked team is the one in possession: {teams.offense} is taken, by its players' positions"
            findings.append(Finding(plays_file, play_place(*play), "unknown_offense", message))
        known = charted.get(play, {})
        its = [_participant(play, person, teams, known.get(person["gsis_id"])) for person in line_up]
        at = moments.get(play, NO_MOMENTS)
        target = NO_TARGET
        if is_pass(facts_of_play, at):
            offense = [
                _candidate(person, known.get(person["gsis_id"]), to_ball.get(play, {}))
                for person, row in zip(line_up, its, strict=True)
                if row["side"] == "offense"
            ]
            target = derive_target(facts_of_play["playDescription"], offense)
        passers = [person["nfl_id"] for person in line_up if (one := known.get(person["gsis_id"])) and one.is_passer]
        passer = passers[0] if len(passers) == 1 else None
        row, doubts = play_row(facts_of_play, teams, at, target, passer, NO_STATS, results.get(play), tracking_file)
        rows.append(row)
        people += its
        findings += doubts
    return rows, people, findings


def week_of(facts: Row) -> str:
    """The season-week that the facts of a play name."""
    return f"{facts['season']}-{facts['seasonType']}-{facts['week'] or 0:02d}"


def _teams(facts: Row, line_up: list[Row], abbreviations: Mapping[int, str]) -> Teams | None:
    """The offence is the team in possession, or the opponent of the highlight's own team where that is not in
    possession; None where neither plays here under its abbreviation."""
    home, visitor = _home_and_visitor(line_up)
    in_possession = abbreviations.get(facts["possessionTeamId"])
    if in_possession is None and facts["possessionTeamId"] is not None:
        in_possession = {home: visitor, visitor: home}.get(facts["teamAbbr"])
    if in_possession is None or in_possession not in (home, visitor):
        return None
    return Teams(home, visitor, in_possession, visitor if in_possession == home else home)


def _teams_by_positions(line_up: list[Row]) -> Teams:
    home, visitor = _home_and_visitor(line_up)
    attacking = Counter(person["side"] for person in line_up if person["position"] in OFFENSIVE)
    if attacking["home"] >= attacking["away"]:
        return Teams(home, visitor, home, visitor)
    return Teams(home, visitor, visitor, home)


def _home_and_visitor(line_up: list[Row]) -> tuple[str | None, str | None]:
    teams = {person["side"]: person["team_abbr"] for person in line_up}
    return teams.get("home"), teams.get("away")


def _participant(play: PlayId, person: Row, teams: Teams, charted: Charted | None) -> Row:
    return {
        "game_id": play[0],
        "play_id": play[1],
        "nfl_id": person["nfl_id"],
        "side": "offense" if person["team_abbr"] == teams.offense else "defense",
        "team": person["team_abbr"],
        "position": person["position"],
        "jersey_number": person["jersey_number"],
        "display_name": charted.display_name if charted else None,
        "gsis_id": person["gsis_id"],
    }


def _candidate(person: Row, charted: Charted | None, to_ball_yd: Mapping[int, float]) -> Candidate:
    return Candidate(
        person["nfl_id"],
        person["position"],
        full_name=charted.display_name if charted else None,
        surname_start=(person["esb_id"] or "")[:_ESB_LETTERS] or None,
        ran_route=charted.ran_route if charted else None,
        to_ball_yd=to_ball_yd.get(person["nfl_id"], float("nan")),
    )
