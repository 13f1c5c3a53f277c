"""The small season in a store, and a warehouse on it; both shared by the tests of one file."""

from pathlib import Path

import pytest
from small_season import FIRST, FIRST_PLAYS, MISSED, SECOND, SmallSeason

from ghost_pipeline.storage.objects import FolderStore
from ghost_pipeline.storage.warehouse import Warehouse


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> SmallSeason:
    """Week 1: a completion, an incompletion, a run, and one quarantined play. Week 2: an incompletion."""
    store = FolderStore(tmp_path_factory.mktemp("it's a store"))
    season = SmallSeason(store)
    season.write_clean(FIRST, FIRST_PLAYS)
    season.write_quarantine(FIRST, [{"game_id": 1, "play_id": 4}])
    season.write_clean(SECOND, [{"game_id": 2, "play_id": 1, **MISSED}])
    season.write_quarantine(SECOND, [])
    return season


@pytest.fixture(scope="module")
def warehouse(season: SmallSeason, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    folder: Path = tmp_path_factory.mktemp("warehouse")
    return Warehouse(folder, season.partitions.store)
