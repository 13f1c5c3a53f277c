"""The trajectory score on paths worked out by hand, and what must hold for every path."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ghost_pipeline.domain.field import FRAME_S, MAX_STEP_YD
from ghost_pipeline.domain.trajectory_score import (
    LATE_SHARES,
    distance_ratio,
    distort,
    model_score,
    play_score,
    play_weight,
    positional_convergence,
    score_paths,
    step_weights,
    superhuman_steps,
    trajectory_score,
)

STEPS = 10
TARGET = (30.0, 20.0)


def run(start: tuple[float, float], step: tuple[float, float], steps: int = STEPS) -> np.ndarray:
    """A straight path at constant speed, [1, steps + 1, 2]."""
    return (np.array(start) + np.arange(steps + 1)[:, None] * np.array(step))[None]


def score(path: np.ndarray, target: np.ndarray, weighting: str = "equal"):
    return score_paths(path, target, np.array([path.shape[1] - 1]), LATE_SHARES[weighting])


def test_standing_still_beside_a_standing_target_scores_zero_with_no_effort():
    result = score(run((20, 20), (0, 0)), run(TARGET, (0, 0)))
    assert result.convergence_yd_step[0] == 0
    assert result.effort_ratio[0] == 0
    assert result.trajectory_score[0] == 0


def test_standing_still_while_the_target_leaves_is_diverging_and_doubled():
    result = score(run((20, 20), (0, 0)), run(TARGET, (0.5, 0)))
    assert result.convergence_yd_step[0] == pytest.approx(0.5)
    assert result.trajectory_score[0] == pytest.approx(1.0)


def test_a_straight_chase_that_gets_there_has_full_effort():
    result = score(run((20, 20), (1, 0)), run(TARGET, (0, 0)))
    assert result.convergence_yd_step[0] == pytest.approx(-1)
    assert result.effort_ratio[0] == pytest.approx(1)
    assert result.trajectory_score[0] == pytest.approx(-1)


def test_half_the_effort_takes_away_a_third_of_the_closing():
    # Best effort 10 yd, covered 5: DR = 1 - 5 / 15.
    result = score(run((20, 20), (0.5, 0)), run(TARGET, (0, 0)))
    assert result.effort_ratio[0] == pytest.approx(2 / 3)
    assert result.trajectory_score[0] == pytest.approx(-0.5 * 2 / 3)


def test_running_parallel_to_the_target_scores_zero():
    result = score(run((30, 15), (0.8, 0)), run(TARGET, (0.8, 0)))
    assert result.convergence_yd_step[0] == pytest.approx(0)
    assert result.trajectory_score[0] == pytest.approx(0)


def test_running_away_is_diverging():
    # Straight distance 10 yd, covered 10 yd the other way: effort counts as full, so only PS speaks.
    result = score(run((20, 20), (-1, 0)), run(TARGET, (0, 0)))
    assert result.convergence_yd_step[0] == pytest.approx(1)
    assert result.trajectory_score[0] == pytest.approx(1)


def test_best_effort_is_capped_by_what_a_human_can_cover():
    # The target is 50 yd away: a sprint at the limit is all that can be asked.
    result = score(run((0, 20), (MAX_STEP_YD, 0)), run((50, 20), (0, 0)))
    assert result.effort_ratio[0] == pytest.approx(1)
    assert result.superhuman_steps[0] == 0


def test_one_superhuman_step_halves_the_credit_for_closing():
    path = run((20, 20), (0.9, 0))
    path[0, 5:, 0] += 1.0
    result = score(path, run(TARGET, (0, 0)))
    assert result.superhuman_steps[0] == 1
    assert result.convergence_yd_step[0] == pytest.approx(-1)
    assert result.trajectory_score[0] == pytest.approx(-0.5)


def test_one_superhuman_step_doubles_the_blame_for_diverging():
    path = run((20, 20), (-0.9, 0))
    path[0, 5:, 0] -= 1.0
    assert score(path, run(TARGET, (0, 0))).trajectory_score[0] == pytest.approx(2.0)


def test_a_flight_of_one_step():
    result = score(run((20, 20), (0.5, 0), 1), run((20.5, 20), (0, 0), 1))
    assert result.convergence_yd_step[0] == pytest.approx(-0.5)
    assert result.effort_ratio[0] == pytest.approx(1)


def test_late_weights_judge_where_the_path_ends():
    there_and_back = run((20, 20), (0.5, 0))
    there_and_back[0, 6:] = there_and_back[0, 4::-1]
    still = run(TARGET, (0, 0))
    assert score(there_and_back, still, "equal").convergence_yd_step[0] == pytest.approx(0)
    assert score(there_and_back, still, "late").convergence_yd_step[0] > 0.1


def test_late_weights_by_hand():
    # Distance 10, 9, 7: changes -1 and -2 with weights 1/2 and 1.
    path = np.array([[[20.0, 20], [21, 20], [23, 20]]])
    target = run(TARGET, (0, 0), 2)
    assert positional_convergence(path, target, np.array([2]), LATE_SHARES["late"])[0] == pytest.approx(-5 / 3)


def test_what_follows_the_flight_is_ignored():
    path, target = run((20, 20), (1, 0)), run(TARGET, (0, 0))
    padded = np.concatenate([path, np.full((1, 5, 2), 900.0)], axis=1)
    padded_target = np.concatenate([target, np.full((1, 5, 2), np.nan)], axis=1)
    result = score_paths(padded, padded_target, np.array([STEPS]))
    assert result.trajectory_score[0] == pytest.approx(-1)
    assert result.superhuman_steps[0] == 0


def test_a_path_without_known_steps_has_no_score():
    path = np.full((1, STEPS + 1, 2), np.nan)
    result = score(path, run(TARGET, (0, 0)))
    assert np.isnan(result.trajectory_score[0])
    assert np.isnan(result.effort_ratio[0])


def test_weights_between_are_the_mixture_of_the_two_scores():
    # Distance 10, 9, 7: equal PS -1.5, late PS -5/3; a quarter late lies a quarter of the way.
    path, target = np.array([[[20.0, 20], [21, 20], [23, 20]]]), run(TARGET, (0, 0), 2)
    found = positional_convergence(path, target, np.array([2]), 0.25)[0]
    assert found == pytest.approx(-1.5 + 0.25 * (-5 / 3 + 1.5))


def test_step_weights_by_hand():
    assert step_weights(np.array([2, 3]), 3, 0.0) == pytest.approx(np.array([[1 / 2, 1 / 2, 0], [1 / 3, 1 / 3, 1 / 3]]))
    assert step_weights(np.array([2, 3]), 3, 1.0) == pytest.approx(np.array([[1 / 3, 2 / 3, 0], [1 / 6, 2 / 6, 3 / 6]]))


def test_play_score_weighs_near_defenders_exponentially():
    weight = play_weight(np.array([0.0, 5.0, 3.0]))
    assert weight[1] == pytest.approx(np.exp(-1))
    found = play_score(np.array([-1.0, 2.0, np.nan]), weight, np.array([0, 0, 0]), 2)
    assert found[0] == pytest.approx((-1 + 2 * np.exp(-1)) / (1 + np.exp(-1)))
    assert np.isnan(found[1])
    assert model_score(found) == pytest.approx(found[0])
    assert np.isnan(model_score(np.array([np.nan])))


def test_distorting_changes_a_quarter_of_the_paths_and_is_repeatable():
    paths = np.repeat(run((20, 20), (0.3, 0.1)), 40, axis=0)
    distorted = distort(paths, seed=1)
    changed = (distorted != paths).any(axis=(1, 2))
    assert changed.sum() == 10
    assert np.array_equal(distorted[:, 0], paths[:, 0])
    steps = np.diff(distorted[changed], axis=1)
    assert np.allclose(steps, steps[:, :1])
    assert np.linalg.norm(steps, axis=-1).max() <= MAX_STEP_YD + 1e-9
    assert np.array_equal(distorted, distort(paths, seed=1))
    assert not np.array_equal(distorted, distort(paths, seed=2))


def test_distortion_covers_all_directions_and_speeds():
    moved = distort(np.zeros((2000, 2, 2)), seed=3, share=1.0)[:, 1] / FRAME_S
    speed = np.linalg.norm(moved, axis=-1)
    assert speed.min() < 1
    assert speed.max() > 11
    assert np.abs(np.mean(moved / speed[:, None], axis=0)).max() < 0.05


coordinates = st.integers(0, 10_000).map(lambda hundredths: hundredths / 100)
"""As fine as tracking is: a ratio of distances far below a millimetre says nothing, and moving the field loses them."""
some_paths = arrays(np.float32, (3, 6, 2), elements=coordinates)


@given(some_paths, some_paths, st.sampled_from([0.0, 0.4, 1.0]))
def test_the_score_keeps_the_sign_of_convergence_and_the_ratio_its_range(path, target, late_share):
    result = score_paths(path, target, np.array([5, 3, 1]), late_share)
    assert ((result.effort_ratio >= 0) & (result.effort_ratio <= 1)).all()
    closing = result.convergence_yd_step < 0
    assert (result.trajectory_score[closing] <= 0).all()
    assert (result.trajectory_score[~closing] >= 0).all()


@given(some_paths, some_paths, st.floats(0, 6.28), st.floats(-50, 50), st.booleans())
def test_the_score_does_not_depend_on_where_on_the_field_it_is(path, target, angle, shift, mirrored):
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    if mirrored:
        turn = turn @ np.diag([1.0, -1.0])
    steps = np.array([5, 5, 2])
    moved_path, moved_target = (xy.astype(np.float64) @ turn.T + shift for xy in (path, target))
    assert np.allclose(
        positional_convergence(moved_path, moved_target, steps), positional_convergence(path, target, steps), atol=1e-6
    )
    assert np.allclose(distance_ratio(moved_path, moved_target, steps), distance_ratio(path, target, steps), atol=1e-6)


@given(st.floats(-1, 1), st.floats(0, 1), st.floats(0, 1), st.integers(0, 20))
def test_less_effort_and_more_superhuman_steps_never_help(ps, dr, worse_dr, sp):
    worse_dr = min(dr, worse_dr)
    at = trajectory_score(np.array([ps]), np.array([dr]), np.array([sp]))[0]
    assert trajectory_score(np.array([ps]), np.array([worse_dr]), np.array([sp]))[0] >= at
    assert trajectory_score(np.array([ps]), np.array([dr]), np.array([sp + 1]))[0] >= at


def test_superhuman_steps_are_counted_in_the_flight_only():
    path = run((20, 20), (2.0, 0))
    assert superhuman_steps(path, np.array([4]))[0] == 4
