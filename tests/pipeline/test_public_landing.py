"""`ghost land nfl-ngs` against a real HTTP server on this machine."""

import io
from pathlib import Path

import pytest
import urllib3
from http_files import Trouble, serving
from raw_files_by_hand import samples, season_play, season_sample, write_season
from rich.console import Console
from typer.testing import CliRunner

from ghost_pipeline import cli_public, console
from ghost_pipeline.cli import app
from ghost_pipeline.domain.calendar import SeasonWeek, parse_seasons
from ghost_pipeline.errors import GhostError, SettingsError
from ghost_pipeline.pipeline.landing import canonical_week
from ghost_pipeline.pipeline.public_landing import land_public_seasons
from ghost_pipeline.storage.raw import RawZone

QUICK = urllib3.Retry(total=4, connect=1, other=2, backoff_factor=0.001)
PLACE = "/nfl_ngs_{dataset}/ngs_{dataset}_{season}.parquet"
TRACKING = PLACE.format(dataset="highlight_tracking", season=2022)


@pytest.fixture
def server(tmp_path):
    """Publishes one made-up season of two weeks, each file under the tag of its data set."""
    rows = [season_sample(row, 50 + week, week) for week in (1, 2) for row in samples()]
    publish(
        write_season(tmp_path / "season", rows, [season_play(50 + week, week) for week in (1, 2)]), tmp_path / "web"
    )
    with serving(tmp_path / "web") as running:
        yield running


def publish(folder: Path, web: Path) -> None:
    for path in folder.glob("*.parquet"):
        place = web / f"nfl_{path.stem.rpartition('_')[0]}" / path.name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(path.read_bytes())


def land_all(store, server, home: Path, *seasons: int):
    return list(land_public_seasons(store, home, server.url + PLACE, seasons or [2022], policy=QUICK))


def test_a_season_is_downloaded_and_landed_by_week_and_again_is_a_no_op(store, server, tmp_path):
    [first] = land_all(store, server, tmp_path)
    assert [str(week) for week in first.manifest.season_weeks] == ["2022-REG-01", "2022-REG-02"]
    assert first.files.missing == ("highlight_participation",)
    report = canonical_week(store, SeasonWeek(2022, "REG", 2))
    assert (report.rows["plays"], report.rows["tracking"]) == (1, len(samples()))
    [again] = land_all(store, server, tmp_path)
    assert (again.manifest, again.files.changed) == (first.manifest, False)
    assert len(RawZone(store).manifests()) == 1
    assert server.statuses("tracking_2022.parquet") == [200, 304]


def test_a_changed_season_file_makes_only_the_touched_weeks_stale(store, server, tmp_path):
    land_all(store, server, tmp_path)
    before = RawZone(store).week_versions()
    rows = [season_sample(row, 50 + week, week) for week in (1, 2) for row in samples()]
    late = [season_sample(row, 90, 2) for row in samples()]
    plays = [season_play(50 + week, week) for week in (1, 2)]
    publish(write_season(tmp_path / "later", rows[::-1] + late, [season_play(90, 2), *plays]), server.root)
    [landed] = land_all(store, server, tmp_path)
    assert landed.files.changed
    after = RawZone(store).week_versions()
    assert {str(week) for week in after if after[week] != before[week]} == {"2022-REG-02"}
    assert canonical_week(store, SeasonWeek(2022, "REG", 2)).rows["plays"] == 2


def test_seasons_that_are_not_published_are_told_and_the_others_land(store, server, tmp_path):
    early, held = land_all(store, server, tmp_path, 2021, 2022)
    assert (early.manifest, early.files.missing) == (None, ("highlights",))
    assert held.manifest is not None


