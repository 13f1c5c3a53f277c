"""Every year's layout comes in as the same pass, with its traps told by name."""

import gzip
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from bowl_years_by_hand import (
    ARRIVAL,
    LANDING,
    PREDICTED,
    THROW,
    write_2019,
    write_2021,
    write_2023,
    write_2024,
    write_2026,
)
from raw_files_by_hand import GAME, PLAY, TARGET, Row, samples, write_bowl

from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.errors import BadInputError
from ghost_pipeline.pipeline.cleaning import clean_week
from ghost_pipeline.pipeline.featuring import feature_week
from ghost_pipeline.pipeline.landing import canonical_week, land
from ghost_pipeline.quality.verdict import Week, judge
from ghost_pipeline.sources.family import Canonical, RawFile
from ghost_pipeline.sources.registry import family_named, recognise

WRITERS: dict[int, tuple[Callable[[Path], Path], SeasonWeek]] = {
    2019: (write_2019, SeasonWeek(2017, "REG", 1)),
    2021: (write_2021, SeasonWeek(2018, "REG", 1)),
    2023: (write_2023, SeasonWeek(2021, "REG", 1)),
    2024: (write_2024, SeasonWeek(2022, "REG", 1)),
    2025: (write_bowl, SeasonWeek(2022, "REG", 1)),
    2026: (write_2026, SeasonWeek(2023, "REG", 1)),
}
ALWAYS = {2019: {"direction_inferred": 1, "old_sensors": 1}, 2026: {"constructed_flight": 1}}
"""Findings that say what a layout lacks."""


def raw_files(folder: Path) -> list[RawFile]:
    return [RawFile(path.name, path) for path in sorted(folder.iterdir())]


def read(folder: Path, year: int, week: SeasonWeek | None = None) -> Canonical:
    family = family_named(f"big_data_bowl_{year}")
    week = week or WRITERS[year][1]
    return family.read(family.weeks(raw_files(folder)).files[week], week)


def kinds(canonical: Canonical) -> dict[str, int]:
    return dict(Counter(found.kind for found in canonical.findings))


def broken_rules(canonical: Canonical, year: int) -> set[str]:
    """Rules that send plays to quarantine."""
    rows = judge(Week(WRITERS[year][1], *canonical.tables)).quarantine.to_pylist()
    return {row["rule_id"] for row in rows if row["severity"] == "error"}


def rewrite(path: Path, old: str, new: str, times: int = 1) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, times))


@pytest.mark.parametrize("year", WRITERS)
def test_a_folder_finds_its_year(tmp_path, year):
    write, _ = WRITERS[year]
    assert recognise(raw_files(write(tmp_path))).name == f"big_data_bowl_{year}"


@pytest.mark.parametrize("year", WRITERS)
def test_the_pass_is_the_same_in_every_year(tmp_path, year):
    write, week = WRITERS[year]
    canonical = read(write(tmp_path), year)
    [play] = canonical.plays.to_pylist()
    expected = {
        "season_week": str(week),
        "source": f"big_data_bowl_{year}",
        "home_team": "OAK",
        "offense_team": "OAK",
        "defense_team": "KC",
        "play_type": "pass",
        "play_direction": "left",
        "game_clock_s": 440,
        "down": 3,
        "yards_to_go": 8,
        "scrimmage_x_yd": 50.0,
        "offense_score": 7,
        "defense_score": 3,
        "throw_frame": THROW + 1,
        "arrival_frame": ARRIVAL + 1,
        "target_nfl_id": TARGET,
        "pass_result": "C",
    }
    assert {name: play[name] for name in expected} == expected
    assert kinds(canonical) == ALWAYS.get(year, {})
    at_throw = {
        row["nfl_id"]: (row["x"], row["y"])
        for row in canonical.tracking.to_pylist()
        if row["frame_id"] == play["throw_frame"]
    }
    for row in samples():
        if row["frame"] == THROW and row["id"] in at_throw:
            assert at_throw[row["id"]] == pytest.approx((120 - row["x"], 160 / 3 - row["y"]), abs=1e-4)
    target = next(row for row in canonical.participants.to_pylist() if row["nfl_id"] == TARGET)
    assert (target["side"], target["team"], target["position"]) == ("offense", "OAK", "WR")
    assert target["display_name"] == "Off NumberC"


