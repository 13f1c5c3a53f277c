"""The value of a decision, worked out by hand."""

import numpy as np
import pytest

from ghost_pipeline.domain.counterfactual import Aim
from ghost_pipeline.models.decision import Situations, chance_to_gain, decision_values, expected_points, expected_yards


def options(play: list[int], target: list[int]) -> Aim:
    N = len(play)
    return Aim(np.array(play, np.int64), np.array(target, np.int64), np.zeros((N, 2), np.float32), np.ones(N, np.int64))


def test_expected_yards_by_hand():
    found = expected_yards(np.array([0.5, 1.0]), np.array([10.0, -3.0]), np.array([4.0, 5.0]), np.array([99.0, 99.0]))
    assert found == pytest.approx([7.0, 2.0])


def test_no_gain_goes_past_the_goal_line():
    assert expected_yards(np.array([0.5]), np.array([18.0]), np.array([9.0]), np.array([20.0]))[0] == 10


def test_a_chance_to_gain_by_hand():
    gained = np.array([[1.0, 3.0, 5.0, 9.0]] * 5)
    # Each value is the middle of a quarter: 3 is the quantile 0.375, 4 lies between 0.375 and 0.625.
    found = chance_to_gain(gained, np.array([3.0, 4.0, 0.0, 10.0, np.nan]))
    assert found[:4] == pytest.approx([1 - 0.375, 0.5, 1.0, 0.0])
    assert np.isnan(found[4])


def test_expected_points_by_hand():
    # Second and 10, 50 yards from the goal line: 20 air yards, 5 or 45 after the catch, half caught, a tenth picked.
    now = Situations(np.array([50.0]), np.array([2.0]), np.array([10.0]))
    found = expected_points(np.array([0.5]), np.array([0.1]), np.array([20.0]), np.array([[25.0, 65.0]]), now)
    caught = ((6 - 0.08 * 25) + 7) / 2
    once = 0.75 * np.exp(-0.85)
    third = (6 - 0.08 * 50) + (once - (1 - (1 - once) ** 3)) * ((6 - 0.08 * 40) - -(6 - 0.08 * 90))
    picked = -(6 - 0.08 * 70)
    assert found[0] == pytest.approx(0.5 * caught + 0.4 * third + 0.1 * picked)


def test_value_is_the_distance_to_the_best_other_option():
    value, rank = decision_values(options([0, 0, 0, 1, 1], [1, 4, 2, 3, 1]), np.array([8.0, 5.0, 6.0, -1.0, -2.0]))
    assert value == pytest.approx([2.0, -3.0, -2.0, 1.0, -1.0])
    assert rank.tolist() == [1, 3, 2, 1, 2]


def test_equal_options_share_a_rank():
    value, rank = decision_values(options([0, 0, 0], [1, 2, 3]), np.array([4.0, 4.0, 1.0]))
    assert value == pytest.approx([0.0, 0.0, -3.0])
    assert rank.tolist() == [1, 1, 3]


def test_an_only_option_has_no_value():
    value, rank = decision_values(options([0, 2], [1, 1]), np.array([4.0, 5.0]))
    assert np.isnan(value).all()
    assert rank.tolist() == [1, 1]


def test_no_options():
    value, rank = decision_values(options([], []), np.zeros(0))
    assert len(value) == len(rank) == 0
