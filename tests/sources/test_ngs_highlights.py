import gzip
from collections import Counter
from pathlib import Path

import pytest
from raw_files_by_hand import (
    GAME,
    PLAY,
    TARGET,
    ngs_row,
    samples,
    write_ngs_index,
    write_ngs_play,
    write_rows,
)

from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.sources.family import Canonical, RawFile
from ghost_pipeline.sources.ngs_highlights import NgsHighlights

FAMILY = NgsHighlights()
WEEK = SeasonWeek(2022, "REG", 1)


def read(folder: Path, week: SeasonWeek = WEEK) -> Canonical:
    return FAMILY.read(FAMILY.weeks(raw_files(folder)).files[week], week)


def raw_files(folder: Path) -> list[RawFile]:
    return [RawFile(path.name, path) for path in folder.iterdir()]


def kinds(canonical: Canonical) -> dict[str, int]:
    return Counter(found.kind for found in canonical.findings)


def test_a_play_with_its_index_becomes_canonical(tmp_path):
    write_ngs_play(tmp_path)
    write_ngs_index(tmp_path, PLAY)
    canonical = read(tmp_path)
    [play] = canonical.plays.to_pylist()
    expected = {
        "season_week": "2022-REG-01",
        "game_id": GAME,
        "offense_team": "OAK",
        "defense_team": "KC",
        "home_team": "OAK",
        "offense_score": 7,
        "defense_score": 3,
        "game_clock_s": 440,
        "scrimmage_x_yd": 50.0,
        "snap_frame": 2,
        "throw_frame": 5,
        "arrival_frame": 9,
        "passer_nfl_id": 100,
        "target_nfl_id": TARGET,
        "target_method": "statistics",
        "target_confidence": 1.0,
        "pass_result": "C",
        "air_yards_yd": 9.0,
        "yards_after_catch_yd": 6.0,
    }
    assert {name: play[name] for name in expected} == expected
    assert canonical.participants.num_rows == 22
    assert canonical.findings == ()


def test_a_play_to_the_left_is_turned_and_one_to_the_right_is_not(tmp_path):
    for direction in ("left", "right"):
        write_ngs_play(tmp_path / direction, playDirection=direction)
    left, right = (
        [row for row in read(tmp_path / name).tracking.to_pylist() if row["nfl_id"] == TARGET]
        for name in ("left", "right")
    )
    assert left[0]["x"] == pytest.approx(120 - right[0]["x"])
    assert left[0]["y"] == pytest.approx(160 / 3 - right[0]["y"], abs=1e-5)
    assert (left[0]["dir"], right[0]["dir"]) == (90.0, 270.0)
    assert left[-1]["x"] > left[0]["x"], "the offence runs toward +x"


def test_the_ball_is_number_0_and_samples_are_sorted(tmp_path):
    write_ngs_play(tmp_path)
    rows = read(tmp_path).tracking.to_pylist()
    keys = [(row["frame_id"], row["nfl_id"]) for row in rows]
    assert keys == sorted(keys)
    assert sum(row["nfl_id"] == 0 for row in rows) == 12


def test_without_an_index_the_description_names_target_and_result(tmp_path):
    write_ngs_play(tmp_path)
    canonical = read(tmp_path)
    [play] = canonical.plays.to_pylist()
    assert (play["target_nfl_id"], play["target_method"], play["pass_result"]) == (TARGET, "description", "C")
    assert play["target_confidence"] < 1
    assert kinds(canonical) == {"no_index": 1}


@pytest.mark.parametrize(
    ("text", "kind"),
    [("[{'statId': 115", "unreadable_statistics"), ("7", "unreadable_statistics"), (None, "not_in_index")],
)
def test_a_bad_index_row_is_a_finding_and_the_description_helps(tmp_path, text, kind):
    write_ngs_play(tmp_path)
    write_ngs_index(tmp_path, PLAY if text else 999, text=text)
    canonical = read(tmp_path)
    assert canonical.plays["target_method"].to_pylist() == ["description"]
    assert kinds(canonical) == {kind: 1}


def test_a_game_that_the_index_puts_into_another_week_is_told(tmp_path):
    write_ngs_play(tmp_path, seasonType="POST", week=22)
    index = write_ngs_index(tmp_path, PLAY)
    index.write_text(index.read_text().replace("\tREG\t1\t", "\tPOST\t23\t"))
    canonical = read(tmp_path, SeasonWeek(2022, "POST", 22))
    assert kinds(canonical) == {"week_differs": 1}
    assert canonical.plays["target_method"].to_pylist() == ["statistics"]


