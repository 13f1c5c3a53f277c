"""Addresses that people follow from a check or a message."""

from pathlib import Path
from urllib.parse import urlencode

from ghost_pipeline.settings import Settings


def quality_address(settings: Settings, week: str = "", check: str = "") -> str:
    """The quality page, opened at a week's check: on the served site, else in the store itself."""
    place = urlencode({name: value for name, value in (("week", week), ("check", check)) if value})
    return page_address(settings, "quality.html" + (f"#{place}" if place else ""))


def page_address(settings: Settings, page: str) -> str:
    """A page by its path within the site, as week/2019-REG-05.html: on the served site, else in the store itself."""
    return f"{_site(settings)}/{page}"


def run_address(settings: Settings, run_id: str) -> str:
    """A run in the Dagster UI."""
    return f"{settings.ui_url.rstrip('/')}/runs/{run_id}"


def _site(settings: Settings) -> str:
    if settings.site_url:
        return settings.site_url.rstrip("/")
    reports = f"{settings.store_url}/reports"
    return reports if "://" in reports else Path(reports).resolve().as_uri()
