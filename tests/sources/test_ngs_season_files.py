import runpy
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from raw_files_by_hand import (
    GAME,
    PLAY,
    TARGET,
    Row,
    samples,
    season_play,
    season_sample,
    write_ngs_play,
    write_season,
)

from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.errors import BadInputError
from ghost_pipeline.pipeline.landing import land
from ghost_pipeline.sources.family import Canonical, RawFile
from ghost_pipeline.sources.ngs_highlights import NgsHighlights
from ghost_pipeline.sources.ngs_season_files import NgsSeasonFiles
from ghost_pipeline.sources.ngs_season_tables import GSIS_NUMBERS_FROM
from ghost_pipeline.storage.objects import FolderStore

FAMILY = NgsSeasonFiles()
WEEK = SeasonWeek(2022, "REG", 1)
NUMBER_OF = {number: GSIS_NUMBERS_FROM + number for number in (*range(100, 111), *range(200, 211))}
AGREEMENT = Path(__file__).resolve().parents[2] / "benchmarks" / "reader_agreement.py"


def raw_files(folder: Path) -> list[RawFile]:
    return [RawFile(path.name, path) for path in folder.iterdir()]


def read(folder: Path, week: SeasonWeek = WEEK) -> Canonical:
    return FAMILY.read(FAMILY.weeks(raw_files(folder)).files[week], week)


def kinds(canonical: Canonical) -> dict[str, int]:
    return Counter(found.kind for found in canonical.findings)


def pass_rows(play: int = PLAY, week: int = 1) -> list[Row]:
    return [season_sample(row, play, week) for row in samples()]


def test_it_gives_what_the_tab_separated_file_of_the_play_gives(tmp_path):
    write_ngs_play(tmp_path / "tsv")
    files = raw_files(tmp_path / "tsv")
    theirs = NgsHighlights().read(files, WEEK)
    ours = read(write_season(tmp_path / "season", pass_rows(), [season_play()]))
    assert kinds(ours) == {}
    assert ours.events == theirs.events
    for name in ("game_id", "play_id", "frame_id", "x", "y", "time_utc"):
        assert ours.tracking[name] == theirs.tracking[name], name
    assert [NUMBER_OF.get(number, 0) for number in theirs.tracking["nfl_id"].to_pylist()] == ours.tracking[
        "nfl_id"
    ].to_pylist()
    for name in ("gsis_id", "side", "team", "position", "jersey_number"):
        assert ours.participants[name] == theirs.participants[name], name
    differ = {"target_nfl_id", "target_method", "target_confidence", "source", "source_object"}
    [mine], [other] = ours.plays.to_pylist(), theirs.plays.to_pylist()
    assert {name for name in mine if mine[name] != other[name]} <= differ
    assert mine["target_nfl_id"] == NUMBER_OF[TARGET]


def test_measurements_that_the_files_lack_are_empty(tmp_path):
    tracking = read(write_season(tmp_path, pass_rows(), [season_play()])).tracking
    assert all(tracking[name].null_count == len(tracking) for name in ("s", "a", "dis", "o", "dir"))


def test_one_file_gives_every_week_its_own_plays(tmp_path):
    rows = [row for week in (1, 2, 3) for row in pass_rows(50 + week, week)]
    folder = write_season(tmp_path, rows, [season_play(50 + week, week) for week in (1, 2, 3)])
    weeks = FAMILY.weeks(raw_files(folder)).files
    assert [str(week) for week in sorted(weeks)] == ["2022-REG-01", "2022-REG-02", "2022-REG-03"]
    for week, files in weeks.items():
        canonical = FAMILY.read(files, week)
        assert canonical.plays["play_id"].to_pylist() == [50 + week.week]
        assert len(canonical.tracking) == len(samples())
        assert canonical.findings == ()


def participation(*routes: int, **more: object) -> list[Row]:
    keys = {"season": 2022, "season_type": "REG", "week": 1, "game_id": GAME, "play_id": PLAY}
    return [
        {**keys, "gsis_id": f"00-0000{number}", "was_running_route": number in routes, "was_blitzing": False, **more}
        for number in range(100, 111)
    ]


def describe(text: str) -> list[Row]:
    return [season_play() | {"play_description": text}]


