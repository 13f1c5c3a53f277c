"""The Defender CNN-LSTM: what each variant sees and whom it predicts."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from pursuit_passes import pursuit_passes

from ghost_pipeline.domain.counterfactual import actual_aim
from ghost_pipeline.errors import GhostError
from ghost_pipeline.features.windows import BACK, TARGET, Windows, make_windows, mirror
from ghost_pipeline.models.cnn_lstm import CnnLstm, CnnLstmConfig, CnnLstmPredictor, trajectories_of
from ghost_pipeline.models.evaluate import ten_step_windows
from ghost_pipeline.models.forecast import AT_RELEASE, KNOWN_CONTEXT

NAMES = ["speed_yd_s"]
VARIANTS = [CnnLstmConfig(protocol, relative) for protocol in (KNOWN_CONTEXT, AT_RELEASE) for relative in (False, True)]


@pytest.fixture(scope="module")
def windows() -> Windows:
    scenes = pursuit_passes(4)
    return ten_step_windows(make_windows(scenes, actual_aim(scenes), NAMES))


def untrained(config: CnnLstmConfig) -> CnnLstmPredictor:
    torch.manual_seed(1)
    return CnnLstmPredictor(CnnLstm(config).eval())


def test_names_say_the_repairs():
    assert CnnLstmConfig(relative=False).name == "cnn_lstm"
    assert CnnLstmConfig(relative=False, convolutions=False).name == "lstm"
    assert CnnLstmConfig(social=True, joint=True, residual=True).name == "cnn_lstm_social_joint_relative_residual"
    assert CnnLstmConfig().name == "cnn_lstm_relative"
    assert CnnLstmConfig(mirror=True).name == "cnn_lstm_relative_mirror"


def test_trajectories_of_a_defensive_back(windows: Windows):
    seen, row, slot = trajectories_of(windows, CnnLstmConfig())
    assert (windows.role[row, slot] == BACK).all()
    assert len(row) == (windows.role == BACK).sum()
    n, j = row[7], slot[7]
    here = windows.past_xy[n, j, -1]
    receiver = (windows.role[n] == TARGET).argmax()
    np.testing.assert_allclose(seen.past[7, 0, :2, -1], 0)
    np.testing.assert_allclose(seen.past[7, 0, 2:, 0], windows.velocity[n, j, -3] / 5, rtol=1e-5)
    np.testing.assert_allclose(seen.past[7, 1, :2, 1], (windows.past_xy[n, receiver, -2] - here) / 10, atol=1e-5)
    np.testing.assert_allclose(seen.past[7, 2, :2, 2], (windows.past_ball[n, -1] - here) / 10, atol=1e-5)
    np.testing.assert_allclose(seen.context[7, 4, :2], (windows.future_xy[n, receiver, 4] - here) / 10, atol=1e-5)
    np.testing.assert_allclose(seen.target[7, 9], (windows.future_xy[n, j, 9] - here) / 10, atol=1e-5)


def test_at_release_is_told_where_and_when_the_ball_comes_down(windows: Windows):
    seen, row, slot = trajectories_of(windows, CnnLstmConfig(AT_RELEASE))
    offset = windows.landing_xy[row[3]] - windows.past_xy[row[3], slot[3], -1]
    np.testing.assert_allclose(seen.context[3, 6, :2], offset / 10, atol=1e-5)
    assert seen.context[3, 6, 2] == pytest.approx((windows.steps_left[row[3]] - 7) / 10)


@pytest.mark.parametrize("config", VARIANTS, ids=lambda config: f"{config.name}-{config.protocol}")
def test_mirrored_trajectories_are_those_of_mirrored_windows(windows: Windows, config: CnnLstmConfig):
    plain, _, _ = trajectories_of(windows, config)
    flipped, _, _ = trajectories_of(mirror(windows, NAMES), config)
    for one, other in zip(plain.mirrored(), flipped, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-4)


@pytest.mark.parametrize("config", VARIANTS, ids=lambda config: f"{config.name}-{config.protocol}")
def test_only_backs_are_predicted_from_what_the_protocol_allows(windows: Windows, config: CnnLstmConfig):
    predictor = untrained(config)
    xy = predictor.predict(windows).xy
    back = windows.role == BACK
    assert not np.isnan(xy[back]).any()
    assert np.isnan(xy[~back]).all()
    shaken = windows.future_xy + np.where(back, 0, 5)[..., None, None].astype(np.float32)
    changed = predictor.predict(replace(windows, future_xy=shaken, future_ball=windows.future_ball + 5)).xy
    assert np.array_equal(xy[back], changed[back]) == (config.protocol == AT_RELEASE)
    blind = np.where(back[..., None, None], np.nan, windows.future_xy)
    np.testing.assert_array_equal(predictor.predict(replace(windows, future_xy=blind)).xy[back], xy[back])


@pytest.mark.parametrize("config", VARIANTS, ids=lambda config: f"{config.name}-{config.protocol}")
def test_artifact_round_trip(windows: Windows, config: CnnLstmConfig):
    predictor = untrained(config)
    again = CnnLstmPredictor.from_files(predictor.to_files())
    assert (again.name, again.protocol, again.horizon) == (config.name, config.protocol, 10)
    np.testing.assert_array_equal(again.predict(windows).xy, predictor.predict(windows).xy)


def test_too_short_windows_are_refused(windows: Windows):
    short = replace(windows, past_xy=windows.past_xy[:, :, -2:])
    with pytest.raises(GhostError, match="at least 3 frames and 10 steps; found 2 frames"):
        trajectories_of(short, CnnLstmConfig())


def test_frames_that_the_network_does_not_see_change_nothing(windows: Windows):
    H = CnnLstmConfig().observed
    assert windows.past_ball.shape[1] > H
    cut = {name: getattr(windows, name)[:, :, -H:] for name in ("past_xy", "velocity")}
    shorter = replace(windows, past_ball=windows.past_ball[:, -H:], **cut)
    long, short = (trajectories_of(one, CnnLstmConfig())[0] for one in (windows, shorter))
    for name in ("past", "others", "context", "target"):
        torch.testing.assert_close(getattr(long, name), getattr(short, name), equal_nan=True)
