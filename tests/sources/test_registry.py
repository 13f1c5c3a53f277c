from pathlib import Path

import pytest

from ghost_pipeline.errors import GhostError
from ghost_pipeline.sources.family import RawFile
from ghost_pipeline.sources.registry import FAMILIES, family_named, recognise

PLAYS = ["2018_ARI_2018092311_141.tsv.gz", "ngs_highlights_index.tsv"]
BOWL = ["games.csv", "plays.csv", "players.csv", "player_play.csv", "tracking_week_1.csv"]


def files(*names: str) -> list[RawFile]:
    return [RawFile(name, Path(name)) for name in names]


@pytest.mark.parametrize(("names", "family"), [(PLAYS, "ngs_highlights"), (BOWL, "big_data_bowl_2025")])
def test_files_find_their_family(names, family):
    assert recognise(files(*names, "README.md")).name == family


def test_unknown_files_are_told_what_is_known():
    with pytest.raises(GhostError, match=r"found data\.xlsx") as error:
        recognise(files("data.xlsx"))
    for family in FAMILIES:
        assert family.expects in str(error.value)


def test_an_incomplete_folder_is_not_taken_for_another_family():
    with pytest.raises(GhostError, match=r"player_play\.csv"):
        recognise(files(*(name for name in BOWL if name != "player_play.csv")))


def test_two_families_in_one_folder_want_a_choice():
    with pytest.raises(GhostError, match="--source"):
        recognise(files(*PLAYS, *BOWL))
    assert recognise(files(*PLAYS, *BOWL), "ngs_highlights").name == "ngs_highlights"


def test_an_unknown_name_is_told_what_is_known():
    with pytest.raises(GhostError, match="ngs_highlights"):
        family_named("nonsense")
