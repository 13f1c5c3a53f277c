"""The main job on a small simulated season and on a few real plays; shared by the tests of this folder."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from main_job import Finished, main_job

from ghost_pipeline.sources.simulator.season import SeasonPlan, SimulatedSeason, write_season

SEASON = SeasonPlan(seed=11, weeks=2, games_per_week=6, passes_per_game=20, fault_rate=0.04)
REAL_GAMES = ("2019101", "2019102")
"""Beginnings of the ids of the real games that are used: three weeks of October 2019."""


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> SimulatedSeason:
    return write_season(tmp_path_factory.mktemp("season") / "raw", SEASON, lambda *_: None)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory, season: SimulatedSeason) -> Iterator[Finished]:
    """After the main job on the simulated season."""
    with main_job(tmp_path_factory.mktemp("home"), lambda raw: shutil.copytree(season.folder, raw)) as done:
        yield done


@pytest.fixture(scope="module")
def finished_real(tmp_path_factory: pytest.TempPathFactory, real_plays_dir: Path) -> Iterator[Finished]:
    """After the main job on a few real plays."""

    def fill(raw: Path) -> None:
        raw.mkdir()
        for path in real_plays_dir.iterdir():
            if "index" in path.name or path.name.split("_")[2].startswith(REAL_GAMES):
                (raw / path.name).symlink_to(path)

    with main_job(tmp_path_factory.mktemp("real"), fill) as done:
        yield done
