from collections import Counter
from pathlib import Path

import pytest
from raw_files_by_hand import GAME, PLAY, TARGET, bowl_row, samples, write_bowl, write_rows

from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.errors import BadInputError
from ghost_pipeline.sources.family import Canonical, RawFile
from ghost_pipeline.sources.registry import family_named

FAMILY = family_named("big_data_bowl_2025")
WEEK = SeasonWeek(2022, "REG", 1)


def raw_files(folder: Path) -> list[RawFile]:
    return [RawFile(path.name, path) for path in folder.iterdir()]


def read(folder: Path, week: SeasonWeek = WEEK) -> Canonical:
    return FAMILY.read(FAMILY.weeks(raw_files(folder)).files[week], week)


def kinds(canonical: Canonical) -> dict[str, int]:
    return Counter(found.kind for found in canonical.findings)


def rewrite(path: Path, old: str, new: str, times: int = 1) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, times))


def test_a_week_becomes_canonical(tmp_path):
    canonical = read(write_bowl(tmp_path, (PLAY, 60)))
    play = canonical.plays.to_pylist()[0]
    expected = {
        "season_week": "2022-REG-01",
        "game_id": GAME,
        "play_type": "pass",
        "offense_score": 7,
        "defense_score": 3,
        "game_clock_s": 440,
        "scrimmage_x_yd": 50.0,
        "snap_frame": 3,
        "throw_frame": 6,
        "arrival_frame": 10,
        "passer_nfl_id": 100,
        "target_nfl_id": TARGET,
        "target_method": "charted",
        "pass_result": "C",
        "air_yards_yd": 9.0,
        "yards_after_catch_yd": 6.0,
        "man_zone": "zone",
    }
    assert {name: play[name] for name in expected} == expected
    assert canonical.findings == ()
    sides = Counter((row["play_id"], row["side"]) for row in canonical.participants.to_pylist())
    assert set(sides.values()) == {11}
    target = next(row for row in canonical.participants.to_pylist() if row["nfl_id"] == TARGET)
    assert (target["route"], target["position"], target["display_name"]) == ("GO", "WR", "Off NumberC")
    ball = [row for row in canonical.tracking.to_pylist() if row["nfl_id"] == 0]
    assert [row["x"] for row in ball[:2]] == [50.0, 51.0], "the ball flies toward +x"


@pytest.mark.parametrize(
    ("result", "play_type", "kept"),
    [("I", "pass", "I"), ("IN", "pass", "IN"), ("S", "sack", None), ("R", "rush", None), ("NA", "rush", None)],
)
def test_results(tmp_path, result, play_type, kept):
    rewrite(write_bowl(tmp_path) / "plays.csv", ",C,", f",{result},")
    [play] = read(tmp_path).plays.to_pylist()
    assert (play["play_type"], play["pass_result"], play["yards_after_catch_yd"]) == (play_type, kept, None)


@pytest.mark.parametrize(
    ("file", "old", "new", "kind"),
    [
        ("plays.csv", ",C,", ",X,", "unknown_pass_result"),
        ("plays.csv", "07:20", "7h20", "no_clock"),
        ("players.csv", "102,WR,Off NumberC\n", "", "unknown_player"),
        ("players.csv", "102,WR,Off NumberC\n", "102,WR,Off NumberC\n" * 2, "duplicate_rows"),
        ("player_play.csv", "101,0,0", "101,0,1", "several_targets"),
        ("tracking_week_1.csv", ",KC,left,", ",PIT,left,", "third_team"),
        ("tracking_week_1.csv", ",left,", ",right,", "two_directions"),
        ("tracking_week_1.csv", f"{GAME},{PLAY},", f"{GAME},77,", "unknown_play"),
        ("games.csv", "visitorTeamAbbr", "visitorTeamAbbr,roof", "extra_columns"),
    ],
)
def test_an_oddity_is_a_named_finding_and_the_week_comes_in(tmp_path, file, old, new, kind):
    path = write_bowl(tmp_path) / file
    rewrite(path, old, new)
    if kind == "extra_columns":
        path.write_text(
            "\n".join(line if i == 0 else f"{line},open" for i, line in enumerate(path.read_text().split()))
        )
    canonical = read(tmp_path)
    assert kinds(canonical) == {kind: 1}
    assert canonical.plays.num_rows == 1


