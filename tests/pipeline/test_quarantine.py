"""Quarantine as people use it: listed, looked into, released, withdrawn; a release outlives every re-run."""

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from plays_by_hand import FRAMES, RECEIVER, THROW, WEEK, smallest_play, tables_of
from rich.console import Console
from typer.testing import CliRunner

from ghost_pipeline import cli_quarantine
from ghost_pipeline.cli import app
from ghost_pipeline.domain.schema import CANONICAL, CHECK_RESULTS, CLEAN_PLAYS, QUARANTINE
from ghost_pipeline.errors import GhostError
from ghost_pipeline.pipeline.cleaning import clean_week
from ghost_pipeline.pipeline.platform import Platform
from ghost_pipeline.pipeline.quarantine import (
    Which,
    kept_out,
    quarantined_play,
    quarantined_plays,
    release,
    withdraw,
)
from ghost_pipeline.settings import Settings
from ghost_pipeline.storage.partitions import Partitions
from ghost_pipeline.storage.releases import Releases

GAME, GOOD, OUTSIDE, BALLS, OTHER = 2019100600, 1, 2, 3, 4
OVER_THE_LINE_YD = -0.5


def _land(store, *changes_of_outside) -> None:
    plays = [
        smallest_play(GOOD),
        smallest_play(OUTSIDE, GAME, lambda p: p.put(RECEIVER, range(FRAMES), y=OVER_THE_LINE_YD), *changes_of_outside),
        smallest_play(BALLS, GAME, lambda p: p.drop(0, THROW), lambda p: p.set(defense_team="ELM")),
        smallest_play(OTHER, GAME),
    ]
    for play in plays:
        play.set(offense_team="OAK")
    for table, data in zip(CANONICAL, tables_of(plays), strict=True):
        Partitions(store).write(table, data, WEEK)


@pytest.fixture
def platform(tmp_path: Path) -> Platform:
    """A cleaned week with two bad plays: one with a player outside the field, one without its ball for a frame."""
    made = Platform(Settings(home=tmp_path))
    _land(made.store)
    clean_week(made.store, WEEK)
    return made


def _clean_plays(platform: Platform) -> dict[int, str | None]:
    rows = platform.partitions.read(CLEAN_PLAYS, WEEK).to_pylist()
    return {row["play_id"]: row["released_rules"] for row in rows}


def _check(platform: Platform, check_id: str) -> dict:
    rows = platform.partitions.read(CHECK_RESULTS, WEEK).to_pylist()
    return next(row for row in rows if row["check_id"] == check_id)


def test_plays_are_listed_by_rule_week_team_and_season(platform: Platform) -> None:
    def plays(**wanted) -> list[int]:
        return [row["play_id"] for row in quarantined_plays(platform, Which(**wanted))]

    assert plays() == [OUTSIDE, BALLS]
    assert plays(rule="on_field") == [OUTSIDE]
    assert plays(team="ELM") == [BALLS]
    assert plays(week=str(WEEK), season=2019) == [OUTSIDE, BALLS]
    assert plays(season=2020) == []
    with pytest.raises(GhostError, match="2019-REG-05"):
        plays(week="2019-REG-09")


def test_one_play_shows_its_rules_in_words_and_where_they_were_broken(platform: Platform) -> None:
    play = quarantined_play(platform, GAME, OUTSIDE)
    assert (play["state"], play["rules"], play["source_object"]) == ("quarantined", ["on_field"], f"raw/{OUTSIDE}.csv")
    found = play["found"][0]
    assert "leaves the field" in found["rule"]
    assert found["sample"] == f"4 samples at frame {THROW}, player {RECEIVER}"
    with pytest.raises(GhostError, match="broke no rule"):
        quarantined_play(platform, GAME, GOOD)


def test_a_release_puts_the_play_into_clean_with_its_mark_and_survives_re_runs(platform: Platform) -> None:
    assert not _check(platform, "on_field")["success"]
    made = release(platform, GAME, OUTSIDE, "sam", "the tag was swapped, the run is real")
    assert quarantined_play(platform, GAME, OUTSIDE)["state"] == "quarantined, release pending"
    for _ in range(2):
        report = clean_week(platform.store, WEEK)
        assert _clean_plays(platform) == {GOOD: None, OUTSIDE: "on_field", OTHER: None}
        assert (report.plays_released, report.quarantined_by_rule) == (1, {"one_ball": 1})
    quarantine = platform.partitions.read(QUARANTINE, WEEK)
    assert kept_out(quarantine)["play_id"].to_pylist() == [BALLS]
    assert quarantine["is_released"].to_pylist() == [True, False]
    assert _check(platform, "on_field")["success"], "what a person released is no open problem"
    assert not _check(platform, "one_ball")["success"]
    shown = quarantined_play(platform, GAME, OUTSIDE)
    assert shown["state"] == "released"
    assert shown["releases"] == [
        {
            "season_week": str(WEEK), "game_id": GAME, "play_id": OUTSIDE, "rules": ("on_field",), "action": "release",
            "by": "sam", "reason": "the tag was swapped, the run is real", "at": made.at,
        }
    ]  # fmt: skip


