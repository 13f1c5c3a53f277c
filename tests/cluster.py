"""What compose.yaml runs of ours, as processes of this machine: code server, daemon and workers, for tests and timing.

The commands are those of the image and of compose.yaml, the instance is dagster.production.yaml.
"""

import contextlib
import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import TracebackType

import dagster as dg
import yaml
from celery import Celery
from dagster._grpc.client import DagsterGrpcClient

from ghost_pipeline.settings import PROJECT_DIR
from ghost_pipeline.storage.objects import Store

INFRA = PROJECT_DIR / "infra"
SERVICES = INFRA / "local" / "services.sh"
_BIN = Path(sys.executable).parent
_UNFINISHED = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
]


DEADLINE_S = 600
"""Of every wait; a minute is enough on a machine that has nothing else to do."""


def wait_until(what: str, holds: Callable[[], object], seconds: float = DEADLINE_S) -> None:
    """Look four times a second. Raises TimeoutError that names what did not come."""
    until_s = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until_s:
            raise TimeoutError(f"not within {seconds:.0f} s: {what}")
        time.sleep(0.25)


class NotInstalledError(RuntimeError):
    """PostgreSQL or Redis is not on this machine."""


@contextlib.contextmanager
def local_services() -> Iterator[dict[str, str]]:
    """A PostgreSQL and a Redis of this machine's packages, on loopback, gone after the block: their variables."""
    with tempfile.TemporaryDirectory(prefix="ghost-services-") as folder:
        started = subprocess.run([SERVICES, "start", folder], capture_output=True, text=True, timeout=DEADLINE_S)
        if started.returncode == 3:
            raise NotInstalledError(started.stderr.strip())
        try:
            assert started.returncode == 0, started.stderr
            yield dict(line.split("=", 1) for line in started.stdout.splitlines())
        finally:
            subprocess.run([SERVICES, "stop", folder], check=True, timeout=DEADLINE_S)


class Cluster:
    """Processes in groups of their own, so that a killed one leaves no child behind, as a container would.

    `services` are the variables that services.sh prints, `settings` those of the platform. `instance` replaces texts in
    dagster.production.yaml, such as times that are too long for a test.
    """

    def __init__(
        self, folder: Path, services: Mapping[str, str], settings: Mapping[str, str], instance: Mapping[str, str]
    ) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        text = (INFRA / "dagster.production.yaml").read_text(encoding="utf-8")
        for old, new in instance.items():
            assert old in text, f"dagster.production.yaml does not say {old!r}"
            text = text.replace(old, new)
        (folder / "dagster.yaml").write_text(text, encoding="utf-8")
        paths = [str(INFRA / "celery"), str(PROJECT_DIR), os.environ.get("PYTHONPATH", "")]
        self.environment = {
            **os.environ,
            **services,
            **settings,
            "DAGSTER_HOME": str(folder),
            "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        }
        self._compose = yaml.safe_load((INFRA / "compose.yaml").read_text(encoding="utf-8"))["services"]
        self._processes: dict[str, subprocess.Popen] = {}
        self._workspace = str(folder / "workspace.yaml")

    def __enter__(self) -> "Cluster":
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for name in list(self._processes):
            self.kill(name)

    def start_control(self) -> None:
        """The code server and the daemon. Raises TimeoutError when the server does not serve in time."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = str(free.getsockname()[1])
        workspace = yaml.safe_load((INFRA / "workspace.production.yaml").read_text(encoding="utf-8"))
        workspace["load_from"][0]["grpc_server"] |= {"host": "127.0.0.1", "port": int(port)}
        Path(self._workspace).write_text(yaml.safe_dump(workspace), encoding="utf-8")
        (server,) = re.findall(r"^CMD (\[.*\])$", (INFRA / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
        here = {"0.0.0.0": "127.0.0.1", "4000": port}
        self._start("code", [here.get(one, one) for one in json.loads(server)])
        client = DagsterGrpcClient(port=int(port), host="127.0.0.1")
        with contextlib.redirect_stdout(io.StringIO()):  # the client prints every refusal
            wait_until("the code server serves", lambda: client.health_check_query() == "SERVING")
        program, *arguments = self._compose["pools"]["command"]
        subprocess.run([_BIN / program, *arguments], env=self.environment, check=True, timeout=DEADLINE_S)
        command = [self._workspace if one.endswith(".yaml") else one for one in self._compose["daemon"]["command"]]
        self._start("daemon", command)

    def start_worker(self, name: str) -> None:
        """Begin a worker. It takes runs when it is ready."""
        self._start(name, [*self._compose["worker"]["command"], "--hostname", f"{name}@%h"])

    def wait_for_workers(self, number: int) -> None:
        """Raises TimeoutError when so many do not answer in time."""
        control = Celery(broker=self.environment["DAGSTER_REDIS_URL"]).control
        wait_until(f"{number} workers are ready", lambda: len(control.ping(timeout=2)) >= number)

    def kill(self, name: str) -> None:
        """SIGKILL to a process and its children, as when its container or machine goes."""
        process = self._processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def dagster(self, *arguments: str) -> None:
        """Dagster's command line, on the code server of this cluster."""
        command = [_BIN / "dagster", *arguments, "--workspace", self._workspace]
        subprocess.run(
            command, env=self.environment, cwd=PROJECT_DIR, check=True, timeout=DEADLINE_S, stdout=subprocess.PIPE
        )

    def backfill(self, job: str, weeks: list[str]) -> None:
        """Queue a run of a job for each week."""
        self.dagster("job", "backfill", "--job", job, "--partitions", ",".join(weeks), "--noprompt")

    def _start(self, name: str, command: list[str]) -> None:
        program, *arguments = command
        with (self.folder / f"{name}.log").open("w") as log:
            self._processes[name] = subprocess.Popen(
                [_BIN / program, *arguments],
                cwd=PROJECT_DIR,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )


def unfinished(instance: dg.DagsterInstance) -> int:
    """How many runs wait or are at work."""
    return instance.get_runs_count(dg.RunsFilter(statuses=_UNFINISHED))


def stored_objects(store: Store) -> dict[str, str]:
    """Hash by key of everything but the manifest of the landing and the reports in receipts, which tell times."""
    told = ("raw/manifests/", "receipts/")
    return {info.key: store.sha256(info.key) for info in store.list("") if not info.key.startswith(told)}
