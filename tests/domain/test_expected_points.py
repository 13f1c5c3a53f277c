"""Expected points worked out by hand, and what must hold in every situation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ghost_pipeline.domain.expected_points import (
    TOUCHDOWN_POINTS,
    chance_of_first_down,
    first_and_ten,
    fourth_down,
    points_after_gain,
    points_after_interception,
    situation_points,
)


def of(function, *numbers: float) -> float:
    return float(function(*(np.array([number], np.float64) for number in numbers))[0])


def test_the_line_of_the_hidden_game():
    assert of(first_and_ten, 100) == pytest.approx(-2)
    assert of(first_and_ten, 75) == pytest.approx(0)
    assert of(first_and_ten, 0) == pytest.approx(6)
    assert of(situation_points, 1, 10, 60) == pytest.approx(of(first_and_ten, 60))


def test_fourth_down_by_hand():
    # From the own 30 a punt of 40 gives the opponent the ball 70 yards from where he wants to go: 6 - 5.6.
    assert of(fourth_down, 70) == pytest.approx(-0.4)
    # A punt into the end zone comes out to the 20: 6 - 6.4.
    assert of(fourth_down, 39) == pytest.approx(0.4)
    # From 20 yards: 0.82 * 3 points, and 0.18 of giving the ball away 80 yards from the other goal line.
    assert of(fourth_down, 20) == pytest.approx(0.82 * 3 + 0.18 * 0.4)


def test_a_chance_to_make_it_by_hand():
    once = 0.75 * np.exp(-0.85)
    assert of(chance_of_first_down, 3, 10) == pytest.approx(once)
    assert of(chance_of_first_down, 2, 10) == pytest.approx(1 - (1 - once) ** 2)
    assert of(chance_of_first_down, 4, 1) == 0


def test_gains_by_hand():
    assert of(points_after_gain, 12, 2, 10, 50) == pytest.approx(of(first_and_ten, 38))
    assert of(points_after_gain, 4, 2, 10, 50) == pytest.approx(of(situation_points, 3, 6, 46))
    assert of(points_after_gain, 4, 4, 10, 50) == pytest.approx(-of(first_and_ten, 54))
    assert of(points_after_gain, 50, 1, 10, 50) == TOUCHDOWN_POINTS


def test_interceptions_by_hand():
    # Thrown from the own 40 (60 to go), intercepted 20 yards downfield: the opponent has 60 yards to go.
    assert of(points_after_interception, 20, 60) == pytest.approx(-of(first_and_ten, 60))
    assert of(points_after_interception, 65, 60) == pytest.approx(-of(first_and_ten, 80))


def test_what_is_unknown_is_worth_nothing_known():
    assert np.isnan(of(situation_points, np.nan, 10, 50))
    assert np.isnan(of(points_after_gain, 60, np.nan, np.nan, 50))


@given(st.integers(1, 3), st.floats(1, 20), st.floats(25, 98), st.floats(0, 20), st.floats(0, 5))
def test_more_yards_are_never_worth_less(down, to_go, to_goal, gain, more):
    assert (
        of(points_after_gain, gain + more, down, to_go, to_goal)
        >= of(points_after_gain, gain, down, to_go, to_goal) - 1e-9
    )


@given(st.integers(1, 2), st.floats(1, 20), st.floats(25, 98))
def test_a_later_down_is_never_worth_more(down, to_go, to_goal):
    assert of(situation_points, down + 1, to_go, to_goal) <= of(situation_points, down, to_go, to_goal) + 1e-9
