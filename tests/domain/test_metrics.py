"""The metric words on cases worked out by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ghost_pipeline.domain.metrics import (
    Bootstrap,
    ade,
    distances,
    fde,
    joint_rmse,
    miss_rate,
    negative_log_likelihood,
    region_radius,
    squared_radius,
)

NAN = np.nan


def test_distance_of_a_diagonal_is_its_hypotenuse():
    predicted, actual = np.array([[[0.0, 0.0], [1.0, 1.0]]]), np.array([[[3.0, 4.0], [1.0, 1.0]]])
    assert distances(predicted, actual).tolist() == [[5.0, 0.0]]


def test_words_on_two_paths_of_unequal_length():
    distance = np.array([[1.0, 2.0, 3.0], [4.0, NAN, NAN]])
    assert ade(distance) == pytest.approx(2.5)  # (1 + 2 + 3 + 4) / 4
    assert fde(distance) == pytest.approx(3.5)  # (3 + 4) / 2
    assert joint_rmse(distance) == pytest.approx(np.sqrt(30 / 4))


def test_standing_still_against_a_straight_run():
    steps = np.arange(1, 11) * 0.5
    run = np.stack([steps, np.zeros(10)], axis=-1)[None]
    distance = distances(np.zeros((1, 10, 2)), run)
    assert ade(distance) == pytest.approx(0.5 * 5.5)
    assert fde(distance) == pytest.approx(5.0)
    assert joint_rmse(distance) == pytest.approx(0.5 * np.sqrt(38.5))


def test_one_step():
    distance = np.array([[2.0], [4.0]])
    assert (ade(distance), fde(distance)) == (3.0, 3.0)
    assert joint_rmse(distance) == pytest.approx(np.sqrt(10))


def test_a_path_without_anything_to_score_counts_nowhere():
    with_empty = np.array([[1.0, 2.0], [NAN, NAN]])
    assert (ade(with_empty), fde(with_empty)) == (1.5, 2.0)
    assert np.isnan(ade(with_empty[1:]))


def test_joint_rmse_is_root_two_times_the_coordinate_rmse():
    error = np.random.default_rng(0).normal(size=(50, 10, 2))
    coordinate = np.sqrt((error**2).sum() / (2 * 500))
    assert joint_rmse(distances(error, np.zeros_like(error))) == pytest.approx(np.sqrt(2) * coordinate)


def test_interval_of_equal_games_has_no_width():
    found = Bootstrap(np.array([1, 1, 2, 2, 3, 3]), seed=0).mean(np.full((6, 3), 4.0)).root
    for values in (found.value, found.low, found.high):
        np.testing.assert_allclose(values, [2.0, 2.0, 2.0, 2.0])


def test_interval_draws_whole_games():
    """Two games, one always wrong by 0 and one by 2: a draw holds none, one or both of the second."""
    distance = np.repeat([[0.0], [2.0]], 100, axis=0)
    found = Bootstrap(np.repeat([7, 9], 100), seed=1).mean(distance**2).root
    assert (found.low[0], found.high[0]) == (0.0, 2.0)
    assert found.value[0] == pytest.approx(np.sqrt(2))


def test_interval_is_seeded_and_holds_the_value():
    random = np.random.default_rng(3)
    distance, games = random.gamma(2, size=(80, 5)), random.integers(0, 12, 80)
    first, again, other = (Bootstrap(games, seed).mean(distance) for seed in (5, 5, 6))
    assert (first.low[0], first.high[0]) == (again.low[0], again.high[0])
    assert first.low[0] < ade(distance) < first.high[0]
    assert other.low[0] != first.low[0]


def test_what_is_not_scored_counts_in_no_interval():
    found = Bootstrap(np.array([1, 2]), seed=0).mean(np.array([[1.0, NAN], [3.0, NAN]]))
    assert found.value[:2].tolist() == [2.0, 2.0]
    assert np.isnan([found.value[2], found.low[2], found.high[2]]).all()


def test_difference_of_the_same_paths_is_nothing_and_its_interval_is_paired():
    random = np.random.default_rng(0)
    games = np.repeat(np.arange(10), 20)
    hard = random.gamma(2, size=10)[games][:, None] * random.uniform(0.9, 1.1, (200, 4))  # games differ much
    bootstrap = Bootstrap(games, seed=0)
    same = bootstrap.root_difference(hard**2, hard**2)
    assert (same.value, same.low, same.high) == (0.0, 0.0, 0.0)
    worse = bootstrap.root_difference((1.1 * hard) ** 2, hard**2)
    assert 0 < worse.low < worse.value < worse.high
    assert worse.value == pytest.approx(0.1 * joint_rmse(hard))


def test_miss_rate_looks_at_the_last_scored_step():
    assert miss_rate(np.array([[9.0, 1.0], [1.0, 2.5], [2.1, NAN], [NAN, NAN]])) == pytest.approx(2 / 3)


def test_regions_of_a_normal_hold_what_they_say():
    drawn = np.random.default_rng(0).normal(size=(200_000, 2)) * [2.0, 0.5] + [1.0, 3.0]
    mean, sd = np.broadcast_to([1.0, 3.0], drawn.shape), np.broadcast_to([2.0, 0.5], drawn.shape)
    squared = squared_radius(mean, sd, drawn)
    assert (squared <= region_radius(0.9)).mean() == pytest.approx(0.9, abs=0.003)
    assert (squared <= region_radius(0.5)).mean() == pytest.approx(0.5, abs=0.004)
    entropy = 1 + np.log(2 * np.pi)  # of a two-dimensional normal whose deviations multiply to 1
    assert negative_log_likelihood(squared, sd).mean() == pytest.approx(entropy, abs=0.01)


@given(st.lists(st.floats(0, 50), min_size=1, max_size=30))
def test_ade_never_exceeds_rmse(values: list[float]):
    distance = np.array([values])
    assert ade(distance) <= joint_rmse(distance) + 1e-9
