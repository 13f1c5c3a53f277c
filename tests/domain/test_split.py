import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ghost_pipeline.domain.split import FOLDS, INNER_PARTS, fold_of, folds_of, inner_parts


@given(st.lists(st.integers(0, 2**40)))
def test_folds_depend_on_the_game_alone(games):
    assert folds_of(np.array(games, np.int64)).tolist() == [fold_of(game) for game in games]


def test_folds_are_the_same_for_ever():
    assert [fold_of(game) for game in (2018092311, 2019100600, 2022090800, 1)] == [0, 0, 3, 4]


def test_folds_are_about_equally_full():
    share = np.bincount(folds_of(np.arange(5000)), minlength=FOLDS) / 5000
    assert len(share) == FOLDS
    assert np.abs(share - 1 / FOLDS).max() < 0.03


@given(st.lists(st.integers(0, 2**40), min_size=1))
def test_parts_set_aside_are_even_and_whole_games(games):
    part = inner_parts(np.array(games, np.int64))
    by_game = {game: set(part[np.array(games) == game]) for game in games}
    assert all(len(parts) == 1 for parts in by_game.values())
    sizes = np.bincount([min(parts) for parts in by_game.values()])
    assert len(sizes) == min(len(by_game), INNER_PARTS)
    assert sizes.max() - sizes.min() <= 1
