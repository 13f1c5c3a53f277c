"""What the tests of the services share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cluster import NotInstalledError, local_services

from ghost_pipeline.settings import PROJECT_DIR

INFRA = PROJECT_DIR / "infra"


@pytest.fixture
def filled_in() -> dict[str, str]:
    """The variables of `.env.example`, with secrets filled in."""
    lines = (INFRA / ".env.example").read_text(encoding="utf-8").splitlines()
    pairs = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    secrets = {name for name, value in pairs.items() if name.endswith(("PASSWORD", "SECRET_ACCESS_KEY"))}
    assert not any(pairs[name] for name in secrets), "the example holds a secret"
    return {**pairs, **dict.fromkeys(secrets, "filled-in")}


@pytest.fixture
def env_file(tmp_path: Path, filled_in: dict[str, str]) -> Path:
    """`.env.example`, filled in."""
    path = tmp_path / "env"
    path.write_text("".join(f"{name}={value}\n" for name, value in filled_in.items()), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def services() -> Iterator[dict[str, str]]:
    """Variables of a PostgreSQL and a Redis of this machine's packages, on loopback, gone after the tests."""
    try:
        with local_services() as variables:
            yield variables
    except NotInstalledError as missing:
        pytest.skip(f"the services are not installed: {missing}")
