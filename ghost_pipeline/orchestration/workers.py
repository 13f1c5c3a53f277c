"""Runs of many season-weeks side by side, in as many warm processes as there are cores to use.

The processes are forked from one that has imported everything once, and each keeps its definitions and its connection
to the instance for all the weeks it works on.
"""

import multiprocessing
import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ghost_pipeline.errors import GhostError
from ghost_pipeline.orchestration.definitions import build_definitions
from ghost_pipeline.orchestration.instance import open_instance
from ghost_pipeline.orchestration.progress import listening
from ghost_pipeline.orchestration.runs import run_job
from ghost_pipeline.settings import Settings

Say = Callable[[str], None]


def run_weeks(
    settings: Settings, job: str, weeks: Sequence[str], tags: dict[str, str], log: Path, workers: int, say: Say
) -> Iterator[tuple[str, GhostError | None]]:
    """Run a job for each week, `workers` at a time; yields a week when its run has ended, and why if it failed.

    Raises GhostError when a process is killed from outside.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    messages = context.SimpleQueue()
    given = (settings, dict(os.environ), log, messages)
    with (
        _passing_on(messages, say),
        ProcessPoolExecutor(min(workers, len(weeks)), context, _begin, given) as pool,
    ):
        runs = {pool.submit(_run, job, week, tags): week for week in weeks}
        try:
            for run in as_completed(runs):
                yield runs[run], run.result()
        except BrokenProcessPool as error:
            raise GhostError(
                f"a process that worked on {job} was killed, perhaps for want of memory: set GHOST_THREADS to fewer "
                "than the cores and refresh again; what was done is kept"
            ) from error
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _passing_on(messages: Any, say: Say) -> Iterator[None]:
    """Give what the workers say to `say`, in a thread of its own."""

    def pass_on() -> None:
        while (text := messages.get()) is not None:
            say(text)

    thread = threading.Thread(target=pass_on, daemon=True)
    thread.start()
    try:
        yield
    finally:
        messages.put(None)
        thread.join()


class _Worker:
    """What one process keeps from week to week."""

    def __init__(self, settings: Settings, say: Say) -> None:
        self.definitions = build_definitions(settings)
        self.instance = open_instance(settings)
        self.say = say


_worker: _Worker | None = None


def _begin(settings: Settings, environment: dict[str, str], log: Path, messages: Any) -> None:
    """In a new process: take over the environment, keep what libraries print out of the terminal."""
    global _worker
    end_with_parent()
    os.environ.clear()
    os.environ.update(environment)
    sys.stdout = sys.stderr = log.open("a", encoding="utf-8")
    _worker = _Worker(settings, messages.put)


def end_with_parent() -> None:
    """From now on this process ends when the one that began it does, however that ended; else it would wait for work
    for ever. What it was writing is not seen, and the next refresh goes on."""
    parent = multiprocessing.parent_process()
    assert parent is not None, "this process was begun by another"

    def wait() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def _run(job: str, week: str, tags: dict[str, str]) -> GhostError | None:
    assert _worker is not None, "the pool begins every process with _begin"
    worker = _worker
    with listening(lambda text: worker.say(f"{week} {text}")):
        try:
            run_job(worker.definitions, worker.instance, job, week, tags)
        except GhostError as error:
            return error
    return None
