"""Real Dagster runs, the real sensor, a real web hook: who hears of what."""

import logging
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from json_hook import TOKEN, JsonHook
from plays_by_hand import FRAMES, RECEIVER, THROW, WEEK, Play, smallest_play, tables_of
from sensor_ticks import tick

from ghost_pipeline.domain.schema import CANONICAL
from ghost_pipeline.errors import AlertError
from ghost_pipeline.orchestration.alerts import alerts
from ghost_pipeline.orchestration.assets.clean import clean_tracks
from ghost_pipeline.orchestration.partitions import SEASON_WEEKS
from ghost_pipeline.orchestration.resources import PlatformResource
from ghost_pipeline.pipeline.platform import Platform
from ghost_pipeline.pipeline.quarantine import release
from ghost_pipeline.settings import Settings

pytestmark = pytest.mark.slow
GAME = 2019100600
PLAYS = 6


class Watched:
    """A state folder with a Dagster instance whose runs the sensor watches."""

    def __init__(self, home: Path, instance: dg.DagsterInstance) -> None:
        self.platform = Platform(Settings(home=home))
        self.instance, self.cursor = instance, None
        instance.add_dynamic_partitions(str(SEASON_WEEKS.name), [str(WEEK)])
        resources = {"platform": PlatformResource()}
        self.definitions = dg.Definitions([clean_tracks], sensors=[alerts], resources=resources)

    def land(self, *faults: tuple[int, object]) -> None:
        """A canonical week of PLAYS plays; `faults` are (play, change)."""
        plays = [smallest_play(n, GAME, *(change for at, change in faults if at == n)) for n in range(1, PLAYS + 1)]
        for table, data in zip(CANONICAL, tables_of(plays), strict=True):
            self.platform.partitions.write(table, data, WEEK)

    def run(self) -> bool:
        result = dg.materialize(
            [clean_tracks],
            partition_key=str(WEEK),
            instance=self.instance,
            resources={"platform": PlatformResource()},
            raise_on_error=False,
        )
        return result.success

    def tick(self) -> str:
        """What the sensor says; its cursor is kept as the daemon keeps it, only when the tick did not fail."""
        said, self.cursor = tick(self.instance, self.definitions, self.cursor)
        return said


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[JsonHook]:
    with JsonHook() as made:
        monkeypatch.setenv("GHOST_ALERT_URLS", made.url)
        yield made


@pytest.fixture
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    monkeypatch.setenv("GHOST_HOME", str(tmp_path))
    with dg.instance_for_test() as instance:
        yield Watched(tmp_path, instance)


def _outside(play: Play) -> None:
    play.put(RECEIVER, range(FRAMES), y=-0.5)


def test_an_error_is_one_call_its_re_run_none_its_end_one(watched: Watched, hook: JsonHook) -> None:
    watched.land((2, _outside))
    assert watched.run()
    assert "1 new errors" in watched.tick()
    (call,) = hook.taken()
    assert call["title"] == f"ERROR: on_field in clean_tracks, {WEEK}: 1 of {PLAYS}"
    assert call["type"] == "failure"
    run_id = watched.instance.get_runs()[0].run_id
    for part in (
        f"game {GAME}, play 2: 4 samples at frame {THROW}, player {RECEIVER}",
        "expected: <= 0 samples",
        "Owner team:data-engineering",
        "Since 20",
        f"quality.html#week={WEEK}&check=on_field",
        f"http://127.0.0.1:3000/runs/{run_id}",
    ):
        assert part in call["message"]

    assert watched.run()
    watched.tick()
    watched.cursor = None  # as after a reset of the sensor
    watched.tick()
    assert hook.taken() == []

    watched.land()
    assert watched.run()
    watched.tick()
    assert [call["title"] for call in hook.taken()] == [f"MENDED: on_field in clean_tracks, {WEEK}"]
    assert watched.run()
    watched.tick()
    assert hook.taken() == []
    assert "No run has ended" in watched.tick()


def test_a_release_mends(watched: Watched, hook: JsonHook) -> None:
    watched.land((2, _outside))
    watched.run()
    watched.tick()
    hook.taken()
    release(watched.platform, GAME, 2, "sam", "a real run")
    watched.run()
    watched.tick()
    assert [call["title"][:6] for call in hook.taken()] == ["MENDED"]


def test_an_unfit_week_is_one_problem_with_one_cause(watched: Watched, hook: JsonHook) -> None:
    watched.land(*((number, _outside) for number in range(1, PLAYS)))
    assert not watched.run()
    watched.tick()
    (call,) = hook.taken()
    assert call["title"].startswith(f"ERROR: fit_to_publish in clean_tracks, {WEEK}: {PLAYS - 1} of {PLAYS}")
    watched.land()
    assert watched.run()
    watched.tick()
    assert [call["title"] for call in hook.taken()] == [f"MENDED: fit_to_publish in clean_tracks, {WEEK}"]


def test_a_failed_run_names_its_step_and_error(watched: Watched, hook: JsonHook) -> None:
    assert not watched.run(), "nothing has landed"
    watched.tick()
    (call,) = hook.taken()
    assert f", {WEEK}" in call["title"]
    assert "failed in step clean_tracks" in call["message"]
    assert "holds no canonical/plays" in call["message"]
    assert not watched.run()
    watched.tick()
    assert hook.taken() == []
    watched.land()
    assert watched.run()
    watched.tick()
    assert [call["title"][:6] for call in hook.taken()] == ["MENDED"]


def test_warnings_are_one_digest(watched: Watched, hook: JsonHook) -> None:
    watched.land((2, lambda play: play.put(RECEIVER, 0, s=60.0)))
    watched.run()
    watched.tick()
    (call,) = hook.taken()
    assert (call["title"], call["type"]) == ("WARNING: 1 new", "warning")
    assert "form_of_tracking" in call["message"]


def test_a_failed_delivery_fails_the_tick_and_is_made_good(
    watched: Watched, hook: JsonHook, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    watched.land((2, _outside))
    watched.run()
    hook.status = 503
    for _ in range(2):
        with pytest.raises(AlertError, match="no service took the message 'ERROR: on_field") as caught:
            watched.tick()
        assert TOKEN not in str(caught.value)
    hook.status = 200
    watched.tick()
    assert len(hook.taken()) == 1
    watched.tick()
    assert hook.taken() == []
    own = [record for record in caplog.records if not record.name.startswith("urllib3")]
    assert not [record for record in own if TOKEN in record.getMessage()]


def test_without_an_address_nobody_is_told_and_the_sensor_says_so(watched: Watched) -> None:
    watched.land((2, _outside))
    watched.run()
    assert "GHOST_ALERT_URLS is not set: nobody is told" in watched.tick()
    assert list(watched.platform.store.list("quality/problems/")) == []
