"""Steps with receipts as Dagster assets: what is up to date is not computed again, and the run says so."""

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import dagster as dg

from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.orchestration.pages import week_link
from ghost_pipeline.orchestration.resources import PlatformResource
from ghost_pipeline.pipeline.platform import Platform
from ghost_pipeline.pipeline.receipts import Done, Step, run_step

AGAIN = "ghost/again"
"""Tag of a run that computes everything, changed or not."""

STEPS: dict[str, Step] = {}
"""By asset, the steps whose code is an asset function that `skips_unchanged`; their `make` is bound when they run."""


@dataclass(frozen=True)
class _Opened:
    """Stands in for the resource while a step's reads and writes are noted."""

    open: Platform


def run_week(context: dg.AssetExecutionContext) -> SeasonWeek | None:
    """The season-week a run is for; None where it is for all of them."""
    return SeasonWeek.parse(context.partition_key) if context.has_partition_key else None


def bring_up_to_date(context: dg.AssetExecutionContext, platform: Platform, step: Step) -> Done:
    """Run a step of the run's week, or skip it, and log which and why."""
    done = run_step(platform, step, run_week(context), again=AGAIN in context.run.tags)
    context.log.info(f"{step.name} was {'run' if done.recomputed else 'skipped'}: {done.reason}")
    return done


def result_of(
    done: Done, metadata: dict[str, Any], checks: Sequence[dg.AssetCheckResult] = (), version: str | None = None
) -> dg.MaterializeResult:
    """A materialisation; its data version is the hash of what the step wrote, if it has none of its own."""
    told = {"recomputed": done.recomputed, "because": done.reason, **metadata}
    return dg.MaterializeResult(
        data_version=dg.DataVersion(version or done.receipt.version), metadata=told, check_results=list(checks)
    )


def skips_unchanged(module: str, settings: tuple[str, ...] = ()) -> Callable[[Callable], Callable]:
    """Decorates an asset function that returns a MaterializeResult: it is called only when something changed.

    `module` holds the code of the step, `settings` names those it depends on. When it is skipped, its metadata and
    checks are those of its last run.
    """

    def decorate(make: Callable[..., dg.MaterializeResult]) -> Callable:
        STEPS[make.__name__] = Step(make.__name__, module, lambda *_: {}, settings)

        @functools.wraps(make)
        def asset(context: dg.AssetExecutionContext, platform: PlatformResource) -> Any:
            def run(traced: Platform, week: SeasonWeek | None) -> dict[str, Any]:
                return _to_json(make(context, _Opened(traced)))

            done = bring_up_to_date(context, platform.open, Step(make.__name__, module, run, settings))
            metadata, checks, version = _from_json(done.receipt.report)
            return result_of(
                done, {**metadata, **week_link(platform.open.settings, run_week(context))}, checks, version
            )

        return asset

    return decorate


def _to_json(result: dg.MaterializeResult) -> dict[str, Any]:
    """Metadata and checks in Dagster's own text form, as a receipt keeps them."""
    return {
        "metadata": _pack(result.metadata or {}),
        "checks": [
            {
                "name": check.check_name,
                "passed": check.passed,
                "severity": check.severity.value,
                "metadata": _pack(check.metadata or {}),
            }
            for check in result.check_results or []
        ],
        "data_version": result.data_version.value if result.data_version else None,
    }


def _from_json(report: dict[str, Any]) -> tuple[dict[str, Any], list[dg.AssetCheckResult], str | None]:
    checks = [
        dg.AssetCheckResult(
            check_name=one["name"],
            passed=one["passed"],
            severity=dg.AssetCheckSeverity(one["severity"]),
            metadata=_unpack(one["metadata"]),
        )
        for one in report["checks"]
    ]
    return _unpack(report["metadata"]), checks, report["data_version"]


def _pack(metadata: Any) -> str:
    return dg.serialize_value(dg.AssetMaterialization("metadata", metadata=metadata))


def _unpack(text: str) -> dict[str, Any]:
    return dict(dg.deserialize_value(text, dg.AssetMaterialization).metadata)
