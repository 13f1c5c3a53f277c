"""Writes `infra/aws/athena.sql`: the published marts as Athena tables over the bucket.

`python -m ghost_pipeline.storage.athena` after a change of a mart; a test holds the committed file to this.
"""

import tempfile
from collections.abc import Iterable
from pathlib import Path

from ghost_pipeline.settings import PROJECT_DIR
from ghost_pipeline.storage.objects import FolderStore
from ghost_pipeline.storage.published_marts import FOLDER, SEASON, Mart, declared_marts, sql_text
from ghost_pipeline.storage.warehouse import Warehouse

DDL_FILE = PROJECT_DIR / "infra" / "aws" / "athena.sql"
DATABASE = "ghosts"
SEASONS = "2016,2040"
"""Range in which Athena looks for season folders; it needs no crawler and no repair of partitions."""

_TYPES = {"INTEGER": "int", "BIGINT": "bigint", "DOUBLE": "double", "VARCHAR": "string", "DATE": "date"}
_HEAD = f"""-- Written by `python -m ghost_pipeline.storage.athena`; change the marts instead.
-- Put the address of your store (GHOST_STORE) in place of s3://BUCKET/PREFIX, then run the statements in Athena.
create database if not exists {DATABASE};
"""


def athena_ddl(marts: Iterable[Mart]) -> str:
    """`create external table` for every mart, partitioned by season through partition projection."""
    return _HEAD + "".join(_create(mart) for mart in marts)


def _create(mart: Mart) -> str:
    columns = ",\n".join(
        f"    `{column.name}` {_TYPES[column.type]} comment {sql_text(column.meaning)}"
        for column in mart.columns
        if column.name != SEASON
    )
    place = f"s3://BUCKET/PREFIX/{FOLDER}/{mart.name}/"
    return f"""
create external table if not exists {DATABASE}.{mart.name} (
{columns}
)
comment {sql_text(mart.meaning)}
partitioned by (`{SEASON}` int)
stored as parquet
location '{place}'
tblproperties (
    'projection.enabled' = 'true',
    'projection.{SEASON}.type' = 'integer',
    'projection.{SEASON}.range' = '{SEASONS}',
    'storage.location.template' = '{place}{SEASON}=${{{SEASON}}}/'
);
"""


def main() -> None:
    """Write the file."""
    with tempfile.TemporaryDirectory() as folder:
        marts = declared_marts(Warehouse(Path(folder), FolderStore(Path(folder))).manifest())
    DDL_FILE.parent.mkdir(parents=True, exist_ok=True)
    DDL_FILE.write_text(athena_ddl(marts), encoding="utf-8")


if __name__ == "__main__":
    main()
