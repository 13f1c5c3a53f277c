"""Where and when the ball would come down: against passes whose answer is known."""

import numpy as np
import pytest
from passes_by_hand import GAME_IDS, RECEIVERS, straight_passes

from ghost_pipeline.domain.counterfactual import actual_aim
from ghost_pipeline.domain.field import FIELD_LENGTH_YD, FIELD_WIDTH_YD, FRAME_S
from ghost_pipeline.domain.scene import NOBODY
from ghost_pipeline.domain.split import HELD_OUT_FOLD, folds_of
from ghost_pipeline.features.windows import HORIZON
from ghost_pipeline.models.flight import FlightModel, Releases, fit_flight, hypothetical_aims, releases

STRAIGHT = FlightModel(least_time_s=0.1, time_s_per_yd=0.05, velocity_kept=1.0, acceleration_kept=0.0)


def made_releases(count: int, seed: int = 0) -> Releases:
    random = np.random.default_rng(seed)
    distance = random.uniform(3, 50, count)
    velocity, acceleration = random.normal(0, 5, (count, 2)), random.normal(0, 2, (count, 2))
    time_s = 0.2 + 0.045 * distance
    return Releases(
        game_id=np.array(GAME_IDS)[np.arange(count) % len(GAME_IDS)],
        air_distance_yd=distance,
        flight_time_s=time_s,
        velocity=velocity,
        acceleration=acceleration,
        moved=FlightModel(velocity_kept=0.9, acceleration_kept=0.7).moved(velocity, acceleration, time_s),
    )


def test_the_fit_recovers_what_made_the_passes_in_spite_of_outliers():
    rows = made_releases(300)
    rows.flight_time_s[:10] += 2.0
    rows.moved[10:20] += 30.0
    flight = fit_flight([rows])
    assert flight.least_time_s == pytest.approx(0.2, abs=0.02)
    assert flight.time_s_per_yd == pytest.approx(0.045, abs=0.001)
    assert flight.velocity_kept == pytest.approx(0.9, abs=0.02)
    assert flight.acceleration_kept == pytest.approx(0.7, abs=0.04)


def test_held_out_games_are_not_fitted_on():
    rows = made_releases(300)
    held_out = folds_of(rows.game_id) == HELD_OUT_FOLD
    assert held_out.any()
    before = fit_flight([rows])
    rows.flight_time_s[held_out] += 5.0
    assert fit_flight([rows]) == before
    assert before.passes == (~held_out).sum()


def test_a_handful_of_passes_gives_the_built_in_values():
    assert fit_flight([made_releases(20)]) == FlightModel()


def test_the_artifact_reads_back_equal():
    assert FlightModel.from_json(STRAIGHT.to_json()) == STRAIGHT


def test_one_aim_per_pass_and_eligible_receiver():
    scenes = straight_passes(6)
    aim = hypothetical_aims(scenes, STRAIGHT)
    assert len(aim) == 6 * RECEIVERS
    assert set(zip(aim.play, aim.target, strict=True)) == {(p, t) for p in range(6) for t in range(1, 1 + RECEIVERS)}


def test_ball_and_receiver_meet():
    scenes = straight_passes(6)
    aim = hypothetical_aims(scenes, STRAIGHT)
    throw = scenes.throw[aim.play]
    distance = np.linalg.norm(aim.landing_xy - scenes.xy[throw, scenes.passer[aim.play]], axis=1)
    time_s = STRAIGHT.flight_time(distance)
    met = scenes.xy[throw, aim.target] + scenes.velocity[throw, aim.target] * time_s[:, None]
    inside = ((met >= 0) & (met <= [FIELD_LENGTH_YD, FIELD_WIDTH_YD])).all(axis=1)
    assert inside.sum() > 20
    assert np.abs(met - aim.landing_xy)[inside].max() < 0.05
    assert np.abs(aim.flight_frames * FRAME_S - time_s).max() <= FRAME_S / 2 + 1e-6


def test_the_landing_point_is_on_the_field_and_the_flight_is_bounded():
    scenes = straight_passes(3)
    scenes.velocity[..., 1] = 40.0
    aim = hypothetical_aims(scenes, STRAIGHT)
    assert (aim.landing_xy[:, 1] <= FIELD_WIDTH_YD + 1e-4).all()
    assert (aim.landing_xy[:, 1] > FIELD_WIDTH_YD - 1).all()
    slow = hypothetical_aims(scenes, FlightModel(time_s_per_yd=1.0))
    assert slow.flight_frames.max() == HORIZON


def test_nothing_after_the_release_matters():
    scenes, changed = straight_passes(4), straight_passes(4)
    for throw, arrival in zip(changed.throw, changed.arrival, strict=True):
        changed.xy[throw + 1 : arrival + 1] += 17.0
        changed.velocity[throw + 1 : arrival + 1] = 0.0
    before, after = hypothetical_aims(scenes, STRAIGHT), hypothetical_aims(changed, STRAIGHT)
    assert np.array_equal(before.landing_xy, after.landing_xy)
    assert np.array_equal(before.flight_frames, after.flight_frames)


def test_a_pass_without_a_target_still_has_options_and_an_unseen_receiver_has_none():
    scenes = straight_passes(2)
    scenes.target[0] = NOBODY
    scenes.xy[scenes.throw[0], 2] = np.nan
    aim = hypothetical_aims(scenes, STRAIGHT)
    assert (aim.play == 0).sum() == RECEIVERS - 1
    assert 2 not in aim.target[aim.play == 0]


def test_releases_of_straight_runners():
    scenes = straight_passes(10)
    rows, aim = releases(scenes), actual_aim(scenes)
    assert np.allclose(rows.moved, rows.velocity * rows.flight_time_s[:, None], atol=1e-3)
    assert np.allclose(rows.acceleration, 0, atol=1e-3)
    assert len(rows.game_id) == len(aim)
