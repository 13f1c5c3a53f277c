"""The marts by Apache Spark instead of DuckDB: the dbt project's own SQL in Spark's dialect, over the same Parquet.

Needs the extra `spark` and Java 17 or newer; no other module imports this one.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlglot import exp, parse_one

from ghost_pipeline.errors import WarehouseError
from ghost_pipeline.storage.dbt_sources import mart_names
from ghost_pipeline.storage.warehouse import Warehouse

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

TOLERANCE = 1e-9
"""How far numbers may be apart: this, above one this share of the larger; sums follow the order of the rows."""

_LOCAL = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    # Work of a minute: a thorough compiler would take more than it gives.
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.log.level": "ERROR",
    # Marts are small: two hundred pieces, Spark's own choice, would cost more than the work on them.
    "spark.sql.shuffle.partitions": "4",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}


@dataclass(frozen=True)
class MartComparison:
    """A mart by both engines: its rows, how many numbers with a fraction are in them, how far the two furthest are
    apart, in the measure of TOLERANCE, and what is not equal."""

    name: str
    rows: int
    numbers: int = 0
    largest_difference: float = 0.0
    faults: tuple[str, ...] = ()


@contextmanager
def local_spark() -> Iterator["SparkSession"]:
    """Spark on this machine, reachable from nowhere else. Raises WarehouseError where Spark or Java is missing."""
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise WarehouseError("Spark is not installed: pip install 'ghost-pipeline[spark]'") from error
    if not has_java():
        raise WarehouseError("Spark needs Java 17 or newer: install default-jre-headless, or set JAVA_HOME")
    with tempfile.TemporaryDirectory() as scratch:
        settings = {**_LOCAL, "spark.local.dir": scratch, "spark.sql.warehouse.dir": scratch}
        session = SparkSession.builder.master("local[*]").config(map=settings).getOrCreate()
        try:
            yield session
        finally:
            session.stop()


def has_java() -> bool:
    """Whether Spark would find a Java; not which."""
    return bool(os.environ.get("JAVA_HOME") or shutil.which("java"))


def spark_sql(warehouse: Warehouse) -> dict[str, str]:
    """Every model's query in Spark's dialect, by name, each after those it reads. Raises WarehouseError like a build.

    Only the dialect changes: names of types, where nulls are sorted, how Parquet files are named. Models go by their
    name alone.
    """
    warehouse.run(["compile", "--full-refresh"])
    nodes = json.loads((warehouse.dbt_folder / "build" / "manifest.json").read_text(encoding="utf-8"))["nodes"]
    models = {key: node for key, node in nodes.items() if node["resource_type"] == "model"}
    reads = {key: [other for other in node["depends_on"]["nodes"] if other in models] for key, node in models.items()}
    ordered = [models[key] for key in TopologicalSorter(reads).static_order()]
    return {node["name"]: _in_sparks_dialect(node["compiled_code"]) for node in ordered}


def _in_sparks_dialect(sql: str) -> str:
    query = parse_one(sql, read="duckdb")
    for table in query.find_all(exp.Table):
        table.set("db", None)
        table.set("catalog", None)
    return query.sql(dialect="spark", pretty=True)


def create_views(session: "SparkSession", warehouse: Warehouse) -> None:
    """Make every model a view of the session; what one mart has worked out others find in memory."""
    warehouse.fetch_inputs()
    for name, sql in spark_sql(warehouse).items():
        rows = session.sql(sql)
        (rows if name.startswith("stg_") else rows.cache()).createOrReplaceTempView(name)


def compare_marts(session: "SparkSession", warehouse: Warehouse) -> list[MartComparison]:
    """Each mart of a warehouse that is up to date beside Spark's, by name."""
    create_views(session, warehouse)
    return [compare(name, warehouse.table(name), session.table(name).toArrow()) for name in mart_names()]


def compare(name: str, ours: pa.Table, theirs: pa.Table) -> MartComparison:
    """Two tables row by row, in the order of all columns without fractions; the key is among them."""
    if ours.column_names != theirs.column_names or len(ours) != len(theirs):
        found = f"{len(theirs)} rows of {theirs.column_names}, expected {len(ours)} of {ours.column_names}"
        return MartComparison(name, len(ours), faults=(found,))
    floating = [field.name for field in ours.schema if pa.types.is_floating(field.type)]
    order = [(column, "ascending") for column in ours.column_names if column not in floating]
    ours, theirs = ours.sort_by(order), theirs.cast(ours.schema).sort_by(order)
    faults, largest = [], 0.0
    for column in ours.column_names:
        mine, other = ours[column].combine_chunks(), theirs[column].combine_chunks()
        if not mine.is_null().equals(other.is_null()):
            faults.append(f"{column}: not null in the same rows")
        elif column in floating:
            difference = _difference(mine, other)
            largest = max(largest, difference)
            if not difference <= TOLERANCE:
                faults.append(f"{column}: up to {difference:.3g} apart")
        elif not mine.equals(other):
            faults.append(f"{column}: {pc.sum(pc.not_equal(mine, other))} values differ")
    return MartComparison(name, len(ours), len(floating) * len(ours), largest, tuple(faults))


def _difference(mine: pa.Array, other: pa.Array) -> float:
    """The largest difference of two columns with nulls in the same rows, as TOLERANCE measures; nan if only one is."""
    a, b = (column.drop_null().to_numpy() for column in (mine, other))
    with np.errstate(invalid="ignore"):
        apart = np.abs(a - b) / np.maximum(1.0, np.maximum(np.abs(a), np.abs(b)))
    return float(np.where((a == b) | (np.isnan(a) & np.isnan(b)), 0.0, apart).max(initial=0.0))
