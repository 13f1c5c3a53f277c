"""A whole store copied to another place: the backup, and the way back."""

from collections.abc import Callable
from dataclasses import dataclass

from ghost_pipeline.errors import StorageError
from ghost_pipeline.storage.objects import Store

LAST = ("raw/manifests/", "models/", "receipts/", "store.json")
"""What points at other objects is copied after them, so that a copy that was cut off points at nothing absent."""


@dataclass(frozen=True)
class Copied:
    """How much was copied, and how many objects were there already."""

    objects: int
    size_bytes: int
    unchanged: int
    removed: int


def copy_store(source: Store, target: Store, say: Callable[[str], None] = lambda _: None) -> Copied:
    """Make the target hold exactly what the source holds; what is there already with the same hash is left alone.

    Every copy is compared with its source by hash. Raises StorageError when one differs, or when the source is empty.
    """
    infos = {info.key: info for info in source.list("")}
    if not infos:
        raise StorageError(f"{source.url} holds nothing: check the address")
    gone = [info.key for info in target.list("") if info.key not in infos]
    objects = size = 0
    for key in sorted(infos, key=_turn):
        wanted = source.sha256(key)
        if target.exists(key) and target.sha256(key) == wanted:
            continue
        say(key)
        target.put_file(key, source.local(key))
        if target.sha256(key) != wanted:
            raise StorageError(f"{target.url}: {key} differs from {source.url}: did a refresh run? Copy again.")
        objects, size = objects + 1, size + infos[key].size
    for key in gone:
        target.delete(key)
    return Copied(objects, size, len(infos) - objects, len(gone))


def restore(backup: Store, store: Store, say: Callable[[str], None] = lambda _: None) -> Copied:
    """Fill an empty store from a backup; one that was cut off is gone on with.

    Raises StorageError when the store holds an object that the backup does not, because it would be lost.
    """
    known = {info.key for info in backup.list("")}
    for info in store.list(""):
        if info.key not in known:
            raise StorageError(
                f"{store.url} holds {info.key}, which the backup does not: name an empty place in GHOST_STORE, or move "
                "what is there away"
            )
    return copy_store(backup, store, say)


def _turn(key: str) -> tuple[int, str]:
    place = next((number for number, prefix in enumerate(LAST, 1) if key.startswith(prefix)), 0)
    return place, key