def test_an_official_target_who_is_not_tracked_is_a_finding(tmp_path):
    write_ngs_play(tmp_path)
    write_ngs_index(tmp_path, PLAY, target=999)
    canonical = read(tmp_path)
    assert kinds(canonical) == {"target_not_on_field": 1}
    assert canonical.plays["target_nfl_id"].to_pylist() == [TARGET]


def test_a_frame_with_two_events_gives_both_and_is_tracked_once(tmp_path):
    rows = [ngs_row(row) for row in samples()]
    again = [ngs_row(row, event="play_action") for row in samples() if row["frame"] == 5]
    write_rows(tmp_path / f"2022_OAK_{GAME}_{PLAY}.tsv", rows + again, "\t")
    write_ngs_index(tmp_path, PLAY)
    canonical = read(tmp_path)
    events = {(row["frame_id"], row["event"]) for row in canonical.events.to_pylist()}
    assert {(5, "pass_forward"), (5, "play_action")} <= events
    assert canonical.tracking.num_rows == len(rows)
    assert kinds(canonical) == {}


def test_exact_copies_are_left_out_and_contradictions_kept_and_both_told(tmp_path):
    rows = [ngs_row(row) for row in samples()]
    copies = rows[:1] + rows[:1] + [{**rows[1], "x": 1.5}, rows[1]]
    write_rows(tmp_path / f"2022_OAK_{GAME}_{PLAY}.tsv", rows + copies, "\t")
    write_ngs_index(tmp_path, PLAY)
    canonical = read(tmp_path)
    assert {found.kind: found.count for found in canonical.findings} == {
        "duplicate_samples": 3,
        "contradicting_samples": 1,
    }
    assert canonical.tracking.num_rows == len(rows) + 1


def test_the_same_play_in_two_files_comes_in_once(tmp_path):
    first = write_ngs_play(tmp_path)
    (tmp_path / first.name.replace("OAK", "KC")).write_bytes(first.read_bytes())
    write_ngs_index(tmp_path, PLAY)
    canonical = read(tmp_path)
    assert canonical.plays.num_rows == 1
    assert canonical.tracking.num_rows == len(samples())
    assert kinds(canonical) == {"play_in_two_files": 1, "duplicate_samples": 1}


def write_numbered(folder: Path, number, **changes: object) -> Canonical:
    """The pass with the frame numbers that `number` gives to a sample."""
    rows = [{**ngs_row(row, **changes), "frame": number(row)} for row in samples()]
    write_rows(folder / f"2022_OAK_{GAME}_{PLAY}.tsv", rows, "\t")
    write_ngs_index(folder, PLAY)
    return read(folder)


def test_frames_are_numbered_by_time_where_each_entity_counts_its_own_samples(tmp_path):
    def late(row) -> int:
        return row["frame"] + 3 if row["id"] == TARGET else row["frame"]

    canonical = write_numbered(tmp_path / "late", late)
    [finding] = canonical.findings
    assert (finding.kind, finding.count) == ("frames_renumbered", 12)
    plain = write_numbered(tmp_path / "plain", lambda row: row["frame"])
    assert canonical.tables == plain.tables


def test_frames_keep_their_numbers_where_time_does_not_tell(tmp_path):
    untimed = write_numbered(tmp_path / "untimed", lambda row: row["frame"] + 7, time="")
    assert kinds(untimed) == {"no_time": 1}
    assert untimed.plays["throw_frame"].to_pylist() == [12]
    rows = [ngs_row(row) for row in samples()]
    rows[0]["time"] = "2022-09-09 03:24:00.0"
    write_rows(tmp_path / "odd" / f"2022_OAK_{GAME}_{PLAY}.tsv", rows, "\t")
    write_ngs_index(tmp_path / "odd", PLAY)
    assert kinds(read(tmp_path / "odd")) == {"odd_times": 1}


def test_another_play_under_the_same_ids_is_left_out_and_told(tmp_path):
    first = write_ngs_play(tmp_path)
    other = tmp_path / first.name.replace("OAK", "TEN")
    other.write_text(first.read_text().replace("\t07:20\t", "\t03:11\t").replace("\t66.0\t", "\t50.0\t"))
    write_ngs_index(tmp_path, PLAY)
    canonical = read(tmp_path)
    [finding] = canonical.findings
    assert (finding.kind, finding.file) == ("two_plays_under_one_key", other.name)
    assert len(canonical.tracking) == len(samples())


