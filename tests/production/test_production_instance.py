"""dagster.production.yaml, read and checked by Dagster."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from dagster._config import validate_config
from dagster._core.errors import DagsterInvalidConfigError
from dagster._core.instance.config import ConcurrencyConfig, PoolGranularity, dagster_instance_config
from dagster._core.instance.ref import InstanceRef
from dagster._core.run_coordinator.queued_run_coordinator import QueuedRunCoordinator
from dagster_postgres import DagsterPostgresStorage

from ghost_pipeline.orchestration.assets.warehouse import POOL
from ghost_pipeline.orchestration.celery_launcher import WatchfulCeleryLauncher
from ghost_pipeline.orchestration.definitions import build_definitions
from ghost_pipeline.settings import PROJECT_DIR, Settings

WORKERS = yaml.safe_load((PROJECT_DIR / "infra" / "compose.yaml").read_text())["services"]["worker"]["deploy"][
    "replicas"
]
FILE = PROJECT_DIR / "infra" / "dagster.production.yaml"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    shutil.copyfile(FILE, tmp_path / "dagster.yaml")
    return tmp_path


@pytest.fixture
def config(home: Path) -> Mapping[str, Any]:
    return dagster_instance_config(str(home))[0]


def test_a_typing_error_is_refused(home: Path) -> None:
    file = home / "dagster.yaml"
    file.write_text(file.read_text().replace("start_timeout_seconds", "start_timeout"))
    with pytest.raises(DagsterInvalidConfigError, match="start_timeout"):
        dagster_instance_config(str(home))


def test_runs_events_and_schedules_are_recorded_in_postgresql(home: Path, config: Mapping[str, Any]) -> None:
    storage = InstanceRef.from_dir(str(home)).storage_data
    assert storage is not None
    assert storage.class_name == DagsterPostgresStorage.__name__
    checked = validate_config(DagsterPostgresStorage.config_type(), config["storage"]["postgres"])
    assert checked.success, checked.errors
    assert "env" in config["storage"]["postgres"]["postgres_db"]["password"]


def test_runs_are_handed_to_celery_workers(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAGSTER_REDIS_URL", "redis://:secret@redis:6379/0")
    launcher = InstanceRef.from_dir(str(home)).run_launcher
    assert isinstance(launcher, WatchfulCeleryLauncher)
    assert launcher.celery.conf.broker_url == "redis://:secret@redis:6379/0"


def test_runs_queue_and_the_warehouse_has_one_writer(home: Path, config: Mapping[str, Any], tmp_path: Path) -> None:
    coordinator = InstanceRef.from_dir(str(home)).run_coordinator
    assert isinstance(coordinator, QueuedRunCoordinator)
    limits = ConcurrencyConfig.from_concurrency_settings(config["concurrency"], coordinator.get_run_queue_config())
    assert limits.run_queue_config is not None
    assert limits.run_queue_config.max_concurrent_runs == WORKERS, "a run waits in the queue for a worker"
    assert {one["key"] for one in limits.run_queue_config.tag_concurrency_limits} == {
        "dagster/partition",
        "dagster/backfill",
    }
    assert (limits.pool_config.default_pool_limit, limits.pool_config.pool_granularity) == (1, PoolGranularity.RUN)
    graph = build_definitions(Settings(home=tmp_path)).resolve_asset_graph()
    assert {pool for node in graph.asset_nodes for pool in node.pools or set()} == {POOL}


def test_lost_workers_are_noticed_old_ticks_go_and_nothing_is_told(config: Mapping[str, Any]) -> None:
    assert config["run_monitoring"]["enabled"]
    assert config["run_retries"] == {"enabled": True, "max_retries": 2, "retry_on_asset_or_op_failure": False}
    assert set(config["retention"]) == {"schedule", "sensor"}
    assert not config["telemetry"]["enabled"]