def test_trouble_on_the_way_ends_in_the_same_landing(store, server, tmp_path):
    server.troubles[TRACKING] = [
        Trouble(429, retry_after="0"),
        Trouble(503),
        Trouble(cut_after=2_000),
        Trouble(cut_after=2_000),
        Trouble(short_by=8),
    ]
    [landed] = land_all(store, server, tmp_path)
    files = {file.name: file.sha256 for file in landed.manifest.files}
    [plain] = land_all(store, server, tmp_path / "elsewhere")
    assert {file.name: file.sha256 for file in plain.manifest.files} == files
    assert 206 in server.statuses("tracking_2022.parquet")


def test_a_stopped_download_lands_nothing_and_goes_on_next_time(store, server, tmp_path):
    server.troubles[TRACKING] = [Trouble(cut_after=2_000), *[Trouble(503)] * 4]
    with pytest.raises(GhostError, match="goes on where it stopped"):
        land_all(store, server, tmp_path)
    assert RawZone(store).manifests() == []
    [landed] = land_all(store, server, tmp_path)
    assert landed.manifest is not None
    assert server.statuses("highlights_2022.parquet") == [200, 304]
    assert server.statuses("tracking_2022.parquet")[-1] == 206


def test_a_template_without_its_fields_is_refused(store, tmp_path):
    for template in ("http://127.0.0.1/{season}.parquet", "http://127.0.0.1/{dataset}_{year}.parquet"):
        with pytest.raises(SettingsError, match="GHOST_NGS_URL"):
            list(land_public_seasons(store, tmp_path, template, [2022], policy=QUICK))


@pytest.fixture
def run(server, tmp_path, monkeypatch):
    """Runs `ghost land nfl-ngs`; gives the exit code and what was printed."""
    monkeypatch.setenv("GHOST_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GHOST_NGS_URL", server.url + PLACE)

    def running(*words: str) -> tuple[int, str]:
        printed = io.StringIO()
        for module, name in ((cli_public, "out"), (cli_public, "err"), (console, "err")):
            monkeypatch.setattr(module, name, Console(file=printed, width=200))
        return CliRunner().invoke(app, ["land", "nfl-ngs", *words]).exit_code, printed.getvalue()

    return running


def test_the_command_says_what_came(run):
    code, told = run("--seasons", "2021-2022")
    assert code == 0
    assert "2021  not published: no highlights" in told
    assert "2022  2 weeks" in told
    assert "downloaded, without highlight_participation" in told
    assert "unchanged" in run("--seasons", "2022")[1]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "which seasons?"),
        (["--seasons", "last year"], "2018-2026"),
        (["--seasons", "2022-2018"], "2018-2026"),
        (["--seasons", "2016-2017"], "is published"),
    ],
)
def test_a_users_mistake_is_answered_clearly(run, words, told):
    code, answer = run(*words)
    assert code == 1
    assert told in answer


def test_without_a_network_the_command_says_so(run, monkeypatch):
    monkeypatch.setattr("ghost_pipeline.sources.download.time.sleep", lambda seconds: None)
    monkeypatch.setenv("GHOST_NGS_URL", "http://127.0.0.1:9/{dataset}_{season}.parquet")
    code, answer = run("--seasons", "2022")
    assert code == 1
    assert "127.0.0.1 cannot be reached" in answer
    assert "Check the network" in answer


def test_seasons_are_read_in_every_form():
    assert parse_seasons("2018-2020") == [2018, 2019, 2020]
    assert parse_seasons("2019, 2021-2022") == [2019, 2021, 2022]


def test_real_seasons_land_through_the_web(store, real_season_files_dir, tmp_path):
    publish(real_season_files_dir, tmp_path / "web")
    with serving(tmp_path / "web") as server:
        server.troubles[PLACE.format(dataset="highlight_tracking", season=2019)] = [Trouble(cut_after=3_000_000)]
        landed = land_all(store, server, tmp_path, 2018, 2019)
    assert [len(one.manifest.season_weeks) for one in landed] == [21, 21]
    assert server.statuses("tracking_2019.parquet") == [200, 206]
    report = canonical_week(store, SeasonWeek(2019, "POST", 22))
    assert report.rows["plays"] == 6
