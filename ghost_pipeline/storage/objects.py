"""One small interface over a folder and an S3 bucket. An object is replaced whole or not at all."""

import contextlib
import hashlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from ghost_pipeline.errors import MissingObjectError, StorageError
from ghost_pipeline.storage import held

_WRITING = ".writing-"
_COPY_BYTES = 2**30


@dataclass(frozen=True)
class ObjectInfo:
    """What the store says of one object; `version` changes whenever its content does."""

    key: str
    size: int
    version: str


class Store(Protocol):
    """Keys are relative paths with `/`. Every method raises StorageError or MissingObjectError naming the key."""

    url: str

    def put(self, key: str, data: bytes) -> None:
        """Write an object whole; a reader sees the old bytes or the new ones, never a mix."""

    def put_file(self, key: str, path: Path) -> None:
        """As `put`, from a file, in pieces: for files too big for memory."""

    def writing(self, key: str) -> contextlib.AbstractContextManager[Path]:
        """A path to write a file at that is made here: it becomes the object when the block ends without an error."""

    def put_if(self, key: str, data: bytes, version: str | None) -> bool:
        """As `put`, but only while the object still has this version (None: is not there yet).

        Returns False, with nothing written, when another writer came first. A server that knows no conditional put
        is asked for the version just before instead.
        """

    def get(self, key: str) -> bytes:
        """The object's bytes."""

    def get_versioned(self, key: str) -> tuple[bytes, str]:
        """The object's bytes and the version they belong to."""

    def open(self, key: str) -> BinaryIO:
        """The object as a file that can be read at any place."""

    def local(self, key: str) -> Path:
        """A path to read the object from; valid until the object is replaced."""

    def info(self, key: str) -> ObjectInfo:
        """Size and version of one object."""

    def sha256(self, key: str) -> str:
        """The hash of the object's bytes, as hexadecimal digits."""

    def exists(self, key: str) -> bool:
        """Whether there is such an object."""

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        """Objects whose key starts with `prefix`, in order of their keys."""

    def delete(self, key: str) -> None:
        """Remove an object; removing one that is not there is no error."""

    def tidy(self) -> int:
        """Remove what killed writers left half done; returns how many pieces. What is being written stays."""


def check_key(key: str) -> str:
    """Refuse keys that could leave the store. Raises StorageError."""
    parts = key.split("/")
    if not key or key.startswith("/") or "\\" in key or any(part in ("", ".", "..") for part in parts):
        raise StorageError(
            f"key {key!r}: expected a relative path without '..', such as clean/plays/2019-REG-05.parquet"
        )
    return key


class FolderStore:
    """Objects as files under one folder; written beside their place and renamed into it."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.url = str(self.root)
        self._hashes: dict[ObjectInfo, str] = {}

    def _path(self, key: str) -> Path:
        return self.root / check_key(key)

    def put(self, key: str, data: bytes) -> None:
        with self.writing(key) as temporary:
            temporary.write_bytes(data)

    def put_file(self, key: str, path: Path) -> None:
        with self.writing(key) as temporary:
            _copy(path, temporary)

    def put_if(self, key: str, data: bytes, version: str | None) -> bool:
        folder = self._path(key).parent
        with explained("write", folder):
            folder.mkdir(parents=True, exist_ok=True)
            with held.lock(folder):
                if (self.info(key).version if self.exists(key) else None) != version:
                    return False
                self.put(key, data)
        return True

    @contextlib.contextmanager
    def writing(self, key: str) -> Iterator[Path]:
        """An empty file beside the object's place, renamed into it at the end."""
        path = self._path(key)
        with explained("write", path):
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = held.new_file(path.parent, _WRITING)
            try:
                yield temporary
                os.fsync(handle)
                os.chmod(temporary, 0o644)
                os.replace(temporary, path)
            except BaseException:
                temporary.unlink(missing_ok=True)
                raise
            finally:
                os.close(handle)

    def get(self, key: str) -> bytes:
        return self.get_versioned(key)[0]

    def get_versioned(self, key: str) -> tuple[bytes, str]:
        with self.open(key) as file, explained("read", self._path(key)):
            return file.read(), _version(os.fstat(file.fileno()))

    def open(self, key: str) -> BinaryIO:
        with explained("read", self._path(key)):
            return self.local(key).open("rb")

    def local(self, key: str) -> Path:
        path = self._path(key)
        if not path.is_file():
            raise MissingObjectError(f"no object {key} in {self.url}")
        return path

    def info(self, key: str) -> ObjectInfo:
        about = self.local(key).stat()
        return ObjectInfo(key, about.st_size, _version(about))

    def sha256(self, key: str) -> str:
        info = self.info(key)
        if info not in self._hashes:
            with explained("read", self._path(key)), self.local(key).open("rb") as file:
                self._hashes[info] = hashlib.file_digest(file, "sha256").hexdigest()
        return self._hashes[info]

    def exists(self, key: str) -> bool:
        return self._path(key).is_file()

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        base = self.root / prefix.rpartition("/")[0]
        found = (path for path in base.rglob("*") if path.is_file() and not path.name.startswith(_WRITING))
        for key in sorted(path.relative_to(self.root).as_posix() for path in found):
            if key.startswith(prefix):
                yield self.info(key)

    def delete(self, key: str) -> None:
        self._path(key).unlink(missing_ok=True)

    def tidy(self) -> int:
        return held.remove_abandoned(self.root.rglob(f"{_WRITING}*"))


def _copy(path: Path, target: Path) -> None:
    """Copy a file's bytes, inside the kernel where the system can: half the CPU, and none where blocks are shared."""
    with path.open("rb") as old, target.open("wb") as new:
        with contextlib.suppress(AttributeError, OSError):
            while os.copy_file_range(old.fileno(), new.fileno(), _COPY_BYTES):
                pass
        if os.fstat(new.fileno()).st_size != os.fstat(old.fileno()).st_size:
            old.seek(0)
            new.truncate(0)
            new.seek(0)
            shutil.copyfileobj(old, new)


@contextlib.contextmanager
def explained(verb: str, path: Path) -> Iterator[None]:
    """What the disk refuses inside becomes a StorageError that says where."""
    try:
        yield
    except OSError as error:
        why = error.strerror or error
        raise StorageError(f"cannot {verb} {path}: {why}. Check space and permissions.") from error


def _version(about: os.stat_result) -> str:
    return f"{about.st_ino}-{about.st_mtime_ns}"
