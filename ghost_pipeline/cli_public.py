"""`ghost land nfl-ngs`: public seasons from the web, with a progress bar per file."""

from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

from ghost_pipeline.console import err, out
from ghost_pipeline.domain.calendar import parse_seasons
from ghost_pipeline.errors import GhostError
from ghost_pipeline.pipeline.platform import Platform
from ghost_pipeline.pipeline.public_landing import SeasonLanding, land_public_seasons
from ghost_pipeline.settings import Settings
from ghost_pipeline.sources.nfl_ngs import NAME


def land_seasons(settings: Settings, seasons: str, week: int | None = None) -> None:
    """Download and land these seasons, or one week of each, and say what came.

    Raises GhostError, also when none is published."""
    if not seasons:
        raise GhostError(f"which seasons? As in `ghost land {NAME} --seasons 2018-2026`; the first is 2018")
    try:
        wanted = parse_seasons(seasons)
    except ValueError as error:
        raise GhostError(str(error)) from error
    columns = (TextColumn("  {task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    landed = 0
    with Progress(*columns, TimeRemainingColumn(), console=err, transient=True) as bars:
        bar = bars.add_task("asking", total=None)

        def show(name: str, done: int, total: int) -> None:
            bars.update(bar, description=name, completed=done, total=total)

        store = Platform(settings).store
        for season in land_public_seasons(store, settings.home.resolve(), settings.ngs_url, wanted, show, week=week):
            landed += season.manifest is not None
            out.print(escape(_line(season)), highlight=False, soft_wrap=True)
            bars.reset(bar, description="asking", total=None)
    if not landed:
        raise GhostError(f"none of the seasons {seasons} is published: the first is 2018, or check GHOST_NGS_URL")


def _line(one: SeasonLanding) -> str:
    season = one.files.season
    if one.manifest is None:
        return f"  {season}  not published: no {', '.join(one.files.missing)}"
    size_mb = sum(file.size for file in one.files.files.values()) / 1e6
    state = "downloaded" if one.files.changed else "unchanged"
    lacking = f", without {', '.join(one.files.missing)}" if one.files.missing else ""
    return f"  {season}  {len(one.manifest.season_weeks)} weeks, {size_mb:.1f} MB, {state}{lacking}"
