"""Model versions in the store: files plus `facts.json`, and a pointer to the champion."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ghost_pipeline.errors import MissingObjectError
from ghost_pipeline.storage.objects import Store

ATTACHED = "found/"
"""Folder in a version for what is not part of it."""


@dataclass(frozen=True)
class Artifact:
    """One version: its files and its facts (code version, data hashes, settings, seed, metrics, time)."""

    name: str
    version: str
    files: dict[str, bytes]
    facts: dict[str, Any]


class Artifacts:
    """`models/<name>/<version>/...`; a version's name is a hash of its files, so that it can never change."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def save(self, name: str, files: dict[str, bytes], facts: dict[str, Any]) -> str:
        """Store a version and return its name. The facts are written last: a version without facts is not there."""
        digest = hashlib.sha256(b"".join(key.encode() + b"\0" + files[key] for key in sorted(files)))
        version = digest.hexdigest()[:12]
        for key, data in files.items():
            self.store.put(f"models/{name}/{version}/{key}", data)
        self.store.put(f"models/{name}/{version}/facts.json", json.dumps(facts, indent=1, sort_keys=True).encode())
        return version

    def load(self, name: str, version: str | None = None) -> Artifact:
        """A version, or the champion. Raises MissingObjectError when there is none."""
        version = version or self.champion(name)
        if version is None or not self.store.exists(f"models/{name}/{version}/facts.json"):
            raise MissingObjectError(f"{self.store.url} holds no model {name} {version or ''}: run the training first")
        prefix = f"models/{name}/{version}/"
        keys = (info.key.removeprefix(prefix) for info in self.store.list(prefix))
        files = {key: self.store.get(prefix + key) for key in keys if not key.startswith(ATTACHED)}
        return Artifact(name, version, files, json.loads(files.pop("facts.json")))

    def versions(self, name: str) -> list[str]:
        """Names of the complete versions."""
        keys = (info.key for info in self.store.list(f"models/{name}/"))
        return [key.split("/")[2] for key in keys if key.endswith("/facts.json")]

    def newest(self, name: str) -> str:
        """The version made last. Raises MissingObjectError when there is none."""
        versions = self.versions(name)
        if not versions:
            raise MissingObjectError(f"{self.store.url} holds no model {name}: run the training first")
        return max(versions, key=lambda version: self.facts(name, version)["made_at"])

    def facts(self, name: str, version: str) -> dict[str, Any]:
        """A version's facts."""
        return json.loads(self.store.get(f"models/{name}/{version}/facts.json"))

    def attach(self, name: str, version: str, file: str, data: bytes) -> None:
        """Put what was found out about a version after it was made, as its evaluation, beside it."""
        if not self.store.exists(f"models/{name}/{version}/facts.json"):
            raise MissingObjectError(f"{self.store.url} holds no model {name} {version}: there is nothing to add to")
        self.store.put(f"models/{name}/{version}/{ATTACHED}{file}", data)

    def attached(self, name: str, version: str, file: str) -> bytes | None:
        """What `attach` put there, or None."""
        key = f"models/{name}/{version}/{ATTACHED}{file}"
        return self.store.get(key) if self.store.exists(key) else None

    def champion(self, name: str) -> str | None:
        """The version in use, or None."""
        reign = self.reign(name)
        return reign[-1]["version"] if reign else None

    def reign(self, name: str) -> list[dict[str, Any]]:
        """The versions that were promoted one after the other, the one in use last: version, reason and time."""
        return self._pointer(name)["reign"]

    def withdrawn(self, name: str) -> list[str]:
        """Versions that were in use and were taken back."""
        return self._pointer(name)["withdrawn"]

    def promote(self, name: str, version: str, reason: str) -> None:
        """Point the champion at a version, saying why. Raises MissingObjectError when it is not there."""
        self.load(name, version)
        crowned = {"version": version, "reason": reason, "at": datetime.now(UTC).isoformat(timespec="seconds")}
        withdrawn = [other for other in self.withdrawn(name) if other != version]
        self._point(name, [*self.reign(name), crowned], withdrawn)

    def roll_back(self, name: str) -> str:
        """Make the champion of before the champion again and return its version.

        Raises MissingObjectError when there was none before.
        """
        reign = self.reign(name)
        if len(reign) < 2:
            raise MissingObjectError(f"{self.store.url} knows no champion of {name} before the one in use")
        self._point(name, reign[:-1], [*self.withdrawn(name), reign[-1]["version"]])
        return reign[-2]["version"]

    def _pointer(self, name: str) -> dict[str, Any]:
        key = f"models/{name}/champion.json"
        pointer = json.loads(self.store.get(key)) if self.store.exists(key) else {"reign": []}
        return {"withdrawn": [], **pointer}

    def _point(self, name: str, reign: list[dict[str, Any]], withdrawn: list[str]) -> None:
        pointer = {"reign": reign, "withdrawn": withdrawn}
        self.store.put(f"models/{name}/champion.json", json.dumps(pointer, indent=1).encode())
