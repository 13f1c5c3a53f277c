"""A big tracking file is read game by game, and gives what reading it as a whole gives."""

import csv
from pathlib import Path

import pytest
from raw_files_by_hand import GAME, PLAY, bowl_row, samples, write_bowl, write_rows

from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.errors import BadInputError
from ghost_pipeline.sources import delimited
from ghost_pipeline.sources.family import Canonical, RawFile
from ghost_pipeline.sources.registry import family_named

WEEK = SeasonWeek(2022, "REG", 1)
GAMES = (GAME + 5, GAME, GAME + 3)
TRACKING = "tracking_week_1.csv"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three games whose ids do not ascend in the tracking file."""
    folder = write_bowl(tmp_path / "in")
    for name in ("games.csv", "plays.csv", "player_play.csv"):
        with (folder / name).open() as file:
            once = list(csv.DictReader(file))
        write_rows(folder / name, [{**row, "gameId": game} for game in GAMES for row in once])
    write_rows(folder / TRACKING, [bowl_row(row) for game in GAMES for row in samples(game, PLAY)])
    return folder


def read(folder: Path) -> Canonical:
    files = [RawFile(path.name, path) for path in sorted(folder.iterdir())]
    return family_named("big_data_bowl_2025").read(files, WEEK)


def in_runs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Canonical:
    with monkeypatch.context() as patched:
        patched.setattr(delimited, "_THREADED_BYTES", 0)
        patched.setattr(delimited, "_BLOCK_BYTES", 4096)
        return read(folder)


def test_reading_in_runs_gives_the_same_tables(folder, monkeypatch):
    whole, runs = read(folder), in_runs(folder, monkeypatch)
    assert runs.tables == whole.tables
    assert runs.findings == whole.findings
    assert len(list(whole.tracking_parts)) == 1
    parts = [part["game_id"].unique().to_pylist() for part in runs.tracking_parts]
    assert parts == [[game] for game in sorted(GAMES)]
    assert len(list(runs.tracking_parts)) == 3, "the parts can be read again"


def test_a_game_in_two_places_is_put_together(folder, monkeypatch):
    rows = [bowl_row(row) for game in GAMES for row in samples(game, PLAY)]
    write_rows(folder / TRACKING, [*rows[5:], *rows[:5]])
    whole, runs = read(folder), in_runs(folder, monkeypatch)
    assert runs.tables == whole.tables
    assert len(list(runs.tracking_parts)) == 1


def test_numbers_with_a_point_are_read(folder, monkeypatch):
    text = (folder / TRACKING).read_text().replace(f"\n{GAME},", f"\n{GAME}.0,")
    (folder / TRACKING).write_text(text)
    assert in_runs(folder, monkeypatch).tables == read(folder).tables


def test_player_numbers_with_a_point_keep_the_games_apart(folder, monkeypatch):
    """As pandas writes a column that is empty for the ball."""
    rows = [bowl_row(row) for game in GAMES for row in samples(game, PLAY)]
    for row in rows:
        row["nflId"] = f"{row['nflId']}.0" if str(row["nflId"]).isdigit() else row["nflId"]
    write_rows(folder / TRACKING, rows)
    whole, runs = read(folder), in_runs(folder, monkeypatch)
    assert runs.tables == whole.tables
    assert len(list(runs.tracking_parts)) == 3


def test_a_broken_value_is_told_with_its_row(folder, monkeypatch):
    lines = (folder / TRACKING).read_text().splitlines(keepends=True)
    lines[400] = lines[400].replace(str(PLAY), "fifty-six", 1)
    (folder / TRACKING).write_text("".join(lines))
    with pytest.raises(BadInputError, match="row 401"):
        in_runs(folder, monkeypatch)
