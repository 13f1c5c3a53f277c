"""Worker processes do not outlive the refresh that began them."""

import os
import subprocess
import sys
import time

PATIENCE_S = 60
SCRIPT = """
import multiprocessing, os, time
from concurrent.futures import ProcessPoolExecutor
from ghost_pipeline.orchestration.workers import end_with_parent

if __name__ == "__main__":
    with ProcessPoolExecutor(1, multiprocessing.get_context("forkserver"), end_with_parent) as pool:
        print(pool.submit(os.getpid).result(), flush=True)
        pool.submit(time.sleep, 600).result()
"""


def _lives(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_worker_ends_when_its_refresh_is_killed(tmp_path) -> None:
    script = tmp_path / "refresh.py"
    script.write_text(SCRIPT)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True, env=environment) as refresh:
        assert refresh.stdout is not None
        worker = int(refresh.stdout.readline())
        assert _lives(worker)
        refresh.kill()
    until = time.monotonic() + PATIENCE_S
    while _lives(worker) and time.monotonic() < until:
        time.sleep(0.1)
    assert not _lives(worker)
