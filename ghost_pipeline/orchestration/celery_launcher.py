"""Runs handed to Celery workers, and a run whose worker is gone told from one that takes long."""

import time
from collections.abc import Mapping
from typing import Any

import dagster as dg
from dagster._core.launcher import CheckRunHealthResult, WorkerStatus
from dagster_celery.launcher import CeleryRunLauncher
from dagster_celery.tags import DAGSTER_CELERY_TASK_ID_TAG
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

_ANSWER_WITHIN_S = 5.0
_ANSWER_HOLDS_S = 5.0


class WatchfulCeleryLauncher(CeleryRunLauncher):
    """Asks the workers themselves which runs they work on.

    Dagster's own launcher asks Celery for the state of the task. A worker that was killed leaves "started" there for
    ever, and a broker that lost its memory makes every run look lost.
    """

    def __init__(self, lost_after_seconds: int, **config: Any) -> None:
        super().__init__(**config)
        self._lost_after_s = lost_after_seconds
        self._last_seen_s: dict[str, float] = {}
        self._asked_s, self._at_work = -float("inf"), set[str]()

    @classmethod
    def config_type(cls) -> Any:
        theirs: Any = CeleryRunLauncher.config_type()
        lost_after = dg.Field(int, description="A run that no worker has been working on for so long is lost.")
        return {**theirs, "lost_after_seconds": lost_after}

    def check_run_worker_health(self, run: dg.DagsterRun) -> CheckRunHealthResult:
        """Lost when no worker has named its task for `lost_after_seconds`; while the broker is away nobody is lost."""
        now_s, task = time.monotonic(), run.tags.get(DAGSTER_CELERY_TASK_ID_TAG)
        if task is None:
            return CheckRunHealthResult(WorkerStatus.RUNNING, "in the process that asked for it")
        try:
            at_work = self._tasks_at_work(now_s)
        except (OperationalError, RedisError, OSError):
            self._last_seen_s.clear()
            return CheckRunHealthResult(WorkerStatus.RUNNING, "the broker does not answer")
        if task in at_work:
            self._last_seen_s[run.run_id] = now_s
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        silent_s = now_s - self._last_seen_s.setdefault(run.run_id, now_s)
        if silent_s < self._lost_after_s:
            return CheckRunHealthResult(WorkerStatus.RUNNING, f"no worker has named it for {silent_s:.0f} s")
        return CheckRunHealthResult(WorkerStatus.FAILED, f"No worker has worked on it for {silent_s:.0f} s.")

    def _tasks_at_work(self, now_s: float) -> set[str]:
        """What all workers name; asked once for all the runs that are looked at in one go."""
        if now_s - self._asked_s > _ANSWER_HOLDS_S:
            answers = self.celery.control.inspect(timeout=_ANSWER_WITHIN_S).active() or {}
            self._at_work = {task["id"] for tasks in answers.values() for task in tasks}
            self._asked_s = now_s
        return self._at_work

    def get_run_worker_debug_info(self, run: dg.DagsterRun, include_container_logs: bool | None = True) -> str | None:
        """Nothing: what a lost worker left is in the container's log."""
        return None

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Mapping[str, Any]) -> "WatchfulCeleryLauncher":
        return cls(inst_data=inst_data, **config_value)
