"""Nothing is computed twice: every step leaves a receipt of what it read, with which code and settings, and what came.

A step is skipped when, by its receipt, nothing it depends on has changed and its outputs are still as it left them. The
receipt is written last and only if no other writer left one meanwhile, so two writers of one partition never mix.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.errors import StorageError
from ghost_pipeline.pipeline.code_hash import code_hash
from ghost_pipeline.pipeline.platform import Platform
from ghost_pipeline.storage.partitions import WHOLE
from ghost_pipeline.storage.traced import TracedStore, hash_of, hash_of_names

_ATTEMPTS = 5
_RAW = "raw/"

FIRST_TIME, CODE, SETTINGS, OUTPUTS, UNCHANGED = (
    "made for the first time",
    "the code changed",
    "the settings changed",
    "an output is gone or was changed by someone else",
    "nothing it depends on changed",
)


@dataclass(frozen=True)
class Step:
    """Something that turns objects into objects.

    `make` takes the platform and the week (None: the step is for all weeks) and returns numbers for people. `module`
    holds the code, `settings` names those it depends on, and `given`, called like `make`, adds inputs that are no
    objects, such as the version of a week's raw files. `given_lists` are prefixes whose listings `given` stands for,
    because only some of the names under them matter.
    """

    name: str
    module: str
    make: Callable[..., Mapping[str, Any]]
    settings: tuple[str, ...] = ()
    given: Callable[..., dict[str, str]] = field(default=lambda platform, week: {})
    given_lists: tuple[str, ...] = ()

    @property
    def code_version(self) -> str:
        return code_hash(self.module)

    def key(self, week: SeasonWeek | None) -> str:
        """`receipts/clean_tracks/2019-REG-05.json`"""
        return f"receipts/{self.name}/{week or WHOLE}.json"


@dataclass(frozen=True)
class Receipt:
    """What one run of a step came from and left; hashes are sha256 of whole objects."""

    code: str
    settings: dict[str, Any]
    given: dict[str, str]
    read: dict[str, str]
    listed: dict[str, str]
    written: dict[str, str]
    report: dict[str, Any]

    @property
    def version(self) -> str:
        """The data version: a short hash of all outputs."""
        text = "\n".join(f"{key} {value}" for key, value in sorted(self.written.items()))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def equals(self, other: "Receipt") -> bool:
        """Whether both tell of the same objects; the reports may differ."""
        return {**vars(self), "report": None} == {**vars(other), "report": None}


@dataclass(frozen=True)
class Done:
    """A step after it was run or skipped, and why."""

    recomputed: bool
    reason: str
    receipt: Receipt


def run_step(platform: Platform, step: Step, week: SeasonWeek | None = None, again: bool = False) -> Done:
    """Run a step unless its receipt says that nothing changed; `again` runs it in any case.

    Raises what the step raises, and StorageError when other writers keep changing what it reads.
    """
    for _ in range(_ATTEMPTS):
        known, version = _receipt(platform, step, week)
        reason = _reason(platform, step, week, known)
        if known and reason == UNCHANGED and not again:
            return Done(False, reason, known)
        traced = TracedStore(platform.store)
        given = step.given(platform, week)
        report = dict(step.make(platform.on(traced), week))
        receipt = Receipt(
            code=step.code_version,
            settings=_settings(platform, step),
            given=given,
            read={key: value for key, value in sorted(traced.read.items()) if not key.startswith(_RAW)},
            listed={
                prefix: value
                for prefix, value in sorted(traced.listings().items())
                if not prefix.startswith((_RAW, *step.given_lists))
            },
            written=dict(sorted(traced.written.items())),
            report=report,
        )
        if given != step.given(platform, week) or _changed(platform, receipt):
            again = False
            continue
        if platform.store.put_if(step.key(week), json.dumps(asdict(receipt), indent=1).encode(), version):
            return Done(True, reason, receipt)
        theirs, _version = _receipt(platform, step, week)
        if theirs and theirs.equals(receipt):
            return Done(True, reason, receipt)
        again = True  # Their objects and ours may be mixed now: write ours again on top of theirs.
    raise StorageError(
        f"{step.name} of {week or WHOLE}: other writers changed its inputs or outputs {_ATTEMPTS} times. "
        "Let one refresh end before the next."
    )


def stale(platform: Platform, step: Step, week: SeasonWeek | None = None) -> str | None:
    """Why a step would be run now, or None when it would be skipped."""
    reason = _reason(platform, step, week, _receipt(platform, step, week)[0])
    return None if reason == UNCHANGED else reason


def _receipt(platform: Platform, step: Step, week: SeasonWeek | None) -> tuple[Receipt | None, str | None]:
    key = step.key(week)
    if not platform.store.exists(key):
        return None, None
    text, version = platform.store.get_versioned(key)
    return Receipt(**json.loads(text)), version


def _reason(platform: Platform, step: Step, week: SeasonWeek | None, known: Receipt | None) -> str:
    if known is None:
        return FIRST_TIME
    if known.code != step.code_version:
        return CODE
    if known.settings != _settings(platform, step):
        return SETTINGS
    if known.given != (given := step.given(platform, week)):
        return f"its {', '.join(sorted(name for name in given if given[name] != known.given.get(name)))} changed"
    if changed := _changed(platform, known):
        return f"its inputs changed: {', '.join(changed[:3])}{' ...' if len(changed) > 3 else ''}"
    if any(hash_of(platform.store, key) != value for key, value in known.written.items()):
        return OUTPUTS
    return UNCHANGED


def _changed(platform: Platform, receipt: Receipt) -> list[str]:
    """The inputs that are no longer as the receipt says."""
    objects = [key for key, value in receipt.read.items() if hash_of(platform.store, key) != value]
    return objects + [
        prefix
        for prefix, value in receipt.listed.items()
        if hash_of_names(platform.store, prefix, receipt.written) != value
    ]


def _settings(platform: Platform, step: Step) -> dict[str, Any]:
    return {name: getattr(platform.settings, name) for name in step.settings}
