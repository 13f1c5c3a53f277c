"""Where an artifact comes from: code, data, settings, seed, time."""

import hashlib
import importlib.metadata
import subprocess
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from typing import Any

from ghost_pipeline.domain.schema import Table
from ghost_pipeline.pipeline.platform import Platform
from ghost_pipeline.settings import PROJECT_DIR


def provenance(platform: Platform, inputs: Iterable[Table]) -> dict[str, Any]:
    """Facts for an artifact made now from these tables of the store: a hash of each table over its weeks."""
    return {
        "code_version": code_version(),
        "data": {f"{table.layer}/{table.name}": data_hash(platform, table) for table in inputs},
        "seed": platform.settings.seed,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def data_hash(platform: Platform, table: Table) -> str:
    """Short sha256 over all partitions of a table."""
    digest = hashlib.sha256()
    for week in platform.partitions.weeks(table):
        digest.update(f"{week} {platform.store.sha256(platform.partitions.key(table, week))}\n".encode())
    return digest.hexdigest()[:16]


@cache
def code_version() -> str:
    """The package's version, with the commit where the code runs from a checkout."""
    version = importlib.metadata.version("ghost-pipeline")
    command = ["git", "-C", str(PROJECT_DIR), "rev-parse", "--short", "HEAD"]
    try:
        found = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return version
    return f"{version}+{found.stdout.strip()}" if found.returncode == 0 else version
