"""The ghost network's promises, which hold whatever its weights are."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pursuit_passes import pursuit_passes

from ghost_pipeline.domain.counterfactual import actual_aim
from ghost_pipeline.domain.field import FIELD_WIDTH_YD, MAX_STEP_YD
from ghost_pipeline.domain.scene import Scenes
from ghost_pipeline.errors import GhostError
from ghost_pipeline.features.windows import ABSENT, HISTORY, TARGET, Windows, make_windows, mirror
from ghost_pipeline.models.baselines import BASELINES
from ghost_pipeline.models.forecast import KNOWN_CONTEXT
from ghost_pipeline.models.ghost_net import GhostConfig, GhostNet, Scaler
from ghost_pipeline.models.ghost_predictor import GhostPredictor, Member, humanly_possible, mixed

NAMES = ("from_middle_yd", "velocity_x_yd_s", "velocity_y_yd_s", "target_x_yd", "needed_velocity_y_yd_s", "turn_yd_s2")
ACROSS = np.array([1, -1], np.float32)
EDGE = np.array([0, FIELD_WIDTH_YD], np.float32)


@pytest.fixture(scope="module")
def scenes() -> Scenes:
    return pursuit_passes(6)


@pytest.fixture(scope="module")
def windows(scenes: Scenes) -> Windows:
    return make_windows(scenes, actual_aim(scenes), NAMES, anchors=[0, 3])


@pytest.fixture(scope="module")
def predictor(windows: Windows) -> GhostPredictor:
    """Weights drawn at random, so that it moves everybody somewhere."""
    torch.manual_seed(0)
    members = []
    for _ in range(2):
        network = GhostNet(GhostConfig(observed=6, features=len(NAMES))).eval()
        torch.nn.init.normal_(network.head[-1].weight, std=0.3)  # type: ignore[arg-type]
        members.append(Member(network, np.linspace(1, 2, 40, dtype=np.float32)))
    return GhostPredictor(tuple(members), NAMES, Scaler.fit(windows.history, NAMES))


def test_an_untrained_network_is_its_prior(windows: Windows):
    network = GhostNet(GhostConfig(observed=6, features=len(NAMES))).eval()
    untrained = Member(network, np.ones(40, np.float32))
    forecast = GhostPredictor((untrained,), NAMES, Scaler.fit(windows.history, NAMES)).predict(windows)
    prior = BASELINES["damped_acceleration"].predict(windows)
    np.testing.assert_allclose(forecast.xy, prior.xy, atol=1e-3)


def test_shapes_and_spread(windows: Windows, predictor: GhostPredictor):
    forecast = predictor.predict(windows)
    assert forecast.xy.shape == windows.future_xy.shape
    assert forecast.sd is not None
    assert (forecast.sd > 0).all()


def test_mirrored_windows_get_the_mirrored_forecast(windows: Windows, predictor: GhostPredictor):
    plain, flipped = predictor.predict(windows), predictor.predict(mirror(windows, NAMES))
    np.testing.assert_allclose(flipped.xy, EDGE + plain.xy * ACROSS, atol=1e-3)
    np.testing.assert_allclose(flipped.sd, plain.sd, rtol=1e-3)


def test_order_of_the_slots_does_not_matter(windows: Windows, predictor: GhostPredictor):
    order = np.random.default_rng(0).permutation(22)
    by_slot = ("nfl_id", "role", "history", "past_xy", "velocity", "future_xy")
    shuffled = replace(windows, **{name: getattr(windows, name)[:, order] for name in by_slot})
    np.testing.assert_allclose(predictor.predict(shuffled).xy, predictor.predict(windows).xy[:, order], atol=1e-3)


def test_the_future_is_not_an_input(windows: Windows, predictor: GhostPredictor):
    blind = replace(windows, future_xy=np.full_like(windows.future_xy, np.nan), future_ball=windows.future_ball * 0)
    np.testing.assert_array_equal(predictor.predict(blind).xy, predictor.predict(windows).xy)


def test_an_empty_slot_gets_no_path_and_moves_nobody(windows: Windows, predictor: GhostPredictor):
    role, there = windows.role.copy(), np.delete(np.arange(22), 14)
    role[:, 14] = ABSENT
    gone = replace(windows, role=role, history=windows.history.copy(), past_xy=windows.past_xy.copy())
    gone.history[:, 14], gone.past_xy[:, 14] = np.nan, np.nan
    elsewhere = replace(windows, role=role, history=windows.history.copy())
    elsewhere.history[:, 14] = 3.0
    one, other = predictor.predict(gone), predictor.predict(elsewhere)
    assert np.isnan(one.xy[:, 14]).all()
    np.testing.assert_allclose(one.xy[:, there], other.xy[:, there], atol=1e-4)
    assert not np.allclose(one.xy[:, there], predictor.predict(windows).xy[:, there], atol=1e-3)


def test_the_aim_matters(scenes: Scenes, windows: Windows, predictor: GhostPredictor):
    aim = actual_aim(scenes)
    other = make_windows(scenes, replace(aim, landing_xy=aim.landing_xy + 8), NAMES, anchors=[0, 3])
    assert not np.allclose(predictor.predict(other).xy, predictor.predict(windows).xy, atol=0.01)


def test_fewer_steps_are_the_first_steps(windows: Windows, predictor: GhostPredictor):
    ten = replace(windows, future_xy=windows.future_xy[:, :, :10], future_ball=windows.future_ball[:, :10])
    np.testing.assert_allclose(predictor.predict(ten).xy, predictor.predict(windows).xy[:, :, :10], atol=1e-4)


def test_batches_do_not_matter(windows: Windows, predictor: GhostPredictor):
    small = replace(predictor, batch=5)
    np.testing.assert_allclose(small.predict(windows).xy, predictor.predict(windows).xy, atol=1e-3)


def test_artifact_round_trip(windows: Windows, predictor: GhostPredictor):
    files = predictor.to_files()
    assert set(files) == {"weights.safetensors", "config.json"}
    again = GhostPredictor.from_files(files)
    assert again.names == NAMES
    assert len(again.members) == 2
    np.testing.assert_array_equal(again.predict(windows).xy, predictor.predict(windows).xy)
    assert again.to_files() == files


def test_windows_with_other_features_are_refused(scenes: Scenes, predictor: GhostPredictor):
    other = make_windows(scenes, actual_aim(scenes), NAMES[:3], anchors=[0])
    with pytest.raises(GhostError, match="found 10 frames, 3 features"):
        predictor.predict(other)


def test_scaling_commutes_with_mirroring(windows: Windows):
    scaler = Scaler.fit(windows.history, NAMES)
    signs = np.array([-1, 1, -1, 1, -1, -1])
    np.testing.assert_allclose(scaler.scale(windows.history * signs), scaler.scale(windows.history) * signs, atol=1e-6)
    assert np.abs(scaler.scale(windows.history * 1e6)).max() <= 6


def test_known_context_sees_the_future_of_target_and_ball_alone(windows: Windows, predictor: GhostPredictor):
    told = predictor.known_context
    assert told.protocol == KNOWN_CONTEXT
    before = told.predict(windows)
    assert not np.allclose(before.xy, predictor.predict(windows).xy, atol=1e-3)
    elsewhere = replace(windows, future_xy=windows.future_xy + 5 * (windows.role != TARGET)[:, :, None, None])
    np.testing.assert_array_equal(told.predict(elsewhere).xy, before.xy)
    moved = replace(windows, future_ball=windows.future_ball + 5)
    assert not np.allclose(told.predict(moved).xy, before.xy, atol=1e-3)


def test_known_context_of_the_mirror_image_is_the_mirrored_forecast(windows: Windows, predictor: GhostPredictor):
    told = predictor.known_context
    plain, flipped = told.predict(windows), told.predict(mirror(windows, NAMES))
    np.testing.assert_allclose(flipped.xy, EDGE + plain.xy * ACROSS, atol=1e-3)


def test_longer_histories_are_cut(scenes: Scenes, windows: Windows, predictor: GhostPredictor):
    longer = make_windows(scenes, actual_aim(scenes), NAMES, history=9, anchors=[0, 3])
    np.testing.assert_array_equal(predictor.predict(longer).xy, predictor.predict(windows).xy)


def test_other_layouts_are_refused(predictor: GhostPredictor):
    files = predictor.to_files()
    old = files["config.json"].replace(b'"layout": 2', b'"layout": 1')
    with pytest.raises(GhostError, match="files of layout 1"):
        GhostPredictor.from_files({**files, "config.json": old})


def test_the_mean_of_members_is_surer_by_what_they_differ():
    """The truth is off by 1, and each of three members by 0.5 of its own: the mean has a third of the latter."""
    random = torch.Generator().manual_seed(0)
    truth = torch.randn(100_000, 2, generator=random)
    means = [0.5 * torch.randn(100_000, 2, generator=random) for _ in range(3)]
    own = torch.full((100_000, 2), 1.25**0.5)
    mean, sd = mixed(means, [own] * 3)
    assert (truth - mean).square().mean().item() == pytest.approx(1 + 0.25 / 3, abs=0.01)
    assert sd.square().mean().item() == pytest.approx(1 + 0.25 / 3, abs=0.01)
    assert (mixed(means[:1], [own])[1] == own).all()


def test_scaling_of_unknown_and_constant_numbers():
    history = np.full((2, 3, 4, 2), 5.0, np.float32)
    history[..., 1] = np.nan
    scaled = Scaler.fit(history, ["speed_yd_s", "down"]).scale(history)
    assert (scaled == 0).all()


def test_possible_steps_stay_as_they_are():
    path = np.cumsum(np.full((12, 2), 0.7), axis=0)  # 0.99 yd a step
    np.testing.assert_allclose(humanly_possible(path, np.zeros(2)), path, atol=1e-5)


@settings(deadline=None)
@given(
    arrays(np.float64, (3, 8, 2), elements=st.floats(-200, 200)), arrays(np.float64, (3, 2), elements=st.floats(0, 120))
)
def test_no_step_is_superhuman_and_none_turns(path: np.ndarray, anchor: np.ndarray):
    possible = humanly_possible(path, anchor).astype(np.float64)
    steps = np.diff(possible, axis=1, prepend=anchor[:, None])
    wanted = np.diff(path, axis=1, prepend=anchor[:, None])
    assert (np.linalg.norm(steps, axis=-1) <= MAX_STEP_YD).all()
    assert ((steps * wanted).sum(-1) >= -1e-3).all()


def test_the_parts_of_a_vector_share_a_deviation():
    history = np.random.default_rng(1).normal(0, [1.0, 5.0, 2.0], (50, 22, HISTORY, 3)).astype(np.float32)
    scaler = Scaler.fit(history, ["velocity_x_yd_s", "velocity_y_yd_s", "speed_yd_s"])
    assert scaler.sd[0] == scaler.sd[1]
    assert scaler.sd[0] == pytest.approx((13**0.5), rel=0.05)
    assert scaler.sd[2] == pytest.approx(2.0, rel=0.05)
