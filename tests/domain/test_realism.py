"""Comparing distributions, by hand and on straight runners."""

import numpy as np
import pytest
from passes_by_hand import straight_passes

from ghost_pipeline.domain.counterfactual import actual_aim
from ghost_pipeline.domain.realism import MEASURES, kolmogorov_distance, look, percentiles, weights_like


def test_equal_samples_have_no_distance_and_separate_ones_the_largest():
    one = np.array([1.0, 2.0, 3.0, np.nan])
    assert kolmogorov_distance(one, one, np.ones(4)) == pytest.approx(0)
    assert kolmogorov_distance(one, one + 10, np.ones(4)) == pytest.approx(1)


def test_the_distance_by_hand_with_weights():
    # Half of one is below 1.5, of the other a quarter of the weight.
    one, other = np.array([1.0, 2.0]), np.array([1.0, 2.0])
    assert kolmogorov_distance(one, other, np.array([1.0, 3.0])) == pytest.approx(0.25)


def test_weights_give_each_result_and_bin_the_landed_share():
    landed, result = np.array([1.0, 1.0, 1.0, 9.0]), np.array([0, 0, 1, 0])
    flown, edges = np.array([2.0, 2.0, 8.0, 30.0]), np.array([5.0, 20.0])
    chance = np.array([[0.75, 0.25], [0.25, 0.75], [0.5, 0.5], [0.9, 0.1]])
    # Half are short and caught, 3 : 1 between the two short ones; a quarter short and missed, 1 : 3; a quarter is long.
    weight = weights_like(landed, result, flown, chance, edges)
    assert weight == pytest.approx([0.375 + 0.0625, 0.125 + 0.1875, 0.25, 0.0])


def test_weighted_percentiles_by_hand():
    found = percentiles(np.array([3.0, 1.0, np.nan]), np.array([1.0, 1.0, 5.0]), np.array([25.0, 50.0, 75.0]))
    assert found == pytest.approx([1.0, 2.0, 3.0])


def test_straight_runners_neither_turn_nor_speed_up():
    scenes = straight_passes(6)
    found = look(scenes, actual_aim(scenes))
    assert set(found) == set(MEASURES)
    assert found["acceleration"].value.max() < 0.05
    assert found["turn rate"].value.max() < 2.0
    assert found["constant velocity error after 1 s"].value.max() < 0.05
    assert np.allclose(found["flight time"].value, 1.2)
    assert found["speed"].row.max() == 5
    assert len(found["separation at the arrival"].value) == 6
