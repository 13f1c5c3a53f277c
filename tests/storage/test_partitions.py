import threading
import time
from typing import BinaryIO

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ghost_pipeline.arrow import arrow_schema, conform
from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.domain.schema import EVENTS, Column, Table
from ghost_pipeline.errors import MissingObjectError
from ghost_pipeline.parquet import Spool
from ghost_pipeline.storage.objects import Store
from ghost_pipeline.storage.partitions import READERS, Partitions

NAME, NUMBER = Column("name", "VARCHAR", "Its name."), Column("number", "REAL", "The number.", nullable=True)
WEEKS = [SeasonWeek(2019, "REG", 5), SeasonWeek(2019, "REG", 12), SeasonWeek(2019, "POST", 18)]


def events(*frames: int) -> pa.Table:
    rows = [
        {"season_week": "2019-REG-05", "game_id": 1, "play_id": 2, "frame_id": frame, "event": "ball_snap"}
        for frame in frames
    ]
    return conform(EVENTS, pa.Table.from_pylist(rows), "by hand")


def test_equal_rows_give_equal_bytes_and_versions(any_store):
    partitions = Partitions(any_store)
    first = partitions.write(EVENTS, events(1, 2), WEEKS[0])
    content = any_store.get(Partitions.key(EVENTS, WEEKS[0]))
    assert partitions.write(EVENTS, events(1, 2), WEEKS[0]) == first
    assert any_store.get(Partitions.key(EVENTS, WEEKS[0])) == content
    assert partitions.write(EVENTS, events(1, 3), WEEKS[0]) != first


def test_a_partition_is_written_in_parts(any_store):
    partitions = Partitions(any_store)
    rows, version = partitions.write_parts(EVENTS, iter([events(1, 2), events(3)]), WEEKS[0])
    assert (rows, partitions.read(EVENTS, WEEKS[0])) == (3, events(1, 2, 3))
    assert version == any_store.sha256(Partitions.key(EVENTS, WEEKS[0]))
    assert partitions.write_parts(EVENTS, [events(1, 2), events(3)], WEEKS[0]) == (rows, version)
    assert partitions.write_parts(EVENTS, [], WEEKS[1])[0] == len(partitions.read(EVENTS, WEEKS[1])) == 0


def test_parts_that_come_in_any_order_are_stored_in_order(any_store, monkeypatch):
    monkeypatch.setattr("ghost_pipeline.parquet.GROUP_ROWS", 2)  # so that a part is several row groups
    partitions = Partitions(any_store)
    parts = {4: events(1, 2, 3), 7: events(1).slice(1), 9: events(4)}
    expected = partitions.write_parts(EVENTS, parts.values(), WEEKS[0])
    for order in ((4, 7, 9), (9, 4, 7)):
        spool = Spool(EVENTS)
        for number in order:
            spool.put(number, parts[number])
        assert list(spool) == list(parts.values())
        assert partitions.write_spool(spool, WEEKS[1])[0] == expected[0]
        assert partitions.read(EVENTS, WEEKS[1]).equals(partitions.read(EVENTS, WEEKS[0]))
        with pytest.raises(ValueError, match="9 was put before"):
            spool.put(9, parts[9])


def test_a_partition_is_read_back_whole_or_by_columns(any_store):
    partitions = Partitions(any_store)
    partitions.write(EVENTS, events(1, 2), WEEKS[0])
    partitions.write(EVENTS, events(7), WEEKS[1])
    assert partitions.read(EVENTS, WEEKS[0]).equals(events(1, 2))
    assert partitions.read(EVENTS, WEEKS[0], ["frame_id"]).to_pydict() == {"frame_id": [1, 2]}
    assert partitions.read_weeks(EVENTS, WEEKS[:2], ["frame_id"]).to_pydict() == {"frame_id": [1, 2, 7]}


