"""A season over Celery, PostgreSQL, Redis and S3: a worker and the broker are killed, nothing is lost or doubled."""

import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from cluster import Cluster, stored_objects, unfinished, wait_until
from dagster._core.remote_origin import RemoteJobOrigin
from s3_server import ACCOUNT, new_store

from ghost_pipeline.orchestration.definitions import build_definitions
from ghost_pipeline.orchestration.kept import AGAIN
from ghost_pipeline.orchestration.sensors import landing_sensor
from ghost_pipeline.orchestration.workers import run_weeks
from ghost_pipeline.pipeline.landing import land
from ghost_pipeline.pipeline.platform import Platform
from ghost_pipeline.pipeline.week import refresh_week, why_stale
from ghost_pipeline.settings import Settings
from ghost_pipeline.sources.simulator.season import SeasonPlan, write_season
from ghost_pipeline.storage.objects import FolderStore

pytestmark = pytest.mark.slow
SEASON = SeasonPlan(seed=11, weeks=3, games_per_week=1, passes_per_game=8, fault_rate=0.04)
HURRY = {
    "poll_interval_seconds: 30": "poll_interval_seconds: 1",
    "lost_after_seconds: 120": "lost_after_seconds: 30",
    "max_concurrent_runs: 4": "max_concurrent_runs: 2",
}
SUCCESS = dg.DagsterRunStatus.SUCCESS
AT_WORK = dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED])


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("season") / "raw"
    write_season(folder, SEASON, lambda *_: None)
    return folder


@pytest.fixture(scope="module")
def platform(raw: Path, s3_endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """The season landed in an empty store on S3."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ACCOUNT.items():
            patch.setenv(name, value)
        store = new_store(s3_endpoint)
        settings = Settings(store=store.url, s3_endpoint=s3_endpoint, home=tmp_path_factory.mktemp("home"), threads=1)
        land(store, raw)
        yield Platform(settings)


@pytest.fixture(scope="module")
def cluster(
    services: dict[str, str], platform: Platform, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Cluster]:
    """Code server, daemon and two workers on that store."""
    given = platform.settings
    settings = {
        "GHOST_STORE": given.store,
        "GHOST_S3_ENDPOINT": given.s3_endpoint,
        "GHOST_HOME": str(given.home),
        "GHOST_THREADS": "1",
    }
    with Cluster(tmp_path_factory.mktemp("cluster") / "instance", services, settings, HURRY) as made:
        for number in (1, 2):
            made.start_worker(f"worker-{number}")
        made.start_control()
        made.wait_for_workers(2)
        yield made


@pytest.fixture
def instance(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    for name, value in cluster.environment.items():
        monkeypatch.setenv(name, value)
    with dg.DagsterInstance.get() as opened:
        yield opened


def _kill_broker(services: dict[str, str]) -> Path:
    """SIGKILL to Redis; returns the file with which it is started again."""
    folder = Path(services["DAGSTER_STATE"]).parent / "redis"
    os.kill(int((folder / "pid").read_text()), signal.SIGKILL)
    return folder / "redis.conf"


def _by_week(instance: dg.DagsterInstance, status: dg.DagsterRunStatus) -> Counter[str]:
    runs = instance.get_runs(dg.RunsFilter(job_name="week_job", statuses=[status]))
    return Counter(run.tags["dagster/partition"] for run in runs)


def _alone(raw: Path, folder: Path) -> FolderStore:
    """The same season by one process, week after week."""
    store = FolderStore(folder)
    land(store, raw)
    platform = Platform(Settings(store=str(folder), threads=1))
    for week in sorted(platform.raw.week_versions()):
        for _step, _done in refresh_week(platform, week):
            pass
    return store


def test_a_season_survives_the_loss_of_a_worker_and_of_the_broker(
    cluster: Cluster,
    platform: Platform,
    raw: Path,
    services: dict[str, str],
    instance: dg.DagsterInstance,
    tmp_path: Path,
) -> None:
    weeks = sorted(platform.raw.week_versions())
    names = [str(week) for week in weeks]
    began_s = time.monotonic()
    cluster.dagster("sensor", "start", landing_sensor.name)

    wait_until("both workers are at work", lambda: instance.get_runs_count(AT_WORK) == 2)
    cluster.kill("worker-1")
    broker = _kill_broker(services)
    time.sleep(5)  # The other worker goes on with its run, and the daemon finds nobody to hand one to.
    subprocess.run(["redis-server", broker], check=True, timeout=60, stdout=subprocess.DEVNULL)
    cluster.start_worker("worker-3")

    def made() -> bool:
        return set(_by_week(instance, SUCCESS)) == set(names) and not unfinished(instance)

    wait_until("every week is made", made)
    assert _by_week(instance, SUCCESS) == Counter(names), "a week is made once"
    lost = instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.FAILURE]))
    assert lost, "the killed worker took a run along"
    print(f"\n{len(names)} weeks, two workers, {len(lost)} runs lost: {time.monotonic() - began_s:.0f} s")

    # Weeks beside each other do not see those before them; as in a refresh, these are cleaned once more.
    unaware = [str(week) for week in weeks if why_stale(platform, week)]
    if unaware:
        cluster.backfill("week_job", unaware)
        wait_until("they are up to date", lambda: not any(why_stale(platform, week) for week in weeks))
    assert stored_objects(platform.store) == stored_objects(_alone(raw, tmp_path))


def test_two_runs_of_one_week_at_once_leave_one_valid_week(
    platform: Platform, instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    """The queue keeps them apart; these two go past it."""
    week = str(min(platform.raw.week_versions()))
    before = stored_objects(platform.store)
    runs = run_weeks(platform.settings, "week_job", [week] * 2, {AGAIN: "yes"}, tmp_path / "log", 2, lambda _: None)
    assert [error for _week, error in runs] == [None, None]
    one, other = instance.get_run_records(dg.RunsFilter(tags={AGAIN: "yes", "dagster/partition": week}))
    assert one.start_time < other.end_time, "they ran side by side"
    assert other.start_time < one.end_time, "they ran side by side"
    assert stored_objects(platform.store) == before


def test_runs_that_write_the_warehouse_wait_for_each_other(platform: Platform, instance: dg.DagsterInstance) -> None:
    """Two workers are free, and each could have one of them."""
    model = dg.AssetKey("stg_plays")
    job = build_definitions(platform.settings).resolve_job_def("model_job").get_subset(asset_selection={model})
    like = next(run for run in instance.get_runs() if run.remote_job_origin)
    runs = [
        instance.create_run_for_job(
            job,
            asset_selection={model},
            remote_job_origin=RemoteJobOrigin(like.remote_job_origin.repository_origin, "model_job"),
            job_code_origin=like.job_code_origin._replace(job_name="model_job"),
        )
        for _ in range(2)
    ]
    for run in runs:
        instance.report_dagster_event(dg.DagsterEvent.job_enqueue(run), run_id=run.run_id)
    wait_until("both have ended", lambda: not unfinished(instance))
    first, second = sorted(
        instance.get_run_records(dg.RunsFilter(run_ids=[run.run_id for run in runs])),
        key=lambda one: one.start_time or 0,
    )
    assert first.dagster_run.is_success
    assert second.dagster_run.is_success
    assert first.end_time <= second.start_time
