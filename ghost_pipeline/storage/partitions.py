"""Tables in the store: one Parquet object per table and season-week, replaced whole; equal rows give equal bytes."""

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.domain.schema import Table
from ghost_pipeline.errors import MissingObjectError
from ghost_pipeline.parquet import Spool, parquet_bytes, parquet_writer
from ghost_pipeline.storage.objects import Store

WHOLE = "all"
"""Partition name of the tables that do not follow the calendar."""
READERS = 8
"""Objects read at a time; a store over a network answers slowly, but many at once."""
READ_AHEAD_BYTES = 256 * 2**20
"""Objects on their way to whoever reads them are at most this big together, or just one."""


class Partitions:
    """Reads and writes the declared tables of one store."""

    def __init__(self, store: Store) -> None:
        self.store = store

    @staticmethod
    def prefix(table: Table) -> str:
        """`clean/plays/`"""
        return f"{table.layer}/{table.name}/"

    @staticmethod
    def key(table: Table, week: SeasonWeek | None = None) -> str:
        """`clean/plays/2019-REG-05.parquet`"""
        return f"{Partitions.prefix(table)}{week or WHOLE}.parquet"

    def write(self, table: Table, data: pa.Table, week: SeasonWeek | None = None) -> str:
        """Replace one partition; returns the sha256 of its bytes, which is its data version."""
        content = parquet_bytes(data)
        self.store.put(self.key(table, week), content)
        return hashlib.sha256(content).hexdigest()

    def write_parts(self, table: Table, parts: Iterable[pa.Table], week: SeasonWeek | None = None) -> tuple[int, str]:
        """As `write`, from tables that follow each other, each in memory only while it is written.

        Returns the rows and the data version.
        """
        key, rows = self.key(table, week), 0
        with self.store.writing(key) as path, parquet_writer(table, path) as writer:
            for part in parts:
                writer.write_table(part)
                rows += part.num_rows
        return rows, self.store.sha256(key)

    def write_spool(self, spool: Spool, week: SeasonWeek | None = None) -> tuple[int, str]:
        """As `write_parts`, from parts that wait on disk."""
        key = self.key(spool.table, week)
        with self.store.writing(key) as path:
            spool.save(path)
        return spool.rows, self.store.sha256(key)

    def read(self, table: Table, week: SeasonWeek | None = None, columns: Sequence[str] | None = None) -> pa.Table:
        """One partition. Raises MissingObjectError saying which table and week to make first."""
        key = self.key(table, week)
        try:
            file = self.store.open(key)
        except MissingObjectError as error:
            raise MissingObjectError(
                f"{self.store.url} holds no {key}: refresh {week or 'the pipeline'} first"
            ) from error
        return _rows(file, columns)

    def weeks(self, table: Table) -> list[SeasonWeek]:
        """The season-weeks a table has, in order."""
        names = (info.key.rpartition("/")[2] for info in self.store.list(self.prefix(table)))
        return sorted(SeasonWeek.parse(name.removesuffix(".parquet")) for name in names)

    def stream(
        self, table: Table, weeks: Iterable[SeasonWeek], columns: Sequence[str] | None = None
    ) -> Iterator[tuple[SeasonWeek, pa.Table]]:
        """Partitions in the order of `weeks`, the next ones being read while one is used.

        At most READERS objects and READ_AHEAD_BYTES are on their way, however many weeks there are. Raises like
        `read`, before anything is read.
        """
        sizes = {info.key: info.size for info in self.store.list(self.prefix(table))}
        waiting = deque(weeks)
        for week in waiting:
            if self.key(table, week) not in sizes:
                raise MissingObjectError(f"{self.store.url} holds no {self.key(table, week)}: refresh {week} first")
        ahead: deque[tuple[SeasonWeek, int, Future[BinaryIO]]] = deque()
        with ThreadPoolExecutor(READERS, "reader") as pool:
            while waiting or ahead:
                while waiting and len(ahead) < READERS:
                    size = sizes[self.key(table, waiting[0])]
                    if ahead and sum(one[1] for one in ahead) + size > READ_AHEAD_BYTES:
                        break
                    week = waiting.popleft()
                    ahead.append((week, size, pool.submit(self.store.open, self.key(table, week))))
                week, _, file = ahead.popleft()
                yield week, _rows(file.result(), columns)

    def read_weeks(self, table: Table, weeks: Iterable[SeasonWeek], columns: Sequence[str] | None = None) -> pa.Table:
        """Several partitions, one after another in one table."""
        return pa.concat_tables([rows for _, rows in self.stream(table, weeks, columns)])


def _rows(file: BinaryIO, columns: Sequence[str] | None) -> pa.Table:
    with file:
        return pq.ParquetFile(file).read(columns=list(columns) if columns else None)
