"""What starts after what, in the daemon: a week that failed holds nobody up, and nothing new starts nothing."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from ghost_pipeline.arrow import empty
from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.domain.schema import CLEAN_PLAYS
from ghost_pipeline.orchestration.resources import PlatformResource
from ghost_pipeline.orchestration.sensors import SECOND_LOOK, continue_refresh, continue_without
from ghost_pipeline.pipeline.landing import land
from ghost_pipeline.pipeline.platform import Platform
from ghost_pipeline.pipeline.week import refresh_week
from ghost_pipeline.settings import Settings
from ghost_pipeline.sources.simulator.season import SeasonPlan, write_season

SUCCESS, FAILURE, STARTED = dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.STARTED


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    monkeypatch.setenv("GHOST_HOME", str(tmp_path))
    with dg.instance_for_test() as made:
        yield made


def _add(
    instance: dg.DagsterInstance, job: str, status: dg.DagsterRunStatus, tags: dict[str, str] | None = None
) -> dg.DagsterRun:
    return instance.add_run(dg.DagsterRun(job_name=job, status=status, tags=tags))


def _asked(sensor, instance: dg.DagsterInstance, run: dg.DagsterRun) -> list[tuple[str | None, str | None]]:
    """(job, week) of what a sensor requests after a run."""
    kind = dg.DagsterEventType.RUN_SUCCESS if run.is_success else dg.DagsterEventType.RUN_FAILURE
    context = dg.build_run_status_sensor_context(
        sensor_name=sensor.name,
        dagster_instance=instance,
        dagster_run=run,
        dagster_event=dg.DagsterEvent(kind.value, run.job_name),
    )
    found = sensor(context, platform=PlatformResource())
    return [(one.job_name, one.partition_key) for one in found if isinstance(one, dg.RunRequest)]


def test_a_week_that_failed_last_does_not_hold_up_the_others(instance: dg.DagsterInstance) -> None:
    _add(instance, "week_job", SUCCESS)
    failed = _add(instance, "week_job", FAILURE)
    assert _asked(continue_without, instance, failed) == [("model_job", None)]


def test_while_other_weeks_run_nothing_starts(instance: dg.DagsterInstance) -> None:
    done, failed = _add(instance, "week_job", SUCCESS), _add(instance, "week_job", FAILURE)
    _add(instance, "week_job", STARTED)
    assert _asked(continue_refresh, instance, done) == _asked(continue_without, instance, failed) == []


def test_when_every_week_failed_nothing_starts(instance: dg.DagsterInstance) -> None:
    _add(instance, "week_job", SUCCESS)
    _add(instance, "model_job", SUCCESS)
    failed = _add(instance, "week_job", FAILURE)
    assert _asked(continue_without, instance, failed) == []


def test_what_ifs_start_for_the_weeks_that_are_clean(instance: dg.DagsterInstance, tmp_path: Path) -> None:
    week = SeasonWeek(2024, "REG", 3)
    Platform(Settings(home=tmp_path)).partitions.write(CLEAN_PLAYS, empty(CLEAN_PLAYS), week)
    trained = _add(instance, "model_job", SUCCESS)
    assert _asked(continue_refresh, instance, trained) == [("what_if_job", str(week))]


def test_weeks_cleaned_before_those_before_them_are_looked_at_once_more(
    instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    platform = Platform(Settings(home=tmp_path))
    season = SeasonPlan(seed=3, weeks=2, games_per_week=1, passes_per_game=4, fault_rate=0)
    land(platform.store, write_season(tmp_path / "in", season, lambda *_: None).folder)
    first, second = platform.raw.week_versions()
    for week in (second, first):
        list(refresh_week(platform, week))
    done = _add(instance, "week_job", SUCCESS)
    assert _asked(continue_refresh, instance, done) == [("week_job", str(second))]
    again = _add(instance, "week_job", SUCCESS, {SECOND_LOOK: "yes"})
    assert _asked(continue_refresh, instance, again) == [("model_job", None)], "and no third time"
    list(refresh_week(platform, second))
    assert _asked(continue_refresh, instance, done) == [("model_job", None)]