@pytest.mark.parametrize(
    ("description", "surnames", "target", "method"),
    [
        ("pass deep left to O.Crane for 9 yards.", {102: "CRA"}, 102, "description"),
        ("pass deep left to O.Crane for 9 yards.", {101: "CRA"}, 101, "description_and_arrival"),
        ("pass deep left to O.Crane for 9 yards.", {101: "CRA", 103: "CRA"}, 101, "description_and_arrival"),
        ("pass deep left to O.Crane for 9 yards.", {105: "CRA"}, 105, "description"),
        ("pass deep left to O.St. Clair for 9 yards.", {103: "STC"}, 103, "description"),
        ("pass deep left to O.Unheard for 9 yards.", {}, 101, "arrival"),
        ("pass incomplete deep left (D.NumberB).", {}, None, None),
    ],
)
def test_the_target_is_derived_from_words_and_arrival(tmp_path, description, surnames, target, method):
    rows = pass_rows()
    for row in rows:
        number = int(row["gsis_id"][-3:]) if row["gsis_id"] else None
        row["esb_id"] = f"{surnames.get(number, 'XYZ')}000001" if number else None
        if row["side"] == "ball":
            row |= {"x": 72.0, "y": 4.5}
    [play] = read(write_season(tmp_path, rows, describe(description))).plays.to_pylist()
    assert play["target_nfl_id"] == (target and NUMBER_OF[target])
    assert play["target_method"] == method
    assert (play["target_confidence"] is None) == (target is None)


def test_participation_gives_names_routes_passer_and_league_numbers(tmp_path):
    charted = participation(103)
    for row in charted:
        row["nfl_id"], row["display_name"] = 40_000 + int(row["gsis_id"][-3:]), f"Name {row['gsis_id']}"
        row["is_lined_up_as_qb"] = row["gsis_id"].endswith("100")
    folder = write_season(tmp_path, pass_rows(), describe("pass to O.Nobody for 9 yards."), participation=charted)
    canonical = read(folder)
    [play] = canonical.plays.to_pylist()
    assert (play["target_nfl_id"], play["target_method"], play["passer_nfl_id"]) == (40_103, "arrival", 40_100)
    names = {row["nfl_id"]: row["display_name"] for row in canonical.participants.to_pylist()}
    assert names[40_103] == "Name 00-0000103"
    assert names[GSIS_NUMBERS_FROM + 200] is None
    assert set(canonical.tracking["nfl_id"].to_pylist()) == {0, *names}


def test_the_offence_is_the_opponent_where_another_teams_highlight_is_shown(tmp_path):
    theirs = season_play() | {"team_id": "2310", "team_abbr": "KC"}
    [play] = read(write_season(tmp_path, pass_rows(), [theirs])).plays.to_pylist()
    assert (play["offense_team"], play["defense_team"], play["offense_score"]) == ("OAK", "KC", 7)


def without_frame(rows: list[Row], frame: int) -> list[Row]:
    return [row for row in rows if row["frame_id"] != frame]


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (lambda rows, plays: plays.append(dict(plays[0])), "duplicate_rows"),
        (lambda rows, plays: plays.append(plays[0] | {"play_down": "1"}), "duplicate_rows"),
        (lambda rows, plays: plays[0].update(week="2"), "week_differs"),
        (lambda rows, plays: plays.append(season_play(77)), "play_without_tracking"),
        (lambda rows, plays: rows.extend(pass_rows(78)), "unknown_play"),
        (lambda rows, plays: rows.append(rows[0]), "duplicate_samples"),
        (lambda rows, plays: rows.append(rows[0] | {"x": 1.0}), "contradicting_samples"),
        (lambda rows, plays: rows[0].update(jersey_number=11), "contradicting_player"),
        (lambda rows, plays: rows[0].update(gsis_id=None), "no_player_number"),
        (lambda rows, plays: rows[0].update(x=float("nan")), "no_position"),
        (lambda rows, plays: rows.__setitem__(slice(None), [r for r in rows if r["frame_id"] != 5]), "skipped_frames"),
        (
            lambda rows, plays: rows.__setitem__(
                slice(None), [r for r in rows if r["frame_id"] != 2 or r["side"] != "ball"]
            ),
            "frames_without_ball",
        ),
        (
            lambda rows, plays: rows.__setitem__(
                slice(None), [r for r in rows if r["frame_id"] != 2 or r["side"] == "ball"]
            ),
            "frames_without_players",
        ),
        (lambda rows, plays: [row.update(roof="open") for row in rows], "extra_columns"),
        (lambda rows, plays: plays[0].update(play_game_clock="7h20"), "no_clock"),
        (lambda rows, plays: plays[0].update(play_possession_team_id="9", team_abbr="LV"), "unknown_offense"),
        (lambda rows, plays: [row.update(time=row["time"].replace(day=8)) for row in rows[:23]], "odd_times"),
        (lambda rows, plays: [row.update(frame_id=row["frame_id"] + 3) for row in rows[200:]], "frames_renumbered"),
    ],
)
def test_an_oddity_is_a_named_finding_and_the_play_comes_in(tmp_path, change, kind):
    rows, plays = pass_rows(), [season_play()]
    events = [
        {**{name: rows[0][name] for name in ("season", "season_type", "week", "game_id", "play_id")}}
        | {"event": "ball_snap", "event_type": "play", "frame_id": 1}
    ]
    change(rows, plays)
    canonical = read(write_season(tmp_path, rows, plays, events))
    assert kinds(canonical) == {kind: 1}
    assert canonical.plays["play_id"].to_pylist() == [PLAY]
    assert canonical.plays["offense_team"].to_pylist() == ["OAK"]


