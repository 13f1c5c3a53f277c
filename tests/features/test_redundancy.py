"""Families and order of correlated groups, on columns whose relation is known."""

import numpy as np
import pytest

from ghost_pipeline.features.redundancy import families, rank_correlation, similarity, without_repetition

GROUPS = [[0, 1], [2, 3], [4], [5], [6]]
"""A vector, another measurement of it, its length squared, noise, and a column that does not vary."""


@pytest.fixture(scope="module")
def correlation() -> np.ndarray:
    rng = np.random.default_rng(4)
    vector = rng.normal(size=(1500, 2))
    again = np.exp(vector) + 0.05 * rng.normal(size=vector.shape)  # ranks are kept, values are not
    values = np.column_stack([vector, again, (vector**2).sum(1), rng.normal(size=1500), np.ones(1500)])
    values[::7, 5] = np.nan
    return rank_correlation(values)


def test_rank_correlation_sees_through_a_curve(correlation: np.ndarray) -> None:
    assert correlation.shape == (7, 7)
    assert correlation[0, 2] > 0.9
    assert correlation[0, 1] < 0.1
    assert correlation[0, 5] < 0.1
    assert correlation[0, 6] == 0
    np.testing.assert_array_equal(np.diag(correlation), 1)


def test_families_join_what_says_the_same(correlation: np.ndarray) -> None:
    similar = similarity(correlation, GROUPS)
    np.testing.assert_allclose(similar, similar.T)
    family = families(similar)
    assert family[0] == family[1]
    assert len(set(family.tolist())) == 4


def test_what_repeats_comes_last_and_the_rest_by_importance(correlation: np.ndarray) -> None:
    importance = np.array([0.4, 0.3, 0.05, 0.2, 0.05])
    assert without_repetition(importance, correlation, GROUPS) == [0, 3, 2, 4, 1]
    assert without_repetition(importance[[1, 0, 2, 3, 4]], correlation, GROUPS) == [1, 3, 2, 4, 0]


def test_half_a_repeated_vector_does_not_make_the_whole_a_repetition(correlation: np.ndarray) -> None:
    assert without_repetition(np.array([3.0, 2.0, 1.0]), correlation, [[0, 1], [2, 5], [4]]) == [0, 1, 2]
