"""Windows: what they hold, what they must not know, and that mirroring and what-ifs change just what they should."""

from dataclasses import fields, replace

import numpy as np
import pytest
from pursuit_passes import THROW_ROW, mirrored, pursuit_passes

from ghost_pipeline.domain.counterfactual import actual_aim
from ghost_pipeline.domain.scene import PLAYERS, Scenes
from ghost_pipeline.domain.split import folds_of
from ghost_pipeline.features.definitions import FRAME_FEATURES, INDEX, NAMES
from ghost_pipeline.features.definitions import LANDING as LANDING_NEEDED
from ghost_pipeline.features.definitions import TARGET as TARGET_NEEDED
from ghost_pipeline.features.frames import frame_features
from ghost_pipeline.features.windows import (
    ABSENT,
    BACK,
    HISTORY,
    PASSER,
    TARGET,
    Windows,
    make_windows,
    mirror,
)

FLIGHT = 14


@pytest.fixture(scope="module")
def scenes() -> Scenes:
    return pursuit_passes(5, flight_frames=FLIGHT)


@pytest.fixture(scope="module")
def windows(scenes: Scenes) -> Windows:
    return make_windows(scenes, actual_aim(scenes), NAMES)


def assert_same(one: Windows, other: Windows, **tolerance: float) -> None:
    for field in fields(Windows):
        np.testing.assert_allclose(
            getattr(one, field.name), getattr(other, field.name), err_msg=field.name, **tolerance
        )


def test_one_window_per_frame_of_the_flight(scenes: Scenes, windows: Windows):
    assert len(windows) == 5 * FLIGHT
    assert (windows.steps_since_throw + windows.steps_left == FLIGHT).all()
    assert (windows.fold == folds_of(windows.game_id)).all()


def test_history_is_the_frame_features_of_the_last_frames(scenes: Scenes, windows: Windows):
    block = frame_features(scenes, actual_aim(scenes))
    chosen = np.flatnonzero((windows.aim_row == 2) & (windows.steps_since_throw == 3))[0]
    last = np.flatnonzero(block.frame_row == scenes.throw[2] + 3)[0]
    np.testing.assert_array_equal(
        windows.history[chosen], block.values[last - HISTORY + 1 : last + 1].transpose(1, 0, 2)
    )


def test_future_starts_one_frame_after_the_anchor_and_ends_with_the_flight(scenes: Scenes, windows: Windows):
    chosen = np.flatnonzero((windows.aim_row == 1) & (windows.steps_since_throw == 5))[0]
    anchor = scenes.throw[1] + 5
    np.testing.assert_array_equal(windows.past_xy[chosen, :, -1], scenes.xy[anchor, PLAYERS])
    np.testing.assert_array_equal(windows.future_xy[chosen, :, 0], scenes.xy[anchor + 1, PLAYERS])
    known = ~np.isnan(windows.future_xy[..., 0])
    assert (known.sum(axis=2) == windows.steps_left[:, None]).all()


def test_time_shifts_and_frames_before_the_play(scenes: Scenes):
    aim = actual_aim(scenes)
    early = make_windows(scenes, aim, ["time_since_throw_s"], anchors=range(-THROW_ROW - 5, 2))
    assert np.unique(early.steps_since_throw).tolist() == list(range(-THROW_ROW, 2))
    first = early.take(early.steps_since_throw == -THROW_ROW)
    assert (first.past_xy == first.past_xy[:, :, :1]).all()
    np.testing.assert_allclose(early.history[:, 0, -1, 0], early.steps_since_throw / 10, atol=1e-6)


def test_anchors_outside_the_flight_give_no_windows(scenes: Scenes):
    assert len(make_windows(scenes, actual_aim(scenes), NAMES, anchors=[FLIGHT, 100, -100])) == 0


def test_roles(scenes: Scenes, windows: Windows):
    row = np.arange(len(windows))
    assert (windows.role[:, 0] == PASSER).all()
    assert (windows.role[row, scenes.target[windows.aim_row]] == TARGET).all()
    assert ((windows.role == BACK).sum(axis=1) == 5).all()
    xy = scenes.xy.copy()
    xy[:, 12] = np.nan
    gone = make_windows(replace(scenes, xy=xy), actual_aim(scenes), NAMES)
    assert (gone.role[:, 12] == ABSENT).all()
    assert ((gone.role == ABSENT).sum(axis=1) == 1).all()


def test_mirroring_twice_changes_nothing(windows: Windows):
    assert_same(mirror(mirror(windows, NAMES), NAMES), windows, atol=1e-5)


def test_mirrored_windows_are_the_windows_of_the_mirrored_scene(scenes: Scenes, windows: Windows):
    other = mirrored(scenes)
    assert_same(mirror(windows, NAMES), make_windows(other, actual_aim(other), NAMES), atol=2e-3, rtol=1e-3)


def test_nothing_after_the_anchor_reaches_what_is_known(scenes: Scenes):
    aim = actual_aim(scenes)
    late = np.concatenate([np.arange(a, b) for a, b in zip(scenes.throw + 1, scenes.start[1:], strict=True)])
    xy, velocity = scenes.xy.copy(), scenes.velocity.copy()
    noise = np.random.default_rng(1).normal(0, 9, xy[late].shape)
    xy[late] += noise
    velocity[late] += noise
    plain = make_windows(scenes, aim, NAMES, anchors=[0])
    shaken = make_windows(replace(scenes, xy=xy, velocity=velocity), aim, NAMES, anchors=[0])
    future = {"future_xy", "future_ball"}
    for name in {field.name for field in fields(Windows)} - future:
        np.testing.assert_array_equal(getattr(plain, name), getattr(shaken, name), err_msg=name)
    assert not np.array_equal(plain.future_xy, shaken.future_xy, equal_nan=True)


def test_another_aim_changes_only_what_depends_on_it(scenes: Scenes):
    actual = actual_aim(scenes)
    other = replace(
        actual, target=actual.target % 5 + 1, landing_xy=actual.landing_xy + 4, flight_frames=actual.flight_frames + 3
    )
    plain, what_if = (make_windows(scenes, aim, NAMES, anchors=[0]) for aim in (actual, other))
    changed = {
        name
        for name in NAMES
        if not np.array_equal(plain.history[..., INDEX[name]], what_if.history[..., INDEX[name]], equal_nan=True)
    }
    assert changed == {f.name for f in FRAME_FEATURES if {TARGET_NEEDED, LANDING_NEEDED} & set(f.needs)}
    for name in ("past_xy", "velocity", "past_ball", "nfl_id", "steps_since_throw"):
        np.testing.assert_array_equal(getattr(plain, name), getattr(what_if, name))
    assert (what_if.steps_left - plain.steps_left == 3).all()


def test_many_aims_of_one_play(scenes: Scenes):
    actual = actual_aim(scenes)
    twice = actual.take(np.array([0, 0, 3]))
    windows = make_windows(scenes, twice, NAMES, anchors=[0])
    assert windows.aim_row.tolist() == [0, 1, 2]
    assert windows.play_id.tolist() == [0, 0, 3]


def test_take(windows: Windows):
    rows = np.array([3, 0])
    assert_same(windows.take(rows), Windows(*(getattr(windows, field.name)[rows] for field in fields(windows))))
