"""The form of the store as a number in `store.json`, and the steps that bring an older store to the newest form.

A step may be run twice and leaves what it does not know alone. The number is written after the last step, so a
migration that was cut off is simply run again.
"""

import json
from collections.abc import Callable, Iterator

from ghost_pipeline.errors import StorageError
from ghost_pipeline.storage.objects import Store

KEY = "store.json"
VERSION = 2


def version_of(store: Store) -> int:
    """The store's number. Without the file it is 1 if anything in it has the form of 1, else it is of the newest."""
    if store.exists(KEY):
        return int(json.loads(store.get(KEY))["version"])
    return 1 if any(_old_pointers(store)) else VERSION


def check(store: Store) -> None:
    """Raises StorageError when this code cannot work on the store, saying what to do."""
    found = version_of(store)
    if found > VERSION:
        raise StorageError(
            f"{store.url} is of version {found}, this code knows {VERSION}: install the newer code, or restore a backup"
        )
    if found < VERSION:
        raise StorageError(
            f"{store.url} is of version {found}, this code needs {VERSION}: back it up and run `ghost migrate`"
        )


def migrate(store: Store) -> list[str]:
    """Bring the store to the newest form; returns the keys that changed. Raises StorageError on a newer store."""
    found = version_of(store)
    if found > VERSION:
        check(store)
    changed = [key for step in range(found, VERSION) for key in STEPS[step](store)]
    if not store.exists(KEY) or changed or found < VERSION:
        store.put(KEY, json.dumps({"version": VERSION}).encode())
    return changed


def _champions_remember_their_reign(store: Store) -> Iterator[str]:
    """1 to 2: a champion's pointer named one version; now it lists all that reigned, and those taken back."""
    for key, pointer in list(_old_pointers(store)):
        reign = {"reign": [{**pointer, "at": ""}], "withdrawn": []}
        store.put(key, json.dumps(reign, indent=1).encode())
        yield key


def _old_pointers(store: Store) -> Iterator[tuple[str, dict]]:
    for info in store.list("models/"):
        if info.key.endswith("/champion.json") and "reign" not in (pointer := json.loads(store.get(info.key))):
            yield info.key, pointer


STEPS: dict[int, Callable[[Store], Iterator[str]]] = {1: _champions_remember_their_reign}
"""By the version they start from."""
