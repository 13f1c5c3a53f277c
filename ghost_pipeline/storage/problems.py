"""Problems that people were told of and that are not mended yet: one object each, so that a restart repeats nothing."""

import hashlib
import json
from dataclasses import asdict

from ghost_pipeline.domain.sighting import Sighting
from ghost_pipeline.storage.objects import Store

_PREFIX = "quality/problems/"


class Problems:
    """`quality/problems/<hash of the key>.json`"""

    def __init__(self, store: Store) -> None:
        self.store = store

    def open(self) -> dict[str, Sighting]:
        """By key, every problem that people know of."""
        found = [json.loads(self.store.get(info.key)) for info in self.store.list(_PREFIX)]
        problems = [Sighting(**{**one, "samples": tuple(one["samples"])}) for one in found]
        return {problem.key: problem for problem in sorted(problems, key=lambda p: (p.since, p.key))}

    def remember(self, problem: Sighting) -> None:
        """Note that people know of it."""
        self.store.put(self._key(problem), json.dumps(asdict(problem), indent=1, sort_keys=True).encode())

    def forget(self, problem: Sighting) -> None:
        """It is mended, and people know that."""
        self.store.delete(self._key(problem))

    @staticmethod
    def _key(problem: Sighting) -> str:
        return f"{_PREFIX}{hashlib.sha256(problem.key.encode()).hexdigest()[:20]}.json"
