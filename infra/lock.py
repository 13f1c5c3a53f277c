"""Writes `constraints.txt`: the versions in this environment of all that the project needs, directly or not.

`make lock` after the tests have passed in a fresh environment. PyTorch stays out: its build is a matter of the machine,
and TORCH in the Makefile or the Dockerfile names it.
"""

import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "constraints.txt"
PACKAGE = "ghost-pipeline"
LEFT_OUT = {PACKAGE, "torch", "triton"}
_HEAD = (
    "# Written by `make lock` from the environment that the tests passed in; `make install` and the image obey it.\n"
)


def declared() -> list[Requirement]:
    """What pyproject.toml asks for, with all extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    texts = [*project["dependencies"], *(text for extra in project["optional-dependencies"].values() for text in extra)]
    return [one for one in map(Requirement, texts) if one.name != PACKAGE]


def versions(wanted: Iterable[Requirement]) -> dict[str, str]:
    """Name -> version of what is wanted and all it needs; what only other platforms need is not there."""
    found: dict[str, str] = {}
    seen: set[tuple[str, str]] = set()
    waiting = list(wanted)
    while waiting:
        one = waiting.pop()
        name = canonicalize_name(one.name)
        try:
            installed = distribution(name)
        except PackageNotFoundError:
            continue
        found[name] = installed.version
        for extra in {"", *one.extras}:
            if (name, extra) not in seen:
                seen.add((name, extra))
                waiting.extend(_requirements(installed.requires or [], extra))
    return found


def _requirements(texts: Iterable[str], extra: str) -> Iterator[Requirement]:
    for one in map(Requirement, texts):
        if one.marker is None or one.marker.evaluate({"extra": extra}):
            yield one


def main() -> None:
    """Write the file."""
    lines = [f"{name}=={version}\n" for name, version in sorted(versions(declared()).items()) if name not in LEFT_OUT]
    FILE.write_text(_HEAD + "".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
