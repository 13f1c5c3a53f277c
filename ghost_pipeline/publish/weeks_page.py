"""Seasons and their weeks: all of them in one table, and a page for each with the few numbers that matter."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import pyarrow as pa

from ghost_pipeline.domain.calendar import WHOLE_SEASON, SeasonWeek
from ghost_pipeline.domain.schema import CHECK_RESULTS
from ghost_pipeline.publish import charts
from ghost_pipeline.publish.html import (
    NOTHING,
    Cell,
    Grid,
    Heading,
    Row,
    cells,
    heading,
    interval,
    is_missing,
    render,
    shown,
)
from ghost_pipeline.publish.inputs import SiteData
from ghost_pipeline.publish.shown_tables import (
    Meanings,
    mart_heading,
    meanings_of,
    player_plays_path,
    season_path,
    week_path,
)

Record = Mapping[str, Any]
WEEKS, SEASONS, LEADERS = "week_summary", "season_summary", "defensive_back_weeks"
MOST_LEADERS = 10
TYPES = {"PRE": "preseason", "REG": "regular season", "POST": "playoffs"}
METRICS = {
    "landed_plays": ("Landed", "count"),
    "clean_plays": ("Clean", "count"),
    "quarantined_plays": ("Quarantined", "count"),
    "passes": ("Passes", "count"),
    "failed_checks": ("Not met", "count"),
    "ghost_ade_yd": ("Ghost ADE, yd", "two"),
    "constant_velocity_ade_yd": ("Constant velocity ADE, yd", "two"),
    "mean_play_score": ("Play score", "signed_three"),
    "mean_ghost_play_score": ("Of the ghosts", "signed_three"),
    "best_option_share": ("To the best option", "percent"),
}
"""Columns of week_summary and season_summary, with their heading and form."""


def weeks_page(data: SiteData) -> bytes:
    """Every season and every week, the newest first; each leads to its page."""
    meanings = meanings_of(data.mart_columns)
    seasons = sorted(data.season_summary.to_pylist(), key=lambda row: -row["season"])
    return render(
        "weeks.html",
        "Weeks",
        facts=data.facts,
        seasons=metric_table("seasons", SEASONS, "season", seasons, meanings),
        weeks=metric_table("weeks", WEEKS, "season_week", _in_order(data.week_summary)[::-1], meanings, is_live=True),
    )


def period_pages(data: SiteData) -> Iterator[tuple[str, bytes]]:
    """(path, content) of the page of every week and of every season."""
    weeks = _in_order(data.week_summary)
    checks, found = data.check_results.to_pylist(), data.defensive_back_weeks.to_pylist()
    meanings = meanings_of(data.mart_columns)

    def page(title: str, summary: Record, more: Mapping[str, Any], period: Sequence[Record]) -> bytes:
        names = {row["season_week"] for row in period}
        quality = "quality.html#" + urlencode({"week": next(iter(names))}) if len(names) == 1 else "quality.html"
        failed = [check for check in checks if check["season_week"] in names and not check["success"]]
        about = {"title": title, "cards": _cards(summary, quality), "failed": _failed(failed), "quality": quality}
        return render("period.html", "Weeks", root="../", facts=data.facts, **about, **more)

    for number, row in enumerate(weeks):
        week = SeasonWeek.parse(row["season_week"])
        backs = [back for back in found if back["season_week"] == str(week)]
        more: dict[str, Any] = {
            "season": week.season,
            "before": weeks[number - 1]["season_week"] if number else None,
            "after": weeks[number + 1]["season_week"] if number + 1 < len(weeks) else None,
            "leaders": _leaders(backs, LEADERS, meanings),
            "needed": data.facts.min_ranked_passes_of_a_week,
            "plots": [],
            "weeks": None,
        }
        yield week_path(str(week)), page(_title(week), row, more, [row])
    for season in data.season_summary.to_pylist():
        own = [row for row in weeks if SeasonWeek.parse(row["season_week"]).season == season["season"]]
        board = [
            row
            for row in data.defensive_back_leaderboard.to_pylist()
            if (row["season"], row["season_type"]) == (season["season"], WHOLE_SEASON)
        ]
        more = {
            "season": None,
            "before": None,
            "after": None,
            "leaders": _leaders(board, "defensive_back_leaderboard", meanings),
            "needed": data.facts.min_ranked_passes,
            "plots": _plots(own),
            "weeks": metric_table("weeks", WEEKS, "season_week", own[::-1], meanings),
        }
        yield season_path(season["season"]), page(f"Season {season['season']}", season, more, own)


def metric_table(
    id: str, mart: str, name: str, rows: Sequence[Record], meanings: Meanings, is_live: bool = False
) -> Grid:
    """Rows of a summary; `name` is the column of the period, which leads to its page."""
    path: Callable[[Any], str] = season_path if mart == SEASONS else week_path
    headings = (
        mart_heading(meanings, mart, name, name.replace("_", "-").capitalize()),
        *(mart_heading(meanings, mart, column, title, form) for column, (title, form) in METRICS.items()),
    )
    made = tuple(Row(tuple(cells(row, headings, {name: path(row[name])}))) for row in rows)
    return Grid(id, "The newest first", headings, made, is_live)


def _in_order(week_summary: pa.Table) -> list[dict[str, Any]]:
    return sorted(week_summary.to_pylist(), key=lambda row: SeasonWeek.parse(row["season_week"]))


def _title(week: SeasonWeek) -> str:
    return f"{week.season}, {TYPES[week.season_type]}, week {week.week}"


def _cards(row: Record, quality: str) -> list[dict[str, str]]:
    """What a card says: title, value, and what stands beside it."""

    def card(title: str, column: str, form: str, about: str, href: str = "") -> dict[str, str]:
        return {"title": title, "value": shown(row[column], form), "about": about, "href": href}

    ours, blind = (
        " / ".join(shown(row[f"{who}_{error}_yd"], "two") for error in ("ade", "fde"))
        for who in ("ghost", "constant_velocity")
    )
    examined = f"constant velocity {blind}; {shown(row['examined_paths'], 'count')} paths of held-out games"
    errors = {"title": "Ghost ADE / FDE, yd", "href": "model.html"} | (
        {"value": ours, "about": examined}
        if row["examined_paths"]
        else {"value": NOTHING, "about": "no game of it is held out"}
    )
    ghosts = f"the ghosts {shown(row['mean_ghost_play_score'], 'signed_three')}; lower is better"
    kept = f"{shown(row['clean_plays'], 'count')} clean, {shown(row['quarantined_plays'], 'count')} quarantined"
    return [
        card("Plays landed", "landed_plays", "count", kept, quality),
        card("Passes", "passes", "count", f"{shown(row['passes_with_target'], 'count')} with a known target"),
        card(
            "Expectations not met",
            "failed_checks",
            "count",
            f"of {shown(row['checks'], 'count')}; besides, warnings: {shown(row['failed_warnings'], 'count')}",
            quality,
        ),
        errors,
        card("Play score", "mean_play_score", "signed_three", ghosts),
        card(
            "Throws to the best option",
            "best_option_share",
            "percent",
            f"of {shown(row['valued_passes'], 'count')}; mean decision value "
            f"{shown(row['mean_decision_value_yd'], 'signed')} yd",
        ),
    ]


def _leaders(backs: Sequence[Record], mart: str, meanings: Meanings) -> Grid:
    """The defensive backs who have passes enough for a place: of a season the best, for the leaderboard has all; of a
    week all of them, to sort and to filter."""
    of_week = mart == LEADERS

    def head(name: str, title: str, form: str = "text", is_filter: bool = False) -> Heading:
        return mart_heading(meanings, mart, name, title, form, is_filter)

    headings = (
        head("place", "Rank", "count"),
        head("display_name", "Player"),
        head("team", "Team", is_filter=True),
        head("position", "Pos.", is_filter=True),
        head("passes", "Passes", "count"),
        head("mean_trajectory_score", "Actual", "signed_three"),
        head("mean_ghost_trajectory_score", "Expected", "signed_three"),
        head("score_over_expected", "Over expected", "signed_three"),
        Heading("interval", "95 % interval", about="Of the value over expected."),
    )
    ranked = sorted((row for row in backs if row["place"] is not None), key=lambda row: (row["place"], row["nfl_id"]))
    held = [row["place"] for row in ranked]
    rows = []
    for row in ranked if of_week else ranked[:MOST_LEADERS]:
        name = row["display_name"] or f"player {row['nfl_id']}"
        ends = interval(row["score_over_expected_low"], row["score_over_expected_high"], "signed_three")
        line = {**row, "display_name": name, "interval": ends}
        made = cells(line, headings, {"display_name": player_plays_path(row["nfl_id"])})
        made[0] = Cell(f"{row['place']}{' =' if held.count(row['place']) > 1 else ''}", row["place"])
        rows.append(Row(tuple(made)))
    return Grid("leaders", "Lower is better", headings, tuple(rows), is_live=of_week)


def _failed(checks: Sequence[Record]) -> Grid:
    """Expectations that did not hold, errors first, each leading to all that is known of it."""
    headings = (
        heading(CHECK_RESULTS, "season_week", "Week"),
        heading(CHECK_RESULTS, "check_id", "Check"),
        heading(CHECK_RESULTS, "severity", "Severity"),
        heading(CHECK_RESULTS, "observed", "Observed"),
        heading(CHECK_RESULTS, "expected", "Expected"),
        heading(CHECK_RESULTS, "unexpected_count", "Broke it", "count"),
    )
    ordered = sorted(checks, key=lambda row: (row["severity"], row["season_week"], row["check_id"]))
    rows = []
    for row in ordered:
        place = urlencode({"week": row["season_week"], "check": row["check_id"]})
        made = cells(row, headings, {"check_id": f"quality.html#{place}"})
        made[3] = Cell(made[3].text, mark="sentence")
        rows.append(Row(tuple(made)))
    return Grid("failed", "Errors first", headings, tuple(rows))


def _plots(weeks: Sequence[Record]) -> list[tuple[str, str, charts.Figure]]:
    """(id, title, figure) of what is worth seeing over the weeks; none where nothing is known of two weeks."""
    wanted = (
        (
            "errors",
            "ADE by week, held-out games",
            "ADE, yd",
            {"ghost_ade_yd": "Ghost", "constant_velocity_ade_yd": "Constant velocity"},
        ),
        (
            "scores-by-week",
            "Mean play score by week",
            "play score",
            {"mean_play_score": "Actual", "mean_ghost_play_score": "Ghost"},
        ),
    )
    return [
        (id, title, charts.by_week(weeks, names, unit))
        for id, title, unit, names in wanted
        if sum(not is_missing(row[next(iter(names))]) for row in weeks) > 1
    ]
