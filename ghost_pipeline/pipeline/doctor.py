"""Looks at settings, store, disk and versions, and says what to do where something is wrong."""

import importlib.metadata
import os
import shutil
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement

from ghost_pipeline.errors import GhostError
from ghost_pipeline.publish.messages import open_mailbox
from ghost_pipeline.settings import Settings
from ghost_pipeline.storage.objects import Store
from ghost_pipeline.storage.open import open_store
from ghost_pipeline.storage.version import VERSION, check

NEEDED_GB = 3.0
PACKAGE = "ghost-pipeline"
_FOLDER = "doctor/"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `cure` says what to do when it is not ok."""

    what: str
    ok: bool
    found: str
    cure: str = ""


def examine(settings: Settings) -> list[Finding]:
    """Everything that was checked, good or bad; writes, lists and removes one small object in the store."""
    python = ".".join(map(str, sys.version_info[:3]))
    return [
        Finding("python", (3, 11) <= sys.version_info[:2] < (3, 14), python, "Use Python 3.11, 3.12 or 3.13."),
        *_versions(),
        _disk("disk", settings.home.resolve(), "GHOST_HOME"),
        _disk("temporary files", Path(tempfile.gettempdir()), "TMPDIR"),
        Finding("cores", True, f"{settings.thread_count} of {os.cpu_count()} are used (GHOST_THREADS)"),
        *_store(settings),
        _alerts(settings),
    ]


def _versions() -> Iterator[Finding]:
    """One finding for all that is well, and one for each package that is absent or outside its range."""
    needed = map(Requirement, importlib.metadata.requires(PACKAGE) or [])
    wanted = [one for one in needed if one.marker is None or one.marker.evaluate({"extra": ""})]
    sound = 0
    for one in wanted:
        try:
            version = importlib.metadata.version(one.name)
        except importlib.metadata.PackageNotFoundError:
            yield Finding(one.name, False, "not installed", "Run `make install`.")
            continue
        if one.specifier.contains(version, prereleases=True):
            sound += 1
        else:
            yield Finding(one.name, False, f"{version}, needed is {one.specifier}", "Run `make install`.")
    yield Finding("packages", sound == len(wanted), f"{sound} of {len(wanted)} are there in the versions needed")


def _disk(what: str, folder: Path, setting: str) -> Finding:
    while not folder.exists():
        folder = folder.parent
    free_gb = shutil.disk_usage(folder).free / 1e9
    writable = os.access(folder, os.W_OK)
    found = f"{free_gb:.1f} GB free at {folder}" + ("" if writable else ", which cannot be written")
    cure = f"Free some space, or set {setting} to a folder you may write to with more than {NEEDED_GB:g} GB."
    return Finding(what, writable and free_gb > NEEDED_GB, found, cure)


def _store(settings: Settings) -> Iterator[Finding]:
    """What the pipeline does with a store, each tried by itself; the first that fails ends it."""
    key, data = f"{_FOLDER}{uuid.uuid4().hex}", b"ghost"

    def same(found: object, wanted: object) -> None:
        if found != wanted:
            raise GhostError(f"found {found!r} where {wanted!r} was put: the store does not keep what it is given")

    def once(store: Store) -> None:
        if store.put_if(key, b"other", None):
            raise GhostError(
                "the server overwrites in spite of a condition; keep to one refresh of a season-week at a time"
            )

    def gone(store: Store) -> None:
        store.delete(key)
        same(store.exists(key), False)

    rights: dict[str, tuple[str, Callable[[Store], None]]] = {
        "put": ("s3:PutObject", lambda store: store.put(key, data)),
        "get": ("s3:GetObject", lambda store: same(store.get(key), data)),
        "list": ("s3:ListBucket", lambda store: same([info.key for info in store.list(key)], [key])),
        "conditional put": ("", once),
        "delete": ("s3:DeleteObject", gone),
    }
    try:
        store = open_store(settings)
    except GhostError as error:
        yield Finding("store", False, str(error), "Check GHOST_STORE, GHOST_S3_ENDPOINT and the credentials.")
        return
    place = f" at {settings.s3_endpoint}" if settings.s3_endpoint else ""
    yield Finding("store", True, store.url + place)
    for what, (right, attempt) in rights.items():
        try:
            attempt(store)
        except GhostError as error:
            cure = f"Allow {right} on the bucket." if store.url.startswith("s3://") and right else "See the message."
            yield Finding(f"store: {what}", False, str(error), cure)
            if right:
                return
        else:
            yield Finding(f"store: {what}", True, "works")
    yield _store_version(store)


def _store_version(store: Store) -> Finding:
    try:
        check(store)
    except GhostError as error:
        return Finding("store: version", False, str(error), "See docs/operations.md.")
    return Finding("store: version", True, str(VERSION))


def _alerts(settings: Settings) -> Finding:
    """Nobody to tell is fine on a desk; an address that nobody can read is not."""
    urls = settings.alert_urls.get_secret_value()
    if not urls:
        return Finding("alerts", True, "GHOST_ALERT_URLS is not set: nobody is told of problems")
    try:
        return Finding("alerts", True, f"{len(open_mailbox(urls).services)} services are told of problems")
    except GhostError as error:
        return Finding("alerts", False, str(error), "Correct GHOST_ALERT_URLS and run `ghost alerts test`.")
