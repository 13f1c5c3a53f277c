"""What readers of SQL get: plain types, comments, seasons as folders, and the questions of docs/bi.md."""

import re
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from small_season import COMPLETED, FIRST, MISSED, SmallSeason

from ghost_pipeline.domain.result_schema import TRAJECTORY_SCORES
from ghost_pipeline.errors import MissingObjectError, WarehouseError
from ghost_pipeline.settings import PROJECT_DIR
from ghost_pipeline.storage.athena import DDL_FILE, athena_ddl
from ghost_pipeline.storage.dbt_sources import mart_names
from ghost_pipeline.storage.objects import FolderStore
from ghost_pipeline.storage.published_marts import (
    DATABASE,
    PLAIN_TYPES,
    Mart,
    MartColumn,
    declared_marts,
    publish_marts,
)
from ghost_pipeline.storage.warehouse import Warehouse

QUESTIONS = re.findall(r"```sql\n(.*?)```", (PROJECT_DIR / "docs" / "bi.md").read_text(encoding="utf-8"), re.DOTALL)


PASSES = [
    {"game_id": 1 + play % 2, "play_id": play, "down": 1 + play % 4, "air_yards_yd": float(play), **outcome}
    for play, outcome in enumerate((COMPLETED, {**MISSED, "passer_nfl_id": 10}) * 12)
]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """24 passes: enough for a place. Back 21 is as good as his ghost, back 22 better."""
    season = SmallSeason(FolderStore(tmp_path_factory.mktemp("store")))
    season.write_clean(FIRST, PASSES)
    season.write_quarantine(FIRST, [])
    targeted = [{name: play[name] for name in ("game_id", "play_id", "target_nfl_id")} for play in PASSES]
    season.write_what_ifs(FIRST, targeted)
    scores = [
        {**row, "nfl_id": back, "kind": kind, "play_weight": 0.5, "trajectory_score": score}
        for row in targeted
        for back, over in ((21, 0.1 if row["play_id"] % 4 < 2 else -0.1), (22, -0.1))
        for kind, score in (("actual", over), ("model", 0.0))
    ]
    season.write(TRAJECTORY_SCORES, FIRST, scores)
    warehouse = Warehouse(tmp_path_factory.mktemp("warehouse"), season.partitions.store)
    warehouse.build()
    return warehouse


@pytest.fixture(scope="module")
def published(warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> FolderStore:
    store = FolderStore(tmp_path_factory.mktemp("published"))
    store.put("marts/games/season=1998/part.parquet", b"of a season that is gone")
    publish_marts(warehouse, store)
    return store


def test_the_database_holds_every_mart_with_comments_and_plain_types(published: FolderStore) -> None:
    with duckdb.connect(str(published.local(DATABASE)), read_only=True) as connection:
        columns = connection.execute(
            "select table_name, column_name, data_type, comment from duckdb_columns() where not internal"
        )
        found = columns.fetchall()
        tables = dict(connection.execute("select table_name, comment from duckdb_tables()").fetchall())
        games = connection.execute("select game_id, old_game_id, clean_plays, passes from games order by 1").fetchall()
    assert sorted(tables) == mart_names()
    assert all(tables.values())
    assert {kind for _, _, kind, _ in found} <= set(PLAIN_TYPES.values())
    assert [(table, column) for table, column, _, comment in found if not comment] == []
    assert games == [(1, "1", 12, 12), (2, "2", 12, 12)]


def test_parquet_lies_by_season_and_equals_the_database(published: FolderStore) -> None:
    keys = [info.key for info in published.list("marts/")]
    assert set(keys) == {DATABASE, *(f"marts/{name}/season=2019/part.parquet" for name in mart_names())}
    with duckdb.connect(str(published.local(DATABASE)), read_only=True) as connection:
        for name in mart_names():
            path = published.local(f"marts/{name}/season=2019/part.parquet")
            assert "season" not in pq.read_schema(path).names
            here = connection.execute(f"select count(*) from {name}").fetchone()
            there = connection.execute(f"select count(*), min(season) from read_parquet('{path}')").fetchone()
            assert (here[0], 2019) == there


def test_a_reader_keeps_its_file_while_a_new_one_is_published(published: FolderStore, warehouse: Warehouse) -> None:
    with duckdb.connect(str(published.local(DATABASE)), read_only=True) as reader:
        before = reader.execute("select count(*) from play_index").fetchone()
        again = publish_marts(warehouse, published)
        assert reader.execute("select count(*) from play_index").fetchone() == before
    assert again.database.endswith(DATABASE)


def test_there_are_ten_questions() -> None:
    assert len(QUESTIONS) == 10


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_questions_of_the_docs_run(published: FolderStore, question: str) -> None:
    with duckdb.connect(str(published.local(DATABASE)), read_only=True) as connection:
        assert connection.execute(question).fetchall(), "the season of the test has rows for every question"


def test_athena_tables_are_committed_as_generated(warehouse: Warehouse) -> None:
    assert DDL_FILE.read_text(encoding="utf-8") == athena_ddl(declared_marts(warehouse.manifest())), (
        "run `python -m ghost_pipeline.storage.athena`"
    )


def test_a_mart_needs_a_season() -> None:
    with pytest.raises(WarehouseError, match="mart x has neither season nor season_week"):
        _ = Mart("x", "A mart.", (MartColumn("y", "DOUBLE", "A number."),)).season_sql


def test_publishing_without_a_warehouse_says_what_to_do(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    with pytest.raises(MissingObjectError, match="ghost refresh"):
        publish_marts(Warehouse(tmp_path, store), store)
