"""One run of a job in this process, recorded in the instance."""

from collections.abc import Mapping
from typing import Any

import dagster as dg

from ghost_pipeline.errors import GhostError
from ghost_pipeline.orchestration.failures import step_failures

_LOGGERS: dict[str, Any] = {"loggers": {"progress": {}}}


def run_job(
    definitions: dg.Definitions,
    instance: dg.DagsterInstance,
    job: str,
    week: str | None = None,
    tags: Mapping[str, str] | None = None,
) -> None:
    """Run a job, of a season-week if it has partitions. Raises GhostError naming job, week, step and the reason."""
    result = definitions.resolve_job_def(job).execute_in_process(
        run_config=_LOGGERS, instance=instance, partition_key=week, raise_on_error=False, tags=dict(tags or {})
    )
    if result.success:
        return
    step, what = next(iter(step_failures(instance, result.run_id)), ("?", "see the run's log"))
    raise GhostError(
        f"{job} {week or ''} failed in step {step}: {what} (run {result.run_id} in the UI has the whole log)"
    )
