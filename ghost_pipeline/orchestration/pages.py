"""The page of the report behind each asset, and what the weeks and seasons came to, in Dagster's words."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import dagster as dg

from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.pipeline.links import page_address
from ghost_pipeline.pipeline.platform import Platform
from ghost_pipeline.publish.html import shown
from ghost_pipeline.publish.shown_tables import season_path, week_path
from ghost_pipeline.publish.weeks_page import METRICS, SEASONS, WEEKS
from ghost_pipeline.settings import Settings

OVERVIEW, WEEK_LIST = "index.html", "weeks.html"
PAGES = {
    "clean_tracks": "quality.html",
    "ranked_features": "features.html",
    "ghost_model": "model.html",
    "paper_models": "model.html",
    "model_evaluation": "model.html",
    "outcome_models": "proof.html#outcomes-card",
    "score_calibration": "proof.html#experts",
    "expert_ratings": "proof.html#experts",
    "published_marts": "dictionary.html",
    "what_if_proof": "proof.html",
    "realism": "realism.html",
    "report_site": OVERVIEW,
    "play_index": "plays.html",
    "defensive_back_leaderboard": "leaderboard.html",
    "defensive_back_weeks": WEEK_LIST,
    "passer_decisions": "leaderboard.html#decisions",
    "receiver_leaderboard": "leaderboard.html#receivers-board",
    WEEKS: WEEK_LIST,
    SEASONS: WEEK_LIST,
}
"""By asset. Other assets of a season-week lead to the list of weeks, other tables to their place in the dictionary."""
REPORTED = ("clean_plays", "quarantined_plays", "failed_checks", "ghost_ade_yd", "mean_play_score", "best_option_share")
"""Of METRICS, those that a metric report shows: more do not fit where Dagster shows it; the pages have them all."""


def with_page(settings: Settings, spec: dg.AssetSpec) -> dg.AssetSpec:
    """The asset with the address of its page in the report."""
    name = spec.key.to_user_string()
    page = PAGES.get(name) or (WEEK_LIST if spec.partitions_def else f"dictionary.html#{name}")
    return spec.merge_attributes(metadata={"report_page": dg.MetadataValue.url(page_address(settings, page))})


def week_link(settings: Settings, week: SeasonWeek | None) -> dict[str, Any]:
    """Metadata of what was made for a season-week: the address of its page; nothing for what is of all weeks."""
    return {"week_page": dg.MetadataValue.url(page_address(settings, week_path(str(week))))} if week else {}


def metric_report(platform: Platform, mart: str) -> dict[str, Any]:
    """Metadata of a summary mart: a row per week or season, the newest first, each leading to its page."""
    name, path = ("season", season_path) if mart == SEASONS else ("season_week", week_path)
    order = SeasonWeek.parse if mart == WEEKS else int
    rows = sorted(platform.warehouse.table(mart).to_pylist(), key=lambda row: order(row[name]), reverse=True)
    address = partial(page_address, platform.settings)
    lines = [_line(row, f"[{row[name]}]({address(path(row[name]))})") for row in rows]
    head = f"| {name} | " + " | ".join(METRICS[one][0] for one in REPORTED) + " |\n|" + "---|" * (len(REPORTED) + 1)
    return {"metric_report": dg.MetadataValue.md("\n".join([head, *lines]))}


def _line(row: Mapping[str, Any], place: str) -> str:
    return f"| {place} | " + " | ".join(shown(row[name], METRICS[name][1]) for name in REPORTED) + " |"
