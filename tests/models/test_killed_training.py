"""A training that is killed goes on from its last checkpoint and ends with the weights of one that was not."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("killed_training.py")


def start(checkpoint: Path, pause_s: float = 0.0) -> subprocess.Popen:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, str(SCRIPT), str(checkpoint), str(pause_s)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)


def finish(checkpoint: Path) -> list[str]:
    output, _ = (process := start(checkpoint)).communicate(timeout=300)
    assert process.returncode == 0
    return output.splitlines()


@pytest.mark.slow
def test_a_killed_training_ends_like_one_that_was_not(tmp_path: Path):
    untouched = finish(tmp_path / "untouched")
    killed = start(tmp_path / "checkpoint", pause_s=0.05)
    assert killed.stdout is not None
    for line in killed.stdout:
        if line == "step 23\n":
            killed.kill()
            break
    assert killed.wait() == -9
    assert (tmp_path / "checkpoint").exists()
    resumed = finish(tmp_path / "checkpoint")
    assert resumed[0] == "step 21"  # the checkpoint is that of step 20
    assert resumed[-1] == untouched[-1]
    assert len(untouched[-1]) == 64
