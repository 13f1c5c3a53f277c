"""The play viewer as a part of the review page."""

import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from streamlit.components.v1 import declare_component

from ghost_pipeline.publish.clip import clip_files


@cache
def _folder() -> tempfile.TemporaryDirectory:
    """The viewer's files; the folder lives as long as the process."""
    folder = tempfile.TemporaryDirectory(prefix="ghost-review-")
    for name, content in clip_files():
        (Path(folder.name) / name).write_bytes(content)
    return folder


@cache
def _viewer() -> Any:
    return declare_component("ghost_clip", path=_folder().name)


def show_clip(shown: dict[str, Any], key: str) -> None:
    """Draw a clip (`Clip.shown`)."""
    _viewer()(**shown, key=key, default=None)
