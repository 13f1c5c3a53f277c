"""Leaderboards: defensive backs against their ghosts, passers against their options."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa

from ghost_pipeline.domain.calendar import WHOLE_SEASON
from ghost_pipeline.publish.html import Cell, Grid, Heading, Row, Whisker, cells, interval, render
from ghost_pipeline.publish.inputs import SiteData
from ghost_pipeline.publish.shown_tables import mart_heading, meanings_of, player_plays_path

BACKS, PASSERS, RECEIVERS = "defensive_back_leaderboard", "passer_decisions", "receiver_leaderboard"


def leaderboard_page(data: SiteData) -> bytes:
    """Ranked players first, in the order of their place; those with too few passes follow without one."""
    meanings = meanings_of(data.mart_columns)

    def head(table: str, name: str, title: str, form: str = "text", is_filter: bool = False) -> Heading:
        return mart_heading(meanings, table, name, title, form, is_filter)

    def season_type(table: str) -> Heading:
        return replace(head(table, "season_type", "Type", is_filter=True), start=WHOLE_SEASON)

    backs = (
        head(BACKS, "place", "Rank", "count"),
        head(BACKS, "display_name", "Player"),
        head(BACKS, "team", "Team", is_filter=True),
        head(BACKS, "position", "Pos.", is_filter=True),
        head(BACKS, "season", "Season", is_filter=True),
        season_type(BACKS),
        head(BACKS, "passes", "Passes", "count"),
        head(BACKS, "nearest_passes", "Nearest", "count"),
        head(BACKS, "mean_trajectory_score", "Actual", "signed_three"),
        head(BACKS, "mean_ghost_trajectory_score", "Expected", "signed_three"),
        head(BACKS, "score_over_expected", "Over expected", "signed_three"),
        Heading("interval", "95 % interval", about="Of the value over expected; the thin line is zero."),
        head(BACKS, "mean_final_distance_yd", "Distance at arrival, yd", "two"),
        head(BACKS, "mean_ghost_final_distance_yd", "Expected, yd", "two"),
    )
    passers = (
        head(PASSERS, "place", "Rank", "count"),
        head(PASSERS, "passer_name", "Player"),
        head(PASSERS, "team", "Team", is_filter=True),
        head(PASSERS, "season", "Season", is_filter=True),
        season_type(PASSERS),
        head(PASSERS, "passes", "Passes", "count"),
        head(PASSERS, "best_option_share", "To the best option", "percent"),
        head(PASSERS, "mean_expected_yards_yd", "Expected yards", "two"),
        head(PASSERS, "mean_decision_value_yd", "Decision value, yd", "signed"),
        Heading("interval", "95 % interval", about="Of the decision value; the thin line is zero."),
        head(PASSERS, "mean_decision_value_points", "In points", "signed"),
        head(PASSERS, "completion_share", "Completed", "percent"),
        head(PASSERS, "completion_over_expected", "Over expected", "change"),
    )
    receivers = (
        head(RECEIVERS, "place", "Rank", "count"),
        head(RECEIVERS, "receiver_name", "Player"),
        head(RECEIVERS, "team", "Team", is_filter=True),
        head(RECEIVERS, "position", "Pos.", is_filter=True),
        head(RECEIVERS, "season", "Season", is_filter=True),
        season_type(RECEIVERS),
        head(RECEIVERS, "targets", "Targets", "count"),
        head(RECEIVERS, "mean_separation_yd", "Separation, yd", "two"),
        head(RECEIVERS, "separation_over_expected_yd", "Over expected, yd", "signed"),
        Heading("interval", "95 % interval", about="Of the separation over expected; the thin line is zero."),
        head(RECEIVERS, "completion_over_expected", "Catches over expected", "change"),
        head(RECEIVERS, "yards_after_catch_over_expected_yd", "After catch over expected, yd", "signed"),
    )
    return render(
        "leaderboard.html",
        "Leaderboard",
        facts=data.facts,
        backs=_board("defensive-backs", data.defensive_back_leaderboard, backs, "nfl_id", "score_over_expected{}"),
        receivers=_board(
            "receivers",
            data.receiver_leaderboard,
            receivers,
            "receiver_nfl_id",
            "separation_over_expected{}_yd",
            "targets",
        ),
        passers=_board("passers", data.passer_decisions, passers, "passer_nfl_id", "mean_decision_value{}_yd"),
    )


def _board(
    id: str, table: pa.Table, headings: Sequence[Heading], player: str, measure: str, count: str = "passes"
) -> Grid:
    """The mart's rows in the order of their places; equal places are marked with '='.

    `measure` names the ranked column and, with '_low' or '_high' put in, the ends of its interval; `count` that of the
    passes behind it.
    """
    low, high = (measure.format(end) for end in ("_low", "_high"))
    rows = sorted(
        table.to_pylist(),
        key=lambda r: (-r["season"], r["season_type"], r["place"] is None, r["place"] or 0, -r[count]),
    )
    held = Counter((row["season"], row["season_type"], row["place"]) for row in rows)
    names = [head.name for head in headings]
    form = headings[names.index(measure.format(""))].form
    made = []
    for row, whisker in zip(rows, _whiskers(rows, measure.format(""), low, high), strict=True):
        shown = cells(row, headings, {headings[1].name: player_plays_path(row[player])})
        tied = row["place"] is not None and held[row["season"], row["season_type"], row["place"]] > 1
        place = "–" if row["place"] is None else f"{row['place']}{' =' if tied else ''}"
        shown[0] = Cell(place, row["place"] if row["place"] is not None else 10**6)
        if row[headings[1].name] is None:
            shown[1] = Cell(f"player {row[player]}", href=shown[1].href)
        shown[names.index("interval")] = Cell(interval(row[low], row[high], form), whisker=whisker)
        made.append(Row(tuple(shown)))
    return Grid(id, id.replace("-", " ").capitalize(), tuple(headings), tuple(made), is_live=True)


def _whiskers(rows: Sequence[Mapping[str, Any]], value: str, low: str, high: str) -> list[Whisker | None]:
    """The intervals on one scale that holds every ranked one and zero; None where a row has no interval."""
    known = [row for row in rows if row[low] is not None and row[high] is not None]
    framing = [row for row in known if row["is_ranked"]] or known
    left = min((row[low] for row in framing), default=0.0)
    right = max((row[high] for row in framing), default=0.0)
    left, right = min(left, 0.0), max(right, 0.0)

    def share(number: float) -> float:
        return round(min(max((number - left) / ((right - left) or 1.0), 0.0), 1.0), 3)

    return [
        Whisker(share(row[low]), share(row[value]), share(row[high]), share(0.0)) if row in known else None
        for row in rows
    ]
