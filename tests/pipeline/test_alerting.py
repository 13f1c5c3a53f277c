"""Who is told what, and how often: worked out on sightings by hand; delivery to a real HTTP server."""

import json
import logging
from dataclasses import replace
from pathlib import Path

import pytest
from json_hook import JsonHook
from typer.testing import CliRunner

from ghost_pipeline.cli import app
from ghost_pipeline.domain.sighting import ERROR, WARNING, Sighting
from ghost_pipeline.errors import AlertError
from ghost_pipeline.pipeline.alerting import MOST_SINGLE, Told, tell
from ghost_pipeline.pipeline.platform import Platform
from ghost_pipeline.publish.messages import Message, open_mailbox
from ghost_pipeline.settings import Settings
from ghost_pipeline.storage.problems import Problems

SPEED = Sighting(
    what="speed_limit",
    where="clean_tracks",
    partition="2024-REG-03",
    is_problem=True,
    severity=ERROR,
    sentence="Nobody is faster than 12.5 yd/s.",
    at="2026-11-24T06:00:00+00:00",
    since="2026-11-24T06:00:00+00:00",
    owner="team:data",
    run="http://ui/runs/1",
    page="http://site/quality.html#check=speed_limit",
    observed="3 to 14 yd/s",
    expected="<= 12.5 yd/s",
    count=4,
    looked_at=160,
    samples=("game 1, play 1: 13 yd/s", "game 1, play 2: 14 yd/s", "game 1, play 3: 13 yd/s", "game 1, play 4: 13"),
)
LATER = "2026-11-25T06:00:00+00:00"


def _mended(problem: Sighting) -> Sighting:
    return replace(problem, is_problem=False, at=LATER, since=LATER)


@pytest.fixture
def problems(store) -> Problems:
    return Problems(store)


def _told(problems: Problems, *sightings: Sighting) -> list[Message]:
    sent: list[Message] = []
    tell(problems, sightings, sent.append)
    return sent


def test_a_message_says_all_a_person_on_call_needs(problems: Problems) -> None:
    (message,) = _told(problems, SPEED)
    assert message.title == "ERROR: speed_limit in clean_tracks, 2024-REG-03: 4 of 160"
    assert message.kind == "failure"
    assert message.body.splitlines() == [
        "Nobody is faster than 12.5 yd/s.",
        "Seen: 3 to 14 yd/s; expected: <= 12.5 yd/s",
        "- game 1, play 1: 13 yd/s",
        "- game 1, play 2: 14 yd/s",
        "- game 1, play 3: 13 yd/s",
        "Since 2026-11-24 06:00 UTC. Owner team:data.",
        "http://site/quality.html#check=speed_limit",
        "http://ui/runs/1",
    ]


def test_a_problem_is_told_once_and_its_end_once(problems: Problems) -> None:
    assert len(_told(problems, SPEED)) == 1
    assert _told(problems, replace(SPEED, at=LATER, since=LATER, run="http://ui/runs/2")) == []
    (recovery,) = _told(problems, _mended(SPEED))
    assert recovery.title == "MENDED: speed_limit in clean_tracks, 2024-REG-03"
    assert "Was wrong since 2026-11-24 06:00 UTC, mended 2026-11-25 06:00 UTC." in recovery.body
    assert _told(problems, _mended(SPEED)) == []
    assert len(_told(problems, SPEED)) == 1, "a problem that comes back is a new one"


def test_another_week_is_another_problem(problems: Problems) -> None:
    assert len(_told(problems, SPEED, replace(SPEED, partition="2024-REG-04"))) == 2


def test_what_was_mended_before_anybody_looked_is_no_news(problems: Problems) -> None:
    assert _told(problems, SPEED, _mended(SPEED)) == []
    assert problems.open() == {}


def test_warnings_come_together_and_end_quietly(problems: Problems) -> None:
    warnings = [replace(SPEED, severity=WARNING, what=name) for name in ("one", "two")]
    (digest,) = _told(problems, *warnings)
    assert (digest.title, digest.kind) == ("WARNING: 2 new", "warning")
    assert "- one in clean_tracks, 2024-REG-03: 4 of 160. Since 2026-11-24 06:00 UTC." in digest.body
    assert _told(problems, *map(_mended, warnings)) == []
    assert problems.open() == {}


def test_a_warning_that_becomes_an_error_is_told_with_its_first_day(problems: Problems) -> None:
    _told(problems, replace(SPEED, severity=WARNING))
    (message,) = _told(problems, replace(SPEED, at=LATER, since=LATER))
    assert message.title.startswith("ERROR")
    assert problems.open()[SPEED.key].since == SPEED.since


def test_a_flood_comes_as_one_message(problems: Problems) -> None:
    many = [replace(SPEED, what=f"check_{number}") for number in range(MOST_SINGLE + 1)]
    (message,) = _told(problems, *many)
    assert message.title == f"ERROR: {MOST_SINGLE + 1} new problems"
    assert message.body.count("- check_") == MOST_SINGLE + 1
    assert _told(problems, *many) == []


def test_what_was_delivered_is_not_repeated_when_a_later_delivery_fails(problems: Problems) -> None:
    sent: list[str] = []

    def send(message: Message) -> None:
        if "second" in message.title:
            raise AlertError("no")
        sent.append(message.title)

    both = [SPEED, replace(SPEED, what="second")]
    for _ in range(2):
        with pytest.raises(AlertError):
            tell(problems, both, send)
    assert len(sent) == 1
    assert tell(problems, both, lambda message: sent.append(message.title)) == Told(1, 0, 0, 2)


def test_delivery_counts_as_done_when_one_service_took_it() -> None:
    with JsonHook() as good, JsonHook(status=500) as bad:
        mailbox = open_mailbox(f"{good.url}, {bad.url}")
        mailbox.send(Message("title", "body", "failure"))
        assert [(call["title"], call["message"], call["type"]) for call in good.calls] == [("title", "body", "failure")]
        assert mailbox.failed == ["JSON (number 2)"]
        with pytest.raises(AlertError, match=r"no service took the message 'title': JSON \(number 1\) refused it"):
            open_mailbox(bad.url).send(Message("title", "body", "failure"))


@pytest.mark.parametrize("url", ["nonsense://token-1234", "slack://token-1234", "token-1234"])
def test_an_unreadable_address_is_counted_and_never_named(url: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(AlertError, match="address 2") as caught:
        open_mailbox(f"json://127.0.0.1:9/token-5678,{url}")
    assert "token" not in str(caught.value) + caplog.text


def test_the_commands_list_what_is_open_and_reach_everybody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GHOST_HOME", str(tmp_path))
    Problems(Platform(Settings(home=tmp_path)).store).remember(SPEED)
    run = CliRunner().invoke
    assert [one["what"] for one in json.loads(run(app, ["alerts", "list", "--json"]).output)] == ["speed_limit"]
    assert run(app, ["alerts", "test"]).exit_code == 1, "nobody to tell"
    with JsonHook() as hook:
        monkeypatch.setenv("GHOST_ALERT_URLS", hook.url)
        assert run(app, ["alerts", "test"]).exit_code == 0
        assert [call["title"] for call in hook.calls] == ["TEST: ghost_pipeline can reach you"]
