"""The values for the Dagster chart: what the chart makes of them, checked by Dagster and by Kubernetes' own models."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from dagster._config import validate_config
from dagster._core.instance.config import dagster_instance_config
from dagster_k8s import K8sRunLauncher
from dagster_k8s.job import UserDefinedDagsterK8sConfig

from ghost_pipeline.settings import PROJECT_DIR

VALUES = yaml.safe_load((PROJECT_DIR / "infra" / "k8s" / "values.yaml").read_text(encoding="utf-8"))
TAG_VALUE = "applyLimitPerUniqueValue"  # Dagster's own name, in this form

CHART_NAMES = {
    "container_config": "containerConfig",
    "pod_spec_config": "podSpecConfig",
    "job_spec_config": "jobSpecConfig",
}
"""Of the parts of run_k8s_config; what is in them has Kubernetes' names."""


def in_snake_case(value: Any) -> Any:
    """Keys as the chart's templates write them into dagster.yaml."""
    if isinstance(value, list):
        return [in_snake_case(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        key if key == TAG_VALUE else re.sub(r"(?<=[a-z0-9])([A-Z])", lambda found: f"_{found[1].lower()}", key): (
            in_snake_case(part)
        )
        for key, part in value.items()
    }


def instance(values: dict[str, Any]) -> dict[str, Any]:
    """The part of dagster.yaml that the chart writes from these values."""
    daemon = values["dagsterDaemon"]
    parts = {
        "run_monitoring": daemon["runMonitoring"],
        "run_retries": daemon["runRetries"],
        "concurrency": {key: part for key, part in values["concurrency"].items() if key != "enabled"},
        "retention": {key: part for key, part in values["retention"].items() if key != "enabled"},
        "telemetry": values["telemetry"],
    }
    return in_snake_case(parts)


def test_dagster_takes_queue_pools_monitoring_and_retention(tmp_path: Path) -> None:
    (tmp_path / "dagster.yaml").write_text(yaml.safe_dump(instance(VALUES)))
    config, _ = dagster_instance_config(str(tmp_path))
    production = yaml.safe_load((PROJECT_DIR / "infra" / "dagster.production.yaml").read_text())
    assert config["concurrency"]["pools"]["granularity"] == production["concurrency"]["pools"]["granularity"]
    assert config["retention"] == production["retention"]
    assert config["run_retries"] == production["run_retries"]
    assert config["telemetry"] == production["telemetry"] == {"enabled": False}


def test_the_launcher_takes_its_part() -> None:
    launcher = dict(VALUES["runLauncher"]["config"]["k8sRunLauncher"])
    of_runs = {name: launcher["runK8sConfig"][key] for name, key in CHART_NAMES.items()}
    from_the_chart = {"instance_config_map": "i", "postgres_password_secret": "s", "dagster_home": "/opt/dagster"}
    given = in_snake_case(launcher) | from_the_chart | {"run_k8s_config": of_runs, "service_account_name": "ghost"}
    checked = validate_config(K8sRunLauncher.config_type(), given)
    assert checked.success, checked.errors
    assert UserDefinedDagsterK8sConfig.from_dict(of_runs).container_config["resources"]


def test_kubernetes_refuses_a_typing_error() -> None:
    with pytest.raises(Exception, match="limitz"):
        UserDefinedDagsterK8sConfig.from_dict({"container_config": {"resources": {"limitz": {}}}})


def test_secrets_are_named_and_never_held() -> None:
    (code,) = VALUES["dagster-user-deployments"]["deployments"]
    assert code["envSecrets"]
    assert code["podSecurityContext"]["runAsNonRoot"]
    assert not re.search(r"password:|secret_?access_?key:", (PROJECT_DIR / "infra/k8s/values.yaml").read_text(), re.I)
