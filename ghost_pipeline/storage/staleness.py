"""What the warehouse has read, and which season-weeks have changed in the store since.

The record lies beside the DuckDB file. It is written after a build that succeeded, with the versions seen before the
build began: a crash, a failed test or an object that changes meanwhile leaves its week stale, and the next build
repairs it.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.storage.dbt_sources import DBT_DIR, SOURCES
from ghost_pipeline.storage.objects import Store
from ghost_pipeline.storage.partitions import Partitions

BEFORE_MODELS, AFTER_MODELS = "before_models", "after_models"
"""dbt selectors of the two halves of the job: what training reads, and what reads the ghosts."""

_LAYERS = {BEFORE_MODELS: ("clean", "features"), AFTER_MODELS: ("what_if",)}
"""Layers of the store that each half reads itself."""
PROJECT_FILES = frozenset({".sql", ".yml", ".md"})


@dataclass(frozen=True)
class Refresh:
    """What a build has to do: everything from nothing (`full`), or to replace some season-weeks, perhaps none.

    `seen` are the versions to record when it has succeeded: half -> {"project": ..., object key: version}; None forgets
    a half, whose tables went with an earlier warehouse.
    """

    weeks: tuple[SeasonWeek, ...] = ()
    full: bool = False
    seen: Mapping[str, dict[str, str] | None] = field(default_factory=dict)

    def __str__(self) -> str:
        return "everything from nothing" if self.full else f"season-weeks {', '.join(map(str, self.weeks)) or 'none'}"


class Staleness:
    """The record of one warehouse. `half` is a selector, or empty for both halves."""

    def __init__(self, file: Path, store: Store) -> None:
        self.file, self.store = file, store

    def plan(self, half: str, has_warehouse: bool) -> Refresh:
        """What a build of this half has to do now. A new warehouse or a changed dbt project starts from nothing."""
        held = self._held() if has_warehouse else {}
        seen = {name: self._versions(layers) for name, layers in _LAYERS.items() if half in ("", name)}
        if any(name not in held or held[name]["project"] != now["project"] for name, now in seen.items()):
            forgotten: dict[str, dict[str, str] | None] = {} if has_warehouse else dict.fromkeys(_LAYERS)
            return Refresh(full=True, seen={**forgotten, **seen})
        changed = {key for name, now in seen.items() for key, _ in held[name].items() ^ now.items()}
        return Refresh(tuple(sorted({_week_of(key) for key in changed})), seen=seen)

    def record(self, refresh: Refresh) -> None:
        """Note that a build of `refresh` has succeeded."""
        now = {name: seen for name, seen in {**self._held(), **refresh.seen}.items() if seen}
        temporary = self.file.with_suffix(".writing")
        temporary.write_text(json.dumps(now, indent=1))
        os.replace(temporary, self.file)

    def _held(self) -> dict[str, dict[str, str]]:
        return json.loads(self.file.read_text()) if self.file.exists() else {}

    def _versions(self, layers: Iterable[str]) -> dict[str, str]:
        tables = (table for table in SOURCES if table.layer in layers)
        listed = (info for table in tables for info in self.store.list(Partitions.prefix(table)))
        return {"project": project_hash(), **{info.key: info.version for info in listed}}


def _week_of(key: str) -> SeasonWeek:
    """'clean/plays/2019-REG-05.parquet' -> 2019-REG-05"""
    return SeasonWeek.parse(key.rpartition("/")[2].removesuffix(".parquet"))


def project_hash() -> str:
    """Short sha256 over the files of the dbt project."""
    digest = hashlib.sha256()
    for path in sorted(path for path in DBT_DIR.rglob("*") if path.suffix in PROJECT_FILES):
        digest.update(f"{path.relative_to(DBT_DIR)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]
