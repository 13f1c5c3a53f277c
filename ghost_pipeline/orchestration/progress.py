"""Progress of runs: assets log how far they are, and a run in this process passes it on to whoever waits for it."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import dagster as dg

LOGGER = "ghost_pipeline.progress"
PARTS = 10
"""Messages per task that a run's log gets at most."""


def log_progress(context: dg.AssetExecutionContext) -> Callable[[str, int, int], None]:
    """A progress callback that logs every tenth of a task to the run."""
    said: dict[str, int] = {}

    def report(name: str, done: int, total: int) -> None:
        part = done * PARTS // max(total, 1)
        if said.get(name) != part:
            said[name] = part
            context.log.info(f"{name}: {done} of {total}")

    return report


@dg.logger({}, "Hands steps and messages of a run to the process that waits for it.")
def progress_logger(_: dg.InitLoggerContext) -> logging.Logger:
    logger = logging.getLogger(LOGGER)
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    return logger


@contextmanager
def listening(say: Callable[[str], None]) -> Iterator[None]:
    """While it lasts, `say` gets a text for every step that starts and every message of an asset."""
    handler = _Passing(say)
    logger = logging.getLogger(LOGGER)
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)


class _Passing(logging.Handler):
    def __init__(self, say: Callable[[str], None]) -> None:
        super().__init__()
        self.say = say

    def emit(self, record: logging.LogRecord) -> None:
        about = getattr(record, "dagster_meta", {})
        event, step = about.get("dagster_event"), about.get("step_key")
        if event is None and record.levelno >= logging.INFO and step:
            self.say(f"{step}: {about['orig_message']}")
        elif event is not None and event.event_type_value == "STEP_START":
            self.say(str(step))
