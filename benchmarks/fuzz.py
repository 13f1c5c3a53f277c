"""Mutated files of every layout through the readers: nothing but declared errors, no hang, no crash, no silent loss.

python benchmarks/fuzz.py                              # 100,000 files
python benchmarks/fuzz.py --files 2000 --seed 5000     # other ones
python benchmarks/fuzz.py --source big_data_bowl_2025  # of one layout
python benchmarks/fuzz.py --seed 12345 --only          # the case of one seed again; --keep FOLDER keeps it

A case is drawn by its seed: a small valid folder of one layout of which one or two files are mutated one to three times
(tests/mutations.py). It is recognised, sorted into weeks and read; every twentieth is landed and made canonical, and
every seventh is read game by game too, as big files are, where the layout has that. Held are:

- only errors of the GhostError family come out, within 10 s of CPU time and a minute on the clock;
- every play that the folder holds, or held before, is in the tables or named by a finding or an error, and a play with
  fewer samples than its file has is told of (tests/accounts.py looks at the files on its own);
- what says the same in another form (line ends, BOM, gzip, order of columns ...) gives the same tables;
- landing, and reading in runs, give the tables that reading gives.

Cases run in worker processes of their own, which are replaced when they die or hang, so a crash in a C library is told
with the seed that shows it.
"""

import argparse
import collections
import contextlib
import multiprocessing as mp
import resource
import sys
import tempfile
import time
import traceback
from multiprocessing.connection import Connection, wait
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from accounts import read_folder
from fuzz_cases import Case, case_of, faults_of
from fuzz_samples import LAYOUTS

LIMIT_CPU_S, LIMIT_S = 10, 60
MEMORY_BYTES = 8 * 2**30
"""Of address space: a file that asks for more than there is must be refused, not served."""
MEMORY_FOLDER = Path("/dev/shm")


def work(orders: Connection, source: str | None) -> None:
    """Answer seeds until there are none."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    where = MEMORY_FOLDER if MEMORY_FOLDER.is_dir() else None
    while (seed := orders.recv()) is not None:
        case = case_of(seed, source)
        began_s = time.process_time()
        with tempfile.TemporaryDirectory(dir=where) as folder:
            inside = Path(folder) / "in"
            inside.mkdir()
            try:
                faults = faults_of(case, inside)
            except Exception:
                faults = [traceback.format_exc(limit=-6)]
        orders.send((str(case), case.layout, len(case.how), faults, time.process_time() - began_s))


class Worker:
    """A process that answers seeds, and is replaced when it does not."""

    def __init__(self, source: str | None) -> None:
        self.source = source
        self.start()

    def start(self) -> None:
        context = mp.get_context("spawn")
        self.orders, theirs = context.Pipe()
        self.process = context.Process(target=work, args=(theirs, self.source), daemon=True)
        self.process.start()
        theirs.close()
        self.began_s: float | None = None

    def give(self, seed: int | None) -> None:
        self.orders.send(seed)
        self.seed, self.began_s = seed, time.monotonic()

    def lost(self, fault: str) -> tuple:
        """The result of a case that ended its process; a new one is started."""
        self.process.kill()
        self.process.join()
        case = case_of(self.seed, self.source)
        self.start()
        return str(case), case.layout, len(case.how), [fault], 0.0

    def result(self, ready: bool) -> tuple | None:
        if ready:
            try:
                return self.orders.recv()
            except EOFError:
                self.process.join()
                return self.lost(f"the interpreter died with exit code {self.process.exitcode}")
        if time.monotonic() - self.began_s > LIMIT_S:
            return self.lost(f"no answer within {LIMIT_S} s")
        return None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0, help="the first one")
    parser.add_argument("--source", choices=sorted(LAYOUTS))
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--only", action="store_true", help="only this seed, in this process")
    parser.add_argument("--keep", type=Path, help="with --only: write its files into this folder")
    asked = parser.parse_args()
    if asked.only:
        show(case_of(asked.seed, asked.source), asked.keep)
        return
    seed, files, cases, slowest_s = asked.seed, 0, 0, 0.0
    by_layout: collections.Counter[str] = collections.Counter()
    faulty = 0
    workers = [Worker(asked.source) for _ in range(asked.workers)]
    began_s = time.monotonic()
    for worker in workers:
        worker.give(seed)
        seed += 1
    while files < asked.files:
        ready = wait([worker.orders for worker in workers], timeout=1)
        for worker in workers:
            result = worker.result(worker.orders in ready)
            if result is None:
                continue
            case, layout, count, faults, took_s = result
            files, cases = files + count, cases + 1
            by_layout[layout] += count
            slowest_s = max(slowest_s, took_s)
            if took_s > LIMIT_CPU_S:
                faults.append(f"took {took_s:.1f} s of CPU time")
            if faults:
                faulty += 1
                print(case, *(f"  {fault}" for fault in faults), sep="\n", flush=True)
            worker.give(seed)
            seed += 1
            if cases % 1000 == 0:
                print(f"{files:,} files, {faulty} faulty cases, {time.monotonic() - began_s:.0f} s", flush=True)
    for worker in workers:
        worker.process.kill()
    print(f"{files:,} mutated files in {cases:,} cases (seeds {asked.seed} to {asked.seed + cases - 1}):")
    print("  " + ", ".join(f"{name} {count:,}" for name, count in sorted(by_layout.items())))
    print(f"  {faulty} faulty cases; slowest {slowest_s:.2f} s of CPU time; {time.monotonic() - began_s:.0f} s in all")
    sys.exit(faulty > 0)


def show(case: Case, keep: Path | None) -> None:
    """One case, here."""
    print(case)
    with contextlib.ExitStack() as stack:
        folder = keep or Path(stack.enter_context(tempfile.TemporaryDirectory())) / "in"
        folder.mkdir(parents=True, exist_ok=True)
        for fault in faults_of(case, folder):
            print(f"  {fault}")
        answer = read_folder(folder)
        print(*(f"  error: {error}" for error in answer.errors), sep="\n")
        print(*(f"  finding: {finding}" for finding in answer.findings), sep="\n")


if __name__ == "__main__":
    main()
