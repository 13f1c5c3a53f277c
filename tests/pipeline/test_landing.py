import pytest
from raw_files_by_hand import PLAY, write_bowl, write_ngs_index, write_ngs_play

from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.domain.schema import CANONICAL, FINDINGS, PLAYS
from ghost_pipeline.errors import BadInputError, GhostError, MissingObjectError
from ghost_pipeline.pipeline.landing import canonical_week, land
from ghost_pipeline.storage.partitions import Partitions
from ghost_pipeline.storage.raw import RawZone

WEEK = SeasonWeek(2022, "REG", 1)


def test_a_folder_lands_and_becomes_canonical_partitions(store, tmp_path):
    manifest = land(store, write_bowl(tmp_path / "in"))
    assert (manifest.family, list(manifest.season_weeks)) == ("big_data_bowl_2025", [WEEK])
    report = canonical_week(store, WEEK)
    assert report.numbers == {
        "plays": 1,
        "participants": 22,
        "events": 4,
        "tracking": 276,
        "passes": 1,
        "targets": 1,
        "findings": 0,
    }
    partitions = Partitions(store)
    for table in (*CANONICAL, FINDINGS):
        assert partitions.read(table, WEEK).num_rows == report.rows[table.name]


def test_a_week_read_twice_gives_the_same_bytes(store, tmp_path):
    land(store, write_bowl(tmp_path / "in"))
    assert canonical_week(store, WEEK).versions == canonical_week(store, WEEK).versions


def test_files_nobody_understands_are_reported_and_not_landed(store, tmp_path):
    write_ngs_play(tmp_path / "in" / "plays")
    write_ngs_index(tmp_path / "in", PLAY)
    (tmp_path / "in" / "notes.txt").write_text("hello")
    write_ngs_play(tmp_path / "in", game=2022091100).write_bytes(b"")
    manifest = land(store, tmp_path / "in")
    assert set(manifest.left_out) == {"notes.txt", "2022_OAK_2022091100_56.tsv"}
    assert "an empty file" in manifest.left_out["2022_OAK_2022091100_56.tsv"]
    assert [file.name for file in manifest.files] == [f"2022_OAK_2022090800_{PLAY}.tsv", "ngs_highlights_index.tsv"]


def test_findings_are_stored_with_the_week(store, tmp_path):
    write_ngs_play(tmp_path / "in")
    write_ngs_play(tmp_path / "in", play=57).write_bytes(b"gameId\n1\n")
    write_ngs_index(tmp_path / "in", PLAY, 57)
    land(store, tmp_path / "in")
    report = canonical_week(store, WEEK)
    [row] = Partitions(store).read(FINDINGS, WEEK).to_pylist()
    assert (row["kind"], row["source_object"]) == ("unreadable_file", "2022_OAK_2022090800_57.tsv")
    assert report.numbers["findings"] == 1
    assert Partitions(store).read(PLAYS, WEEK)["play_id"].to_pylist() == [PLAY]


def test_only_the_wanted_season_weeks_land(store, tmp_path):
    write_ngs_play(tmp_path / "in")
    write_ngs_play(tmp_path / "in", game=2022091500, week=2)
    write_ngs_play(tmp_path / "in", game=2021091500, season=2021, week=2)
    with pytest.raises(GhostError, match=r"nothing of season 2020 .*it has 2021-REG-02, 2022-REG-01, 2022-REG-02"):
        land(store, tmp_path / "in", season=2020)
    manifest = land(store, tmp_path / "in", season=2022, week=2)
    assert list(map(str, manifest.season_weeks)) == ["2022-REG-02"]
    assert [file.name for file in manifest.files] == ["2022_OAK_2022091500_56.tsv"]
    assert len(manifest.left_out) == 2
    assert len(land(store, tmp_path / "in", week=2).season_weeks) == 2


def test_a_single_file_can_land(store, tmp_path):
    assert list(land(store, write_ngs_play(tmp_path / "in")).season_weeks) == [WEEK]


def test_the_same_file_in_two_folders_lands_once_and_different_ones_are_refused(store, tmp_path):
    write_ngs_play(tmp_path / "in" / "a")
    other = write_ngs_play(tmp_path / "in" / "b")
    assert len(land(store, tmp_path / "in").files) == 1
    other.write_text("something else")
    with pytest.raises(BadInputError, match="another file of this name"):
        land(store, tmp_path / "in")


@pytest.mark.parametrize(
    ("content", "source", "told"),
    [
        (None, None, "does not exist"),
        ([], None, "holds no files"),
        (["data.xlsx"], None, "fit no known source"),
        (["2022_OAK_2022090800_56.tsv"], None, "belongs to a season-week"),
        (["2022_OAK_2022090800_56.tsv"], "nonsense", "no source 'nonsense'"),
        (["2022_OAK_2022090800_56.tsv"], "big_data_bowl_2025", r"games\.csv"),
    ],
)
def test_a_users_mistake_is_answered_clearly(store, tmp_path, content, source, told):
    folder = tmp_path / "in"
    if content is not None:
        folder.mkdir()
        for name in content:
            (folder / name).write_text("")
    with pytest.raises(GhostError, match=told):
        land(store, folder, source)
    assert RawZone(store).manifests() == []


def test_a_week_that_has_not_landed_is_named(store):
    with pytest.raises(MissingObjectError, match="2022-REG-01: land them first"):
        canonical_week(store, WEEK)


def test_real_plays_land_and_come_out_whole(store, real_plays_dir, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for path in [*sorted(real_plays_dir.glob("2018_ARI_*"))[:3], real_plays_dir / "ngs_highlights_index.tsv"]:
        (folder / path.name).symlink_to(path)
    manifest = land(store, folder)
    reports = [canonical_week(store, week) for week in manifest.season_weeks]
    assert sum(report.rows["plays"] for report in reports) == 3
    assert sum(report.passes for report in reports) == sum(report.targets for report in reports) == 2
