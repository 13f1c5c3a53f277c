"""Two weeks recorded in a real PostgreSQL by the production instance: the same objects as with the embedded one."""

import subprocess
from contextlib import closing
from pathlib import Path

import dagster as dg
import psycopg2
import pytest
from cluster import SERVICES, stored_objects
from dagster._core.instance.config import PoolGranularity

from ghost_pipeline.orchestration.definitions import build_definitions
from ghost_pipeline.orchestration.instance import open_instance
from ghost_pipeline.orchestration.jobs import week_job
from ghost_pipeline.orchestration.partitions import SEASON_WEEKS
from ghost_pipeline.orchestration.runs import run_job
from ghost_pipeline.pipeline.landing import land
from ghost_pipeline.pipeline.platform import Platform
from ghost_pipeline.settings import PROJECT_DIR, load_settings
from ghost_pipeline.sources.simulator.season import SeasonPlan, write_season
from ghost_pipeline.storage.objects import FolderStore

pytestmark = pytest.mark.slow
SEASON = SeasonPlan(seed=11, weeks=2, games_per_week=2, passes_per_game=15, fault_rate=0.04)


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("season") / "raw"
    write_season(folder, SEASON, lambda *_: None)
    return folder


def _refresh_weeks(home: Path, raw: Path, patch: pytest.MonkeyPatch) -> tuple[dg.DagsterInstance, list[str]]:
    """Run the weeks one after another; DAGSTER_HOME decides where they are recorded."""
    patch.setenv("GHOST_HOME", str(home))
    settings = load_settings()
    weeks = [str(week) for week in sorted(land(Platform(settings).store, raw).season_weeks)]
    definitions, instance = build_definitions(settings), open_instance(settings)
    instance.add_dynamic_partitions(str(SEASON_WEEKS.name), weeks)
    for week in weeks:
        run_job(definitions, instance, week_job.name, week)
    return instance, weeks


def _rows_in_postgresql(services: dict[str, str], table: str) -> int:
    names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "DB"}
    connection = psycopg2.connect(**{key: services[f"DAGSTER_POSTGRES_{name}"] for key, name in names.items()})
    with closing(connection), connection.cursor() as cursor:
        cursor.execute(f"select count(*) from {table}")
        return cursor.fetchone()[0]


def test_two_weeks_through_postgresql(services: dict[str, str], raw: Path, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in services.items():
            patch.setenv(name, value)
        production = tmp_path / "production-instance"
        production.mkdir()
        (production / "dagster.yaml").write_text((PROJECT_DIR / "infra" / "dagster.production.yaml").read_text())
        patch.setenv("DAGSTER_HOME", str(production))
        instance, weeks = _refresh_weeks(tmp_path / "production", raw, patch)
        assert instance.get_concurrency_config().pool_config.pool_granularity == PoolGranularity.RUN
        instance.dispose()

        with dg.DagsterInstance.get() as again:  # another process would find the same
            runs = again.get_runs()
            assert {run.tags["dagster/partition"] for run in runs} == set(weeks)
            assert all(run.is_success for run in runs)
            assert again.get_materialized_partitions(dg.AssetKey("frame_features")) == set(weeks)
        assert _rows_in_postgresql(services, "runs") == len(weeks)
        assert _rows_in_postgresql(services, "event_logs") > 20
        assert not list(production.rglob("*.db")), "nothing is recorded beside PostgreSQL"

        patch.setenv("DAGSTER_HOME", str(tmp_path / "embedded-instance"))
        _refresh_weeks(tmp_path / "embedded", raw, patch)[0].dispose()
        assert stored_objects(FolderStore(tmp_path / "production" / "store")) == stored_objects(
            FolderStore(tmp_path / "embedded" / "store")
        )


def test_a_machine_without_postgresql_is_told_what_to_install(tmp_path: Path) -> None:
    """On a search path with the shell's own tools only, and with a folder of packages that holds nothing."""
    script = tmp_path / "services.sh"
    script.write_text(SERVICES.read_text().replace("/usr/lib/postgresql", str(tmp_path / "postgresql")))
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("ls", "sort", "tail", "dirname"):
        (tools / name).symlink_to(f"/usr/bin/{name}")
    command = ["/bin/bash", str(script), "start", str(tmp_path / "services")]
    done = subprocess.run(command, env={"PATH": str(tools)}, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (3, "no PostgreSQL: apt-get install postgresql\n")
