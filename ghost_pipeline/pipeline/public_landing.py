"""Public seasons come in: download what changed, land it, tell what is not published."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import urllib3

from ghost_pipeline.pipeline.landing import land
from ghost_pipeline.sources.download import RETRIES, Progress
from ghost_pipeline.sources.nfl_ngs import NAME, SeasonFiles, season_files
from ghost_pipeline.sources.ngs_season_files import NgsSeasonFiles
from ghost_pipeline.storage.objects import Store
from ghost_pipeline.storage.raw import Manifest


@dataclass(frozen=True)
class SeasonLanding:
    """One season: its files as downloaded and the manifest they landed with, None when it is not published."""

    files: SeasonFiles
    manifest: Manifest | None


def land_public_seasons(
    store: Store,
    home: Path,
    template: str,
    seasons: Iterable[int],
    progress: Progress = lambda name, done, total: None,
    policy: urllib3.Retry = RETRIES,
    week: int | None = None,
) -> Iterator[SeasonLanding]:
    """Download season after season to `<home>/downloads` and land each, or one week of each.

    Running it again fetches what changed.

    Raises as `sources.nfl_ngs.season_files` and `landing.land`; seasons before the failing one have landed.
    """
    for season in seasons:
        files = season_files(template, season, home / "downloads" / NAME, progress, policy)
        manifest = None
        if files.published:
            manifest = land(store, files.folder, NgsSeasonFiles.name, week=week, origin=files.origin)
        yield SeasonLanding(files, manifest)
