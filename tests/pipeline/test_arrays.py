"""Training arrays: the same numbers that inference is served, on disk, made once per content."""

from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from plays_by_hand import WEEK, smallest_play, tables_of

from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.domain.counterfactual import actual_aim
from ghost_pipeline.domain.schema import CANONICAL, CLEAN, CLEAN_PLAYS
from ghost_pipeline.domain.split import folds_of
from ghost_pipeline.errors import GhostError
from ghost_pipeline.features.windows import Windows, make_windows
from ghost_pipeline.pipeline.arrays import ArrayPlan, training_arrays
from ghost_pipeline.pipeline.featuring import read_scenes
from ghost_pipeline.pipeline.landing import canonical_week, land
from ghost_pipeline.pipeline.platform import Platform
from ghost_pipeline.settings import Settings
from ghost_pipeline.sources.simulator.season import SeasonPlan, write_season

NAMES = ("velocity_x_yd_s", "velocity_y_yd_s", "target_distance_yd", "landing_y_yd", "man_indicator", "facing_x_unit")
PLAN = ArrayPlan(NAMES, history=12, horizon=25)


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Platform:
    """Two weeks of a simulated season without faults."""
    home = tmp_path_factory.mktemp("home")
    season = SeasonPlan(seed=5, weeks=2, games_per_week=3, passes_per_game=4, fault_rate=0.0)
    write_season(home / "raw", season, lambda *_: None)
    platform = Platform(Settings(home=home))
    land(platform.store, home / "raw")
    for week in platform.raw.week_versions():
        canonical_week(platform.store, week)
        for table, clean in zip(CANONICAL, CLEAN, strict=True):
            platform.partitions.write(clean, platform.partitions.read(table, week), week)
    return platform


@pytest.fixture(scope="module")
def arrays(platform: Platform) -> Windows:
    return training_arrays(platform, PLAN)


def files(platform: Platform) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in platform.settings.home.glob("arrays/*/*")}


def test_what_a_model_learns_from_is_what_it_is_served(platform: Platform, arrays: Windows):
    """Every play alone, as a what-if reads it, gives the very numbers that lie in the arrays."""
    played = 0
    for week in platform.partitions.weeks(CLEAN_PLAYS):
        plays = platform.partitions.read(CLEAN_PLAYS, week)
        for game_id, play_id in zip(plays["game_id"].to_pylist(), plays["play_id"].to_pylist(), strict=True):
            scenes = read_scenes(platform.store, week, only=(game_id, play_id))
            served = make_windows(scenes, actual_aim(scenes), NAMES, PLAN.history, PLAN.horizon)
            learned = arrays.take((arrays.game_id == game_id) & (arrays.play_id == play_id))
            for name in {field.name for field in fields(Windows)} - {"aim_row"}:
                np.testing.assert_array_equal(getattr(learned, name), getattr(served, name), err_msg=name)
            played += len(served)
    assert played == len(arrays) > 100


def test_the_arrays_lie_on_disk_and_say_who_is_targeted_and_what_is_known(platform: Platform, arrays: Windows):
    for field in fields(Windows):
        assert isinstance(getattr(arrays, field.name), np.memmap), field.name
    assert arrays.history.shape[1:] == (22, 12, len(NAMES))
    assert arrays.future_xy.shape[1:] == (22, 25, 2)
    assert arrays.past_ball.shape[1:] == (12, 2)
    assert arrays.is_seen.all()
    known = np.minimum(arrays.steps_left, 25)
    assert (arrays.is_known.sum(axis=2) == known[:, None]).all()
    targets = arrays.nfl_id[np.arange(len(arrays)), arrays.target]
    tables = [platform.partitions.read(CLEAN_PLAYS, week) for week in platform.partitions.weeks(CLEAN_PLAYS)]
    named = {
        (play["game_id"], play["play_id"]): play["target_nfl_id"] for table in tables for play in table.to_pylist()
    }
    keys = zip(arrays.game_id.tolist(), arrays.play_id.tolist(), strict=True)
    assert targets.tolist() == [named[key] for key in keys]


def test_the_split_is_stored_and_by_game(arrays: Windows):
    np.testing.assert_array_equal(arrays.fold, folds_of(np.asarray(arrays.game_id)))
    assert len(np.unique(arrays.fold)) > 1


def test_the_cache_is_made_once_per_content_and_can_be_deleted(platform: Platform, arrays: Windows):
    before = files(platform)
    again = training_arrays(platform, PLAN)
    assert files(platform) == before
    other = training_arrays(platform, ArrayPlan(NAMES[:2], 3, 10, anchors=(0,)))
    assert len(other) < len(again)
    assert before.items() < files(platform).items()
    for path in files(platform):
        path.unlink()
    np.testing.assert_array_equal(training_arrays(platform, PLAN).history, again.history)


def test_other_content_makes_other_arrays_in_the_place_of_the_old(platform: Platform):
    plan = ArrayPlan((), 3, 5, anchors=(0,))
    whole = len(training_arrays(platform, plan))
    week = SeasonWeek(2024, "REG", 2)
    plays = platform.partitions.read(CLEAN_PLAYS, week)
    folders = {path.parent for path in files(platform)}
    platform.partitions.write(CLEAN_PLAYS, plays.slice(0, 4), week)
    try:
        assert len(training_arrays(platform, plan)) == whole - (len(plays) - 4)
        assert len({path.parent for path in files(platform)}) == len(folders)
    finally:
        platform.partitions.write(CLEAN_PLAYS, plays, week)


def test_without_a_pass_it_says_what_to_do(tmp_path):
    platform = Platform(Settings(home=tmp_path))
    tables = tables_of([smallest_play(1, 2019100600, lambda play: play.set(target_nfl_id=None))])
    for table, data in zip(CLEAN, tables, strict=True):
        platform.partitions.write(table, data, WEEK)
    with pytest.raises(GhostError, match="land plays with passes"):
        training_arrays(platform, PLAN)
    assert not list((tmp_path / "arrays").iterdir())


@pytest.mark.parametrize(("history", "horizon"), [(2, 10), (21, 10), (6, 0), (6, 41)])
def test_lengths_out_of_bounds_are_refused(history: int, horizon: int):
    with pytest.raises(ValueError, match="3 to 20 in"):
        ArrayPlan(NAMES, history, horizon)
