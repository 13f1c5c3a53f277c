"""Keeps a local copy of a few folders of a remote store, for tools that read only files."""

import json
import os
from collections.abc import Iterable
from pathlib import Path

from ghost_pipeline.storage.objects import Store

_INDEX = "mirrored.json"


def mirror(store: Store, prefixes: Iterable[str], folder: Path) -> int:
    """Make `folder` hold exactly the store's objects under `prefixes`; returns how many had to be fetched.

    An object is fetched again only when its version has changed; what left the store leaves the folder.
    """
    index = folder / _INDEX
    held: dict[str, str] = json.loads(index.read_text()) if index.exists() else {}
    wanted = {info.key: info.version for prefix in prefixes for info in store.list(prefix)}
    stale = [key for key, version in wanted.items() if held.get(key) != version]
    for key in held.keys() - wanted.keys():
        (folder / key).unlink(missing_ok=True)
    for key in stale:
        path = folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(store.get(key))
    folder.mkdir(parents=True, exist_ok=True)
    temporary = index.with_suffix(".writing")
    temporary.write_text(json.dumps(wanted))
    os.replace(temporary, index)
    return len(stale)
