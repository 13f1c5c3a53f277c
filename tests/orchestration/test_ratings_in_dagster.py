"""New ratings make the calibrated score out of date, in Dagster as in its receipts."""

from datetime import UTC, datetime

import dagster as dg
import pytest
from dagster._core.definitions.data_version import CachingStaleStatusResolver, StaleStatus
from dagster._core.instance_for_test import instance_for_test

from ghost_pipeline.domain.rating import GOOD, SEEN, Rating
from ghost_pipeline.orchestration.assets.models import score_calibration
from ghost_pipeline.orchestration.assets.raw import expert_ratings
from ghost_pipeline.orchestration.kept import STEPS
from ghost_pipeline.orchestration.ratings import new_ratings, rating_sensor
from ghost_pipeline.orchestration.resources import PlatformResource
from ghost_pipeline.pipeline.platform import Platform
from ghost_pipeline.pipeline.receipts import stale
from ghost_pipeline.settings import Settings
from ghost_pipeline.storage.ratings import Ratings

ASSETS = [expert_ratings, score_calibration]
RESOURCES = {"platform": PlatformResource()}


@pytest.fixture
def platform(tmp_path, monkeypatch) -> Platform:
    monkeypatch.setenv("GHOST_HOME", str(tmp_path / "home"))
    return Platform(Settings())


@pytest.fixture
def instance():
    with instance_for_test() as made:
        yield made


def rate(platform: Platform, play: int) -> None:
    path = {"game_id": 2024090800, "play_id": play, "target_nfl_id": 7, "nfl_id": 101} | dict.fromkeys(SEEN, 0.25)
    given = {"reasons": (), "text": "", "rater": "Ann", "rated_at": datetime(2024, 11, 4, tzinfo=UTC)}
    Ratings(platform.store).add(Rating.of(path, verdict=GOOD, **given))


def status(instance: dg.DagsterInstance) -> StaleStatus:
    graph = dg.Definitions(ASSETS, resources=RESOURCES).resolve_asset_graph()
    loading = dg._core.loader.LoadingContextForTest(instance)
    return CachingStaleStatusResolver(instance, graph, loading).get_status(score_calibration.key)


def test_a_new_rating_makes_the_calibrated_score_stale_and_a_run_makes_it_fresh(platform, instance) -> None:
    rate(platform, 1)
    assert dg.materialize(ASSETS, instance=instance, resources=RESOURCES).success
    assert status(instance) == StaleStatus.FRESH
    assert new_ratings(instance, Ratings(platform.store)) is None
    assert stale(platform, STEPS["score_calibration"]) is None

    rate(platform, 2)
    assert "inputs changed" in stale(platform, STEPS["score_calibration"])
    event = new_ratings(instance, Ratings(platform.store))
    assert event.metadata["ratings"].value == 2
    instance.report_runless_asset_event(event)
    assert status(instance) == StaleStatus.STALE
    assert dg.materialize(ASSETS, instance=instance, resources=RESOURCES).success
    assert status(instance) == StaleStatus.FRESH


def test_the_sensor_asks_once_for_each_set_of_ratings(platform, instance) -> None:
    def sense(cursor: str | None = None):
        return rating_sensor(dg.build_sensor_context(instance, cursor=cursor, resources=RESOURCES))

    assert "run `ghost review`" in sense().skip_message
    assert new_ratings(instance, Ratings(platform.store)) is None
    rate(platform, 1)
    first = sense()
    assert len(first.run_requests) == 1
    assert "No new rating" in sense(first.cursor).skip_message
    rate(platform, 2)
    assert sense(first.cursor).run_requests[0].run_key != first.run_requests[0].run_key
