"""What a run writes to its output on a production instance."""

import json
from pathlib import Path

import dagster as dg
import pytest
import yaml

from ghost_pipeline.settings import PROJECT_DIR

INFRA = PROJECT_DIR / "infra"
WEEK = "2019-REG-01"


@dg.asset(partitions_def=dg.StaticPartitionsDefinition([WEEK]))
def plays(context: dg.AssetExecutionContext) -> None:
    context.log.info("half of the\nplays")
    raise ValueError("no snap")


@pytest.mark.parametrize(("file", "block"), [("dagster.production.yaml", "python_logs"), ("k8s/values.yaml", "")])
def test_every_message_names_its_run_and_partition(file: str, block: str, capfd: pytest.CaptureFixture[str]) -> None:
    given = yaml.safe_load(Path(INFRA / file).read_text(encoding="utf-8"))
    logs = given[block] if block else {"dagster_handler_config": given["pythonLogs"]["dagsterHandlerConfig"]}
    with dg.DagsterInstance.local_temp(overrides={"python_logs": logs, "telemetry": {"enabled": False}}) as instance:
        done = dg.materialize([plays], instance=instance, partition_key=WEEK, raise_on_error=False)
    said = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert {(one["run_id"], one["partition"]) for one in said} == {(done.run_id, WEEK)}
    (ours,) = (one for one in said if one["message"] == "half of the\nplays")
    assert (ours["step"], ours["level"]) == ("plays", "INFO")
    (failure,) = (one for one in said if one.get("event") == "STEP_FAILURE")
    assert "no snap" in failure["error"]
    assert failure["level"] == "ERROR"