@pytest.mark.parametrize(
    ("year", "method"),
    [
        (2019, "description"),
        (2021, "charted"),
        (2023, "description"),
        (2024, "ball_carrier"),
        (2025, "charted"),
        (2026, "charted"),
    ],
)
def test_where_the_target_comes_from(tmp_path, year, method):
    [play] = read(WRITERS[year][0](tmp_path), year).plays.to_pylist()
    assert play["target_method"] == method


def test_without_the_table_of_targets_the_description_helps(tmp_path):
    [play] = read(write_2021(tmp_path, targets=False), 2021).plays.to_pylist()
    assert (play["target_nfl_id"], play["target_method"]) == (TARGET, "description")


def test_an_incompletion_of_2024_is_for_whom_the_description_names(tmp_path):
    folder = write_2024(tmp_path, passResult="I", ballCarrierId="NA")
    [play] = read(folder, 2024).plays.to_pylist()
    assert (play["target_nfl_id"], play["target_method"], play["pass_result"]) == (TARGET, "description", "I")


def test_both_ways_of_2023_to_name_tracking_files_and_clubs(tmp_path):
    plain, other = read(write_2023(tmp_path / "a"), 2023), read(write_2023(tmp_path / "b", club="team"), 2023)
    assert other.tracking == plain.tracking
    assert other.participants == plain.participants
    assert plain.plays["man_zone"].to_pylist() == ["zone"]


def test_after_the_catch_and_air_yards_of_2019(tmp_path):
    [play] = read(write_2019(tmp_path), 2019).plays.to_pylist()
    assert (play["air_yards_yd"], play["yards_after_catch_yd"]) == (9.0, 6.0)


def turned(rows: list[Row]) -> list[Row]:
    """The pass with the offence going to the right."""
    return [row | {"x": 120 - row["x"]} for row in rows]


def test_the_direction_of_2019_is_inferred_both_ways(tmp_path):
    left = read(write_2019(tmp_path / "left"), 2019)
    right = read(write_2019(tmp_path / "right", rows=turned(samples())), 2019)
    assert [one.plays["play_direction"].to_pylist() for one in (left, right)] == [["left"], ["right"]]
    assert right.tracking["x"].to_pylist() == pytest.approx(left.tracking["x"].to_pylist())


def close(rows: list[Row]) -> list[Row]:
    """Both sides on one line."""
    return [row if row["id"] is None else row | {"x": 70.0} for row in rows]


def crossed(rows: list[Row]) -> list[Row]:
    """The ball at the snap where the line of scrimmage would be if the offence went to the right."""
    return [row | {"x": 50.0} if row["id"] is None else row for row in rows]


def apart(rows: list[Row]) -> list[Row]:
    """Both sides on one line, and the ball at neither line of scrimmage."""
    return [row | {"x": 60.0} for row in rows]


@pytest.mark.parametrize(
    ("change", "direction", "told"),
    [
        (close, "left", "taken from ball and line"),
        (crossed, "left", "say the opposite"),
        (apart, "left", "do not tell"),
    ],
)
def test_a_direction_that_is_not_plain_is_told(tmp_path, change, direction, told):
    canonical = read(write_2019(tmp_path, rows=change(samples())), 2019)
    assert canonical.plays["play_direction"].to_pylist() == [direction]
    [doubt] = [found for found in canonical.findings if found.kind == "direction_doubtful"]
    assert told in doubt.message


def test_a_play_with_nobody_of_the_offence_is_told_and_quarantined(tmp_path):
    rows = [row for row in samples() if not row["offense"]]
    canonical = read(write_2019(tmp_path, rows=rows), 2019)
    assert "direction_doubtful" in kinds(canonical)
    assert "eleven_offense" in broken_rules(canonical, 2019)


def test_a_broken_game_of_2019_is_set_aside_and_the_others_come_in(tmp_path):
    write_2019(tmp_path)
    games = tmp_path / "games.csv"
    games.write_text(games.read_text() + games.read_text().splitlines()[1].replace(str(GAME), "2017091000") + "\n")
    whole = tmp_path / f"tracking_gameId_{GAME}.csv"
    (tmp_path / "tracking_gameId_2017091000.csv.gz").write_bytes(gzip.compress(whole.read_bytes())[:-50])
    canonical = read(tmp_path, 2019)
    assert canonical.plays["game_id"].to_pylist() == [GAME]
    assert kinds(canonical) == ALWAYS[2019] | {"unreadable_file": 1}


def test_a_game_that_games_csv_lacks_is_told(tmp_path):
    (write_2019(tmp_path) / "tracking_gameId_2017091000.csv").write_text("gameId\n1\n")
    weeks = family_named("big_data_bowl_2019").weeks(raw_files(tmp_path))
    assert [(found.file, found.kind) for found in weeks.findings] == [
        ("tracking_gameId_2017091000.csv", "unknown_week")
    ]


