"""What finished runs saw, as sightings: every check they evaluated, and whether the run itself failed."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import dagster as dg
from dagster._core.storage.tags import PARTITION_NAME_TAG, WILL_RETRY_TAG

from ghost_pipeline.domain.sighting import ERROR, WARNING, Sighting
from ghost_pipeline.orchestration.checks import COUNT, EXPECTED, LOOKED_AT, OBSERVED, PAGE, SAMPLE
from ghost_pipeline.orchestration.describe import OWNERS
from ghost_pipeline.orchestration.failures import step_failures
from ghost_pipeline.pipeline.links import quality_address, run_address
from ghost_pipeline.settings import Settings

if TYPE_CHECKING:
    from dagster._core.definitions.assets.graph.asset_graph import AssetGraph

RUNS_AT_ONCE = 500
RUN = "run"
"""`what` of a sighting of a whole run."""


@dataclass(frozen=True)
class Ended:
    """A run that ended: its number in the event log, which only grows, and when."""

    storage_id: int
    run: dg.DagsterRun
    at: str


def ended_runs(instance: dg.DagsterInstance, after: int) -> list[Ended]:
    """Runs that succeeded or failed after the given number, in the order in which they ended, at most RUNS_AT_ONCE."""
    filters = (
        dg.RunStatusChangeRecordsFilter(dg.DagsterEventType.RUN_SUCCESS, after_storage_id=after),
        dg.RunStatusChangeRecordsFilter(dg.DagsterEventType.RUN_FAILURE, after_storage_id=after),
    )
    pages = (instance.fetch_run_status_changes(one, limit=RUNS_AT_ONCE, ascending=True) for one in filters)
    records = [record for page in pages for record in page.records]
    records = sorted(records, key=lambda record: record.storage_id)[:RUNS_AT_ONCE]
    runs = ((record, instance.get_run_by_id(record.event_log_entry.run_id)) for record in records)
    return [Ended(record.storage_id, run, _moment(record.timestamp)) for record, run in runs if run is not None]


def sightings_of(
    instance: dg.DagsterInstance, settings: Settings, graph: "AssetGraph", runs: Iterable[Ended]
) -> Iterator[Sighting]:
    """What the runs saw, in their order.

    A failed blocking check is the cause of what else is wrong with its asset in that run, of the failed step and of the
    failed run: it alone is a sighting then. A run that Dagster will retry is none.
    """
    for ended in runs:
        evaluations = _evaluations(instance, ended.run.run_id)
        causes = {one.asset_key for one in evaluations if not one.passed and one.blocking}
        for one in evaluations:
            if one.asset_key not in causes or (one.blocking and not one.passed):
                yield _of_check(settings, graph, ended, one)
        if not (ended.run.is_failure and (causes or ended.run.tags.get(WILL_RETRY_TAG) == "true")):
            yield _of_run(instance, settings, ended)


def _evaluations(instance: dg.DagsterInstance, run_id: str) -> list[dg.AssetCheckEvaluation]:
    records = instance.get_records_for_run(run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION).records
    events = (record.event_log_entry.dagster_event for record in records)
    return [event.asset_check_evaluation_data for event in events if event is not None]


def _of_check(settings: Settings, graph: "AssetGraph", ended: Ended, one: dg.AssetCheckEvaluation) -> Sighting:
    partition = one.partition or ended.run.tags.get(PARTITION_NAME_TAG, "")
    spec = graph.get_check_spec(one.asset_check_key) if one.asset_check_key in graph.asset_check_keys else None
    owners = graph.get(one.asset_key).owners if graph.has(one.asset_key) else []
    seen = {name: value.value for name, value in one.metadata.items() if hasattr(value, "value")}
    return Sighting(
        what=one.check_name,
        where=one.asset_key.to_user_string(),
        partition=partition,
        is_problem=not one.passed,
        severity=ERROR if one.severity == dg.AssetCheckSeverity.ERROR else WARNING,
        sentence=(spec.description if spec else None) or one.description or "A check of the data failed.",
        at=ended.at,
        since=ended.at,
        owner=", ".join(owners) or OWNERS["data"],
        run=run_address(settings, ended.run.run_id),
        page=str(seen.get(PAGE) or quality_address(settings, partition)),
        observed=str(seen.get(OBSERVED, "")) or _other_facts(seen),
        expected=str(seen.get(EXPECTED, "")),
        count=_number(seen, COUNT),
        looked_at=_number(seen, LOOKED_AT),
        samples=tuple(str(value) for name, value in sorted(seen.items()) if name.startswith(SAMPLE)),
    )


def _of_run(instance: dg.DagsterInstance, settings: Settings, ended: Ended) -> Sighting:
    failures = step_failures(instance, ended.run.run_id) if ended.run.is_failure else []
    steps = ", ".join(dict.fromkeys(step for step, _ in failures))
    return Sighting(
        what=RUN,
        where=ended.run.job_name,
        partition=ended.run.tags.get(PARTITION_NAME_TAG, ""),
        is_problem=ended.run.is_failure,
        severity=ERROR,
        sentence=f"A run of {ended.run.job_name} failed" + (f" in step {steps}." if steps else "."),
        at=ended.at,
        since=ended.at,
        owner=OWNERS["data"],
        run=run_address(settings, ended.run.run_id),
        observed="; ".join(dict.fromkeys(text for _, text in failures)),
    )


def _number(seen: Mapping[str, Any], name: str) -> int | None:
    value = seen.get(name)
    return value if isinstance(value, int) else None


def _other_facts(seen: Mapping[str, Any]) -> str:
    """What a check of another make says of itself."""
    plain = {name: value for name, value in seen.items() if isinstance(value, str | int | float)}
    return json.dumps(plain)[1:-1] if plain else ""


def _moment(timestamp: float) -> str:
    return datetime.fromtimestamp(timestamp, UTC).isoformat(timespec="seconds")
