"""Parquet files spoiled in their tables, types and pages."""

import io
import random
from collections.abc import Callable

import pyarrow as pa
import pyarrow.parquet as pq
from mutated_rows import VALUES, Change


def _on_table(change: Callable[[random.Random, pa.Table], pa.Table]) -> Change:
    def changed(draw: random.Random, content: bytes) -> bytes:
        return _written(change(draw, pq.read_table(io.BytesIO(content))))

    changed.__name__ = f"parquet_{change.__name__}"
    return changed


def _written(table: pa.Table, **how: object) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink, **{"row_group_size": 200, **how})
    return sink.getvalue()


def parquet_compression(draw: random.Random, content: bytes) -> bytes:
    how = draw.choice(({"compression": "zstd"}, {"compression": "none"}, {"data_page_version": "2.0"}))
    return _written(pq.read_table(io.BytesIO(content)), **how)


def parquet_row_groups(draw: random.Random, content: bytes) -> bytes:
    return _written(pq.read_table(io.BytesIO(content)), row_group_size=draw.choice((1, 7, 10_000)))


def parquet_pages_spoiled(draw: random.Random, content: bytes) -> bytes:
    """Noise in one column's pages, uncompressed, so that it reaches the values."""
    plain = _written(pq.read_table(io.BytesIO(content)), compression="none")
    group = pq.read_metadata(io.BytesIO(plain)).row_group(0)
    column = group.column(draw.randrange(group.num_columns))
    begin = column.dictionary_page_offset or column.data_page_offset
    at = begin + draw.randrange(column.total_compressed_size)
    return plain[:at] + draw.randbytes(draw.choice((1, 1, 2, 8))) + plain[at + draw.choice((1, 2, 8)) :]


def _with(table: pa.Table, at: int, values: pa.ChunkedArray) -> pa.Table:
    return table.set_column(at, table.column_names[at], values)


def column_lost(draw: random.Random, table: pa.Table) -> pa.Table:
    return table.remove_column(draw.randrange(table.num_columns))


def column_called(draw: random.Random, table: pa.Table) -> pa.Table:
    at = draw.randrange(table.num_columns)
    names = list(table.column_names)
    names[at] = draw.choice((names[at].upper(), f" {names[at]}", "", draw.choice(names)))
    return table.rename_columns(names)


def large_string(draw: random.Random, table: pa.Table) -> pa.Table:
    for at, field in enumerate(table.schema):
        if pa.types.is_string(field.type):
            table = _with(table, at, table.column(at).cast(pa.large_string()))
    return table


def extra(draw: random.Random, table: pa.Table) -> pa.Table:
    return table.append_column("new", pa.nulls(len(table), pa.int32()))


def other_type(draw: random.Random, table: pa.Table) -> pa.Table:
    at = draw.randrange(table.num_columns)
    kind = draw.choice(
        (pa.string(), pa.float64(), pa.float16(), pa.int8(), pa.bool_(), pa.binary(), pa.timestamp("ns"), pa.date32())
    )
    return _with(table, at, table.column(at).cast(kind, safe=False))


def strange_type(draw: random.Random, table: pa.Table) -> pa.Table:
    at = draw.randrange(table.num_columns)
    values = table.column(at).combine_chunks()
    made = draw.choice(
        (
            lambda: values.dictionary_encode(),
            lambda: pa.nulls(len(values)),
            lambda: pa.ListArray.from_arrays(pa.array(range(len(values) + 1), pa.int32()), values),
            lambda: pa.StructArray.from_arrays([values], ["inner"]),
            lambda: pa.array([str(value) for value in values.to_pylist()]),
            lambda: pa.array(
                [None if value is None else str(value).encode() + b"\xff" for value in values.to_pylist()]
            ),
        )
    )()
    return _with(table, at, pa.chunked_array([made]))


def value(draw: random.Random, table: pa.Table) -> pa.Table:
    """Some values of a column nudged, empty or extreme."""
    at = draw.randrange(table.num_columns)
    kind, values = table.schema.field(at).type, table.column(at).to_pylist()
    for _ in range(draw.choice((1, 1, 3, 50))):
        row = draw.randrange(len(values))
        if pa.types.is_string(kind):
            values[row] = draw.choice((None, *VALUES))
        elif pa.types.is_integer(kind):
            values[row] = draw.choice(
                (None, -1, 0, 99, 2**31 - 1, 2**62, (values[row] or 0) + 1, (values[row] or 0) + 24)
            )
        elif pa.types.is_floating(kind):
            values[row] = draw.choice((None, float("nan"), float("inf"), -1e300, 0.0, 1e9))
        else:
            values[row] = None
    return _with(table, at, pa.chunked_array([pa.array(values, kind)]))


def rows_gone(draw: random.Random, table: pa.Table) -> pa.Table:
    begin, count = draw.randrange(len(table)), draw.choice((1, 5, 300, 10_000))
    return pa.concat_tables([table.slice(0, begin), table.slice(begin + count)])


def rows_twice(draw: random.Random, table: pa.Table) -> pa.Table:
    return pa.concat_tables([table, table.slice(draw.randrange(len(table)), draw.choice((1, 5, 300)))])


def rows_mixed(draw: random.Random, table: pa.Table) -> pa.Table:
    return table.take(pa.array(draw.sample(range(len(table)), len(table))))


def column_mixed(draw: random.Random, table: pa.Table) -> pa.Table:
    at = draw.randrange(table.num_columns)
    return _with(table, at, table.column(at).take(pa.array(draw.sample(range(len(table)), len(table)))))


extra.__name__ = "extra_column"
TABLES = [parquet_compression, parquet_row_groups, parquet_pages_spoiled, parquet_pages_spoiled]
TABLES += [
    _on_table(change)
    for change in (
        *(column_lost, column_called, large_string, extra, other_type, strange_type, value, value, value),
        *(rows_gone, rows_twice, rows_mixed, column_mixed),
    )
]
