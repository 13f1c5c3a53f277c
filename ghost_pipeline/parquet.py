"""Declared tables as Parquet: how each is laid out, and parts of one on their way into the store."""

import io
import shutil
import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ghost_pipeline.arrow import arrow_schema
from ghost_pipeline.domain.schema import Table

GROUP_ROWS = 2**20
"""Rows of a row group at the most."""
_PARQUET: dict[str, Any] = {"compression": "zstd", "compression_level": 1, "store_schema": True}
_PARQUET_OF_CONTINUOUS: dict[str, Any] = {"compression": "lz4", "store_schema": True}


def _layout(table: Table) -> dict[str, Any]:
    """How a table's Parquet is written.

    Most columns repeat themselves: dictionaries and zstd make them small. Continuous ones do not: split into their
    bytes (BYTE_STREAM_SPLIT) they cost less time and less room. In a table that has such columns they are most of its
    bytes, and lz4 is done with them in a fraction of the time.
    """
    if not table.continuous:
        return _PARQUET
    others = [name for name in table.column_names if name not in table.continuous]
    split = {"use_dictionary": others, "write_statistics": others, "use_byte_stream_split": list(table.continuous)}
    return {**_PARQUET_OF_CONTINUOUS, **split}


def parquet_bytes(data: pa.Table) -> bytes:
    """Parquet (zstd) of a table; equal tables give equal bytes."""
    sink = io.BytesIO()
    pq.write_table(data, sink, **_PARQUET)
    return sink.getvalue()


def parquet_writer(table: Table, sink: Any) -> pq.ParquetWriter:
    """Writes rows of `table` to a path or an open file."""
    return pq.ParquetWriter(sink, arrow_schema(table), **_layout(table))


class Spool:
    """Parts of one table, put in any order and given back in the order of their numbers; memory holds one at a time.

    They wait on disk as what most of them become, the row groups of a Parquet file, so that parts that came in order
    are stored without being written twice. The file has no name: nothing can be left behind.
    """

    def __init__(self, table: Table) -> None:
        self.table = table
        self.rows = 0
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  It is closed with this object.
        self._writer = parquet_writer(table, self._file)
        self._groups: dict[int, range] = {}
        self._written = 0

    def put(self, number: int, part: pa.Table) -> None:
        """Keep a part. Raises ValueError for a number that was there before, or when parts were already taken."""
        if number in self._groups or not self._writer.is_open:
            raise ValueError(f"{number} was put before, or all parts were closed")
        groups = -(-len(part) // GROUP_ROWS)
        if groups:
            self._writer.write_table(part, row_group_size=GROUP_ROWS)
        self._groups[number] = range(self._written, self._written + groups)
        self._written += groups
        self.rows += len(part)

    def __iter__(self) -> Iterator[pa.Table]:
        """Every part, read when it is its turn."""
        self._writer.close()
        self._file.seek(0)
        with pq.ParquetFile(pa.PythonFile(self._file, "r")) as file:
            for _, groups in sorted(self._groups.items()):
                yield file.read_row_groups(list(groups))

    def save(self, path: Path) -> None:
        """The whole table as one Parquet file."""
        self._writer.close()
        if all(before < after for before, after in pairwise(self._groups)):
            self._file.seek(0)
            with path.open("wb") as file:
                shutil.copyfileobj(self._file, file, 2**20)
            return
        with parquet_writer(self.table, path) as writer:
            for part in self:
                writer.write_table(part.combine_chunks(), row_group_size=GROUP_ROWS)
