"""The one table of features: whole, consistent, and the same on the page."""

import pytest

from ghost_pipeline.features.definitions import FRAME_FEATURES, FRAME_FEATURES_TABLE, NAMES, NEEDS
from ghost_pipeline.features.described import PAGE, features_page

RAW_NAMES = {"x", "y", "s", "a", "dis", "o", "dir"}


def test_there_are_eighty_candidates_and_more_with_names_of_their_own():
    assert len(NAMES) == len(set(NAMES)) >= 80
    assert not RAW_NAMES & set(NAMES)


@pytest.mark.parametrize("feature", FRAME_FEATURES, ids=lambda feature: feature.name)
def test_every_feature_says_what_it_is(feature):
    assert feature.unit
    assert feature.formula
    assert feature.source in ("paper", "public models", "own")
    assert feature.needs
    assert set(feature.needs) <= NEEDS.keys()
    assert feature.grain in ("player", "frame", "play")
    assert FRAME_FEATURES_TABLE.column(feature.name).unit == feature.unit


def test_the_page_is_committed_as_the_definitions_make_it():
    assert PAGE.read_text(encoding="utf-8") == features_page(), "run `python -m ghost_pipeline.features.described`"
