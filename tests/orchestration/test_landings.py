"""What landing sets going: the sensor, the weekly schedule, and weeks that Dagster shows as out of date."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from dagster._core.definitions.data_version import CachingStaleStatusResolver, StaleStatus
from dagster._core.instance_for_test import instance_for_test
from raw_files_by_hand import write_ngs_play

from ghost_pipeline.orchestration.assets.raw import landed_files
from ghost_pipeline.orchestration.landings import new_landings
from ghost_pipeline.orchestration.partitions import SEASON_WEEKS
from ghost_pipeline.orchestration.resources import PlatformResource
from ghost_pipeline.orchestration.schedules import weekly_refresh
from ghost_pipeline.orchestration.sensors import landing_sensor
from ghost_pipeline.pipeline.landing import land
from ghost_pipeline.pipeline.platform import Platform
from ghost_pipeline.settings import Settings

NEW_YORK = ZoneInfo("America/New_York")
ONE, TWO = "2022-REG-01", "2022-REG-02"


@pytest.fixture
def platform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Platform:
    monkeypatch.setenv("GHOST_HOME", str(tmp_path / "home"))
    return Platform(Settings())


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with instance_for_test() as made:
        yield made


@pytest.fixture
def landed(platform: Platform, tmp_path: Path) -> Path:
    """A folder with a play of week 1 and one of week 2, landed."""
    folder = tmp_path / "in"
    write_ngs_play(folder)
    write_ngs_play(folder, game=2022091500, week=2)
    land(platform.store, folder)
    return folder


def sense(instance: dg.DagsterInstance, cursor: str | None = None) -> dg.SensorResult | dg.SkipReason:
    resources = {"platform": PlatformResource()}
    return landing_sensor(dg.build_sensor_context(instance, cursor=cursor, resources=resources))


def scheduled(instance: dg.DagsterInstance, *day: int) -> list[dg.RunRequest | dg.SkipReason]:
    context = dg.build_schedule_context(
        instance,
        scheduled_execution_time=datetime(*day, 6, tzinfo=NEW_YORK),
        resources={"platform": PlatformResource()},
    )
    return list(weekly_refresh(context))


def test_an_empty_store_tells_sensor_and_schedule_what_to_do(platform, instance) -> None:
    assert "ghost land" in sense(instance).skip_message
    [reason] = scheduled(instance, 2022, 9, 13)
    assert "No week of season 2022 has landed" in reason.skip_message


def test_the_sensor_asks_for_what_landed_and_then_rests(platform, instance, landed) -> None:
    result = sense(instance)
    assert [request.partition_key for request in result.run_requests] == [ONE, TWO]
    assert [event.partition for event in result.asset_events] == [ONE, TWO]
    assert result.dynamic_partitions_requests[0].partition_keys == [ONE, TWO]
    assert "No new landing" in sense(instance, result.cursor).skip_message


def test_changed_bytes_concern_the_touched_week_alone(platform, instance, landed) -> None:
    first = sense(instance)
    for event in first.asset_events:
        instance.report_runless_asset_event(event)
    write_ngs_play(landed, game=2022091500, week=2, playDescription="(7:20) corrected.")
    land(platform.store, landed)
    second = sense(instance, first.cursor)
    assert [event.partition for event in second.asset_events] == [TWO]
    keys = [{request.partition_key: request.run_key for request in one.run_requests} for one in (first, second)]
    assert keys[0][ONE] == keys[1][ONE], "Dagster runs a run key once"
    assert keys[0][TWO] != keys[1][TWO]


def test_dagster_shows_the_touched_week_as_stale(platform, instance, landed) -> None:
    @dg.asset(deps=[landed_files], partitions_def=SEASON_WEEKS)
    def below() -> None:
        """Stands for everything that is made from raw files."""

    instance.add_dynamic_partitions(SEASON_WEEKS.name, [ONE, TWO])
    for week in (ONE, TWO):
        assets = [landed_files, below]
        resources = {"platform": PlatformResource()}
        assert dg.materialize(assets, instance=instance, partition_key=week, resources=resources).success
    assert new_landings(instance, platform.raw) == []

    write_ngs_play(landed, game=2022091500, week=2, playDescription="(7:20) corrected.")
    land(platform.store, landed)
    for event in new_landings(instance, platform.raw):
        instance.report_runless_asset_event(event)
    graph = dg.Definitions([landed_files, below], resources=resources).resolve_asset_graph()
    loading = dg._core.loader.LoadingContextForTest(instance)
    resolver = CachingStaleStatusResolver(instance, graph, loading)
    statuses = {week: resolver.get_status(below.key, week) for week in (ONE, TWO)}
    assert statuses == {ONE: StaleStatus.FRESH, TWO: StaleStatus.STALE}


def test_the_weekly_schedule_asks_for_the_outdated_weeks_of_the_current_season(
    platform, instance, landed, tmp_path, monkeypatch
) -> None:
    write_ngs_play(landed, game=2021090900, season=2021)
    land(platform.store, landed)
    requests = scheduled(instance, 2022, 9, 20)
    assert [request.partition_key for request in requests] == [ONE, TWO]
    assert [request.partition_key for request in scheduled(instance, 2023, 1, 10)] == [ONE, TWO], "still season 2022"
    assert set(instance.get_dynamic_partitions(SEASON_WEEKS.name)) == {ONE, TWO}
    monkeypatch.setattr(
        "ghost_pipeline.orchestration.schedules.why_stale", lambda _, week: "changed" if str(week) == TWO else None
    )
    assert [request.partition_key for request in scheduled(instance, 2022, 9, 20)] == [TWO]
    monkeypatch.setattr("ghost_pipeline.orchestration.schedules.why_stale", lambda *_: None)
    [reason] = scheduled(instance, 2022, 9, 20)
    assert "All 2 landed weeks of season 2022 are up to date" in reason.skip_message
