"""A process that has imported everything and done one week already; every line it reads is a job for a forked child.

A line is JSON: folder of the raw files, store, its endpoint, after how many seconds the child is killed (null:
never), and at which of its dealings with files and servers it is to kill itself (0: never). When the child has ended,
the worker answers with its exit status, which is minus the signal that ended it. A child that was not killed leaves the
number of its dealings in the file `dealings`.

A library's lock that another thread held at the moment of the fork is never opened in the child. Such a child says
where it hangs and is killed, too.
"""

import faulthandler
import json
import os
import signal
import sys
import tempfile
import time
from pathlib import Path

from ghost_pipeline.pipeline.landing import land
from ghost_pipeline.pipeline.platform import Platform
from ghost_pipeline.pipeline.week import refresh_week
from ghost_pipeline.settings import Settings

DEALINGS = {"tempfile.mkstemp", "os.chmod", "os.rename", "http.client.connect", "http.client.send"}
"""Audit events of Python: a file is begun, finished, put in its place; a server is spoken to."""
PATIENCE_S = 90.0
"""More than a child takes on a busy machine (3 seconds on a free one)."""


class Dealings:
    """Counts them, and kills this process at one of them."""

    def __init__(self, last: int) -> None:
        self.count, self.last = 0, last
        sys.addaudithook(self.hear)

    def hear(self, event: str, _: tuple) -> None:
        if event in DEALINGS:
            self.count += 1
            if self.count == self.last:
                os.kill(os.getpid(), signal.SIGKILL)


def land_and_refresh(folder: str, store: str, endpoint: str) -> None:
    """What a person or a schedule does with one delivery."""
    platform = Platform(Settings(store=store, s3_endpoint=endpoint))
    land(platform.store, Path(folder))
    for week in platform.raw.week_versions():
        for _step, _done in refresh_week(platform, week):
            pass


def end_of(child: int, patience_s: float) -> int:
    """Wait for a child and kill it when the time is over; its exit status, minus the signal that ended it."""
    until = time.monotonic() + patience_s
    while time.monotonic() < until:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.002)
    os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main() -> None:
    with tempfile.TemporaryDirectory() as throwaway:
        land_and_refresh(sys.argv[1], throwaway, "")
    print("warm", flush=True)
    for line in sys.stdin:
        job = json.loads(line)
        last, after_s, file = (job.pop(name) for name in ("last", "after_s", "dealings"))
        child = os.fork()
        if not child:
            status = 1
            try:
                faulthandler.dump_traceback_later(PATIENCE_S - 5)
                dealings = Dealings(last)
                land_and_refresh(**job)
                Path(file).write_text(str(dealings.count))
                status = 0
            finally:
                os._exit(status)
        print(end_of(child, PATIENCE_S if after_s is None else after_s), flush=True)


if __name__ == "__main__":
    main()
