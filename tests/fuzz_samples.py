"""A small valid folder in every layout that is read, two plays each, for tests and benchmarks/fuzz.py to spoil."""

import csv
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from bowl_years_by_hand import write_2019, write_2021, write_2023, write_2024, write_2026
from raw_files_by_hand import (
    GAME,
    PLAY,
    samples,
    season_play,
    season_sample,
    write_bowl,
    write_ngs_index,
    write_ngs_play,
    write_rows,
    write_season,
)

OTHER_GAME, OTHER_PLAY = GAME + 5, PLAY + 24
_TRACKING = ("tracking_", "week", "input_", "output_", "2022_OAK", "ngs_highlight_tracking")
_LISTS_OF_PLAYS = ("plays.csv", "supplementary_data.csv", "ngs_highlights_2022.parquet")


def is_tracking(name: str) -> bool:
    """Whether a file of a sample holds positions."""
    return name.startswith(_TRACKING)


def lists_plays(name: str) -> bool:
    """Whether a file of a sample says which plays there are."""
    return name in _LISTS_OF_PLAYS


def _ngs_highlights(folder: Path) -> None:
    write_ngs_play(folder)
    write_ngs_play(folder, play=OTHER_PLAY, suffix=".tsv.gz", gameClock="06:10")
    write_ngs_index(folder, PLAY, OTHER_PLAY)


def _ngs_season_files(folder: Path) -> None:
    weeks = {PLAY: 1, OTHER_PLAY: 2}
    tracked = [season_sample(row, play, week) for play, week in weeks.items() for row in samples()]
    people = [
        {**{name: row[name] for name in ("season", "season_type", "week", "game_id", "play_id", "gsis_id")}, **about}
        for row in tracked
        if row["gsis_id"] and row["frame_id"] == 1
        for about in [{"display_name": f"P {row['gsis_id']}", "was_running_route": "1", "is_lined_up_as_qb": "0"}]
    ]
    write_season(folder, tracked, [season_play(play, week) for play, week in weeks.items()], participation=people)


def _two_games(write: Callable[[Path], object]) -> Callable[[Path], None]:
    """The same with a second game, in every file that names games."""

    def written(folder: Path) -> None:
        write(folder)
        for path in sorted(folder.iterdir()):
            with path.open(newline="") as file:
                rows = list(csv.DictReader(file))
            name = next((name for name in ("gameId", "game_id") if name in rows[0]), None)
            if name is not None:
                other = [{**row, name: OTHER_GAME} for row in rows]
                if str(GAME) in path.name:
                    write_rows(path.with_name(path.name.replace(str(GAME), str(OTHER_GAME))), other)
                else:
                    write_rows(path, [*rows, *other])

    return written


LAYOUTS: dict[str, Callable[[Path], None]] = {
    "ngs_highlights": _ngs_highlights,
    "ngs_season_files": _ngs_season_files,
    "big_data_bowl_2019": _two_games(write_2019),
    "big_data_bowl_2021": _two_games(write_2021),
    "big_data_bowl_2023": _two_games(write_2023),
    "big_data_bowl_2024": _two_games(write_2024),
    "big_data_bowl_2025": _two_games(write_bowl),
    "big_data_bowl_2026": _two_games(write_2026),
}
"""By the name of the family."""


@cache
def sample(layout: str) -> dict[str, bytes]:
    """Content by file name."""
    with tempfile.TemporaryDirectory() as text:
        LAYOUTS[layout](Path(text))
        return {path.name: path.read_bytes() for path in sorted(Path(text).iterdir())}