def test_a_play_of_a_game_that_is_in_no_table_is_told(tmp_path):
    folder = write_bowl(tmp_path, (PLAY, 60))
    rewrite(folder / "plays.csv", f"{GAME},60,", f"{GAME}0,60,")
    (finding,) = [found for found in read(folder).findings if found.file == "plays.csv"]
    assert (finding.place, finding.kind) == (f"game {GAME}0 play 60", "unknown_game")


def test_a_play_without_tracking_is_told(tmp_path):
    write_bowl(tmp_path, (PLAY, 60))
    write_rows(tmp_path / "tracking_week_1.csv", [bowl_row(row) for row in samples()])
    canonical = read(tmp_path)
    assert kinds(canonical) == {"play_without_tracking": 1}
    assert canonical.plays["play_id"].to_pylist() == [PLAY]


def test_weeks_share_the_tables_and_an_unknown_week_is_told(tmp_path):
    write_bowl(tmp_path)
    text = (tmp_path / "tracking_week_1.csv").read_text()
    (tmp_path / "tracking_week_2.csv").write_text(text.replace(str(GAME), "2022091100"))
    weeks = FAMILY.weeks(raw_files(tmp_path))
    assert {file.name for file in weeks.files[WEEK]} == {
        "games.csv",
        "plays.csv",
        "players.csv",
        "player_play.csv",
        "tracking_week_1.csv",
    }
    assert [(found.file, found.kind) for found in weeks.findings] == [("tracking_week_2.csv", "unknown_week")]


def test_late_weeks_are_playoffs(tmp_path):
    assert list(FAMILY.weeks(raw_files(write_bowl(tmp_path, week=20))).files) == [SeasonWeek(2022, "POST", 20)]


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("tracking_week_1.csv", ",2.0,", ",two,", "tracking_week_1.csv, row 2, column y"),
        ("tracking_week_1.csv", ",playDirection,", ",direction,", "no column playDirection"),
        ("tracking_week_1.csv", f"{GAME},", ",", "row 2, column gameId"),
        ("tracking_week_1.csv", ",left,", ",up,", "row 2, column playDirection"),
        ("tracking_week_1.csv", "2022-09-09 00:24:00.0", "yesterday", "row 2, column time"),
        ("plays.csv", f"{GAME},{PLAY}", f"{GAME},{PLAY}.5", "row 2, column playId"),
        ("games.csv", ",2022,", ",1022,", f"game {GAME}"),
        ("games.csv", ",OAK,KC", ",OAK", "row 2: found 4 values"),
    ],
)
def test_a_broken_value_is_an_error_that_names_its_place(tmp_path, file, old, new, told):
    rewrite(write_bowl(tmp_path) / file, old, new)
    with pytest.raises(BadInputError, match="expected") as error:
        read(tmp_path)
    assert told in str(error.value)
    assert file in str(error.value)


def test_a_missing_table_is_an_error_that_names_it(tmp_path):
    (write_bowl(tmp_path) / "players.csv").unlink()
    with pytest.raises(BadInputError, match=r"players\.csv"):
        FAMILY.weeks(raw_files(tmp_path))


def test_a_big_file_read_by_several_threads_still_names_the_row(tmp_path, monkeypatch):
    monkeypatch.setattr("ghost_pipeline.sources.delimited._THREADED_BYTES", 1000)
    rewrite(write_bowl(tmp_path) / "tracking_week_1.csv", ",2.0,", ",two,")
    with pytest.raises(BadInputError, match="row 2, column y"):
        read(tmp_path)


def test_numbers_written_with_a_fraction_and_windows_files_are_the_same(tmp_path):
    plain = read(write_bowl(tmp_path / "plain"))
    other = write_bowl(tmp_path / "other")
    for path in other.iterdir():
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n").replace(b",102,", b",102.0,"))
    assert read(other).tables == plain.tables
