"""The front page: state of the platform, its headline numbers, and where to go."""

from collections.abc import Mapping, Sequence
from typing import Any

from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.publish.charts import KIND_NAMES, MODEL_NAMES, PROTOCOL_NAMES, WINDOW_NAMES, in_words
from ghost_pipeline.publish.html import Cell, Grid, Heading, Row, cells, render
from ghost_pipeline.publish.inputs import SiteData
from ghost_pipeline.publish.shown_tables import mart_heading, meanings_of, play_path, week_path
from ghost_pipeline.publish.trajectory_summary import summarise

HIGHLIGHTS = 6


def index_page(data: SiteData, plays_to_show: Sequence[Mapping[str, Any]]) -> bytes:
    """`plays_to_show` are records of the play index that have a page."""
    weeks = sorted(data.week_summary.to_pylist(), key=lambda week: SeasonWeek.parse(week["season_week"]))
    total = {name: sum(week[name] for week in weeks) for name in ("landed_plays", "passes", "quarantined_plays")}
    return render(
        "index.html",
        "Overview",
        facts=data.facts,
        newest=weeks[-1]["season_week"] if weeks else None,
        week_count=len(weeks),
        total=total,
        failed_checks=sum(week["failed_checks"] for week in weeks),
        check_count=sum(week["checks"] for week in weeks),
        headlines=_headlines(data),
        champion=in_words(data.facts.champion) if data.facts.champion else None,
        weeks=_weeks(data, weeks),
        highlights=_highlights(plays_to_show),
    )


def _headlines(data: SiteData) -> list[dict[str, str]]:
    return [*_error_headline(data), *_score_headline(data), *_decision_headline(data)]


def _error_headline(data: SiteData) -> list[dict[str, str]]:
    """The champion's error beside the better known ones, in the paper's windows where measured."""
    overall = [row for row in data.model_errors.to_pylist() if row["step"] == 0 and row["slice"] == "all"]
    own = [row for row in overall if row["model"] == data.facts.champion]
    if not own:
        return []
    row = min(own, key=lambda r: (r["windows"] != "ten_steps", r["protocol"] != "at_release"))
    others = {
        r["model"]: r["rmse_yd"]
        for r in overall
        if r["windows"] == row["windows"] and r["model"] in MODEL_NAMES and r["model"] != row["model"]
    }
    beside = ", ".join(f"{in_words(name)} {value:.2f}" for name, value in sorted(others.items(), key=lambda i: i[1]))
    setting = f"{in_words(row['windows'], WINDOW_NAMES)}, {in_words(row['protocol'], PROTOCOL_NAMES)}"
    about = f"{setting}, held-out games" + (f"; {beside}" if beside else "")
    return [{"title": "Ghost error, RMSE", "value": f"{row['rmse_yd']:.2f} yd", "about": about, "href": "model.html"}]


def _score_headline(data: SiteData) -> list[dict[str, str]]:
    scores = {row["kind"]: row["mean"] for row in summarise(data.trajectory_scores)}
    if "model" not in scores:
        return []
    beside = ", ".join(f"{KIND_NAMES[kind].lower()} {mean:+.3f}" for kind, mean in scores.items() if kind != "model")
    value = f"{scores['model']:+.3f}".replace("-", "−")
    about = f"lower is better; {beside}".replace("-0", "−0")
    return [{"title": "Play score of the ghosts", "value": value, "about": about, "href": "model.html#scores"}]


def _decision_headline(data: SiteData) -> list[dict[str, str]]:
    chosen = [row for row in data.play_index.to_pylist() if row["option_rank"] is not None]
    if not chosen:
        return []
    best = sum(row["option_rank"] == 1 for row in chosen) / len(chosen)
    options = sum(row["option_count"] for row in chosen)
    return [
        {
            "title": "Throws to the best option",
            "value": f"{best:.0%}".replace("%", " %"),
            "about": f"{options:,} targets weighed on {len(chosen):,} passes",
            "href": "plays.html",
        }
    ]


def _weeks(data: SiteData, weeks: Sequence[Mapping[str, Any]]) -> Grid:
    meanings = meanings_of(data.mart_columns)
    titles = {
        "season_week": "Season-week",
        "landed_plays": "Landed",
        "clean_plays": "Clean",
        "passes": "Passes",
        "quarantined_plays": "Quarantined",
        "checks": "Checks",
        "failed_checks": "Not met",
    }
    headings = [
        mart_heading(meanings, "week_summary", name, title, "text" if name == "season_week" else "count")
        for name, title in titles.items()
    ]
    rows = (cells(week, headings, {"season_week": week_path(week["season_week"])}) for week in weeks[::-1])
    return Grid("weeks", "Plays per week", tuple(headings), tuple(Row(tuple(row)) for row in rows))


def _highlights(plays: Sequence[Mapping[str, Any]]) -> Grid:
    headings = (
        Heading("play", "Play"),
        Heading("target_name", "Thrown to"),
        Heading("best_option_name", "Best option"),
        Heading("decision_value_yd", "Decision value, yd", "signed"),
    )
    ordered = sorted(plays, key=lambda p: p["decision_value_yd"] if p["decision_value_yd"] is not None else 99.0)
    rows = []
    for play in ordered[:HIGHLIGHTS]:
        title = f"{play['offense_team'] or '?'} v {play['defense_team'] or '?'}, {play['season_week']}"
        made = cells(play, headings)
        made[0] = Cell(title, href=play_path(play["game_id"], play["play_id"]))
        rows.append(Row(tuple(made)))
    return Grid("highlights", "Most yards left on the field first", headings, tuple(rows))