def test_a_week_numbered_otherwise_than_in_games_csv_is_told_and_comes_in(tmp_path):
    write_2024(tmp_path)
    (tmp_path / "tracking_week_1.csv").rename(tmp_path / "tracking_week_22.csv")
    rewrite(tmp_path / "games.csv", f"{GAME},2022,1,", f"{GAME},2022,23,")
    family = family_named("big_data_bowl_2024")
    weeks = family.weeks(raw_files(tmp_path))
    assert [found.kind for found in weeks.findings] == ["week_differs"]
    week = SeasonWeek(2022, "POST", 23)
    assert family.read(weeks.files[week], week).plays.num_rows == 1


@pytest.mark.parametrize("year", WRITERS)
def test_bom_and_windows_line_ends_change_nothing(tmp_path, year):
    write, _ = WRITERS[year]
    plain, other = write(tmp_path / "plain"), write(tmp_path / "other")
    for path in other.iterdir():
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert read(other, year).tables == read(plain, year).tables


def tracking_file(folder: Path) -> Path:
    return next(path for path in folder.iterdir() if path.name.startswith(("tracking", "week1", "input")))


@pytest.mark.parametrize("year", WRITERS)
def test_duplicate_rows_are_left_out_and_told(tmp_path, year):
    folder = WRITERS[year][0](tmp_path)
    path = tracking_file(folder)
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines, lines[1], lines[2]]) + "\n")
    canonical = read(folder, year)
    assert kinds(canonical) == ALWAYS.get(year, {}) | {"duplicate_samples": 1}
    assert next(found.count for found in canonical.findings if found.kind == "duplicate_samples") == 2


@pytest.mark.parametrize("year", WRITERS)
def test_two_plays_under_one_key_are_told_and_quarantined(tmp_path, year):
    folder = WRITERS[year][0](tmp_path)
    path = tracking_file(folder)
    header, *lines = path.read_text().splitlines()
    column = header.split(",").index("y")
    other = []
    for line in lines:
        cells = line.split(",")
        cells[column] = str(float(cells[column]) + 1)
        other.append(",".join(cells))
    path.write_text("\n".join([header, *lines, *other]) + "\n")
    canonical = read(folder, year)
    assert "contradicting_samples" in kinds(canonical)
    assert "unique_samples" in broken_rules(canonical, year)


@pytest.mark.parametrize("year", [2019, 2021, 2023, 2024, 2025])
def test_gaps_and_frames_with_ball_or_players_alone_are_told(tmp_path, year):
    folder = WRITERS[year][0](tmp_path)
    path = tracking_file(folder)
    header, *lines = path.read_text().splitlines()
    frame = next(i for i, name in enumerate(header.split(",")) if name in ("frameId", "frame.id"))
    club = next(i for i, name in enumerate(header.split(",")) if name in ("club", "team"))

    def kept(line: str) -> bool:
        cells = line.split(",")
        is_ball = cells[club] in ("ball", "football")
        return cells[frame] != "8" and not (cells[frame] == "1" and is_ball) and (cells[frame] != "2" or is_ball)

    path.write_text("\n".join([header, *filter(kept, lines)]) + "\n")
    told = {"frames_without_players": 1, "frames_without_ball": 1, "skipped_frames": 1}
    assert kinds(read(folder, year)) == ALWAYS.get(year, {}) | told


@pytest.mark.parametrize("year", WRITERS)
def test_a_truncated_gzip_is_an_error_that_names_the_file(tmp_path, year):
    folder = WRITERS[year][0](tmp_path)
    path = tracking_file(folder)
    broken = path.with_name(path.name + ".gz")
    broken.write_bytes(gzip.compress(path.read_bytes())[:-50])
    path.unlink()
    with pytest.raises(BadInputError, match=broken.name):
        read(folder, year)


@pytest.mark.parametrize(
    ("year", "file", "column"),
    [
        (2019, f"tracking_gameId_{GAME}.csv", "frame.id"),
        (2019, "plays.csv", "PassResult"),
        (2019, "players.csv", "PositionAbbr"),
        (2021, "week1.csv", "playDirection"),
        (2026, "input_2023_w01.csv", "ball_land_x"),
        (2026, "output_2023_w01.csv", "frame_id"),
        (2026, "supplementary_data.csv", "pass_result"),
    ],
)
def test_a_missing_column_is_an_error_that_names_it_as_the_file_does(tmp_path, year, file, column):
    folder = WRITERS[year][0](tmp_path)
    rewrite(folder / file, column, "something")
    with pytest.raises(BadInputError, match=rf"{file}, row 1: found no column {column}"):
        read(folder, year)


