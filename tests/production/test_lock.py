"""constraints.txt: what was tested keeps to what is declared."""

import runpy
from collections.abc import Iterable
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from ghost_pipeline.settings import PROJECT_DIR


@pytest.fixture(scope="module")
def lock() -> dict[str, Any]:
    return runpy.run_path(str(PROJECT_DIR / "infra" / "lock.py"))


@pytest.fixture(scope="module")
def locked(lock: dict[str, Any]) -> dict[str, str]:
    lines = lock["FILE"].read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines if not line.startswith("#"))


def outside(declared: Iterable[Requirement], locked: dict[str, str]) -> list[str]:
    versions = {str(one): locked.get(canonicalize_name(one.name), "") for one in declared}
    return [text for text, version in versions.items() if not version or version not in Requirement(text).specifier]


def test_every_declared_package_is_locked_within_its_range(lock: dict[str, Any], locked: dict[str, str]) -> None:
    declared = [one for one in lock["declared"]() if one.name not in lock["LEFT_OUT"]]
    assert len(declared) > 30
    assert outside(declared, locked) == [], "run `make lock` and the tests again"


def test_a_version_outside_its_range_is_found(locked: dict[str, str]) -> None:
    assert outside([Requirement("pyarrow>=24"), Requirement("numpy>=99"), Requirement("absent")], locked) == [
        "numpy>=99",
        "absent",
    ]


def test_what_is_needed_indirectly_is_locked_and_pytorch_is_not(lock: dict[str, Any], locked: dict[str, str]) -> None:
    needed = lock["versions"]([Requirement("moto[server]")])
    assert {"botocore", "werkzeug", "flask"} <= needed.keys() <= locked.keys()
    assert not lock["LEFT_OUT"] & locked.keys()
