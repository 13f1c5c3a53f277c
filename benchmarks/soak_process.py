"""The long-lived process of benchmarks/soak.py: it lands, refreshes and tells people for as long as it is asked to."""

import gc
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from sensor_ticks import tick

from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.errors import GhostError
from ghost_pipeline.orchestration.definitions import build_definitions
from ghost_pipeline.orchestration.instance import open_instance
from ghost_pipeline.orchestration.jobs import week_job
from ghost_pipeline.orchestration.partitions import SEASON_WEEKS
from ghost_pipeline.orchestration.runs import run_job
from ghost_pipeline.orchestration.workers import run_weeks
from ghost_pipeline.pipeline.landing import land
from ghost_pipeline.pipeline.platform import Platform
from ghost_pipeline.pipeline.week import why_stale
from ghost_pipeline.settings import load_settings

PATIENCE_S = 120.0
Problem = tuple[str, str]
"""Season-week or what was done, and what went wrong."""


class Refresher:
    """What the process keeps from round to round, as a worker or a daemon does."""

    def __init__(self, log: Path) -> None:
        self.settings, self.log = load_settings(), log
        self.platform = Platform(self.settings)
        self.definitions = build_definitions(self.settings)
        self.instance = open_instance(self.settings)
        self.cursor: str | None = None

    def land(self, folder: Path) -> None:
        """Take in a delivery."""
        weeks = land(self.platform.store, folder).season_weeks
        self.instance.add_dynamic_partitions(str(SEASON_WEEKS.name), [str(week) for week in weeks])

    def refresh(self) -> tuple[list[str], list[Problem]]:
        """Bring all weeks up to date; those that were run, and those that failed."""
        run, failed = [], []
        for week in map(str, sorted(self.platform.raw.week_versions())):
            if why_stale(self.platform, SeasonWeek.parse(week)):
                run.append(week)
                try:
                    run_job(self.definitions, self.instance, week_job.name, week)
                except GhostError as error:
                    failed.append((week, str(error)))
        return run, failed

    def killed(self, after_s: float) -> str | None:
        """Refresh the first stale week in a process of its own that is killed at work; the week, or None if none is
        stale or the process was faster."""
        weeks = map(str, sorted(self.platform.raw.week_versions()))
        week = next((week for week in weeks if why_stale(self.platform, SeasonWeek.parse(week))), None)
        if week is None:
            return None
        said: list[str] = []
        killer = threading.Thread(target=_kill_worker, args=(said, after_s), daemon=True)
        killer.start()
        try:
            list(run_weeks(self.settings, week_job.name, [week], {}, self.log, 1, said.append))
        except GhostError:
            return week
        finally:
            said.append("over")
            killer.join()
        return None

    def tick(self) -> str:
        """One look of the sensor that tells people."""
        said, self.cursor = tick(self.instance, self.definitions, self.cursor)
        return str(said)

    def size(self) -> tuple[float, int, int]:
        """Resident megabytes, open files, threads."""
        gc.collect()
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        files = len(os.listdir("/proc/self/fd"))
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6, files, threading.active_count()


def _kill_worker(said: list[str], after_s: float) -> None:
    """Kill the processes begun by our fork server, a while after the first of them said that it is at work."""
    until_s = time.monotonic() + PATIENCE_S
    while not said and time.monotonic() < until_s:
        time.sleep(0.02)
    time.sleep(after_s)
    if "over" not in said:
        for process in _grandchildren(os.getpid()):
            os.kill(process, signal.SIGKILL)


def _grandchildren(process: int) -> list[int]:
    parents = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue  # It has just ended.
    return [one for one, parent in parents.items() if parents.get(parent) == process]


def serve(orders: Connection, log: Path) -> None:
    """Do what is asked, (method, arguments), until None; answer (result, None) or (None, what went wrong)."""
    sys.stdout = sys.stderr = log.open("a", encoding="utf-8", buffering=1)
    refresher = Refresher(log)
    while (order := orders.recv()) is not None:
        name, arguments = order
        method: Callable[..., Any] = getattr(refresher, name)
        try:
            orders.send((method(*arguments), None))
        except Exception:  # Told as it is: nothing is to come out here.
            orders.send((None, traceback.format_exc(limit=-4)))
