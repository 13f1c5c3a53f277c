"""The CloudFormation templates, linted; the platform deployed to a local stand-in for AWS, its roles put to the test.

The stand-in checks each request against the role's policies, but makes no versioning, public access block or lifecycle
from a template, no Athena, Glue or budget; of these the linter checks the form, and the tests below what they say.
"""

import json
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from cfnlint.decode.cfn_yaml import load
from moto.core import DEFAULT_ACCOUNT_ID
from moto.iam.models import iam_backends
from s3_server import s3_server

from ghost_pipeline.errors import StorageError
from ghost_pipeline.pipeline.doctor import examine
from ghost_pipeline.settings import PROJECT_DIR, Settings
from ghost_pipeline.storage.s3 import S3Store

TEMPLATE = PROJECT_DIR / "infra" / "aws" / "platform.yaml"
BUCKET = "record-of-a-test"


def properties(name: str) -> dict[str, Any]:
    return load(str(TEMPLATE))["Resources"][name]["Properties"]


@pytest.mark.parametrize("template", ["platform.yaml", "ecs.yaml"])
def test_cfn_lint_finds_nothing(template: str) -> None:
    linter = shutil.which("cfn-lint", path=str(Path(sys.executable).parent))
    assert linter, "cfn-lint is one of the dev dependencies"
    done = subprocess.run([linter, str(TEMPLATE.parent / template)], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("bucket", ["Store", "Queries"])
def test_no_bucket_is_public_or_unencrypted(bucket: str) -> None:
    said = properties(bucket)
    assert set(said["PublicAccessBlockConfiguration"].values()) == {True}
    assert said["BucketEncryption"]


def test_the_record_can_be_brought_back() -> None:
    store = load(str(TEMPLATE))["Resources"]["Store"]
    assert store["DeletionPolicy"] == store["UpdateReplacePolicy"] == "Retain"
    assert store["Properties"]["VersioningConfiguration"] == {"Status": "Enabled"}
    rules = store["Properties"]["LifecycleConfiguration"]["Rules"]
    assert not any("ExpirationInDays" in rule for rule in rules), "objects in use never expire"


@pytest.fixture(scope="module")
def aws() -> Iterator[str]:
    """A stand-in for AWS of its own, with the stack."""
    with s3_server() as endpoint, pytest.MonkeyPatch.context() as patch:
        for name, value in {"AWS_ACCESS_KEY_ID": "root", "AWS_SECRET_ACCESS_KEY": "x"}.items():
            patch.setenv(name, value)
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        parameters = {"BucketName": BUCKET, "AlertEmail": "owner@example.org"}
        boto3.client("cloudformation", endpoint_url=endpoint).create_stack(
            StackName="ghost",
            TemplateBody=TEMPLATE.read_text(),
            Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in parameters.items()],
            Capabilities=["CAPABILITY_IAM"],
        )
        _keep_policies_as_text()
        yield endpoint


def _keep_policies_as_text() -> None:
    """The stand-in keeps policies of a template in a form that it cannot check requests against."""
    for role in iam_backends[DEFAULT_ACCOUNT_ID]["aws"].roles.values():
        role.policies = {name: json.dumps(policy) for name, policy in role.policies.items()}


@pytest.fixture(scope="module")
def outputs(aws: str) -> dict[str, str]:
    (stack,) = boto3.client("cloudformation", endpoint_url=aws).describe_stacks(StackName="ghost")["Stacks"]
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    return {one["OutputKey"]: one["OutputValue"] for one in stack["Outputs"]}


def test_the_buckets_are_there_and_encrypted(aws: str, outputs: dict[str, str]) -> None:
    client = boto3.client("s3", endpoint_url=aws)
    assert {BUCKET, f"{BUCKET}-queries"} <= {one["Name"] for one in client.list_buckets()["Buckets"]}
    (rule,) = client.get_bucket_encryption(Bucket=BUCKET)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    assert outputs["GhostStore"] == f"s3://{BUCKET}/ghost"


@pytest.fixture
def as_role(aws: str, outputs: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Take on a role; from then on every request is checked against its policies."""

    def set_unchecked(requests: str) -> None:
        plain = {"Content-Type": "text/plain"}
        urllib.request.urlopen(urllib.request.Request(f"{aws}/moto-api/reset-auth", requests.encode(), plain)).close()

    def take_on(role: str) -> None:
        given = boto3.client("sts", endpoint_url=aws).assume_role(RoleArn=outputs[role], RoleSessionName="test")
        for name, key in {
            "AWS_ACCESS_KEY_ID": "AccessKeyId",
            "AWS_SECRET_ACCESS_KEY": "SecretAccessKey",
            "AWS_SESSION_TOKEN": "SessionToken",
        }.items():
            monkeypatch.setenv(name, given["Credentials"][key])
        set_unchecked("0")

    yield take_on
    set_unchecked("Infinity")


def test_a_worker_can_do_all_it_needs(as_role: Any, aws: str, outputs: dict[str, str], tmp_path: Path) -> None:
    as_role("WorkerRoleArn")
    settings = Settings(home=tmp_path, store=outputs["GhostStore"], s3_endpoint=aws)
    tried = [finding for finding in examine(settings) if finding.what.startswith("store")]
    assert len(tried) == 7
    assert [finding for finding in tried if not finding.ok] == []
    store = S3Store(outputs["GhostStore"], aws)
    store.put("clean/plays/big.parquet", bytes(20 * 2**20))
    assert store.tidy() == 0


def test_a_worker_reaches_nothing_outside_the_store(as_role: Any, aws: str) -> None:
    as_role("WorkerRoleArn")
    for other in (f"s3://{BUCKET}/payroll", f"s3://{BUCKET}-queries/ghost"):
        with pytest.raises(StorageError, match="AccessDenied"):
            S3Store(other, aws).put("a", b"")


def test_a_reader_reads_what_is_published_and_writes_nothing(as_role: Any, aws: str, outputs: dict[str, str]) -> None:
    store = S3Store(outputs["GhostStore"], aws)
    for key in ("marts/games/season=2025/part.parquet", "raw/objects/secret"):
        store.put(key, b"x")
    as_role("ReaderRoleArn")
    reader = S3Store(outputs["GhostStore"], aws)
    assert reader.get("marts/games/season=2025/part.parquet") == b"x"
    for attempt in (lambda: reader.get("raw/objects/secret"), lambda: reader.put("marts/a", b"")):
        with pytest.raises(StorageError, match="AccessDenied"):
            attempt()