def test_the_facing_of_2017_is_left_empty_and_told(tmp_path):
    write_ngs_play(tmp_path, season=2017)
    index = write_ngs_index(tmp_path, PLAY)
    index.write_text(index.read_text().replace("\t2022\tREG", "\t2017\tREG"))
    canonical = read(tmp_path, SeasonWeek(2017, "REG", 1))
    assert kinds(canonical) == {"old_sensors": 1}
    assert canonical.tracking["o"].null_count == len(canonical.tracking)
    assert canonical.tracking["s"].null_count == 0


def test_odd_frames_are_told(tmp_path):
    rows = [ngs_row(row) for row in samples() if row["frame"] != 7]
    rows = [row for row in rows if row["frame"] != 0 or row["displayName"] == "ball"]
    rows = [row for row in rows if row["frame"] != 1 or row["displayName"] != "ball"]
    write_rows(tmp_path / f"2022_OAK_{GAME}_{PLAY}.tsv", rows, "\t")
    write_ngs_index(tmp_path, PLAY)
    assert kinds(read(tmp_path)) == {"frames_without_players": 1, "frames_without_ball": 1, "skipped_frames": 1}


def test_samples_of_nobody_and_of_nowhere_are_left_out_and_told(tmp_path):
    rows = [ngs_row(row) for row in samples()]
    rows[0]["x"] = ""
    rows[1]["y"] = "NaN"
    rows[2] |= {"nflId": "", "possessionFlag": ""}
    write_rows(tmp_path / f"2022_OAK_{GAME}_{PLAY}.tsv", rows, "\t")
    write_ngs_index(tmp_path, PLAY)
    canonical = read(tmp_path)
    assert {found.kind: found.count for found in canonical.findings} == {"no_position": 2, "no_player_number": 1}
    assert canonical.tracking.num_rows == len(rows) - 3


def spoil(path: Path, how: str) -> None:
    """Break a play's file in one of the ways seen in the wild."""
    text = path.read_bytes()
    header, _, body = text.partition(b"\n")
    lines = body.splitlines(keepends=True)
    spoiled = {
        "empty": b"",
        "header only": header + b"\n",
        "truncated gzip": gzip.compress(text)[:-200],
        "not gzip": b"\x1f\x8b" + text,
        "no column x": header.replace(b"\tx\t", b"\tz\t") + b"\n" + body,
        "no number": header + b"\n" + body.replace(b"\t2.0\t", b"\ttwo\t", 1),
        "fraction of a player": header + b"\n" + body.replace(b"100.0", b"100.5", 1),
        "cut off line": header + b"\n" + b"".join(lines[:40]) + lines[40][:60] + b"\n",
        "latin-1": text.replace(b"NumberA pass", b"Numb\xe9r pass"),
        "no flag": header + b"\n" + body.replace(b"\t1.0\t1.0\tOAK", b"\t\t\tOAK", 1),
        "upward": text.replace(b"\tleft\t", b"\tup\t"),
        "two plays": text + b"".join(line.replace(b"\t56\t", b"\t57\t", 1) for line in lines),
        "two columns x": header.replace(b"\ty\t", b"\tx\t") + b"\n" + body,
        "infinite": header + b"\n" + body.replace(b"\t2.0\t", b"\tinf\t", 1),
        "huge number": header
        + b"\n"
        + body.replace(b"\t440\t", b"\t1e99\t", 1).replace(b"\t3\t8\t", b"\t3\t1e99\t", 1),
        "endless season": text.replace(b"\t2022\t", b"\tinf\t"),
        "no frame": header + b"\n" + body.replace(b"\t3\tOff NumberA", b"\t\tOff NumberA", 1),
        "other week": text.replace(b"\tREG\t1\t", b"\tREG\t2\t").replace(b"\tREG\t2\t", b"\tREG\t1\t", 1),
    }
    path.write_bytes(spoiled[how])


@pytest.mark.parametrize(
    "how",
    [
        "empty",
        "header only",
        "truncated gzip",
        "not gzip",
        "no column x",
        "no number",
        "fraction of a player",
        "cut off line",
        "latin-1",
        "no flag",
        "upward",
        "two plays",
        "two columns x",
        "infinite",
        "huge number",
        "endless season",
        "no frame",
        "other week",
    ],
)
def test_one_broken_file_is_set_aside_and_the_other_plays_come_in(tmp_path, how):
    write_ngs_play(tmp_path, play=57)
    broken = write_ngs_play(tmp_path)
    write_ngs_index(tmp_path, PLAY, 57)
    spoil(broken, how)
    canonical = read(tmp_path)
    assert canonical.plays["play_id"].to_pylist() == [57]
    [finding] = canonical.findings
    assert (finding.file, finding.kind) == (broken.name, "unreadable_file")
    assert "expected" in finding.message


