"""All rules over a week of 4.5 M rows beside pandas and DuckDB, and over a season week by week.

python benchmarks/rules.py                             one week, the three ways, in one run
python benchmarks/rules.py --rows 4600000 --weeks 22   and then a season of 99 M rows, in a process of its own
python benchmarks/rules.py --rows 500000               a quick look

The rows are simulated plays, repeated under other game numbers until there are enough. CPU seconds are user + system
of the process; memory is the highest resident size while the rules run less that before them, when the tables were
loaded and what loading had left over was given back (Linux). pandas and DuckDB do most of the work: not the ball,
times, frozen tags, swaps, events and places.
"""

import argparse
import ctypes
import multiprocessing
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.domain.field import FIELD_LENGTH_YD, FIELD_WIDTH_YD
from ghost_pipeline.domain.rules import RULES
from ghost_pipeline.domain.schema import CANONICAL, TRACKING
from ghost_pipeline.quality.checks import check_specs
from ghost_pipeline.quality.facts import play_facts
from ghost_pipeline.quality.frames import check_frame
from ghost_pipeline.quality.repair import repair
from ghost_pipeline.quality.suites import evaluate
from ghost_pipeline.quality.verdict import Week
from ghost_pipeline.sources.family import RawFile
from ghost_pipeline.sources.registry import family_named
from ghost_pipeline.sources.simulator.season import SeasonPlan, write_season

WEEK = SeasonWeek(2024, "REG", 1)
WEEK_ROWS = 4_500_000
TABLES = ("plays", "participants", "events", "tracking")
KEY, TRACK = ["game_id", "play_id"], ["game_id", "play_id", "nfl_id"]
BY_DUCKDB = """
with known as (
    select t.*, p.snap_frame, p.throw_frame, p.arrival_frame, r.side,
        t.frame_id between p.throw_frame and p.arrival_frame and t.nfl_id > 0 as flies
    from tracking as t
    inner join plays as p on t.game_id = p.game_id and t.play_id = p.play_id
    left join participants as r on t.game_id = r.game_id and t.play_id = r.play_id and t.nfl_id = r.nfl_id
),
steps as (
    select *,
        hypot(x - lag(x) over track, y - lag(y) over track) / (frame_id - lag(frame_id) over track) as step_yd,
        frame_id - lag(frame_id) over track - 1 as missing,
        hypot(lag(x, 3) over track - lag(x, 6) over track, lag(y, 3) over track - lag(y, 6) over track) as then_yd,
        hypot(x - lag(x, 3) over track, y - lag(y, 3) over track) as now_yd,
        hypot(x - 2 * lag(x, 3) over track + lag(x, 6) over track,
            y - 2 * lag(y, 3) over track + lag(y, 6) over track) as bend_yd,
        lead(x) over track - lag(x) over track as dx, lead(y) over track - lag(y) over track as dy,
        hypot(x - lag(x) over track - (lag(x) over track - lag(x, 2) over track + lead(x) over track - x) / 2,
            y - lag(y) over track - (lag(y) over track - lag(y, 2) over track + lead(y) over track - y) / 2) as leap_yd
    from known
    window track as (partition by game_id, play_id, nfl_id order by frame_id)
)
select game_id, play_id,
    max(s) filter (where flies), max(step_yd) filter (where flies), sum(missing) filter (where flies),
    max(abs(now_yd - then_yd)) filter (where flies),
    max(sqrt(greatest(bend_yd * bend_yd - power(now_yd - then_yd, 2), 0))) filter (where flies),
    max(abs(s - hypot(dx, dy) * 5)) filter (where flies),
    max(abs((degrees(atan2(dx, dy)) - dir + 540) % 360 - 180)) filter (where flies and hypot(dx, dy) > 0.6),
    count(*) filter (where flies and (x < 0 or x > 120 or y < 0 or y > 160 / 3.0)),
    count(distinct nfl_id) filter (where flies and side = 'offense'),
    count(distinct nfl_id) filter (where flies and side = 'defense'),
    count(distinct frame_id), count(*) filter (where nfl_id > 0 and side is null),
    max(leap_yd) filter (where nfl_id > 0 and frame_id between snap_frame and arrival_frame)
from steps group by game_id, play_id
"""


