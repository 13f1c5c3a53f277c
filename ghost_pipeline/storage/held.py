"""Files and folders that are being made, each held by a lock that dies with its process.

What a killed process leaves behind is thus known for certain: nobody holds it, so the next run removes it.
"""

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

_SCRATCH = "ghost-scratch-"


@contextlib.contextmanager
def lock(path: Path) -> Iterator[None]:
    """Hold a file or folder against other holders of this machine; waits for them."""
    handle = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def new_file(folder: Path, prefix: str) -> tuple[int, Path]:
    """A new file in `folder`, open for writing and held until its descriptor is closed."""
    while True:
        handle, name = tempfile.mkstemp(prefix=prefix, dir=folder)
        fcntl.flock(handle, fcntl.LOCK_EX)
        if os.fstat(handle).st_nlink:
            return handle, Path(name)
        os.close(handle)  # A sweep came between making it and holding it.


class Scratch:
    """A folder for passing use, removed with this object, or by the next one if its process was killed."""

    def __init__(self) -> None:
        parent = Path(tempfile.gettempdir())
        remove_abandoned(path for path in parent.glob(f"{_SCRATCH}*") if _is_ours(path))
        while True:
            self._folder = tempfile.TemporaryDirectory(prefix=_SCRATCH, dir=parent, ignore_cleanup_errors=True)
            self.path = Path(self._folder.name)
            with contextlib.suppress(FileNotFoundError):
                self._handle = os.open(self.path, os.O_RDONLY)
                fcntl.flock(self._handle, fcntl.LOCK_EX)
                if os.fstat(self._handle).st_nlink:
                    return

    def __del__(self) -> None:
        with contextlib.suppress(AttributeError, OSError):
            os.close(self._handle)


def _is_ours(path: Path) -> bool:
    """Whether it belongs to this user; what another sweep has just removed belongs to nobody."""
    with contextlib.suppress(FileNotFoundError):
        return path.stat().st_uid == os.getuid()
    return False


def remove_abandoned(paths: Iterable[Path]) -> int:
    """Remove the files and folders that no process holds; returns how many."""
    removed = 0
    for path in paths:
        with contextlib.suppress(FileNotFoundError, BlockingIOError, PermissionError):
            handle = os.open(path, os.O_RDONLY)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if path.is_dir():
                    shutil.rmtree(path)
                else:
                    path.unlink()
                removed += 1
            finally:
                os.close(handle)
    return removed
