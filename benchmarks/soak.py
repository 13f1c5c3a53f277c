"""24 season-weeks refreshed in a loop, with faults: no lost play, the right alerts, no memory that grows.

python benchmarks/soak.py                     # 30 minutes
python benchmarks/soak.py --minutes 3         # a look

Small simulated weeks lie on a real S3 server over HTTP. In every round two weeks get a new version; one long-lived
process (benchmarks/soak_process.py) lands them, brings everything up to date in Dagster runs and lets the sensor tell
people at a real web hook. Meanwhile

- 5 % of all requests to the store fail: 500, 503, cut off before or after they took effect, half an answer;
- in every third round a process that works on a week is killed;
- twice the disk of passing files is full for a whole round (a tmpfs: needs the right to mount);
- the clock of the long-lived process is 400 days ahead for a round, then back (benchmarks/shifted_clock.c; needs cc).

At the end a store that was never disturbed is made of the last versions. Held are: its objects are those of the soaked
store; every play of the last versions is clean or in quarantine, once; messages were sent for the checks that fail in
an undisturbed week, for the weeks whose run failed, and for nothing else, and each was told to be mended; the resident
memory of the long-lived process has no slope over the rounds. Models are not trained.
"""

import argparse
import collections
import contextlib
import csv
import logging
import multiprocessing as mp
import os
import random
import shutil
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from json_hook import JsonHook
from s3_server import ACCOUNT, BUCKET, Troubles, s3_server
from soak_process import serve
from soak_verdict import Rounds, verdict

from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.sources.simulator.season import SeasonPlan, write_season
from ghost_pipeline.storage.s3 import S3Store

SEASONS, VERSIONS, PASSES = (2023, 2024), 2, 4
CHANGED, KILL_EVERY, DISK_FULL, CLOCK_AHEAD = 2, 3, (3, 8), 5
"""Weeks that change in a round; every how many rounds a process is killed; the rounds of the other faults."""
TROUBLED_SHARE = 0.05
SCRATCH_BYTES = 64 * 2**20
CLOCK_S = 400 * 24 * 3600


def deliveries(folder: Path, weeks: int) -> dict[SeasonWeek, list[Path]]:
    """For every week a folder of raw files a version; the first one has no planted faults."""
    found: dict[SeasonWeek, list[Path]] = collections.defaultdict(list)
    for season in SEASONS:
        for version in range(VERSIONS):
            plan = SeasonPlan(
                seed=10 * season + version,
                season=season,
                weeks=weeks,
                games_per_week=1,
                passes_per_game=PASSES,
                fault_rate=0.15 * (version > 0),
            )
            made = write_season(folder / f"{season}-{version}", plan, lambda *_: None).folder
            for number in range(1, weeks + 1):
                week = SeasonWeek(season, "REG", number)
                found[week].append(_alone(made, number, folder / f"{week} {version}"))
    return found


def _alone(season: Path, week: int, folder: Path) -> Path:
    """The files of one week of a season."""
    folder.mkdir()
    games: set[str] = set()
    for name in ("games.csv", "plays.csv", "player_play.csv", "players.csv"):
        with (season / name).open(newline="") as file, (folder / name).open("w", newline="") as out:
            rows = csv.DictReader(file)
            writer = csv.DictWriter(out, rows.fieldnames or [])
            writer.writeheader()
            for row in rows:
                if name == "games.csv" and row["week"] == str(week):
                    games.add(row["gameId"])
                if row.get("gameId") in games or name == "players.csv":
                    writer.writerow(row)
    name = f"tracking_week_{week}.csv"
    (season / name).rename(folder / name)
    return folder


def serve_s3(control: Connection, seed: int) -> None:
    """A server with troubles; takes their share, answers with (requests, troubles by kind). Ends at None."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    troubles = Troubles(0.0, seed)
    with s3_server(troubles) as endpoint:
        control.send(endpoint)
        while (share := control.recv()) is not None:
            troubles.share = share
            control.send((troubles.requests, dict(troubles.count)))


class Soaked:
    """The store's server and the long-lived process. `scratch` is the small disk of passing files; None where this user
    may not mount one."""

    def __init__(self, folder: Path, scratch: Path | None, hook: str, seed: int) -> None:
        context = mp.get_context("spawn")
        shifted = shifted_clock(folder)
        self.scratch, self.has_clock = scratch, shifted is not None
        self.clock = folder / "clock"
        self.set_clock(0)
        self.s3, theirs = context.Pipe()
        os.environ.update(ACCOUNT)
        self.server = context.Process(target=serve_s3, args=(theirs, seed), daemon=True)
        self.server.start()
        self.endpoint: str = self.s3.recv()
        self.store = S3Store(f"s3://{BUCKET}/soaked", self.endpoint)
        self.store.make_bucket()
        home = folder / "home"
        settings = {"STORE": self.store.url, "S3_ENDPOINT": self.endpoint, "HOME": str(home), "THREADS": "1"}
        given = {f"GHOST_{name}": value for name, value in settings.items()} | {"GHOST_ALERT_URLS": hook}
        given |= {"TMPDIR": str(scratch or folder), "DAGSTER_HOME": str(home / "dagster")}
        if shifted is not None:
            given |= {"LD_PRELOAD": str(shifted), "SHIFTED_CLOCK": str(self.clock)}
        before = dict(os.environ)
        os.environ.update(given)
        self.orders, theirs = context.Pipe()
        self.process = context.Process(target=serve, args=(theirs, folder / "log"))
        self.process.start()
        os.environ.clear()
        os.environ.update(before)

    def ask(self, name: str, *arguments: object) -> object:
        """What a method of the long-lived process gives. Raises RuntimeError with what came out instead."""
        self.orders.send((name, arguments))
        result, error = self.orders.recv()
        if error:
            raise RuntimeError(f"{name} of the long-lived process:\n{error}")
        return result

    def trouble(self, share: float) -> tuple[int, dict[str, int]]:
        """From now on this share of requests fails; requests so far and how many failed how."""
        self.s3.send(share)
        return self.s3.recv()

    def set_clock(self, shift_s: int) -> None:
        """Of the long-lived process and of those that it begins."""
        with self.clock.open("r+b" if self.clock.exists() else "wb") as file:
            file.write(struct.pack("=q", shift_s))

    def end(self) -> None:
        self.orders.send(None)
        self.process.join()
        self.server.kill()


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """A small file system of its own at `folder`, if this user may mount one."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={SCRATCH_BYTES}", "soak", str(folder)]
    mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


