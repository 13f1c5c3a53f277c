"""The public season files of NGS highlights: what there is to download, and where it lies."""

from dataclasses import dataclass
from pathlib import Path

import urllib3

from ghost_pipeline.errors import SettingsError
from ghost_pipeline.sources.columnar import require_whole
from ghost_pipeline.sources.download import RETRIES, Download, NotPublishedError, Progress, download, shown
from ghost_pipeline.sources.ngs_season_files import DATASETS, OPTIONAL

NAME = "nfl-ngs"


@dataclass(frozen=True)
class SeasonFiles:
    """What the publisher has of one season: files by data set, and the data sets it lacks."""

    season: int
    folder: Path
    files: dict[str, Download]
    missing: tuple[str, ...]

    @property
    def published(self) -> bool:
        """Whether everything is there that the reader needs."""
        return not set(self.missing) - set(OPTIONAL)

    @property
    def origin(self) -> str:
        """Where the files came from."""
        return ", ".join(shown(file.url) for file in self.files.values())

    @property
    def changed(self) -> bool:
        return any(file.changed for file in self.files.values())


def season_files(
    template: str,
    season: int,
    folder: Path,
    progress: Progress = lambda name, done, total: None,
    policy: urllib3.Retry = RETRIES,
) -> SeasonFiles:
    """Bring one season's files to `folder`/<season>; those that have not changed are not sent again.

    Stops at the first needed file that is not published. Raises as `download`, and SettingsError of a bad template.
    """
    files: dict[str, Download] = {}
    missing = []
    for dataset in DATASETS:
        path = folder / str(season) / f"ngs_{dataset}_{season}.parquet"
        try:
            address = _address(template, dataset, season)
            files[dataset] = download(address, path, progress, require_whole, policy)
        except NotPublishedError:
            missing.append(dataset)
            if dataset not in OPTIONAL:
                break
    return SeasonFiles(season, folder / str(season), files, tuple(missing))


def _address(template: str, dataset: str, season: int) -> str:
    try:
        address = template.format(dataset=dataset, season=season)
    except (KeyError, IndexError, ValueError) as error:
        raise SettingsError(f"GHOST_NGS_URL: found {template!r}; expected {{dataset}} and {{season}} in it") from error
    if str(season) not in address or dataset not in address:
        raise SettingsError(f"GHOST_NGS_URL: found {template!r}; expected {{dataset}} and {{season}} in it")
    return address
