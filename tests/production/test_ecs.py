"""The stack for runs on ECS: linted, deployed to a local stand-in for AWS, and a run launched there as Dagster does.

The stand-in starts no container and checks no request to ECS against a role; so the launcher's requests are noted, and
held against the policy of its role.
"""

import re
from collections.abc import Callable, Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import boto3
import dagster as dg
import pytest
import yaml
from dagster._config import validate_config
from dagster._core.code_pointer import ModuleCodePointer
from dagster._core.instance.config import dagster_instance_config
from dagster._core.launcher import LaunchRunContext, WorkerStatus
from dagster._core.origin import JobPythonOrigin, RepositoryPythonOrigin
from dagster._core.test_utils import create_run_for_test
from moto.core import DEFAULT_ACCOUNT_ID
from moto.iam.models import iam_backends
from s3_server import ACCOUNT, Application, s3_server

from ghost_pipeline.settings import PROJECT_DIR

ecs = pytest.importorskip("dagster_aws.ecs", reason="the extra `aws` is not installed")

STACK = "ghost-runs"
TEMPLATE = PROJECT_DIR / "infra" / "aws" / "ecs.yaml"
PRODUCTION = PROJECT_DIR / "infra" / "dagster.production.yaml"
SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:postgres-AbCdEf"
WORKER = "arn:aws:iam::123456789012:role/worker"
UNSEEN = {"iam:PassRole", "ecs:TagResource", "logs:GetLogEvents"}
"""What AWS asks for beside a request, and what the launcher reads of a run that failed."""


@pytest.fixture(scope="module")
def requests() -> list[str]:
    """Actions that the stand-in was asked for, as policies name them."""
    return []


@pytest.fixture(scope="module")
def stack(requests: list[str]) -> Iterator[dict[str, Any]]:
    """The policy of the launcher's role and the outputs of the stack."""

    def noting(application: Application) -> Application:
        def serve(environ: dict[str, Any], start_response: Callable) -> Any:
            service, _, action = environ.get("HTTP_X_AMZ_TARGET", "").partition(".")
            if service.startswith("AmazonEC2ContainerService"):
                requests.append(f"ecs:{action}")
            return application(environ, start_response)

        return serve

    with s3_server(noting) as endpoint, pytest.MonkeyPatch.context() as patch:
        for name, value in {**ACCOUNT, "AWS_ENDPOINT_URL": endpoint}.items():
            patch.setenv(name, value)
        vpc = boto3.client("ec2").describe_vpcs()["Vpcs"][0]["VpcId"]
        subnets = boto3.client("ec2").describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Subnets"]
        given = {"GhostStore": "s3://record/ghost", "WorkerRoleArn": WORKER, "Tag": "0.1.0", "Vpc": vpc}
        given |= {"Subnet": subnets[0]["SubnetId"], "PostgresHost": "postgres", "PostgresSecretArn": SECRET}
        cloud = boto3.client("cloudformation")
        cloud.create_stack(
            StackName=STACK,
            TemplateBody=TEMPLATE.read_text(encoding="utf-8"),
            Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in given.items()],
            Capabilities=["CAPABILITY_IAM"],
        )
        (made,) = cloud.describe_stacks(StackName=STACK)["Stacks"]
        assert made["StackStatus"] == "CREATE_COMPLETE"
        outputs = {one["OutputKey"]: one["OutputValue"] for one in made["Outputs"]}
        roles = iam_backends[DEFAULT_ACCOUNT_ID]["aws"].roles.values()
        (launcher,) = (role for role in roles if role.arn == outputs["LauncherRoleArn"])
        requests.clear()
        yield {"outputs": outputs, "rights": launcher.policies["runs"]["Statement"]}


@pytest.fixture(scope="module")
def block(stack: dict[str, Any]) -> dict[str, Any]:
    """What the stack says to put into dagster.production.yaml."""
    return yaml.safe_load(stack["outputs"]["RunLauncher"])


