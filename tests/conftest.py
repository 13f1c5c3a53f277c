"""What tests of all rooms share: stores on a folder and on a real S3 server of this machine, and the real plays."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from s3_server import ACCOUNT, new_store, s3_server

from ghost_pipeline.storage.objects import FolderStore, Store
from ghost_pipeline.storage.s3 import S3Store

REAL_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
REAL_PLAYS = REAL_DATA / "ngs_highlights" / "play_data"
REAL_SEASON_FILES = REAL_DATA / "ngs_releases"


@pytest.fixture(autouse=True)
def _no_instance_of_before() -> None:
    """Contexts that Dagster builds for a test end whenever they are collected, and then may bring back, as the current
    one, the storage of an instance that is gone."""
    module = sys.modules.get("dagster._core.storage.defs_state.base")
    if module is not None:
        module._current_storage.set(None)


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    """An empty store in a temporary folder."""
    return FolderStore(tmp_path / "store")


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    """The address of an S3 server that lives as long as the tests."""
    with s3_server() as endpoint:
        yield endpoint


@pytest.fixture
def s3_account(monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials in the usual places."""
    for name, value in ACCOUNT.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def s3_store(s3_endpoint: str, s3_account: None) -> S3Store:
    """An empty store under a prefix of its own."""
    return new_store(s3_endpoint)


@pytest.fixture(params=["folder", "s3"])
def any_store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """The same tests run over a folder and over S3."""
    if request.param == "s3":
        return request.getfixturevalue("s3_store")
    return FolderStore(tmp_path / "store")


@pytest.fixture(scope="session")
def real_plays_dir() -> Path:
    """The folder of real highlight plays, which are not part of the project."""
    if not REAL_PLAYS.is_dir():
        pytest.skip(f"the real plays are not at {REAL_PLAYS}; they may not be passed on with the project")
    return REAL_PLAYS


@pytest.fixture(scope="session")
def real_season_files_dir() -> Path:
    """The folder of real season files, which are not part of the project."""
    if not REAL_SEASON_FILES.is_dir():
        pytest.skip(f"the real season files are not at {REAL_SEASON_FILES}; they may not be passed on with the project")
    return REAL_SEASON_FILES
