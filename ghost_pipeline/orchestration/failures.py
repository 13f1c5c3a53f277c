"""Why a run failed: the error of each of its failed steps, without what Dagster wraps around it."""

import dagster as dg


def step_failures(instance: dg.DagsterInstance, run_id: str) -> list[tuple[str, str]]:
    """(step, what went wrong) of every failed step of a run, in their order."""
    records = instance.get_records_for_run(run_id, of_type=dg.DagsterEventType.STEP_FAILURE).records
    events = (record.event_log_entry.dagster_event for record in records)
    return [(str(event.step_key), _own_error(event)) for event in events if event is not None]


def _own_error(event: dg.DagsterEvent) -> str:
    error = event.step_failure_data.error
    while error is not None and error.cause is not None and str(error.cls_name).startswith("Dagster"):
        error = error.cause
    return error.message.strip() if error else "see the run's log"
