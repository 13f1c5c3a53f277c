"""Land a week of 4.5 million rows and write its canonical Parquet, beside pandas.read_csv + to_parquet on its file.

python benchmarks/landing.py                                        the simulated week against pandas
python benchmarks/landing.py --plays ../shared/data/ngs_highlights/play_data    all real plays of a folder

The week is a simulated round of games, repeated under new game ids. Each run is a process of its own; CPU is user plus
system, memory the largest resident size. The ways take turns and medians are compared; the first is not counted, for
it pays for memory and disk blocks that the machine has not touched before. Goals: no more CPU, at most a quarter of the
memory; all real plays in a minute.
"""

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pv

ROWS = 4_500_000
GAMES, PASSES = 4, 40
TURNS = 5
_AS_IT_WAS = pv.WriteOptions(quoting_style="needed")
_TIMES_AS_TEXT = pv.ConvertOptions(column_types={"time": pa.string()})
GOAL_CPU, GOAL_MEMORY, GOAL_PLAYS_S = 1.0, 0.25, 60.0


def main() -> None:
    """Run the ways one after another and print their costs and ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=ROWS, help="tracking rows of the week")
    parser.add_argument("--turns", type=int, default=TURNS, help="counted runs of each way")
    parser.add_argument("--plays", type=Path, help="land this folder of real plays instead")
    parser.add_argument("--way", nargs=3, metavar=("NAME", "RAW", "OUT"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.way:
        name, raw, out = arguments.way
        print(json.dumps(measured(WAYS[name], Path(raw), Path(out))))
        return
    with tempfile.TemporaryDirectory(prefix="ghost-benchmark-") as folder:
        if arguments.plays:
            cost = run("ghost", arguments.plays, Path(folder) / "store")
            show("ghost", cost)
            print(f"goal: {cost['wall_s']:.0f} s of at most {GOAL_PLAYS_S:.0f} s")
            return
        raw = Path(folder) / "raw"
        rows = write_week(raw, arguments.rows)
        size = (raw / "tracking_week_1.csv").stat().st_size
        print(f"{rows:,} rows, {size / 1e6:,.0f} MB in tracking_week_1.csv")
        ours, theirs = in_turns(raw, Path(folder), arguments.turns)
        cpu, memory = (ours[what] / theirs[what] for what in ("cpu_s", "memory_mb"))
        print(f"ratios: CPU {cpu:.2f} (goal {GOAL_CPU}), memory {memory:.2f} (goal {GOAL_MEMORY})")


def in_turns(raw: Path, folder: Path, turns: int) -> list[dict[str, float]]:
    """The median costs of each way, of so many runs after a first that is not counted."""
    runs: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
    for turn in range(turns + 1):
        for way, costs in runs.items():
            out = folder / way
            costs.append(run(way, raw, out))
            shutil.rmtree(out)
            show(way if turn else f"({way})", costs[-1])
    return [{what: median(cost[what] for cost in costs[1:]) for what in costs[0]} for costs in runs.values()]


def run(way: str, raw: Path, out: Path) -> dict[str, float]:
    """What one way costs, measured in a new process."""
    command = [sys.executable, __file__, "--way", way, str(raw), str(out)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def measured(way: Callable[[Path, Path], None], raw: Path, out: Path) -> dict[str, float]:
    """Seconds and megabytes of this process after it went one way."""
    began = time.monotonic()
    way(raw, out)
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "wall_s": time.monotonic() - began,
        "cpu_s": used.ru_utime + used.ru_stime,
        "system_s": used.ru_stime,
        "memory_mb": used.ru_maxrss / 1000,
    }


def with_ghost(raw: Path, out: Path) -> None:
    """Land a folder and read every week of it."""
    from ghost_pipeline.pipeline.landing import canonical_week, land
    from ghost_pipeline.storage.objects import FolderStore

    store = FolderStore(out)
    for week in land(store, raw).season_weeks:
        canonical_week(store, week)


def with_pandas(raw: Path, out: Path) -> None:
    """What a notebook does."""
    import pandas as pd

    out.mkdir()
    pd.read_csv(raw / "tracking_week_1.csv").to_parquet(out / "tracking_week_1.parquet")


WAYS: dict[str, Callable[[Path, Path], None]] = {"ghost": with_ghost, "pandas": with_pandas}


def write_week(folder: Path, rows: int) -> int:
    """Raw files of one week with at least so many tracking rows; returns how many."""
    from ghost_pipeline.sources.simulator.season import SeasonPlan, write_season

    plan = SeasonPlan(seed=7, weeks=1, games_per_week=GAMES, passes_per_game=PASSES, fault_rate=0.0)
    folder.mkdir()
    with tempfile.TemporaryDirectory() as made:
        season = write_season(Path(made) / "raw", plan, lambda *_: None)
        times = -(-rows // season.tracking_rows)
        for path in season.files:
            once = pv.read_csv(path, convert_options=_TIMES_AS_TEXT)
            with pv.CSVWriter(folder / path.name, once.schema, write_options=_AS_IT_WAS) as writer:
                for number in range(times if "gameId" in once.column_names else 1):
                    writer.write_table(_renumbered(once, number))
    return season.tracking_rows * times


def _renumbered(once: pa.Table, number: int) -> pa.Table:
    """The same rows under other game ids."""
    if "gameId" not in once.column_names:
        return once
    at = once.column_names.index("gameId")
    return once.set_column(at, "gameId", pc.add(once["gameId"], 100 * number))


def show(name: str, cost: dict[str, float]) -> None:
    """One line."""
    cpu = f"{cost['cpu_s']:6.1f} s CPU ({cost['system_s']:.1f} of the system)"
    print(f"{name:9} {cpu}, {cost['wall_s']:6.1f} s, {cost['memory_mb']:6,.0f} MB")


if __name__ == "__main__":
    main()
