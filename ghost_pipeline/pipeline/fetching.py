"""One file from the web, whole or not at all."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

import urllib3

from ghost_pipeline.errors import GhostError
from ghost_pipeline.sources.download import RETRIES, Progress, download, shown


def is_url(place: str) -> bool:
    return place.startswith(("http://", "https://"))


def fetch(
    url: str,
    folder: Path,
    progress: Progress = lambda name, done, total: None,
    policy: urllib3.Retry = RETRIES,
) -> Path:
    """Download a file into `folder` under its own name. Raises as `sources.download.download`."""
    name = unquote(urlsplit(url).path.rpartition("/")[2])
    if not name or "/" in name:
        raise GhostError(f"{shown(url)} does not end in a file's name: give the address of one file")
    return download(url, folder / name, progress, policy=policy).path
