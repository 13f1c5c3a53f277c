"""Read 100 season-weeks from a slow S3 server, one after another and streaming, with the memory each way needs.

python benchmarks/store_reading.py

The server is moto on this machine; every answer is delayed as by a network. Each way runs in a process of its own.
"""

import argparse
import logging
import multiprocessing
import os
import resource
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pyarrow as pa

from ghost_pipeline.arrow import arrow_schema
from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.domain.schema import EVENTS
from ghost_pipeline.storage.partitions import Partitions
from ghost_pipeline.storage.s3 import S3Store

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from s3_server import ACCOUNT, delayed_by, new_store, s3_server

WEEKS = [SeasonWeek(season, "REG", week) for season in range(2015, 2020) for week in range(1, 21)]
WAYS = ("one after another", "streaming", "all at once in memory")


def main() -> None:
    """Print seconds and memory of each way."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=200_000, help="rows of each week")
    parser.add_argument("--delay-ms", type=float, default=30, help="delay of every answer")
    arguments = parser.parse_args()
    os.environ.update(ACCOUNT)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with s3_server(delayed_by(arguments.delay_ms / 1000)) as endpoint:
        store = new_store(endpoint)
        for week in WEEKS:
            Partitions(store).write(EVENTS, some_rows(week, arguments.rows), week)
        sizes = [info.size for info in store.list("")]
        print(f"{len(sizes)} objects of {np.mean(sizes) / 1e6:.1f} MB, answers delayed by {arguments.delay_ms:g} ms")
        seconds = {}
        for way in WAYS:
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                seconds[way], memory_mb = pool.apply(read, (way, store.url, endpoint))
            print(f"{way:22} {seconds[way]:6.1f} s, {memory_mb:6,.0f} MB")
        print(f"streaming takes {seconds['streaming'] / seconds['one after another']:.2f} of the time")


def read(way: str, url: str, endpoint: str) -> tuple[float, float]:
    """Seconds and memory in MB of reading every week one way."""
    partitions = Partitions(S3Store(url, endpoint))
    began = time.monotonic()
    if way == "one after another":
        use(partitions.read(EVENTS, week) for week in WEEKS)
    elif way == "streaming":
        use(rows for _, rows in partitions.stream(EVENTS, WEEKS))
    else:
        use([partitions.read_weeks(EVENTS, WEEKS)])
    return time.monotonic() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def use(tables: Iterable[pa.Table]) -> None:
    """Count the rows."""
    assert sum(len(rows) for rows in tables) > 0


def some_rows(week: SeasonWeek, rows: int) -> pa.Table:
    """Made-up events that do not compress to nothing."""
    frames = np.random.default_rng(week.week).integers(0, 2**20, (2, rows))
    columns = [np.full(rows, str(week)), np.full(rows, 1), frames[0], frames[1], np.full(rows, "ball_snap")]
    schema = arrow_schema(EVENTS)
    return pa.table([pa.array(values).cast(kind) for values, kind in zip(columns, schema.types, strict=True)], schema)


if __name__ == "__main__":
    main()