def test_a_withdrawal_is_a_further_record(platform: Platform) -> None:
    release(platform, GAME, OUTSIDE, "sam", "looks fine")
    clean_week(platform.store, WEEK)
    withdraw(platform, GAME, OUTSIDE, "kim", "it does not")
    assert quarantined_play(platform, GAME, OUTSIDE)["state"] == "released, withdrawal pending"
    clean_week(platform.store, WEEK)
    assert _clean_plays(platform) == {GOOD: None, OTHER: None}
    history = quarantined_play(platform, GAME, OUTSIDE)["releases"]
    assert [(one["action"], one["by"]) for one in history] == [("release", "sam"), ("withdraw", "kim")]
    assert len(list(platform.store.list("quality/releases/"))) == 2


def test_the_last_word_counts_also_when_the_clock_was_set_back(platform: Platform) -> None:
    made = release(platform, GAME, OUTSIDE, "sam", "real on film")
    Releases(platform.store).record(replace(made, at="2099-01-01T00:00:00.000000+00:00"))
    withdraw(platform, GAME, OUTSIDE, "kim", "it is not")
    assert Releases(platform.store).in_force(WEEK) == {}


def test_a_release_covers_the_rules_of_its_day_and_no_other(platform: Platform) -> None:
    release(platform, GAME, OUTSIDE, "sam", "looks fine")
    _land(platform.store, lambda p: p.drop(0, THROW))
    clean_week(platform.store, WEEK)
    assert _clean_plays(platform) == {GOOD: None, OTHER: None}
    assert not _check(platform, "on_field")["success"], "a play that is kept out counts with all it broke"
    release(platform, GAME, OUTSIDE, "sam", "the ball too")
    clean_week(platform.store, WEEK)
    assert OUTSIDE in _clean_plays(platform)


def test_what_cannot_be_released_says_why(platform: Platform) -> None:
    with pytest.raises(GhostError, match="not released"):
        withdraw(platform, GAME, OUTSIDE, "sam", "why not")
    with pytest.raises(GhostError, match="names who and why"):
        release(platform, GAME, OUTSIDE, "sam", " ")
    release(platform, GAME, OUTSIDE, "sam", "looks fine")
    with pytest.raises(GhostError, match="released already, by sam"):
        release(platform, GAME, OUTSIDE, "kim", "looks fine")


def test_the_commands_speak_to_people_and_programs(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GHOST_HOME", str(platform.settings.home))
    monkeypatch.setenv("USER", "robin")
    monkeypatch.setenv("LOGNAME", "robin")
    printed = io.StringIO()
    monkeypatch.setattr(cli_quarantine, "out", Console(file=printed, width=160))
    run = CliRunner().invoke

    listed = run(app, ["quarantine", "list", "--team", "ELM", "--json"])
    assert [play["play_id"] for play in json.loads(listed.output)] == [BALLS]
    run(app, ["quarantine", "list"])
    assert "2 plays" in printed.getvalue()
    released = run(app, ["quarantine", "release", str(GAME), str(OUTSIDE), "--reason", "real run", "--json"])
    assert json.loads(released.output)["by"] == "robin", "the name of the operating system's user"
    shown = json.loads(run(app, ["quarantine", "show", str(GAME), str(OUTSIDE), "--json"]).output)
    assert shown["releases"][0]["reason"] == "real run"
    run(app, ["quarantine", "show", str(GAME), str(OUTSIDE)])
    assert "release by robin: real run" in printed.getvalue()
    again = run(app, ["quarantine", "release", str(GAME), str(OUTSIDE), "--reason", "real run"])
    assert (again.exit_code, "released already" in again.output) == (1, True)
    assert run(app, ["quarantine", "withdraw", str(GAME), str(OUTSIDE), "--reason", "no"]).exit_code == 0
