"""What the doctor finds on healthy and on broken installations."""

from pathlib import Path

import pytest
from s3_server import BUCKET, ignoring_conditions, new_store, refusing, s3_server

from ghost_pipeline.pipeline import doctor
from ghost_pipeline.pipeline.doctor import Finding, examine
from ghost_pipeline.settings import Settings
from ghost_pipeline.storage.objects import FolderStore
from ghost_pipeline.storage.open import open_store

RIGHTS = ["put", "get", "list", "conditional put", "delete"]


def of_store(findings: list[Finding]) -> dict[str, Finding]:
    return {one.what.removeprefix("store: "): one for one in findings if one.what.startswith("store")}


@pytest.fixture(params=["folder", "s3"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    if request.param == "folder":
        return Settings(home=tmp_path)
    store = request.getfixturevalue("s3_store")
    return Settings(home=tmp_path, store=store.url, s3_endpoint=request.getfixturevalue("s3_endpoint"))


def test_a_healthy_installation_has_no_fault_and_nothing_is_left_behind(settings):
    findings = examine(settings)
    assert [one for one in findings if not one.ok] == []
    assert list(of_store(findings)) == ["store", *RIGHTS, "version"]
    assert {"python", "packages", "disk", "temporary files"} <= {one.what for one in findings}
    assert list(open_store(settings).list("")) == []


@pytest.mark.parametrize(
    ("method", "fails", "right"),
    [("PUT", "put", "s3:PutObject"), ("GET", "get", "s3:GetObject"), ("DELETE", "delete", "s3:DeleteObject")],
)
def test_a_right_that_is_missing_is_named(s3_account, tmp_path, method, fails, right):
    with s3_server(refusing(method)) as endpoint:
        store = new_store(endpoint)
        findings = of_store(examine(Settings(home=tmp_path, store=store.url, s3_endpoint=endpoint)))
    last = findings[list(findings)[-1]]
    assert (list(findings)[-1], last.ok) == (fails, False)
    assert "AccessDenied" in last.found
    assert right in last.cure


def test_a_bucket_that_is_not_there_is_to_be_created(s3_endpoint, s3_account, tmp_path):
    findings = of_store(examine(Settings(home=tmp_path, store="s3://no-such-bucket", s3_endpoint=s3_endpoint)))
    assert not findings["put"].ok
    assert "Create the bucket" in findings["put"].found


def test_a_server_without_conditional_put_is_told_of(s3_account, tmp_path):
    with s3_server(ignoring_conditions) as endpoint:
        store = new_store(endpoint)
        findings = of_store(examine(Settings(home=tmp_path, store=store.url, s3_endpoint=endpoint)))
    assert "one refresh of a season-week at a time" in findings["conditional put"].found
    assert findings["delete"].ok


def test_missing_credentials_are_told_of(tmp_path, monkeypatch, s3_endpoint):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("HOME", str(tmp_path))
    findings = of_store(examine(Settings(home=tmp_path, store=f"s3://{BUCKET}", s3_endpoint=s3_endpoint)))
    assert "credentials" in findings["put"].found


def test_a_full_disk_and_a_folder_in_the_way_are_told_of(tmp_path, monkeypatch):
    (tmp_path / "store").write_text("a file")
    monkeypatch.setattr(doctor, "NEEDED_GB", 1e9)
    findings = {one.what: one for one in examine(Settings(home=tmp_path))}
    assert not findings["disk"].ok
    assert "GHOST_HOME" in findings["disk"].cure
    assert not findings["store: put"].ok
    assert "cannot write" in findings["store: put"].found


def test_a_package_of_a_wrong_version_is_named(monkeypatch, tmp_path):
    wanted = ["pyarrow<1", "no-such-package>=1", "numpy>=2"]
    monkeypatch.setattr("importlib.metadata.requires", lambda _: wanted)
    findings = {one.what: one for one in examine(Settings(home=tmp_path))}
    assert "needed is <1" in findings["pyarrow"].found
    assert findings["no-such-package"].found == "not installed"
    assert findings["packages"].found.startswith("1 of 3")


def test_a_store_that_garbles_is_found_out(tmp_path, monkeypatch):
    monkeypatch.setattr(FolderStore, "get", lambda *_: b"garbled")
    findings = {one.what: one for one in examine(Settings(home=tmp_path))}
    assert "does not keep what it is given" in findings["store: get"].found
