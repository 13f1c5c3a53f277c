"""Time the warehouse on a season: built from nothing, and one week refreshed.

python benchmarks/warehouse.py /tmp/season        (keeps its input there for the next run)

One simulated week of 16 games goes through cleaning and the feature kernel; the season is that week 22 times with other
game ids and season-weeks, about 17,600 passes and 14 M frame-feature rows, of which the columns that no SQL model reads
are left empty. Scores and what-ifs have the season's size and made-up numbers. Goals: season <= 60 s, a week's refresh
<= 15 s.
"""

import argparse
import re
import resource
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ghost_pipeline.arrow import conform
from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.domain.positions import DEFENSIVE_BACKS, INELIGIBLE, QUARTERBACK
from ghost_pipeline.domain.result_schema import TRAJECTORY_KINDS, TRAJECTORY_SCORES, WHAT_IF_OPTIONS
from ghost_pipeline.domain.schema import CLEAN_PARTICIPANTS, CLEAN_PLAYS, Column, Table
from ghost_pipeline.features.definitions import FRAME_FEATURES_TABLE, NAMES
from ghost_pipeline.pipeline.cleaning import clean_week
from ghost_pipeline.pipeline.featuring import feature_week
from ghost_pipeline.pipeline.landing import canonical_week, land
from ghost_pipeline.sources.simulator.season import SeasonPlan, write_season
from ghost_pipeline.storage.dbt_sources import DBT_DIR, SOURCES
from ghost_pipeline.storage.objects import FolderStore
from ghost_pipeline.storage.partitions import Partitions
from ghost_pipeline.storage.staleness import AFTER_MODELS, BEFORE_MODELS
from ghost_pipeline.storage.warehouse import Warehouse

WEEKS, GAMES, PASSES_PER_GAME = 22, 16, 51
SEASON = 2024
COUNTED = ("pass_plays", "receiver_options", "defender_windows", "stg_frame_features", "play_index")


def main() -> None:
    """Make the input where it is missing, then print seconds, memory and rows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where input and warehouses are put")
    folder = parser.parse_args().folder
    partitions = Partitions(FolderStore(folder / "season"))
    make_season(folder, partitions)
    season = Warehouse(folder / f"warehouse-{time.time():.0f}", partitions.store)
    print("| what | wall s | CPU s | peak memory GB |\n|---|---|---|---|")
    timed("parse the project", season.manifest)
    timed("season, one run for both halves", season.build)
    week = SeasonWeek(SEASON, "REG", WEEKS // 2)
    correct(partitions, week)
    timed("one corrected week, one run for both halves", season.build)
    correct(partitions, week)
    timed("one corrected week, first half", lambda: season.build(BEFORE_MODELS))
    timed("second half, nothing new", lambda: season.build(AFTER_MODELS))
    timed("nothing changed, both halves", season.build)
    for name, size in season.sizes(COUNTED).items():
        print(f"{name}: {size['rows']:,} rows")
    print(f"{season.file.stat().st_size / 1e6:.0f} MB")


def timed(what: str, work) -> None:
    """Run something that works in child processes and print what it took. Memory is the largest child so far."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    work()
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"| {what} | {wall:.1f} | {cpu:.1f} | {after.ru_maxrss / 2**20:.2f} |", flush=True)


@dataclass(frozen=True)
class Copy:
    """One week of the season: the simulated week under other ids."""

    week: SeasonWeek
    number: int

    def of(self, data: pa.Table) -> pa.Table:
        """The template's rows under this week's game ids and season-week."""
        changed = {"season_week": pa.repeat(pa.scalar(str(self.week)), len(data))}
        if "game_id" in data.column_names:
            changed["game_id"] = pc.add(data["game_id"], 100_000 * self.number)
        if "week" in data.column_names:
            changed["week"] = pa.repeat(pa.scalar(self.week.week, pa.int32()), len(data))
        for name, values in changed.items():
            at = data.column_names.index(name)
            data = data.set_column(at, data.schema.field(at), values)
        return data


def make_season(folder: Path, partitions: Partitions) -> None:
    """Write what is missing of the season's objects."""
    template = make_template(folder)
    (week,) = template.weeks(CLEAN_PLAYS)
    data = {table: template.read(table, week) for table in SOURCES if table.layer != "what_if"}
    data[FRAME_FEATURES_TABLE] = only_read_columns(data[FRAME_FEATURES_TABLE])
    data |= {TRAJECTORY_SCORES: made_up_scores(template, week), WHAT_IF_OPTIONS: made_up_options(template, week)}
    for number in range(1, WEEKS + 1):
        copy = Copy(SeasonWeek(SEASON, "REG", number), number)
        for table in SOURCES:
            if not partitions.store.exists(partitions.key(table, copy.week)):
                partitions.write(table, copy.of(data[table]), copy.week)