def test_parts_become_one_partition_whose_numbers_come_back_bit_for_bit(any_store):
    """A continuous column is stored without dictionaries; nulls and bits survive, also through DuckDB."""
    table = Table("numbers", "features", "one row per number", ("name",), (NAME, NUMBER), continuous=("number",))
    values = np.random.default_rng(0).normal(size=2000).astype(np.float32)
    values[::7] = np.nan
    whole = pa.table({"name": [f"n{i % 9}" for i in range(2000)], "number": pa.array(values, from_pandas=True)})
    parts = [whole.slice(0, 900).cast(arrow_schema(table)), whole.slice(900).cast(arrow_schema(table))]
    partitions = Partitions(any_store)
    written = partitions.write_parts(table, iter(parts), WEEKS[0])
    assert partitions.write_parts(table, iter(parts), WEEKS[0]) == written
    assert partitions.read(table, WEEKS[0]).equals(pa.concat_tables(parts))
    path = str(any_store.local(Partitions.key(table, WEEKS[0])))
    assert duckdb.execute("select number from read_parquet(?)", [path]).to_arrow_table()["number"] == whole["number"]
    file = pq.ParquetFile(path)
    assert file.num_row_groups == 2
    assert "BYTE_STREAM_SPLIT" in file.metadata.row_group(0).column(1).encodings


def test_weeks_are_listed_in_the_order_of_the_calendar(any_store):
    partitions = Partitions(any_store)
    for week in WEEKS:
        partitions.write(EVENTS, events(1), week)
    assert partitions.weeks(EVENTS) == sorted(WEEKS)


def test_a_missing_partition_says_what_to_do(any_store):
    with pytest.raises(MissingObjectError, match="refresh 2019-REG-05 first"):
        Partitions(any_store).read(EVENTS, WEEKS[0])


def test_meaning_and_unit_travel_in_the_file(any_store):
    Partitions(any_store).write(EVENTS, events(1), WEEKS[0])
    schema = pq.read_schema(any_store.local(Partitions.key(EVENTS, WEEKS[0])))
    assert schema.field("event").metadata[b"meaning"] == b"Event as the tracking feed names it."


def test_a_hundred_partitions_stream_in_order_side_by_side_within_bounds(any_store, monkeypatch):
    weeks = [SeasonWeek(season, "REG", week) for season in range(2015, 2020) for week in range(1, 21)]
    partitions = Partitions(any_store)
    for week in weeks:
        partitions.write(EVENTS, events(week.season, week.week), week)
    watched = Watched(any_store)
    seen = []
    for week, rows in Partitions(watched).stream(EVENTS, weeks):
        seen.append((week, rows["frame_id"].to_pylist()))
        watched.used += 1
        time.sleep(0.001)
    assert seen == [(week, [week.season, week.week]) for week in weeks]
    assert watched.most_at_once > 1
    assert watched.most_ahead <= READERS
    assert watched.opened == len(weeks)


def test_objects_read_ahead_are_bounded_in_bytes(store, monkeypatch):
    weeks = [SeasonWeek(2019, "REG", week) for week in range(1, 11)]
    partitions = Partitions(store)
    for week in weeks:
        partitions.write(EVENTS, events(1), week)
    size = store.info(Partitions.key(EVENTS, weeks[0])).size
    for room, most in ((2.5 * size, 2), (0.5 * size, 1)):
        monkeypatch.setattr("ghost_pipeline.storage.partitions.READ_AHEAD_BYTES", room)
        watched = Watched(store)
        for _ in Partitions(watched).stream(EVENTS, weeks):
            watched.used += 1
        assert watched.most_ahead == most


def test_a_stream_with_a_missing_week_says_so_before_it_begins(any_store):
    partitions = Partitions(any_store)
    partitions.write(EVENTS, events(1), WEEKS[0])
    with pytest.raises(MissingObjectError, match="refresh 2019-REG-12 first"):
        next(partitions.stream(EVENTS, WEEKS[:2]))


class Watched:
    """A store that counts how many objects are being read at once, and how many are read but not yet used."""

    def __init__(self, store: Store) -> None:
        self.store, self.url, self.list = store, store.url, store.list
        self.opened = self.used = self.reading = self.most_at_once = self.most_ahead = 0
        self.lock = threading.Lock()

    def open(self, key: str) -> BinaryIO:
        with self.lock:
            self.opened += 1
            self.reading += 1
            self.most_at_once = max(self.most_at_once, self.reading)
            self.most_ahead = max(self.most_ahead, self.opened - self.used)
        try:
            time.sleep(0.002)
            return self.store.open(key)
        finally:
            with self.lock:
                self.reading -= 1