def shifted_clock(folder: Path) -> Path | None:
    """The library by which a process has a clock of its own, if there is a compiler."""
    if shutil.which("cc") is None:
        return None
    library = folder / "shifted_clock.so"
    source = Path(__file__).with_name("shifted_clock.c")
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], check=True)
    return library


@contextlib.contextmanager
def full_disk(folder: Path) -> Iterator[None]:
    """As long as it lasts there is no space there."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(65536))
    yield
    filler.unlink()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--weeks", type=int, default=12, help="of each of the two seasons")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="ghost-soak-", ignore_cleanup_errors=True) as text,
        small_disk(Path(text) / "scratch") as is_small,
        JsonHook() as hook,
    ):
        folder = Path(text)
        rounds = Rounds(deliveries(folder, asked.weeks))
        soaked = Soaked(folder, folder / "scratch" if is_small else None, hook.url, asked.seed)
        print(f"full disk: {'yes' if is_small else 'may not mount'}; clock: {'yes' if soaked.has_clock else 'no cc'}")
        try:
            soak(soaked, rounds, hook, asked.minutes, asked.seed)
            faults = verdict(rounds, soaked.store, folder)
        finally:
            soaked.end()
    print("\n".join(faults) if faults else "held: no play lost, alerts as they should be, memory without slope")
    sys.exit(bool(faults))


def soak(soaked: Soaked, rounds: Rounds, hook: JsonHook, minutes: float, seed: int) -> None:
    """Round after round until the time is over, at least until every fault happened once."""
    draw = random.Random(seed)
    changed: list[SeasonWeek] = []
    newest = dict.fromkeys(rounds.versions, 0)
    for deliveries_of_week in rounds.versions.values():
        soaked.ask("land", deliveries_of_week[0])
    until_s = time.monotonic() + 60 * minutes
    runs = kills = changes = number = 0
    while time.monotonic() < until_s or number <= CLOCK_AHEAD + 1:
        if number in DISK_FULL and soaked.scratch:
            rounds.full.add(number)
        full, ahead = number in rounds.full, soaked.has_clock and number == CLOCK_AHEAD
        soaked.trouble(TROUBLED_SHARE)
        if ahead:
            soaked.set_clock(CLOCK_S)
        if number and number - 1 not in rounds.full:  # After a full disk the same versions have to come in at last.
            if not (soaked.has_clock and number == CLOCK_AHEAD + 1):  # Else the same again.
                changed = draw.sample(sorted(newest), CHANGED)
            for week in changed:
                newest[week] = (newest[week] + 1) % VERSIONS
                soaked.ask("land", rounds.versions[week][newest[week]])
            changes += len(changed)
        rounds.history.append(dict(newest))
        killed = soaked.ask("killed", draw.uniform(0, 2)) if number % KILL_EVERY == 1 and not full else None
        kills += killed is not None
        with full_disk(soaked.scratch) if full else contextlib.nullcontext():
            began_s = time.monotonic()
            run, failed = soaked.ask("refresh")
            took_s = time.monotonic() - began_s
        soaked.set_clock(0)
        soaked.trouble(0.0)
        said = soaked.ask("tick")
        rounds.messages += hook.taken()
        rounds.failed += [(number, week, error) for week, error in failed]
        runs += len(run)
        size_mb, files, threads = soaked.ask("size")
        rounds.sizes_mb.append(size_mb)
        marks = " ".join(["disk full"] * full + ["clock ahead"] * ahead + [f"killed at {killed}"] * bool(killed))
        print(f"round {number}: {len(run)} runs in {took_s:.0f} s, {len(failed)} failed. {said} {marks}", flush=True)
        print(f"    {size_mb:.0f} MB, {files} open files, {threads} threads", flush=True)
        for week, error in failed[:1]:
            print(f"    {week}: {error[:200]}", flush=True)
        number += 1
    if number - 1 in rounds.full:
        rounds.failed += [(number, *one) for one in soaked.ask("refresh")[1]]
        soaked.ask("tick")
        rounds.messages += hook.taken()
    requests, troubles = soaked.trouble(0.0)
    print(f"{number} rounds, {changes} new versions, {runs} runs of a week, {kills} processes killed")
    print(f"{requests:,} requests to the store, {sum(troubles.values()):,} failed: {troubles}")


if __name__ == "__main__":
    main()