def test_nothing_is_left_of_a_play_of_which_only_the_ball_is_tracked(tmp_path):
    ball = [row for row in pass_rows(78) if row["side"] == "ball"]
    events = [{name: ball[0][name] for name in ("season", "season_type", "week", "game_id", "play_id")}]
    events[0] |= {"event": "ball_snap", "event_type": "play", "frame_id": ball[0]["frame_id"]}
    plays = [season_play(), season_play(78)]
    canonical = read(write_season(tmp_path, [*pass_rows(), *ball], plays, events))
    assert "play_without_tracking" in kinds(canonical)
    for table in (canonical.plays, canonical.participants, canonical.tracking, canonical.events):
        assert set(table["play_id"].to_pylist()) <= {PLAY}
    assert len(canonical.tracking) == len(pass_rows())


def test_an_event_of_a_frame_without_samples_is_told(tmp_path):
    canonical = read(write_season(tmp_path, without_frame(pass_rows(), 11), [season_play()]))
    assert kinds(canonical) == {"event_without_samples": 1, "skipped_frames": 1}


@pytest.mark.parametrize(
    ("dataset", "column"),
    [("highlights", "play_direction"), ("highlight_tracking", "x"), ("highlight_events", "event")],
)
def test_a_missing_column_is_an_error_that_names_it(tmp_path, dataset, column):
    folder = write_season(tmp_path, pass_rows(), [season_play()])
    path = folder / f"ngs_{dataset}_2022.parquet"
    pq.write_table(pq.read_table(path).drop_columns([column]), path)
    with pytest.raises(BadInputError, match=rf"{path.name}: found no column {column}"):
        read(folder)


def test_a_value_of_another_kind_is_an_error_that_names_its_column(tmp_path):
    plays = [season_play() | {"play_down": "third"}]
    with pytest.raises(BadInputError, match=r"ngs_highlights_2022\.parquet, column play_down"):
        read(write_season(tmp_path, pass_rows(), plays))


def test_a_truncated_file_is_an_error_that_names_it(tmp_path):
    folder = write_season(tmp_path, pass_rows(), [season_play()])
    path = folder / "ngs_highlight_tracking_2022.parquet"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(BadInputError, match=path.name):
        FAMILY.weeks(raw_files(folder))


