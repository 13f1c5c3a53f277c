"""The warehouse: a DuckDB file that dbt builds from the store's Parquet. It can be deleted and rebuilt at any time."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from ghost_pipeline.errors import MissingObjectError, WarehouseError
from ghost_pipeline.storage.dbt_sources import DBT_DIR, SOURCES
from ghost_pipeline.storage.mirror import mirror
from ghost_pipeline.storage.objects import FolderStore, Store
from ghost_pipeline.storage.partitions import Partitions
from ghost_pipeline.storage.staleness import PROJECT_FILES, Refresh, Staleness

_FAILED = {"error", "fail", "runtime error"}


class Warehouse:
    """`folder` holds the DuckDB file and everything dbt writes; the source tree stays clean."""

    def __init__(self, folder: Path, store: Store) -> None:
        self.folder, self.store = folder.resolve(), store
        self.file = self.folder / "warehouse.duckdb"
        self.dbt_folder = self.folder / "dbt"
        self.staleness = Staleness(self.folder / "built.json", store)

    @property
    def input_folder(self) -> Path:
        """Where dbt reads the source tables: the folder store itself, or a local copy of a remote one."""
        return self.store.root if isinstance(self.store, FolderStore) else self.folder / "input"

    def fetch_inputs(self) -> None:
        """Bring the copy of a remote store up to date; a folder store needs none."""
        if not isinstance(self.store, FolderStore):
            mirror(self.store, map(Partitions.prefix, SOURCES), self.input_folder)

    def dbt_environment(self) -> dict[str, str]:
        """What dbt needs to find the project, the inputs and the warehouse."""
        self.dbt_folder.mkdir(parents=True, exist_ok=True)
        return {
            "DBT_PROJECT_DIR": str(DBT_DIR),
            "DBT_PROFILES_DIR": str(DBT_DIR),
            "DBT_TARGET_PATH": str(self.dbt_folder),
            "DBT_LOG_PATH": str(self.dbt_folder),
            "DBT_WAREHOUSE": str(self.file),
            "DBT_WAREHOUSE_INPUT": str(self.input_folder).replace("'", "''"),
        }

    @staticmethod
    def build_arguments(refresh: Refresh) -> list[str]:
        """dbt's command for a refresh. Unit tests belong to development, not here."""
        arguments = ["build", "--exclude-resource-types", "unit_test"]
        if refresh.full:
            return [*arguments, "--full-refresh"]
        return [*arguments, "--vars", json.dumps({"season_weeks": [str(week) for week in refresh.weeks]})]

    def plan(self, half: str = "") -> Refresh:
        """What a build of this half (empty: of both) has to do: replace the season-weeks that changed in the store."""
        return self.staleness.plan(half, self.file.exists())

    def build(self, half: str = "", refresh: Refresh | None = None) -> dict[str, str]:
        """Build and test one half, or both, in one dbt run; returns status by node name. `refresh` None: as planned.

        Raises WarehouseError naming every model or test that failed and why; what it read then stays stale.
        """
        refresh = refresh or self.plan(half)
        arguments = self.build_arguments(refresh)
        status = self.run([*arguments, "--selector", half] if half else arguments)
        self.staleness.record(refresh)
        return status

    def run(self, arguments: Sequence[str]) -> dict[str, str]:
        """Run a dbt command; returns status by node name. Raises WarehouseError like `build`."""
        target = self.dbt_folder / "build"
        results = target / "run_results.json"
        results.unlink(missing_ok=True)
        self.fetch_inputs()
        output = self._dbt(arguments, target)
        if not results.exists():
            raise WarehouseError(f"dbt {arguments[0]} could not start: {_last_lines(output)}")
        found = json.loads(results.read_text(encoding="utf-8"))["results"]
        failures = [f"{_name(r['unique_id'])}: {r['message']}" for r in found if r["status"] in _FAILED]
        if failures:
            raise WarehouseError(f"dbt {arguments[0]} failed in {len(failures)} places:\n" + "\n".join(failures))
        return {_name(result["unique_id"]): result["status"] for result in found}

    def document(self) -> Path:
        """Write dbt's pages about the models as built, without the network; returns the folder with index.html.

        Raises WarehouseError when dbt cannot.
        """
        target = self.dbt_folder / "docs"
        self.fetch_inputs()
        output = self._dbt(["docs", "generate"], target)
        if not (target / "catalog.json").exists():
            raise WarehouseError(f"dbt cannot document its project {DBT_DIR}: {_last_lines(output)}")
        return target

    def manifest(self) -> Path:
        """dbt's manifest of the project, parsed anew when any file of the project is younger."""
        path = self.dbt_folder / "manifest.json"
        sources = (file for file in DBT_DIR.rglob("*") if file.suffix in PROJECT_FILES)
        if path.exists() and path.stat().st_mtime >= max(file.stat().st_mtime for file in sources):
            return path
        self.dbt_folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.dbt_folder) as target:
            output = self._dbt(["parse"], Path(target))
            if not (Path(target) / path.name).exists():
                raise WarehouseError(f"dbt cannot read its project {DBT_DIR}: {_last_lines(output)}")
            for name in ("partial_parse.msgpack", path.name):
                os.replace(Path(target) / name, self.dbt_folder / name)
        return path

    def models(self) -> dict[str, dict[str, Any]]:
        """Of each dbt model its `meaning`, the names of the tables it is `made_from`, and its `sql`, by name."""
        nodes = json.loads(self.manifest().read_text(encoding="utf-8"))["nodes"].values()
        return {
            node["name"]: {
                "meaning": node["description"],
                "made_from": sorted(parent.rpartition(".")[2] for parent in node["depends_on"]["nodes"]),
                "sql": node["raw_code"],
            }
            for node in nodes
            if node["resource_type"] == "model"
        }

    def query(self, sql: str, parameters: Sequence[object] = ()) -> pa.Table:
        """Rows of a read-only query. Raises MissingObjectError without a warehouse, WarehouseError on a bad query."""
        if not self.file.exists():
            raise MissingObjectError(f"there is no warehouse at {self.file}: run `ghost refresh` first")
        try:
            with duckdb.connect(str(self.file), read_only=True) as connection:
                return connection.execute(sql, parameters).to_arrow_table()
        except duckdb.IOException as error:
            raise WarehouseError(f"cannot read {self.file}, maybe a refresh is writing it: {error}") from error
        except duckdb.Error as error:
            raise WarehouseError(f"the warehouse refused a query: {error}") from error

    def table(self, name: str) -> pa.Table:
        """A whole model by its name. Raises like `query`."""
        return self.query(f'select * from "{name}"')

    def sizes(self, names: Iterable[str]) -> dict[str, dict[str, int]]:
        """Of each named model its rows and columns, and the season-weeks and games in it. Raises like `query`."""
        columns: dict[str, list[str]] = {name: [] for name in names}
        for row in self.query("select table_name, column_name from duckdb_columns()").to_pylist() if columns else []:
            columns.get(row["table_name"], []).append(row["column_name"])
        found = {}
        for name, held in columns.items():
            keys = {"season_weeks": "season_week", "games": "game_id"}
            counts = {title: f"count(distinct {key})" for title, key in keys.items() if key in held}
            select = ", ".join(f'{count} as "{title}"' for title, count in {"rows": "count(*)", **counts}.items())
            found[name] = {**self.query(f'select {select} from "{name}"').to_pylist()[0], "columns": len(held)}
        return found

    def _dbt(self, arguments: Sequence[str], target: Path) -> str:
        """Run dbt in a process of its own, which lets go of the DuckDB file when it ends; returns what it printed."""
        parsed = self.dbt_folder / "partial_parse.msgpack"
        if parsed.exists() and not (target / parsed.name).exists():
            target.mkdir(parents=True, exist_ok=True)
            shutil.copy(parsed, target / parsed.name)
        environment = {**os.environ, **self.dbt_environment(), "DBT_TARGET_PATH": str(target)}
        command = [sys.executable, "-m", "dbt.cli.main", "--no-use-colors", *arguments]
        done = subprocess.run(command, env=environment, cwd=DBT_DIR, capture_output=True, text=True)
        return done.stdout + done.stderr


def _name(unique_id: str) -> str:
    """'model.ghost.stg_plays' -> 'stg_plays'; a data test ends in a hash, a unit test in its own name."""
    kind, _, name, *rest = unique_id.split(".")
    return rest[0] if kind == "unit_test" else name


def _last_lines(output: str) -> str:
    return "\n".join(output.strip().splitlines()[-8:])