def test_dagster_takes_the_block_in_the_place_of_the_celery_launcher(block: dict[str, Any], tmp_path: Path) -> None:
    production = yaml.safe_load(PRODUCTION.read_text(encoding="utf-8"))
    (tmp_path / "dagster.yaml").write_text(yaml.safe_dump({**production, **block}))
    launcher = dagster_instance_config(str(tmp_path))[0]["run_launcher"]
    assert (launcher["module"], launcher["class"]) == ("dagster_aws.ecs", "EcsRunLauncher")
    checked = validate_config(ecs.EcsRunLauncher.config_type(), launcher["config"])
    assert checked.success, checked.errors
    wrong = validate_config(ecs.EcsRunLauncher.config_type(), {**launcher["config"], "clusters": "x"})
    assert not wrong.success


@pytest.fixture(scope="module")
def launched(block: dict[str, Any], stack: dict[str, Any], requests: list[str]) -> Iterator[tuple[dict, list[str]]]:
    """A run's task as ECS got it, and all that its launch, watch and end asked of ECS."""
    repository = RepositoryPythonOrigin(
        executable_path="python",
        code_pointer=ModuleCodePointer("ghost_pipeline.orchestration.definitions", "defs", None),
        container_image=None,
        entry_point=["dagster"],
        container_context=None,
    )
    with dg.DagsterInstance.local_temp(overrides={**block, "telemetry": {"enabled": False}}) as instance:
        run = create_run_for_test(
            instance, "week_job", job_code_origin=JobPythonOrigin("week_job", repository), tags={"ecs/memory": "8192"}
        )
        launcher = instance.run_launcher
        launcher.launch_run(LaunchRunContext(dagster_run=run, workspace=None))
        run = instance.get_run_by_id(run.run_id)
        assert launcher.check_run_worker_health(run).status == WorkerStatus.RUNNING
        assert launcher.terminate(run.run_id)
        asked = list(requests)
        where = {"cluster": run.tags["ecs/cluster"], "tasks": [run.tags["ecs/task_arn"]]}
        (task,) = boto3.client("ecs").describe_tasks(**where)["tasks"]
        yield {**task, "run_id": run.run_id}, asked


def test_a_run_is_a_task_of_its_own(launched: tuple[dict, list[str]]) -> None:
    task, _ = launched
    assert task["launchType"] == "FARGATE"
    assert task["lastStatus"] == "STOPPED", "it was ended"
    (container,) = task["overrides"]["containerOverrides"]
    assert (container["name"], container["memory"]) == ("run", 8192)
    assert container["command"][:3] == ["dagster", "api", "execute_run"]
    assert task["run_id"] in container["command"][3]


def test_the_task_has_what_the_instance_asks_for_and_holds_no_secret(stack: dict[str, Any]) -> None:
    made = boto3.client("ecs").describe_task_definition(taskDefinition=f"{STACK}-run")["taskDefinition"]
    (container,) = made["containerDefinitions"]
    named = {one["name"] for kind in ("environment", "secrets") for one in container[kind]}
    production = yaml.safe_load(PRODUCTION.read_text(encoding="utf-8"))
    del production["run_launcher"]
    assert set(re.findall(r"{env: (\w+)}", yaml.safe_dump(production, default_flow_style=True))) <= named
    assert [one["name"] for one in container["secrets"]] == ["DAGSTER_POSTGRES_PASSWORD"]


def test_the_launcher_may_do_what_it_does_and_no_more(launched: tuple[dict, list[str]], stack: dict[str, Any]) -> None:
    _, asked = launched
    assert {action for right in stack["rights"] for action in several(right["Action"])} - UNSEEN == set(asked)


def test_its_rights_end_with_the_stack(launched: tuple[dict, list[str]], stack: dict[str, Any]) -> None:
    task, _ = launched

    def may(action: str, resource: str) -> bool:
        rights = [right for right in stack["rights"] if action in several(right["Action"])]
        return any(fnmatch(resource, one) for right in rights for one in several(right["Resource"]))

    for action, resource, other in (
        ("ecs:RunTask", task["taskDefinitionArn"], task["taskDefinitionArn"].replace(STACK, "payroll")),
        ("ecs:StopTask", task["taskArn"], task["taskArn"].replace(STACK, "payroll")),
        ("iam:PassRole", WORKER, WORKER.replace("worker", "admin")),
    ):
        assert may(action, resource)
        assert not may(action, other)


def several(value: str | list[str]) -> list[str]:
    """A policy names one thing by itself and several in a list."""
    return [value] if isinstance(value, str) else value
