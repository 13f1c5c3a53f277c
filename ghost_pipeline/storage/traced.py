"""A store that notes what a step reads from it and writes to it, so that a receipt can be made out."""

import contextlib
import hashlib
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from ghost_pipeline.errors import MissingObjectError
from ghost_pipeline.storage.objects import ObjectInfo, Store

ABSENT = "absent"
Keys = list[str]


class TracedStore:
    """Passes everything on to `store`.

    `read` holds the hash of every object that was asked for, or ABSENT, `listed` the keys under every prefix that was
    listed, `written` the hash of every object that was put, or ABSENT when it was deleted. What a step writes itself
    does not count as read.
    """

    def __init__(self, store: Store) -> None:
        self.store, self.url = store, store.url
        self.read: dict[str, str] = {}
        self.listed: dict[str, Keys] = {}
        self.written: dict[str, str] = {}

    def listings(self) -> dict[str, str]:
        """A hash of the names under each listed prefix, without what was written."""
        return {prefix: _hash(key for key in keys if key not in self.written) for prefix, keys in self.listed.items()}

    def _note(self, key: str) -> str:
        if key not in self.read and key not in self.written:
            self.read[key] = hash_of(self.store, key)
        return key

    def get(self, key: str) -> bytes:
        return self.store.get(self._note(key))

    def get_versioned(self, key: str) -> tuple[bytes, str]:
        return self.store.get_versioned(self._note(key))

    def open(self, key: str) -> BinaryIO:
        return self.store.open(self._note(key))

    def local(self, key: str) -> Path:
        return self.store.local(self._note(key))

    def info(self, key: str) -> ObjectInfo:
        return self.store.info(self._note(key))

    def sha256(self, key: str) -> str:
        return self.store.sha256(self._note(key))

    def exists(self, key: str) -> bool:
        return self.store.exists(self._note(key))

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        found = list(self.store.list(prefix))
        self.listed.setdefault(prefix, [info.key for info in found])
        return iter(found)

    def put(self, key: str, data: bytes) -> None:
        self.store.put(key, data)
        self._wrote(key, hashlib.sha256(data).hexdigest())

    def put_file(self, key: str, path: Path) -> None:
        self.store.put_file(key, path)
        self._wrote(key, self.store.sha256(key))

    @contextlib.contextmanager
    def writing(self, key: str) -> Iterator[Path]:
        with self.store.writing(key) as path:
            yield path
        self._wrote(key, self.store.sha256(key))

    def put_if(self, key: str, data: bytes, version: str | None) -> bool:
        done = self.store.put_if(key, data, version)
        if done:
            self._wrote(key, hashlib.sha256(data).hexdigest())
        return done

    def delete(self, key: str) -> None:
        self.store.delete(key)
        self._wrote(key, ABSENT)

    def _wrote(self, key: str, sha256: str) -> None:
        self.read.pop(key, None)
        self.written[key] = sha256

    def tidy(self) -> int:
        return self.store.tidy()


def hash_of(store: Store, key: str) -> str:
    """The hash of an object, or ABSENT."""
    try:
        return store.sha256(key)
    except MissingObjectError:
        return ABSENT


def hash_of_names(store: Store, prefix: str, apart_from: Collection[str]) -> str:
    """A hash of the keys under a prefix, without some of them."""
    return _hash(info.key for info in store.list(prefix) if info.key not in apart_from)


def _hash(names: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(names).encode()).hexdigest()
