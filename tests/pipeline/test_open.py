"""What the command line opens and says of an installation."""

import json
import webbrowser
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ghost_pipeline.cli import app
from ghost_pipeline.pipeline.publishing import INDEX
from ghost_pipeline.storage.objects import FolderStore

RUNNER = CliRunner()


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that a browser was sent to."""
    sent: list[str] = []
    monkeypatch.setenv("GHOST_HOME", str(tmp_path))
    monkeypatch.setattr(webbrowser, "open", sent.append)
    return sent


def test_the_newest_report_is_opened_where_it_is_served(
    opened: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert RUNNER.invoke(app, ["open"]).exit_code == 1, "there is no report yet"
    assert opened == []
    FolderStore(tmp_path / "store").put(INDEX, b"<html>")
    assert RUNNER.invoke(app, ["open"]).exit_code == 0
    monkeypatch.setenv("GHOST_SITE_URL", "https://reports.example/")
    assert RUNNER.invoke(app, ["open"]).exit_code == 0
    assert opened == [(tmp_path / "store" / INDEX).as_uri(), "https://reports.example/index.html"]


def test_the_doctor_speaks_json(opened: list[str]) -> None:
    said = RUNNER.invoke(app, ["doctor", "--json"])
    findings = json.loads(said.stdout)
    assert {"python", "disk"} <= {finding["what"] for finding in findings}
    assert said.exit_code == (0 if all(finding["ok"] for finding in findings) else 1)


def test_help_begins_where_people_begin() -> None:
    said = RUNNER.invoke(app, ["--help"]).stdout
    parts = ["Begin here", "demo", "Data and runs", "land", "Look at the results", "review", "Keep it well", "backup"]
    places = [said.index(part) for part in parts]
    assert places == sorted(places)
    assert "--install-completion" in said