def test_linemen_who_are_missing_in_2021_are_no_fault(store, tmp_path):
    land(store, write_2021(tmp_path / "in"))
    week = WRITERS[2021][1]
    assert canonical_week(store, week).rows["participants"] == 13
    report = clean_week(store, week)
    assert (report.quarantined_by_rule, report.clean_passes) == ({}, 1)


def test_the_flight_of_2026_is_built_and_marked(tmp_path):
    canonical = read(write_2026(tmp_path), 2026)
    [play] = canonical.plays.to_pylist()
    assert (play["constructed"], play["tracked_part"], play["snap_frame"]) == ("ball, events", "known_roles", None)
    assert [(row["frame_id"], row["event"]) for row in canonical.events.to_pylist()] == [
        (THROW + 1, "pass_forward"),
        (ARRIVAL + 1, "pass_arrived"),
    ]
    ball = {row["frame_id"]: (row["x"], row["y"]) for row in canonical.tracking.to_pylist() if row["nfl_id"] == 0}
    passer = {row["frame_id"]: (row["x"], row["y"]) for row in canonical.tracking.to_pylist() if row["nfl_id"] == 100}
    assert all(ball[frame] == passer[frame] for frame in range(1, THROW + 2))
    assert ball[ARRIVAL + 1] == pytest.approx((120 - LANDING[0], 160 / 3 - LANDING[1]), abs=1e-4)
    steps = [(ball[f + 1][0] - ball[f][0], ball[f + 1][1] - ball[f][1]) for f in range(THROW + 1, ARRIVAL + 1)]
    assert all(step == pytest.approx(steps[0], abs=1e-4) for step in steps)
    seen_last = {
        row["nfl_id"] for row in canonical.tracking.to_pylist() if row["frame_id"] == ARRIVAL + 1 and row["nfl_id"]
    }
    assert seen_last == set(PREDICTED)
    assert canonical.plays["passer_nfl_id"].to_pylist() == [100]


@pytest.mark.parametrize(
    ("file", "old", "new", "kind"),
    [
        ("output_2023_w01.csv", f"{GAME},{PLAY},", f"{GAME},77,", "unknown_play"),
        ("input_2023_w01.csv", ",4,60.0,", ",9,60.0,", "flight_length_differs"),
        ("input_2023_w01.csv", ",Passer,", ",Other Route Runner,", "no_passer"),
        ("input_2023_w01.csv", ",4,60.0,22.0", ",4,,22.0", "no_landing_point"),
        ("supplementary_data.csv", f",{PLAY},", ",77,", "play_without_facts"),
        ("supplementary_data.csv", f",{PLAY},", ",77,", "play_without_tracking"),
        ("supplementary_data.csv", "2023,1,", "2023,2,", "week_differs"),
    ],
)
def test_what_does_not_fit_in_2026_is_told_and_the_play_comes_in(tmp_path, file, old, new, kind):
    folder = write_2026(tmp_path)
    rewrite(folder / file, old, new, times=1000 if file.startswith("input") else 1)
    canonical = read(folder, 2026)
    assert kind in kinds(canonical)
    assert canonical.plays["play_type"].to_pylist() == ["pass"]


def test_without_output_nothing_is_built_after_the_throw(tmp_path):
    folder = write_2026(tmp_path)
    (folder / "output_2023_w01.csv").unlink()
    canonical = read(folder, 2026)
    assert canonical.plays["throw_frame"].to_pylist() == [None]
    assert kinds(canonical)["no_output"] == 1
    (folder / "input_2023_w01.csv").rename(tmp_path / "output_2023_w02.csv")
    weeks = family_named("big_data_bowl_2026").weeks(raw_files(folder))
    assert (weeks.files, [found.kind for found in weeks.findings]) == ({}, ["no_input"])


@pytest.mark.parametrize("year", WRITERS)
def test_every_year_goes_all_the_way_to_frame_features(store, tmp_path, year):
    write, week = WRITERS[year]
    land(store, write(tmp_path / "in"))
    canonical_week(store, week)
    report = clean_week(store, week)
    assert (report.quarantined_by_rule, report.clean_passes) == ({}, 1)
    assert feature_week(store, week).rows > 0
