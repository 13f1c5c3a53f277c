"""What the two forms of the highlight plays share: kinds of plays, results told by events, and rows of plays."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ghost_pipeline.domain.events import PassMoments
from ghost_pipeline.domain.field import FIELD_LENGTH_YD
from ghost_pipeline.sources.descriptions import game_clock_s, result_in_words
from ghost_pipeline.sources.family import Finding
from ghost_pipeline.sources.ngs_index import PassStats
from ghost_pipeline.sources.targets import Target
from ghost_pipeline.sources.tracks import PlayId, Tracks, play_place

_PLAY_TYPES = {
    "play_type_pass": "pass",
    "play_type_rush": "rush",
    "play_type_sack": "sack",
    "play_type_kickoff": "special",
    "play_type_punt": "special",
    "play_type_field_goal": "special",
    "play_type_xp": "special",
}
_RESULT_EVENTS = {
    "pass_outcome_caught": "C",
    "pass_outcome_touchdown": "C",
    "pass_outcome_incomplete": "I",
    "pass_outcome_interception": "IN",
}
NO_MOMENTS = PassMoments(None, None, None)


@dataclass(frozen=True)
class Teams:
    """Abbreviations."""

    home: str | None
    visitor: str | None
    offense: str | None
    defense: str | None


def is_pass(facts: Mapping[str, Any], moments: PassMoments) -> bool:
    """Whether a play is called a pass or has a throw."""
    return _PLAY_TYPES.get(facts["playType"]) == "pass" or moments.throw is not None


def results_by_event(tracks: Tracks) -> dict[PlayId, str]:
    """C, I or IN of plays whose flight ended with such an event."""
    columns = (tracks.events[name].to_pylist() for name in ("game_id", "play_id", "event"))
    return {
        (game, play): _RESULT_EVENTS[event]
        for game, play, event in zip(*columns, strict=True)
        if event in _RESULT_EVENTS
    }


def play_row(
    facts: Mapping[str, Any],
    teams: Teams,
    moments: PassMoments,
    target: Target,
    passer: int | None,
    stats: PassStats,
    result_by_event: str | None,
    file: str,
) -> tuple[dict[str, Any], list[Finding]]:
    """One row of the table plays from facts by the names of the tab-separated files. The official statistics have the
    first word on the result, then the description, then the event that ended the flight."""
    findings = []
    clock = None if facts["gameClock"] is None else game_clock_s(facts["gameClock"])
    if facts["gameClock"] is not None and clock is None:
        message = f"game clock {facts['gameClock']!r} is not minutes:seconds and is left empty"
        findings.append(Finding(file, play_place(facts["gameId"], facts["playId"]), "no_clock", message))
    line = facts["absoluteYardlineNumber"]
    if line is not None and facts["playDirection"] == "left":
        line = FIELD_LENGTH_YD - line
    scores = [facts["preSnapHomeScore"], facts["preSnapVisitorScore"]]
    offense_score, defense_score = scores if teams.offense == teams.home else reversed(scores)
    result = stats.result or result_in_words(facts["playDescription"] or "") or result_by_event
    row = {
        "game_id": facts["gameId"],
        "play_id": facts["playId"],
        "home_team": teams.home,
        "visitor_team": teams.visitor,
        "offense_team": teams.offense,
        "defense_team": teams.defense,
        "play_type": _PLAY_TYPES.get(facts["playType"], "other"),
        "play_direction": facts["playDirection"],
        "quarter": facts["quarter"],
        "game_clock_s": clock,
        "down": facts["down"],
        "yards_to_go": facts["yardsToGo"],
        "scrimmage_x_yd": line,
        "offense_score": offense_score,
        "defense_score": defense_score,
        "snap_frame": moments.snap,
        "throw_frame": moments.throw,
        "arrival_frame": moments.arrival,
        "passer_nfl_id": passer,
        "target_nfl_id": target.nfl_id,
        "target_method": target.method,
        "target_confidence": target.confidence,
        "pass_result": result if is_pass(facts, moments) else None,
        "air_yards_yd": stats.air_yards_yd,
        "yards_after_catch_yd": stats.yards_after_catch_yd,
        "description": facts["playDescription"],
        "source_object": file,
    }
    return row, findings
