"""The index of passes: what was thrown to whom, how it was valued, and the picture where there is one."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from ghost_pipeline.publish.html import Cell, Grid, Heading, Row, cells, render
from ghost_pipeline.publish.inputs import SiteData
from ghost_pipeline.publish.shown_tables import mart_heading, meanings_of, play_path

INDEX = "play_index"
RESULTS = {"C": "complete", "I": "incomplete", "IN": "intercepted"}
ORDINALS = ("", "1st", "2nd", "3rd", "4th")


def down_and_distance(play: Mapping[str, Any]) -> str:
    """As '3rd and 8'; nothing where it is not known."""
    known = play["down"] and play["yards_to_go"] is not None
    return f"{ORDINALS[play['down']]} and {play['yards_to_go']}" if known else ""


def plays_page(data: SiteData, pictured: Collection[tuple[int, int]]) -> bytes:
    """`pictured` are the (game, play) pairs that have a page; only they are linked."""
    meanings = meanings_of(data.mart_columns)

    def head(name: str, title: str, form: str = "text", is_filter: bool = False) -> Heading:
        return mart_heading(meanings, INDEX, name, title, form, is_filter)

    headings = (
        Heading("picture", "Picture", about="Opens the animated play with its what-ifs.", is_filter=True),
        head("season_week", "Season-week", is_filter=True),
        head("offense_team", "Offence", is_filter=True),
        head("defense_team", "Defence", is_filter=True),
        Heading("situation", "Down", about="Down and yards to go."),
        head("passer_name", "Passer"),
        head("target_name", "Thrown to"),
        head("pass_result", "Result", is_filter=True),
        head("air_yards_yd", "Air yards", "one"),
        head("completion_probability", "Completion", "percent"),
        head("expected_yards_yd", "Expected yards", "two"),
        head("decision_value_yd", "Decision value, yd", "signed"),
        head("best_option_name", "Best option"),
        head("play_score", "Play score", "signed_three"),
        head("game_id", "Game"),
        head("play_id", "Play"),
    )
    players = _players_of_plays(data)
    rows = []
    ordered = sorted(data.play_index.to_pylist(), key=lambda p: _order(p, pictured))
    for play in ordered:
        key = (play["game_id"], play["play_id"])
        result = RESULTS.get(play["pass_result"], play["pass_result"])
        shown = {**play, "pass_result": result, "situation": down_and_distance(play)}
        made = cells(shown, headings)
        made[0] = Cell("watch", href=play_path(*key)) if key in pictured else Cell("–")
        ids = players[key] | {play["passer_nfl_id"], play["target_nfl_id"]}
        rows.append(Row(tuple(made), attributes={"players": " ".join(str(i) for i in sorted(ids - {None}))}))
    origins = {play["outcome_model_origin"] for play in ordered}
    return render(
        "plays.html",
        "Plays",
        facts=data.facts,
        plays=Grid("plays", "Clean passes", headings, tuple(rows), is_live=True),
        picture_count=len(pictured),
        names=_names(data),
        borrowed_outcomes="simulated" in origins and not data.facts.is_simulated,
    )


def _order(play: dict, pictured: Collection[tuple[int, int]]) -> tuple:
    """Plays with a picture first, then by game and play."""
    key = (play["game_id"], play["play_id"])
    return key not in pictured, play["season_week"], key


def _players_of_plays(data: SiteData) -> dict[tuple[int, int], set[int]]:
    """Defensive backs scored on each play: those whom the leaderboard leads here."""
    found: dict[tuple[int, int], set[int]] = defaultdict(set)
    scores = data.trajectory_scores.select(["game_id", "play_id", "nfl_id"])
    for game_id, play_id, nfl_id in zip(*(column.to_pylist() for column in scores.columns), strict=True):
        found[game_id, play_id].add(nfl_id)
    return found


def _names(data: SiteData) -> dict[str, str]:
    """{player number: name} of everybody on a leaderboard."""
    names: dict[str, str] = {}
    for board, id, name in (
        (data.defensive_back_leaderboard, "nfl_id", "display_name"),
        (data.passer_decisions, "passer_nfl_id", "passer_name"),
    ):
        names |= {str(row[id]): row[name] or f"player {row[id]}" for row in board.to_pylist()}
    return names