def only_read_columns(features: pa.Table) -> pa.Table:
    """Frame features without the values that no model past staging names."""
    sql = " ".join(path.read_text(encoding="utf-8") for path in (DBT_DIR / "models/features").glob("*.sql"))
    for name in NAMES:
        if not re.search(rf"\b{name}\b", sql):
            at = features.column_names.index(name)
            features = features.set_column(at, features.schema.field(at), pa.nulls(len(features), pa.float32()))
    return features


def make_template(folder: Path) -> Partitions:
    """One simulated week, cleaned and measured."""
    template = Partitions(FolderStore(folder / "template"))
    if not template.weeks(CLEAN_PLAYS):
        plan = SeasonPlan(seed=7, weeks=1, games_per_week=GAMES, passes_per_game=PASSES_PER_GAME)
        write_season(folder / "raw", plan, lambda *_: None)
        for week in land(template.store, folder / "raw").season_weeks:
            canonical_week(template.store, week)
            clean_week(template.store, week)
            feature_week(template.store, week)
    return template


def made_up_scores(template: Partitions, week: SeasonWeek) -> pa.Table:
    """Every defensive back of every pass with every kind of path."""
    plays, people = targeted(template, week), template.read(CLEAN_PARTICIPANTS, week)
    backs = people.filter(pc.is_in(people["position"], pa.array(sorted(DEFENSIVE_BACKS))))
    rows = backs.select(["game_id", "play_id", "nfl_id"]).join(plays, ["game_id", "play_id"], join_type="inner")
    every = [rows.append_column("kind", pa.repeat(pa.scalar(kind), len(rows))) for kind in TRAJECTORY_KINDS]
    return filled(TRAJECTORY_SCORES, pa.concat_tables(every))


def made_up_options(template: Partitions, week: SeasonWeek) -> pa.Table:
    """Every eligible receiver of every pass, in the order of their numbers."""
    plays, people = targeted(template, week), template.read(CLEAN_PARTICIPANTS, week)
    kept = pc.and_(
        pc.equal(people["side"], "offense"),
        pc.invert(pc.is_in(people["position"], pa.array(sorted({*INELIGIBLE, QUARTERBACK})))),
    )
    rows = people.filter(kept).select(["game_id", "play_id", "nfl_id"])
    rows = rows.join(plays, ["game_id", "play_id"], join_type="inner")
    rows = rows.sort_by([(name, "ascending") for name in ("game_id", "play_id", "nfl_id")])
    play = np.unique(np.column_stack([rows["game_id"], rows["play_id"]]), axis=0, return_inverse=True)[1]
    rank = np.arange(len(play)) - np.searchsorted(play, play) + 1
    chosen = pc.equal(rows["nfl_id"], rows["target_nfl_id"])
    options = rows.drop_columns(["target_nfl_id"]).rename_columns({"nfl_id": "target_nfl_id"})
    options = options.append_column("is_actual_target", chosen).append_column("option_rank", pa.array(rank))
    return filled(WHAT_IF_OPTIONS, options)


def targeted(template: Partitions, week: SeasonWeek) -> pa.Table:
    """Keys and targets of the passes."""
    plays = template.read(CLEAN_PLAYS, week, ["game_id", "play_id", "target_nfl_id"])
    return plays.filter(pc.is_valid(plays["target_nfl_id"]))


def filled(table: Table, data: pa.Table) -> pa.Table:
    """The declared table with made-up values in the columns that `data` lacks."""
    rng = np.random.default_rng(0)
    for column in table.columns:
        if column.name not in data.column_names:
            data = data.append_column(column.name, made_up(column, len(data), rng))
    return conform(table, data, table.name)


def made_up(column: Column, rows: int, rng: np.random.Generator) -> pa.Array:
    """Values that the declaration allows."""
    if column.type == "VARCHAR":
        return pa.repeat(pa.scalar(column.values[0] if column.values else "x"), rows)
    if column.type == "BOOLEAN":
        return pa.array(rng.random(rows) < 0.2)
    if column.type in ("INTEGER", "BIGINT"):
        return pa.array(rng.integers(1, 20, rows))
    return pa.array(rng.random(rows))


def correct(partitions: Partitions, week: SeasonWeek) -> None:
    """A late correction: one play of the week has another yardage after the catch."""
    plays = partitions.read(CLEAN_PLAYS, week)
    at = plays.column_names.index("yards_after_catch_yd")
    values = plays["yards_after_catch_yd"].to_pylist()
    values[0] = (values[0] or 0.0) + 1.0
    partitions.write(CLEAN_PLAYS, plays.set_column(at, plays.schema.field(at), pa.array(values, pa.float64())), week)


if __name__ == "__main__":
    main()
