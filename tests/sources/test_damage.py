"""Whatever happens to a file's bytes, a reader answers with a finding or a BadInputError, never another error."""

import contextlib
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from raw_files_by_hand import PLAY, write_bowl, write_ngs_index, write_ngs_play

from ghost_pipeline.errors import BadInputError
from ghost_pipeline.sources.family import Family, RawFile
from ghost_pipeline.sources.registry import family_named

PIECES = st.sampled_from(
    [b"", b"\n", b"\t", b",", b'"', b"\x00", b"\xff", b"NA", b"-1", b"1e99", b"99999999999999999999", b"left", b"56"]
)
DAMAGE = st.tuples(st.floats(0, 1), st.integers(0, 30), PIECES)


def damaged(content: bytes, damages: list[tuple[float, int, bytes]]) -> bytes:
    """The content with pieces cut out and others put in their place."""
    for where, cut, piece in damages:
        at = int(where * len(content))
        content = content[:at] + piece + content[at + cut :]
    return content


def read_all(family: Family, folder: Path) -> int:
    """Read every week; the number of plays."""
    weeks = family.weeks([RawFile(path.name, path) for path in sorted(folder.iterdir())])
    return sum(family.read(files, week).plays.num_rows for week, files in weeks.files.items())


@given(damages=st.lists(DAMAGE, min_size=1, max_size=3))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_a_damaged_highlight_file_harms_no_other_play(damages):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        broken = write_ngs_play(folder)
        write_ngs_play(folder, play=PLAY + 500)
        write_ngs_index(folder, PLAY, PLAY + 500)
        broken.write_bytes(damaged(broken.read_bytes(), damages))
        assert read_all(family_named("ngs_highlights"), folder) in (1, 2)


@given(damages=st.lists(DAMAGE, min_size=1, max_size=3))
@settings(max_examples=50, deadline=None, derandomize=True)
def test_a_damaged_index_keeps_all_plays(damages):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_ngs_play(folder)
        index = write_ngs_index(folder, PLAY)
        index.write_bytes(damaged(index.read_bytes(), damages))
        assert read_all(family_named("ngs_highlights"), folder) == 1


@pytest.mark.parametrize("file", ["games.csv", "plays.csv", "players.csv", "player_play.csv", "tracking_week_1.csv"])
@given(damages=st.lists(DAMAGE, min_size=1, max_size=3))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_a_damaged_table_is_read_or_refused(file, damages):
    with tempfile.TemporaryDirectory() as name:
        folder = write_bowl(Path(name))
        path = folder / file
        path.write_bytes(damaged(path.read_bytes(), damages))
        with contextlib.suppress(BadInputError):
            assert read_all(family_named("big_data_bowl_2025"), folder) in (0, 1)
