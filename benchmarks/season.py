"""What a season costs: clean -> features -> warehouse -> arrays, and the same rules and features in pandas and polars.

    ghost simulate raw --season-size full                    # a hundred million rows, 14 GB; or --weeks 2 of it
    GHOST_HOME=season python benchmarks/season.py raw        # lands what has not landed, then measures

Every stage runs in a process of its own, so its peak memory is its own. CPU seconds are user and system time of the
process and its children; on a busy machine they and the ratios mean more than the wall clock. The exponent is the slope
of log(CPU seconds) over log(rows) of the first 1, 2, ... weeks, after the imports.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import season_baselines

from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.domain.schema import CANONICAL, TRACKING
from ghost_pipeline.features.definitions import FRAME_FEATURES, FRAME_FEATURES_TABLE
from ghost_pipeline.pipeline.arrays import ArrayPlan, training_arrays
from ghost_pipeline.pipeline.cleaning import clean_week
from ghost_pipeline.pipeline.featuring import feature_week
from ghost_pipeline.pipeline.landing import canonical_week, land
from ghost_pipeline.pipeline.platform import Platform
from ghost_pipeline.quality.facts import play_facts
from ghost_pipeline.settings import load_settings
from ghost_pipeline.storage.staleness import BEFORE_MODELS, Refresh

Measured = dict[str, float | str]
ARRAY_NAMES = tuple(feature.name for feature in FRAME_FEATURES if feature.source == "paper")[:16]
"""Sixteen features, about as many as a ranking chooses."""
FEATURES_GOAL_S = 60


def cpu_s() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def peak_gb() -> float:
    return max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1e6


def tracking_rows(platform: Platform, week: SeasonWeek) -> int:
    return len(platform.partitions.read(TRACKING, week, ["frame_id"]))


def by_week(platform: Platform, weeks: list[SeasonWeek], work: Callable[[SeasonWeek], object]) -> Iterator[Measured]:
    for week in weeks:
        rows, cpu, wall = tracking_rows(platform, week), cpu_s(), time.monotonic()
        work(week)
        yield {"part": str(week), "rows": rows, "cpu_s": cpu_s() - cpu, "wall_s": time.monotonic() - wall}


def at_once(name: str, work: Callable[[], object]) -> Iterator[Measured]:
    cpu, wall = cpu_s(), time.monotonic()
    work()
    yield {"part": name, "rows": 0, "cpu_s": cpu_s() - cpu, "wall_s": time.monotonic() - wall}


def rules_of(platform: Platform, week: SeasonWeek) -> None:
    play_facts(*(platform.partitions.read(table, week) for table in CANONICAL))


def stage(name: str, platform: Platform, weeks: list[SeasonWeek]) -> Iterator[Measured]:
    store, last = platform.store, weeks[-1:]
    match name:
        case "read raw":
            yield from by_week(platform, weeks, lambda week: canonical_week(store, week))
        case "clean":
            yield from by_week(platform, weeks, lambda week: clean_week(store, week))
        case "rules alone":
            yield from by_week(platform, weeks, lambda week: rules_of(platform, week))
        case "features":
            yield from by_week(platform, weeks, lambda week: feature_week(store, week))
        case "warehouse":
            yield from at_once(name, lambda: platform.warehouse.build(BEFORE_MODELS, Refresh(full=True)))
        case "warehouse, a week anew":
            yield from at_once(name, lambda: platform.warehouse.build(BEFORE_MODELS, Refresh(weeks=tuple(last))))
        case "arrays":
            yield from at_once(name, lambda: training_arrays(platform, ArrayPlan(ARRAY_NAMES)))
        case "ours, a week":
            yield from by_week(platform, last, lambda week: (rules_of(platform, week), feature_week(store, week)))
        case "pandas, a week" | "polars, a week":
            work = season_baselines.PIPELINES[name.split(",")[0]]
            yield from by_week(platform, last, lambda week: work(platform, week))


STAGES = (
    "clean",
    "rules alone",
    "features",
    "warehouse",
    "warehouse, a week anew",
    "arrays",
    "ours, a week",
    "polars, a week",
    "pandas, a week",
)


def run_apart(name: str, weeks: int) -> tuple[list[Measured], float]:
    """A stage in a process of its own: its parts, and its peak memory in GB."""
    command = [sys.executable, __file__, "--stage", name, "--weeks", str(weeks)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"stage {name} failed")
    *parts, last = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return parts, last["peak_gb"]


def exponent(parts: list[Measured]) -> float:
    rows, cpu = (np.cumsum([float(part[name]) for part in parts]) for name in ("rows", "cpu_s"))
    return float(np.polyfit(np.log(rows), np.log(cpu), 1)[0])


def report(folder: Path, weeks: int, stages: list[str]) -> None:
    platform = Platform(load_settings())
    if not platform.raw.week_versions():
        land(platform.store, folder)
    landed = sorted(platform.raw.week_versions())[:weeks]
    if missing := set(landed) - set(platform.partitions.weeks(TRACKING)):
        for week in sorted(missing):
            canonical_week(platform.store, week)
    rows = sum(tracking_rows(platform, week) for week in landed)
    print(f"{len(landed)} weeks, {rows:,} rows of tracking\n")
    print(f"{'stage':24} {'CPU s':>8} {'wall s':>8} {'peak GB':>8} {'exponent':>9}")
    total: dict[str, float] = {}
    for name in stages:
        parts, peak = run_apart(name, weeks)
        cpu, wall = (sum(float(part[key]) for part in parts) for key in ("cpu_s", "wall_s"))
        slope = f"{exponent(parts):9.3f}" if len(parts) > 2 else " " * 9
        total[name] = cpu
        print(f"{name:24} {cpu:8.1f} {wall:8.1f} {peak:8.2f} {slope}", flush=True)
    if {"rules alone", "features"} <= total.keys():
        both = total["rules alone"] + total["features"]
        size = sum(info.size for info in platform.store.list(f"{FRAME_FEATURES_TABLE.layer}/frame_features/"))
        print(
            f"\nrules and features, written: {both:.1f} CPU s (goal {FEATURES_GOAL_S}); {size / 1e9:.2f} GB of Parquet"
        )
    if "ours, a week" in total:
        for other in ("polars", "pandas"):
            if f"{other}, a week" in total:
                ratio = total[f"{other}, a week"] / total["ours, a week"]
                print(f"{other}: {ratio:.1f} times our CPU seconds on rules and features of the last week")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", help="raw files; landed when the store of GHOST_HOME is empty")
    parser.add_argument("--weeks", type=int, default=22, help="only the first weeks that have landed")
    parser.add_argument("--stages", nargs="+", choices=STAGES, default=list(STAGES), help="only these stages")
    parser.add_argument("--stage", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if not given.stage:
        return report(given.folder, given.weeks, given.stages)
    platform = Platform(load_settings())
    weeks = platform.partitions.weeks(TRACKING)[: given.weeks]
    for part in stage(given.stage, platform, weeks):
        print(json.dumps(part), flush=True)
    print(json.dumps({"peak_gb": peak_gb()}))


if __name__ == "__main__":
    main()
