"""Checks in real Dagster runs: severity, counts and samples by week; an unfit week stops itself and no other."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from plays_by_hand import RECEIVER, THROW, WEEK, smallest_play, tables_of

from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.domain.schema import CANONICAL, CLEAN_PLAYS
from ghost_pipeline.orchestration.assets.clean import clean_tracks
from ghost_pipeline.orchestration.partitions import SEASON_WEEKS
from ghost_pipeline.orchestration.resources import PlatformResource
from ghost_pipeline.pipeline.platform import Platform
from ghost_pipeline.settings import Settings

pytestmark = pytest.mark.slow
GOOD_WEEK, UNFIT_WEEK = WEEK, SeasonWeek(2019, "REG", 6)


@dg.asset(partitions_def=SEASON_WEEKS, deps=[clean_tracks])
def what_follows() -> None:
    """Stands for all that is made from a clean week."""


def _too_fast(number: int):
    return smallest_play(number, 2019100600, lambda p: p.put(RECEIVER, [THROW - 1, THROW], s=13.25))


def _land(platform: Platform, week: SeasonWeek, plays: list) -> None:
    for table, data in zip(CANONICAL, tables_of(plays), strict=True):
        if "season_week" in data.column_names:
            place = data.column_names.index("season_week")
            data = data.set_column(place, data.schema.field(place), [[str(week)] * len(data)])
        platform.partitions.write(table, data, week)


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """Two canonical weeks: one with a bad play among three, one with two bad among three."""
    home = tmp_path_factory.mktemp("checks")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GHOST_HOME", str(home))
        made = Platform(Settings(home=Path(home)))
        _land(made, GOOD_WEEK, [smallest_play(1), smallest_play(2), _too_fast(3)])
        _land(made, UNFIT_WEEK, [smallest_play(1), _too_fast(2), _too_fast(3)])
        yield made


@pytest.fixture(scope="module")
def runs(platform: Platform) -> Iterator[tuple[dg.DagsterInstance, dict[str, dg.ExecuteInProcessResult]]]:
    """Both weeks run, cleaning and what follows, in one instance."""
    weeks = [str(UNFIT_WEEK), str(GOOD_WEEK)]
    with dg.instance_for_test() as instance:
        instance.add_dynamic_partitions(str(SEASON_WEEKS.name), weeks)
        yield (
            instance,
            {
                week: dg.materialize(
                    [clean_tracks, what_follows],
                    partition_key=week,
                    instance=instance,
                    resources={"platform": PlatformResource()},
                    raise_on_error=False,
                )
                for week in weeks
            },
        )


def _evaluations(result: dg.ExecuteInProcessResult) -> dict[str, dg.AssetCheckEvaluation]:
    return {one.check_name: one for one in result.get_asset_check_evaluations()}


def test_a_bad_play_fails_its_rule_with_the_rules_severity_and_stops_nothing(runs) -> None:
    result = runs[1][str(GOOD_WEEK)]
    assert result.success
    found = _evaluations(result)
    speed = found["speed_limit"]
    assert (speed.passed, speed.severity, speed.partition) == (False, dg.AssetCheckSeverity.ERROR, str(GOOD_WEEK))
    assert (speed.metadata["broken"].value, speed.metadata["looked_at"].value) == (1, 3)
    assert f"play 3: 13.25 yd/s at frame {THROW}, player {RECEIVER}" in speed.metadata["sample_1"].value
    assert speed.metadata["quality_page"].value.endswith(f"quality.html#week={GOOD_WEEK}&check=speed_limit")
    assert found["one_ball"].passed
    assert found["form_of_tracking"].metadata["expectations"].value > 3
    assert found["fit_to_publish"].passed
    assert found["fit_to_publish"].blocking


def test_an_unfit_week_stops_what_follows_from_it_only(runs, platform: Platform) -> None:
    instance, results = runs
    result = results[str(UNFIT_WEEK)]
    assert not result.success
    assert {event.step_key for event in result.all_events if event.is_step_failure} == {"clean_tracks"}
    assert {event.step_key for event in result.all_events if event.is_step_start} == {"clean_tracks"}
    fit = _evaluations(result)["fit_to_publish"]
    assert (fit.passed, fit.severity, fit.metadata["broken"].value) == (False, dg.AssetCheckSeverity.ERROR, 2)
    for asset in ("clean_tracks", "what_follows"):
        assert instance.get_materialized_partitions(dg.AssetKey(asset)) == {str(GOOD_WEEK)}
    assert platform.partitions.weeks(CLEAN_PLAYS) == [GOOD_WEEK]
