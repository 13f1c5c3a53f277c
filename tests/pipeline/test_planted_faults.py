"""Whatever interrupts a landing and a refresh, the next run ends with the same objects as an undisturbed one."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from cuttable import Network, network
from raw_files_by_hand import PLAY, write_ngs_index, write_ngs_play
from s3_server import ACCOUNT, BUCKET
from warm_worker import PATIENCE_S, land_and_refresh

from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.domain.schema import CLEAN_PLAYS, PLAYS
from ghost_pipeline.errors import GhostError
from ghost_pipeline.settings import Settings
from ghost_pipeline.storage import s3
from ghost_pipeline.storage.objects import Store
from ghost_pipeline.storage.open import open_store
from ghost_pipeline.storage.partitions import Partitions

KILLS = 50
ATTEMPTS = 3
SEED = 20_190_905
WEEK = SeasonWeek(2022, "REG", 1)
PLAY_IDS = [PLAY, PLAY + 1, PLAY + 2]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def delivery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three plays of one week and their index."""
    folder = tmp_path_factory.mktemp("delivery")
    for play in PLAY_IDS:
        write_ngs_play(folder, play)
    write_ngs_index(folder, *PLAY_IDS)
    return folder


@pytest.fixture(scope="module")
def undisturbed(delivery: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """What a landing and a refresh leave when nothing happens to them."""
    calm = str(tmp_path_factory.mktemp("calm"))
    land_and_refresh(str(delivery), calm, "")
    return content(open_store(Settings(store=calm)))


class Worker:
    """A warm process that forks a child for every job."""

    def __init__(self, delivery: Path) -> None:
        self.delivery = delivery
        self.dealings = delivery.with_suffix(".dealings")
        command = [sys.executable, str(Path(__file__).parents[1] / "warm_worker.py"), str(delivery)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self.process = subprocess.Popen(command, **pipes, text=True, env={**os.environ, **ACCOUNT})
        assert self._answer() == "warm"

    def _answer(self) -> str:
        return self.process.stdout.readline().strip()

    def run(
        self, store: str, endpoint: str, kill_after_s: float | None = None, kill_at: int = 0
    ) -> tuple[int, float, int]:
        """Land and refresh in a child that is killed after a while or at a dealing with the store.

        Gives its exit status, the seconds it ran, and how many dealings the last child had that was not killed.
        """
        where = {"folder": str(self.delivery), "store": store, "endpoint": endpoint}
        job = {**where, "after_s": kill_after_s, "last": kill_at, "dealings": str(self.dealings)}
        began = time.monotonic()
        print(json.dumps(job), file=self.process.stdin, flush=True)
        status = int(self._answer())
        return status, time.monotonic() - began, int(self.dealings.read_text()) if self.dealings.exists() else 0

    def finish(self, store: str, endpoint: str) -> tuple[float, int]:
        """Land and refresh to the end; gives the seconds and the dealings.

        A child that hangs in the lock of a library that does not expect to be forked has been killed once more.
        """
        for _ in range(ATTEMPTS):
            status, seconds, dealings = self.run(store, endpoint)
            if status == 0:
                return seconds, dealings
            assert status == -signal.SIGKILL
        raise AssertionError(f"{ATTEMPTS} runs in a row did not end")


@pytest.fixture(scope="module")
def worker(delivery: Path) -> Iterator[Worker]:
    made = Worker(delivery)
    yield made
    made.process.stdin.close()
    made.process.wait()


def content(store: Store) -> dict[str, object]:
    """Every object; of manifests and receipts without the time of landing and the numbers for people."""
    found: dict[str, object] = {}
    for info in store.list(""):
        data = store.get(info.key)
        if info.key.startswith(("raw/manifests/", "receipts/")):
            found[info.key] = json.loads(data) | {"landed": None, "report": None}
        else:
            found[info.key] = data
    return found


def plays(store: Store) -> list[list[int]]:
    partitions = Partitions(store)
    return [partitions.read(table, WEEK)["play_id"].to_pylist() for table in (PLAYS, CLEAN_PLAYS)]


@pytest.mark.parametrize("kind", ["folder", "s3"])
def test_fifty_kills_change_nothing(kind, worker, undisturbed, s3_endpoint, s3_store, tmp_path, capsys):
    """Every time in a new store: land + refresh is killed once and run again.

    Half of the moments are drawn from the clock, and so mostly fall into reading and judging; the other half from the
    dealings with the store, where something can be left half done.
    """
    endpoint = s3_endpoint if kind == "s3" else ""

    def new() -> str:
        name = uuid.uuid4().hex
        return f"s3://{BUCKET}/{name}" if kind == "s3" else str(tmp_path / name)

    def opened(url: str) -> Store:
        return open_store(Settings(store=url, s3_endpoint=endpoint))

    calm = new()
    worker.finish(new(), endpoint)
    seconds, dealings = worker.finish(calm, endpoint)
    assert content(opened(calm)) == undisturbed
    assert plays(opened(calm)) == [PLAY_IDS, PLAY_IDS]

    moments, killed, left_overs = random.Random(SEED), 0, 0
    for number in range(KILLS):
        url = new()
        moment = (moments.uniform(0, seconds), 0) if number % 2 else (None, moments.randint(1, dealings))
        status = worker.run(url, endpoint, *moment)[0]
        assert status in (0, -signal.SIGKILL)
        killed += status != 0
        left_overs += kind == "folder" and bool(list(Path(url).rglob(".writing-*")))
        worker.finish(url, endpoint)
        assert content(opened(url)) == undisturbed
        if kind == "folder":
            assert not list(Path(url).rglob(".writing-*"))
    with capsys.disabled():
        print(f"\n{kind}: {killed} of {KILLS} killed at work, {left_overs} left half-written files", end=" ")
    assert killed > KILLS / 2


def cut_when(net: Network, store: Store, prefix: str, seconds: float) -> threading.Thread:
    """Cut the network for a while as soon as there is an object under a prefix."""

    def wait_and_cut() -> None:
        until = time.monotonic() + PATIENCE_S
        while not any(store.list(prefix)) and time.monotonic() < until:
            time.sleep(0.005)
        net.cut()
        time.sleep(seconds)
        net.mend()

    thread = threading.Thread(target=wait_and_cut)
    thread.start()
    return thread


@pytest.mark.parametrize("prefix", ["raw/manifests/", "clean/tracking/"])
def test_a_server_that_is_away_for_a_moment_is_waited_for(prefix, delivery, undisturbed, s3_endpoint, s3_store):
    with network(s3_endpoint) as net:
        cutting = cut_when(net, s3_store, prefix, 0.7)
        land_and_refresh(str(delivery), s3_store.url, net.endpoint)
        cutting.join()
        assert net.cuts == 1
    assert content(s3_store) == undisturbed
    assert plays(s3_store) == [PLAY_IDS, PLAY_IDS]


def test_a_server_that_stays_away_is_an_error_and_the_next_run_goes_on(
    delivery, undisturbed, s3_endpoint, s3_store, monkeypatch
):
    with network(s3_endpoint) as net:
        with monkeypatch.context() as impatient:
            impatient.setattr(s3, "_ATTEMPTS", 2)
            cutting = cut_when(net, s3_store, "canonical/plays/", 6)
            with pytest.raises(GhostError, match="GHOST_S3_ENDPOINT"):
                land_and_refresh(str(delivery), s3_store.url, net.endpoint)
            cutting.join()
        assert content(s3_store) != undisturbed
        land_and_refresh(str(delivery), s3_store.url, net.endpoint)
    assert content(s3_store) == undisturbed
    assert plays(s3_store) == [PLAY_IDS, PLAY_IDS]