def main() -> None:
    """Print CPU seconds and memory of each way, and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=WEEK_ROWS)
    parser.add_argument("--weeks", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        week = big_week(Path(folder), options.rows)
        by_rules(big_week(Path(folder), 1))  # compiles
        repair(week.plays[:1], week.participants[:22], week.tracking[:1000], str(WEEK))
        print(f"{len(week.tracking):,} rows, {len(week.plays):,} plays, {len(RULES)} rules and anomalies")
        ours = measured("compiled pass, all rules", lambda: by_rules(week))
        measured("mending before it", lambda: repair(week.plays, week.participants, week.tracking, str(WEEK)))
        overhead(week)
        for name, way in (("DuckDB window query", by_duckdb), ("pandas groupby", by_pandas)):
            other = measured(name, lambda way=way: way(week))
            print(f"    {other / ours:.1f} times the CPU of the compiled pass")
        if options.weeks:
            for name in TABLES:
                pq.write_table(getattr(week, name), Path(folder) / f"{name}.parquet", compression="zstd")
            apart = multiprocessing.get_context("spawn").Process(target=season, args=(Path(folder), options.weeks))
            apart.start()
            apart.join()


def big_week(folder: Path, rows: int) -> Week:
    """Simulated plays, repeated under other game numbers."""
    raw = folder / "raw"
    if not raw.exists():
        plan = SeasonPlan(seed=3, weeks=1, games_per_week=6, passes_per_game=40, fault_rate=0.02)
        write_season(raw, plan, lambda *_: None)
    family = family_named("big_data_bowl_2025")
    ((week, files),) = family.weeks([RawFile(path.name, path) for path in sorted(raw.iterdir())]).files.items()
    tables = family.read(files, week).tables
    copies = max(rows // len(tables[-1]), 1)

    def repeated(table: pa.Table) -> pa.Table:
        at = table.column_names.index("game_id")
        return pa.concat_tables(
            table.set_column(at, table.schema.field(at), pa.array(table["game_id"].to_numpy() + copy * 10**12))
            for copy in range(copies)
        ).combine_chunks()

    return Week(week, *map(repeated, tables))


def by_rules(week: Week) -> pa.Table:
    """Every fact of every rule, and the declared ranges of tracking."""
    check_frame(TRACKING, week.tracking, frozenset())
    return play_facts(week.plays, week.participants, week.events, week.tracking)


def by_duckdb(week: Week) -> Any:
    """Most of the same facts through window functions, on one thread."""
    with duckdb.connect() as connection:
        connection.execute("set threads = 1")
        connection.execute("create macro hypot(a, b) as sqrt(a * a + b * b)")
        for name in ("plays", "participants", "tracking"):
            connection.register(name, getattr(week, name))
        return connection.execute(BY_DUCKDB).fetch_arrow_table()


def by_pandas(week: Week) -> dict[str, pd.Series]:
    """Most of the same facts through groupby and shift."""
    plays = week.plays.select([*KEY, "snap_frame", "throw_frame", "arrival_frame"]).to_pandas()
    tracking = week.tracking.select([*TRACK, "frame_id", "x", "y", "s", "dir"]).to_pandas()
    sides = week.participants.select([*TRACK, "side"]).to_pandas()
    rows = tracking.merge(plays, on=KEY).merge(sides, on=TRACK, how="left").sort_values([*TRACK, "frame_id"])
    tracks = rows.groupby(TRACK)
    x, y = ({k: tracks[axis].shift(k) for k in (-1, 1, 2, 3, 6)} | {0: rows[axis]} for axis in ("x", "y"))
    frames = tracks["frame_id"].diff()
    rows["step_yd"] = np.hypot(x[0] - x[1], y[0] - y[1]) / frames
    rows["missing"] = frames - 1
    now, then = np.hypot(x[0] - x[3], y[0] - y[3]), np.hypot(x[3] - x[6], y[3] - y[6])
    bend = np.hypot(x[0] - 2 * x[3] + x[6], y[0] - 2 * y[3] + y[6])
    rows["along"] = (now - then).abs() / 0.09
    rows["across"] = np.sqrt((bend**2 - (now - then) ** 2).clip(lower=0)) / 0.09
    speed = np.hypot(x[-1] - x[1], y[-1] - y[1]) / 0.2
    rows["speed_gap"] = (rows["s"] - speed).abs()
    gap = np.degrees(np.arctan2(x[-1] - x[1], y[-1] - y[1])) - rows["dir"]
    rows["direction_gap"] = ((gap + 180) % 360 - 180).abs().where(speed > 3)
    leaps = (2 * v[0] - 2 * v[1] - v[1] + v[2] - v[-1] + v[0] for v in (x, y))
    rows["leap"] = np.hypot(*leaps) / 2
    rows["off_field"] = ~(rows["x"].between(0, FIELD_LENGTH_YD) & rows["y"].between(0, FIELD_WIDTH_YD))
    players = rows["nfl_id"] > 0
    flight = rows[players & rows["frame_id"].between(rows["throw_frame"], rows["arrival_frame"])]
    greatest = ["s", "step_yd", "along", "across", "speed_gap", "direction_gap"]
    since_snap = rows[players & rows["frame_id"].between(rows["snap_frame"], rows["arrival_frame"])]
    return {
        "greatest": flight.groupby(KEY)[greatest].max(),
        "counts": flight.groupby(KEY)[["missing", "off_field"]].sum(),
        "players": flight.groupby([*KEY, "side"])["nfl_id"].nunique(),
        "leap": since_snap.groupby(KEY)["leap"].max(),
        "duplicates": tracking[tracking.duplicated([*TRACK, "frame_id"])].groupby(KEY).size(),
        "unknown": rows[players & rows["side"].isna()].groupby(KEY).size(),
        "frames": tracking.groupby(KEY)["frame_id"].nunique(),
    }


def overhead(week: Week) -> None:
    """Great Expectations on the per-play frames of the week; its import apart."""
    tables = dict(zip(CANONICAL, (week.plays, week.participants, week.events, week.tracking), strict=True))
    known = frozenset(zip(week.plays["game_id"].to_pylist(), week.plays["play_id"].to_pylist(), strict=True))
    frames = {table.name: check_frame(table, data, known) for table, data in tables.items()}
    frames["play_facts"] = play_facts(*tables.values()).to_pandas()
    small = {name: frame.head(50) for name, frame in frames.items()}
    measured("Great Expectations, its import", lambda: evaluate(check_specs(), small, str(WEEK)))
    rows = sum(map(len, frames.values()))
    measured(f"Great Expectations, {rows:,} rows of frames", lambda: evaluate(check_specs(), frames, str(WEEK)))


def season(folder: Path, weeks: int) -> None:
    """Weeks from Parquet one after another: CPU and the process's peak memory after each, reading included.

    The exponent is the slope of log(CPU seconds) over log(weeks) of the first 1, 2, ... weeks.
    """
    by_rules(big_week(folder, 1))  # loads what was compiled
    started, used, rows = time.process_time(), [], 0
    for number in range(1, weeks + 1):
        week = Week(WEEK, *(pq.read_table(folder / f"{name}.parquet") for name in TABLES))
        by_rules(week)
        rows += len(week.tracking)
        del week  # before the next one is read
        used.append(time.process_time() - started)
        if number in (1, weeks) or number % 5 == 0:
            a_week = f"{used[-1] / number:.2f} a week"
            print(
                f"after {number:2} weeks: {used[-1]:6.1f} CPU s, {a_week}, peak {resident_gb('VmHWM'):.2f} GB",
                flush=True,
            )
    slope = np.polyfit(np.log(np.arange(1, weeks + 1)), np.log(used), 1)[0]
    print(f"{rows:,} rows, exponent {slope:.3f}")


def measured(name: str, work: Callable[[], Any]) -> float:
    """Print and return the CPU seconds of `work`, and print how far it raised the process's memory."""
    pa.default_memory_pool().release_unused()
    ctypes.CDLL(None).malloc_trim(0)
    Path("/proc/self/clear_refs").write_text("5")  # The peak counts from here.
    before, started = resident_gb("VmRSS"), time.process_time()
    work()
    used = time.process_time() - started
    print(f"{name:45} {used:6.2f} CPU s, {resident_gb('VmHWM') - before:5.2f} GB more", flush=True)
    return used


def resident_gb(kind: str) -> float:
    """VmRSS, the resident memory of the process now, or VmHWM, its peak."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(kind)) / 1e6


if __name__ == "__main__":
    main()
