"""A season's weeks over 1, 2 and 4 Celery workers with PostgreSQL, Redis and S3 on this machine: overhead and speed-up.

python benchmarks/workers.py                                    # ten small weeks
python benchmarks/workers.py --weeks 22 --games 16 --passes 51  # a season of full size

Needs Debian's postgresql and redis-server. The weeks are first refreshed by one process without Dagster, over the same
S3 server; what a run takes longer than that is its overhead. Every worker does a week before the clock starts, so that
its imports do not count.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import dagster as dg

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from cluster import Cluster, local_services, unfinished, wait_until
from s3_server import ACCOUNT, new_store, s3_server

from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.orchestration.partitions import SEASON_WEEKS
from ghost_pipeline.pipeline.landing import land
from ghost_pipeline.pipeline.platform import Platform
from ghost_pipeline.pipeline.week import refresh_week
from ghost_pipeline.settings import Settings
from ghost_pipeline.sources.simulator.season import SeasonPlan, write_season

DEADLINE_S = 3600


def landed(raw: Path, endpoint: str, folder: Path) -> Platform:
    """The season landed in an empty store."""
    store = new_store(endpoint)
    land(store, raw)
    return Platform(Settings(store=store.url, s3_endpoint=endpoint, home=folder, threads=1))


def alone_s(platform: Platform, weeks: Sequence[SeasonWeek], warm: int) -> float:
    """Seconds a week in this process, without the first ones, in which everything is imported."""
    for number, week in enumerate(weeks):
        if number == warm:
            began_s = time.monotonic()
        for _step, _done in refresh_week(platform, week):
            pass
    return (time.monotonic() - began_s) / (len(weeks) - warm)


def runs_of(instance: dg.DagsterInstance, weeks: Sequence[str]) -> list[dg.RunRecord]:
    """The newest run of each week."""
    return [instance.get_run_records(dg.RunsFilter(tags={"dagster/partition": week}), limit=1)[0] for week in weeks]


def over(
    workers: int, services: dict[str, str], platform: Platform, folder: Path, weeks: list[str]
) -> tuple[float, float]:
    """Wall clock seconds of the weeks after the first `workers` ones, and the mean of their runs."""
    given = platform.settings
    settings = {"GHOST_STORE": given.store, "GHOST_S3_ENDPOINT": given.s3_endpoint, "GHOST_HOME": str(given.home)}
    in_flight = {"max_concurrent_runs: 4": f"max_concurrent_runs: {workers}", "limit: 3": f"limit: {workers}"}
    with Cluster(folder, services, {**settings, "GHOST_THREADS": "1"}, in_flight) as cluster:
        for number in range(workers):
            cluster.start_worker(f"worker-{number}")
        cluster.start_control()
        cluster.wait_for_workers(workers)
        os.environ.update(cluster.environment)
        with dg.DagsterInstance.get() as instance:
            instance.add_dynamic_partitions(str(SEASON_WEEKS.name), weeks)
            for part in (weeks[:workers], weeks[workers:]):
                cluster.backfill("week_job", part)
                wait_until("the weeks are made", lambda: not unfinished(instance), DEADLINE_S)
                runs = runs_of(instance, part)
                assert all(record.dagster_run.is_success for record in runs), "a run failed: see the folder's logs"
    starts, ends = zip(*((record.start_time or 0, record.end_time or 0) for record in runs), strict=True)
    return max(ends) - min(starts), sum(ends) / len(ends) - sum(starts) / len(starts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weeks", type=int, default=10)
    parser.add_argument("--games", type=int, default=1, help="games in a week")
    parser.add_argument("--passes", type=int, default=8, help="passes in a game")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    asked = parser.parse_args()
    plan = SeasonPlan(seed=11, weeks=asked.weeks, games_per_week=asked.games, passes_per_game=asked.passes)
    os.environ.update(ACCOUNT)
    warm = max(asked.workers)
    with tempfile.TemporaryDirectory() as text, s3_server() as endpoint, local_services() as services:
        folder = Path(text)
        write_season(folder / "raw", plan, lambda *_: None)
        platform = landed(folder / "raw", endpoint, folder / "alone")
        weeks = sorted(platform.raw.week_versions())
        week_s = alone_s(platform, weeks, warm)
        print(f"one process without Dagster: {week_s:.1f} s a week ({os.cpu_count()} cores)\n")
        print("workers  weeks  wall s  s a run  overhead s a run  speed-up")
        first_s = 0.0
        for workers in asked.workers:
            platform = landed(folder / "raw", endpoint, folder / f"home-{workers}")
            wall_s, run_s = over(workers, services, platform, folder / f"instance-{workers}", list(map(str, weeks)))
            each_s = wall_s / (len(weeks) - workers)
            first_s = first_s or each_s
            overhead_s = each_s * workers - week_s
            row = f"{workers:7} {len(weeks) - workers:6} {wall_s:7.1f} {run_s:8.1f} {overhead_s:17.1f}"
            print(f"{row} {first_s / each_s:9.2f}", flush=True)


if __name__ == "__main__":
    main()
