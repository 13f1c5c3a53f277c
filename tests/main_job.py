"""Runs the main job in real Dagster runs, in a state folder of its own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import pytest

from ghost_pipeline.orchestration.instance import open_instance
from ghost_pipeline.orchestration.runner import refresh
from ghost_pipeline.pipeline.landing import land
from ghost_pipeline.pipeline.platform import Platform
from ghost_pipeline.settings import Settings


@dataclass(frozen=True)
class Finished:
    """A state folder after the main job."""

    platform: Platform
    instance: dg.DagsterInstance
    weeks: list[str]
    said: list[str]


@contextmanager
def main_job(home: Path, fill: Callable[[Path], None]) -> Iterator[Finished]:
    """Run everything on the raw files that `fill` puts into a folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DAGSTER_HOME", raising=False)
        patch.setenv("GHOST_HOME", str(home))
        patch.setenv("GHOST_TRAIN_SECONDS", "3")
        settings = Settings()
        platform = Platform(settings)
        fill(home / "raw")
        weeks = [str(week) for week in sorted(land(platform.store, home / "raw").season_weeks)]
        said: list[str] = []
        refresh(settings, weeks, lambda *_: None, said.append)
        with open_instance(settings) as instance:
            yield Finished(platform, instance, weeks, said)
