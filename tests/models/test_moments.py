"""What the network sees in training is what it sees in use, and it never learns from beyond a flight."""

import numpy as np
import pytest
import torch
from passes_by_hand import straight_passes
from pursuit_passes import BEFORE, pursuit_passes

from ghost_pipeline.domain.counterfactual import actual_aim
from ghost_pipeline.domain.scene import Scenes
from ghost_pipeline.features.windows import PASSER, RECEIVER, TARGET, make_windows
from ghost_pipeline.models.baselines import BASELINES
from ghost_pipeline.models.ghost_net import Inputs, Scaler, inputs_of
from ghost_pipeline.models.moments import Bank, concatenate, depends_on_aim, flights, free_runs

NAMES = ["velocity_x_yd_s", "velocity_y_yd_s", "target_x_yd", "needed_velocity_y_yd_s", "opponent_distance_yd"]
FLIGHT, OBSERVED, STEPS = 14, 8, 12
CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def scenes() -> Scenes:
    scenes = pursuit_passes(5, flight_frames=FLIGHT)
    scenes.xy[3::7, 15] = np.nan  # somebody is not seen now and then
    return scenes


@pytest.fixture(scope="module")
def bank(scenes: Scenes) -> Bank:
    moments = concatenate([flights(scenes, actual_aim(scenes), NAMES), free_runs(scenes, NAMES)])
    return Bank(moments, Scaler.fit(moments.features, NAMES), OBSERVED, STEPS, CPU)


def test_gathered_windows_are_those_of_use(scenes: Scenes, bank: Bank):
    anchors = range(-BEFORE, FLIGHT)
    windows = make_windows(scenes, actual_aim(scenes), NAMES, OBSERVED, STEPS, anchors)
    row = bank.anchors(before_throw=BEFORE)
    assert len(row) == len(windows) == 5 * (BEFORE + FLIGHT)
    order = torch.from_numpy(np.lexsort((windows.steps_since_throw, windows.aim_row)))
    wanted = inputs_of(windows.take(order.numpy()), Scaler.fit(np.concatenate(_all_features(scenes)), NAMES), True)
    told = torch.full((len(row),), STEPS)
    for name, found, expected in zip(Inputs._fields, bank.inputs(row, told), wanted, strict=True):
        torch.testing.assert_close(found, expected, msg=name, equal_nan=True, check_dtype=False)
    prior = BASELINES["damped_acceleration"].predict(windows.take(order.numpy())).xy
    residual = windows.take(order.numpy()).future_xy - prior
    present = wanted.role.numpy() > 0
    np.testing.assert_allclose(bank.residual(row).numpy()[present], residual[present], atol=2e-4)


def _all_features(scenes: Scenes) -> list[np.ndarray]:
    return [flights(scenes, actual_aim(scenes), NAMES).features, free_runs(scenes, NAMES).features]


def test_whole_plays_know_of_no_target(scenes: Scenes):
    moments = free_runs(scenes, NAMES, np.array([1, 3]))
    assert depends_on_aim(NAMES).tolist() == [False, False, True, True, False]
    assert np.isnan(moments.features[..., 2:4]).all()
    assert not np.isnan(moments.features[2:, 1, 4]).any()
    assert not moments.aimed.any()
    assert not (moments.role == TARGET).any()
    assert (moments.role[:, 1:6] == RECEIVER).all()
    assert (moments.role[:, 0] == PASSER).all()
    assert moments.game_id.tolist() == scenes.game_id[[1, 3]].tolist()


def test_every_moment_is_an_anchor_and_a_stretch_ends_with_its_future(bank: Bank):
    frames = BEFORE + FLIGHT + 1
    assert len(bank.anchors()) == 2 * 5 * (frames - 1)
    known = ~bank.residual(bank.anchors())[:, 0, :, 0].isnan()
    left = bank.last[bank.stretch[bank.anchors()]] - bank.anchors()
    assert known.sum(1).tolist() == left.clamp(max=STEPS).tolist()


def test_only_what_is_told_is_in_the_context(bank: Bank):
    row = bank.anchors(before_throw=0)[:3]
    context = bank.inputs(row, torch.tensor([1, 4, STEPS])).context
    assert context is not None
    assert (~context[..., 0].isnan()).sum(1).tolist() == [1, 4, STEPS]


def test_stretches_can_be_chosen():
    scenes = straight_passes(6)
    moments = flights(scenes, actual_aim(scenes), NAMES)
    part = moments.take(np.array([True, False, False, True, False, False]))
    assert part.start.tolist() == [0, 28, 56]
    np.testing.assert_array_equal(part.xy[28:], moments.xy[3 * 28 : 4 * 28])
    assert part.game_id.tolist() == moments.game_id[[0, 3]].tolist()
