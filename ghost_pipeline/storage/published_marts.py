"""The marts for people who write SQL: Parquet by season, and one closed DuckDB file that no writer ever holds open."""

import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from ghost_pipeline.errors import WarehouseError
from ghost_pipeline.parquet import parquet_bytes
from ghost_pipeline.storage.objects import Store
from ghost_pipeline.storage.warehouse import Warehouse

FOLDER = "marts"
DATABASE = f"{FOLDER}/ghosts.duckdb"
SEASON = "season"

PLAIN_TYPES = {
    "boolean": "INTEGER",
    "integer": "INTEGER",
    "bigint": "BIGINT",
    "real": "DOUBLE",
    "double": "DOUBLE",
    "varchar": "VARCHAR",
    "date": "DATE",
}
"""Types of the warehouse -> what is published: only types that every tool reads; true is 1."""


@dataclass(frozen=True)
class MartColumn:
    """One published column."""

    name: str
    type: str
    meaning: str


@dataclass(frozen=True)
class Mart:
    """One published table. `season_sql` says in SQL which season a row belongs to."""

    name: str
    meaning: str
    columns: tuple[MartColumn, ...]

    @property
    def season_sql(self) -> str:
        """Raises WarehouseError for a mart that names no season."""
        names = {column.name for column in self.columns}
        if SEASON in names:
            return SEASON
        if "season_week" in names:
            return "cast(left(season_week, 4) as integer)"
        raise WarehouseError(f"mart {self.name} has neither season nor season_week: add one, marts are kept by season")


@dataclass(frozen=True)
class PublishedMarts:
    """What was published: tables, their rows, and where."""

    tables: int
    rows: int
    objects: int
    database: str


def declared_marts(manifest: Path) -> list[Mart]:
    """The marts as dbt's manifest describes them, by name. Raises WarehouseError for a type outside PLAIN_TYPES."""
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"].values()
    models = (node for node in nodes if node["resource_type"] == "model" and "marts" in node["fqn"])
    return sorted((_mart(node) for node in models), key=lambda mart: mart.name)


def _mart(node: dict) -> Mart:
    columns = []
    for column in node["columns"].values():
        kind = PLAIN_TYPES.get(column["data_type"])
        if kind is None:
            place = f"mart {node['name']}, column {column['name']}"
            raise WarehouseError(f"{place}: type {column['data_type']} is not one of {', '.join(PLAIN_TYPES)}")
        columns.append(MartColumn(column["name"], kind, column["description"]))
    return Mart(node["name"], node["description"], tuple(columns))


def publish_marts(warehouse: Warehouse, store: Store) -> PublishedMarts:
    """Replace `marts/<table>/season=<season>/part.parquet` of every mart and `marts/ghosts.duckdb`.

    Each object is replaced whole, so readers are never shut out and never see half a table; seasons that are gone are
    removed. Raises WarehouseError or MissingObjectError when a mart was not built.
    """
    marts = declared_marts(warehouse.manifest())
    tables = {mart.name: _plain_rows(warehouse, mart) for mart in marts}
    keys = {DATABASE}
    for mart in marts:
        for season, rows in _by_season(tables[mart.name]):
            key = f"{FOLDER}/{mart.name}/{SEASON}={season}/part.parquet"
            store.put(key, parquet_bytes(rows))
            keys.add(key)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "ghosts.duckdb"
        write_database(file, marts, [tables[mart.name].drop_columns([_PARTITION]) for mart in marts])
        store.put_file(DATABASE, file)
    for info in list(store.list(f"{FOLDER}/")):
        if info.key not in keys:
            store.delete(info.key)
    rows = sum(table.num_rows for table in tables.values())
    return PublishedMarts(len(marts), rows, len(keys), f"{store.url}/{DATABASE}")


_PARTITION = "partition_season"


def _plain_rows(warehouse: Warehouse, mart: Mart) -> pa.Table:
    """The mart's rows in plain types and a fixed order, with the season they are kept under."""
    columns = ", ".join(f'cast("{c.name}" as {c.type}) as "{c.name}"' for c in mart.columns)
    return warehouse.query(f'select {columns}, {mart.season_sql} as {_PARTITION} from "{mart.name}" order by all')


def _by_season(rows: pa.Table) -> Iterator[tuple[int, pa.Table]]:
    """(season, rows without the season column, which the folder's name tells) in order of the seasons."""
    for season in sorted(pc.unique(rows[_PARTITION]).to_pylist()):
        part = rows.filter(pc.equal(rows[_PARTITION], season))
        yield season, part.drop_columns([name for name in (_PARTITION, SEASON) if name in part.column_names])


def write_database(file: Path, marts: Sequence[Mart], tables: Sequence[pa.Table]) -> None:
    """Write one DuckDB file with the tables, table and column comments, and close it."""
    with duckdb.connect(str(file)) as connection:
        for mart, table in zip(marts, tables, strict=True):
            connection.register("mart_rows", table)
            connection.execute(f'create table "{mart.name}" as select * from mart_rows')
            connection.unregister("mart_rows")
            connection.execute(f'comment on table "{mart.name}" is {sql_text(mart.meaning)}')
            for column in mart.columns:
                connection.execute(f'comment on column "{mart.name}"."{column.name}" is {sql_text(column.meaning)}')


def sql_text(value: str) -> str:
    """A text as an SQL literal."""
    return "'" + value.replace("'", "''") + "'"