@pytest.mark.parametrize(
    ("dataset", "column", "value", "told"),
    [
        ("highlight_tracking", "position", pa.array([b"QB\xff"]), "bytes that cannot be read"),
        ("highlight_tracking", "game_id", pa.nulls(1, pa.int64()), "column game_id: found 276 empty values"),
        ("highlight_tracking", "season_type", pa.array(["say REG"]), "2022 say REG 1"),
        ("highlight_participation", "season_type", pa.array([b"REG\xff"]), "column season_type"),
        ("highlights", "play_id", pa.array([""]), "column play_id: found 1 empty values"),
    ],
)
def test_a_value_that_no_other_tool_would_write_is_an_error_that_names_its_file(tmp_path, dataset, column, value, told):
    people = [
        {name: row[name] for name in ("season", "season_type", "week", "game_id", "play_id")} for row in pass_rows()
    ]
    folder = write_season(
        tmp_path, pass_rows(), [season_play()], participation=[one | {"gsis_id": "1"} for one in people]
    )
    path = folder / f"ngs_{dataset}_2022.parquet"
    table = pq.read_table(path)
    if value.type == pa.binary() and column == "position":  # Bytes that call themselves text.
        value = pa.StringArray.from_buffers(1, value.buffers()[1], value.buffers()[2])
    values = pa.concat_arrays([value] * len(table))
    pq.write_table(table.set_column(table.column_names.index(column), column, values), path)
    with pytest.raises(BadInputError, match=told) as raised:
        read(folder)
    assert raised.value.file == path.name


def test_a_column_whose_name_is_no_text_is_an_error_that_names_the_file(tmp_path):
    path = write_season(tmp_path, pass_rows(), [season_play()]) / "ngs_highlights_2022.parquet"
    path.write_bytes(path.read_bytes().replace(b"play_quarter", b"play_quart\xffr"))
    with pytest.raises(BadInputError, match=path.name):
        read(tmp_path)


def test_an_id_that_no_player_has_is_told(tmp_path):
    rows = pass_rows()
    rows[0] |= {"gsis_id": "9" * 20}
    canonical = read(write_season(tmp_path, rows, [season_play()]))
    assert kinds(canonical) == {"no_player_number": 1}


def test_a_new_column_of_lists_is_told_and_not_read(tmp_path):
    folder = write_season(tmp_path, pass_rows(), [season_play()])
    path = folder / "ngs_highlight_events_2022.parquet"
    table = pq.read_table(path)
    pq.write_table(table.append_column("players", pa.array([[1, 2]] * len(table))), path)
    assert kinds(read(folder)) == {"extra_columns": 1}


def test_a_season_that_lacks_a_file_is_left_out_and_told(tmp_path):
    folder = write_season(tmp_path, pass_rows(), [season_play()])
    (folder / "ngs_highlight_events_2022.parquet").unlink()
    weeks = FAMILY.weeks(raw_files(folder))
    assert weeks.files == {}
    assert {found.kind for found in weeks.findings} == {"incomplete_season"}
    assert "ngs_highlight_events_2022.parquet" in weeks.findings[0].message


def test_a_week_with_plays_and_no_tracking_is_told(tmp_path):
    folder = write_season(tmp_path / "in", pass_rows(), [season_play(), season_play(80, week=2)])
    weeks = FAMILY.weeks(raw_files(folder))
    assert list(weeks.files) == [WEEK]
    (found,) = weeks.findings
    assert (found.file, found.place) == ("ngs_highlights_2022.parquet", "2022-REG-02")
    assert "ngs_highlights_2022.parquet, 2022-REG-02" in land(FolderStore(tmp_path / "store"), folder).left_out


def test_number_types_of_other_writers_change_nothing(tmp_path):
    folder = write_season(tmp_path / "one", pass_rows(), [season_play()])
    plain = read(folder)
    for path in folder.iterdir():
        table = pq.read_table(path)
        for name in table.column_names:
            kind = table.schema.field(name).type
            as_other = {pa.int64(): pa.float64(), pa.string(): pa.large_string()}.get(kind)
            if as_other:
                table = table.set_column(table.column_names.index(name), name, table[name].cast(as_other))
        pq.write_table(table, path)
    assert read(folder).tables == plain.tables


@pytest.mark.slow
def test_the_two_readers_agree_on_the_real_plays(real_plays_dir, real_season_files_dir):
    measure = runpy.run_path(str(AGREEMENT))["measure"]
    found, _ = measure(real_plays_dir, real_season_files_dir)
    assert found.plays >= 390
    assert (found.plays_of_one, found.samples_of_one, found.events_of_one, found.people_of_one) == (0, 0, 0, 0)
    assert found.greatest_difference_yd < 0.01
    assert {name: found.plays_with_other[name] for name in ("throw_frame", "arrival_frame", "scrimmage_x_yd")} == {
        "throw_frame": 0,
        "arrival_frame": 0,
        "scrimmage_x_yd": 0,
    }
    assert found.share() >= 0.95