def test_the_message_of_a_bad_value_names_row_and_column(tmp_path):
    broken = write_ngs_play(tmp_path)
    lines = broken.read_text().splitlines()
    cells = lines[3].split("\t")
    cells[lines[0].split("\t").index("y")] = "two"
    lines[3] = "\t".join(cells)
    broken.write_text("\n".join(lines))
    write_ngs_index(tmp_path, PLAY)
    [finding] = read(tmp_path).findings
    assert finding.place == "row 4, column y"
    assert "'two'" in finding.message


def test_a_week_whose_files_are_all_broken_is_empty_and_says_so(tmp_path):
    spoil(write_ngs_play(tmp_path), "truncated gzip")
    write_ngs_index(tmp_path, PLAY)
    canonical = read(tmp_path)
    assert [table.num_rows for table in canonical.tables] == [0, 0, 0, 0]
    assert kinds(canonical) == {"unreadable_file": 1}


def test_a_broken_file_of_no_known_week_is_told_when_weeks_are_sorted(tmp_path):
    write_ngs_play(tmp_path, play=57)
    broken = write_ngs_play(tmp_path, game=2022091100)
    spoil(broken, "empty")
    weeks = FAMILY.weeks(raw_files(tmp_path))
    assert [found.file for found in weeks.findings] == [broken.name]
    assert broken.name not in {file.name for file in weeks.files[WEEK]}


@pytest.mark.parametrize("change", ["bom", "crlf", "gzip"])
def test_bom_line_ends_and_gzip_change_nothing(tmp_path, change):
    plain = write_ngs_play(tmp_path / "plain")
    text = plain.read_bytes()
    changed = {
        "bom": (plain.name, b"\xef\xbb\xbf" + text),
        "crlf": (plain.name, text.replace(b"\n", b"\r\n")),
        "gzip": (plain.name + ".gz", gzip.compress(text)),
    }
    name, content = changed[change]
    (tmp_path / "changed").mkdir()
    (tmp_path / "changed" / name).write_bytes(content)
    one, other = read(tmp_path / "plain"), read(tmp_path / "changed")
    assert one.tracking == other.tracking
    assert one.participants == other.participants
    assert one.plays.drop(["source_object"]) == other.plays.drop(["source_object"])


def test_unknown_columns_are_told_once_for_all_files(tmp_path):
    for play in (56, 57):
        rows = [{**ngs_row(row), "weather": "rain"} for row in samples(play=play)]
        write_rows(tmp_path / f"2022_OAK_{GAME}_{play}.tsv", rows, "\t")
    write_ngs_index(tmp_path, 56, 57)
    [finding] = read(tmp_path).findings
    assert finding.kind == "extra_columns"
    assert "weather" in finding.message


def test_real_plays_keep_what_the_files_say(real_plays_dir):
    names = [
        "2018_PIT_2018092400_3834.tsv.gz",
        "2018_TB_2018092400_3834.tsv.gz",
        "2018_LA_2018111900_884.tsv.gz",
        "2018_SEA_2018111110_2569.tsv.gz",
        "2018_ARI_2018092311_141.tsv.gz",
        "ngs_highlights_index.tsv",
    ]
    files = [RawFile(name, real_plays_dir / name) for name in names]
    weeks = FAMILY.weeks(files)
    assert weeks.findings == []
    plays, findings = [], []
    for week, found in weeks.files.items():
        canonical = FAMILY.read(found, week)
        plays += canonical.plays.to_pylist()
        findings += canonical.findings
        assert set(
            canonical.participants.group_by(["game_id", "play_id", "side"])
            .aggregate([([], "count_all")])["count_all"]
            .to_pylist()
        ) == {11}
    assert len(plays) == 4
    assert {play["target_method"] for play in plays if play["throw_frame"] is not None} == {"statistics"}
    told = Counter(found.kind for found in findings)
    assert told["play_in_two_files"] == 1
    assert not any(found.kind == "duplicate_samples" and "884" in found.file for found in findings)
    without = {week: [file for file in found if "index" not in file.name] for week, found in weeks.files.items()}
    derived = [play for week in without for play in FAMILY.read(without[week], week).plays.to_pylist()]
    assert [play["target_nfl_id"] for play in derived] == [play["target_nfl_id"] for play in plays]
