"""Reads columns of Parquet files strictly and in bounded memory: only the rows of one week leave the file."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.errors import BadInputError
from ghost_pipeline.sources.delimited import ABSENT, Layout, whole_numbers
from ghost_pipeline.sources.family import Finding, RawFile

WEEK_COLUMNS = ("season", "season_type", "week")
_BATCH_ROWS = 65_536
_BROKEN = (OSError, UnicodeDecodeError, pa.ArrowException)
"""What Arrow says of bytes that are no whole Parquet file, or of one that asks for what Arrow does not know. Values are
only believed after they were validated: text that is no UTF-8 would be an error wherever it is looked at first."""
_ODD = np.uint64(0xBF58476D1CE4E5B9)
"""Multiplying by an odd number loses no bit; this one mixes well (splitmix64, Steele, Lea and Flood 2014)."""


def read_week(file: RawFile, layout: Layout, week: SeasonWeek | None) -> tuple[pa.Table, list[Finding]]:
    """The rows of one season-week, or of all, in the columns of `layout` by our names, and the unknown columns.

    Row groups that hold no such rows are not read. Numbers may come as text. Raises BadInputError naming file and
    column.
    """
    opened, names = _open(file)
    missing = layout.missing(names) + [name for name in WEEK_COLUMNS if name not in names]
    if missing:
        raise BadInputError(file.name, f"no column {', '.join(missing)}", "it to be there", "Get the complete file.")
    wanted = layout.wanted(names)
    of_week = _of_week(opened.schema, week) if week else None
    try:
        scanner = opened.scanner(columns=list(wanted), filter=of_week, batch_size=_BATCH_ROWS, batch_readahead=2)
        rows = scanner.to_table()
        rows.validate(full=True)
    except _BROKEN as error:
        raise _unreadable(file, error) from error
    columns = {name: _typed(file, name, rows.column(name), kind) for name, kind in wanted.items()}
    unknown = [name for name in names if name not in wanted and name not in (*WEEK_COLUMNS, *layout.unused.split())]
    message = f"columns not known and not read: {', '.join(unknown)}"
    return layout.ours(pa.table(columns)), [
        Finding(file.name, "", "extra_columns", message, len(unknown))
    ] if unknown else []


def _of_week(schema: pa.Schema, week: SeasonWeek) -> pc.Expression:
    chosen = pc.scalar(True)
    for name, value in zip(WEEK_COLUMNS, (week.season, week.season_type, week.week), strict=True):
        kind = schema.field(name).type
        kind = kind.value_type if pa.types.is_dictionary(kind) else kind
        chosen &= pc.field(name) == pa.scalar(str(value) if _is_text(kind) else value, kind)
    return chosen


def require_values(file: RawFile, rows: pa.Table, names: tuple[str, ...], layout: Layout | None = None) -> None:
    """Raises BadInputError when one of these columns, which it calls as `layout` says, has empty values."""
    for name in names:
        if count := rows.column(name).null_count:
            called = layout.in_file(name) if layout else name
            raise BadInputError(
                file.name, f"{count} empty values", f"a {called} in every row", "Get it again.", f"column {called}"
            )


def batches(file: RawFile, columns: list[str] | None = None) -> Iterator[pa.RecordBatch]:
    """All rows, some at a time. Raises BadInputError."""
    opened, names = _open(file)
    if missing := [name for name in columns or [] if name not in names]:
        raise BadInputError(file.name, f"no column {', '.join(missing)}", "it to be there", "Get the complete file.")
    try:
        for batch in opened.scanner(columns=columns, batch_size=_BATCH_ROWS, batch_readahead=2).to_batches():
            batch.validate(full=True)
            yield batch
    except _BROKEN as error:
        raise _unreadable(file, error) from error


def require_whole(path: Path) -> None:
    """Raises BadInputError when a file is no whole Parquet file."""
    _open(RawFile(path.name, path))


def week_contents(file: RawFile) -> dict[SeasonWeek, str]:
    """The season-weeks of a file's rows, and of each a hash of its rows in any order.

    A file of a whole season is written anew when one play comes; this tells which weeks that touches. Raises
    BadInputError, also when a row has no week.
    """
    sums: dict[SeasonWeek, int] = {}
    for batch in batches(file):
        rows = pa.Table.from_batches([batch])
        if missing := [name for name in WEEK_COLUMNS if name not in rows.column_names]:
            raise BadInputError(file.name, f"no column {', '.join(missing)}", "it to be there", "Get the file again.")
        hashes = _row_hashes(rows)
        key = pc.binary_join_element_wise(*(_typed(file, name, rows[name], pa.string()) for name in WEEK_COLUMNS), " ")
        encoded = key.combine_chunks().dictionary_encode()
        codes = pc.fill_null(encoded.indices, -1).to_numpy()
        for code in np.unique(codes).tolist():
            week = _season_week(file, encoded.dictionary[code].as_py() if code >= 0 else "none")
            total = sums.get(week, 0) + int(hashes[codes == code].sum(dtype=np.uint64))
            sums[week] = total % 2**64
    return {week: f"{total:016x}" for week, total in sums.items()}


def _row_hashes(rows: pa.Table) -> np.ndarray:
    """[rows] 64 bits of all values of a row; columns go in by name."""
    hashes = np.zeros(len(rows), np.uint64)
    for name in sorted(rows.column_names):
        values = rows[name].combine_chunks()
        if not pa.types.is_floating(values.type):
            if pa.types.is_nested(values.type):
                values = pa.array(map(str, values.to_pylist()))
            encoded = values.dictionary_encode() if not pa.types.is_dictionary(values.type) else values
            known = [
                hashlib.blake2b(str(one).encode(), digest_size=8).digest() for one in encoded.dictionary.to_pylist()
            ]
            of_value = np.append(np.frombuffer(b"".join(known), np.uint64), np.uint64(0))
            bits = of_value[pc.fill_null(encoded.indices, len(known)).to_numpy(zero_copy_only=False)]
        else:
            bits = pc.fill_null(values.cast(pa.float64()), np.nan).to_numpy(zero_copy_only=False).view(np.uint64)
        hashes = (hashes ^ bits) * _ODD
        hashes ^= hashes >> np.uint64(29)
    return hashes


def _season_week(file: RawFile, text: str) -> SeasonWeek:
    try:
        season, season_type, week = text.split(" ")
        return SeasonWeek(int(float(season)), season_type, int(float(week)))
    except (ValueError, OverflowError) as error:
        raise BadInputError(file.name, repr(text), "season, type and week", "Get the file again.") from error


def _open(file: RawFile) -> tuple[ds.Dataset, list[str]]:
    """The file and the names of its columns, which may be no UTF-8 either."""
    try:
        opened = ds.dataset(file.path, format="parquet")
        return opened, opened.schema.names
    except _BROKEN as error:
        raise _unreadable(file, error) from error


def _typed(file: RawFile, name: str, values: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    try:
        if pa.types.is_timestamp(kind):
            return pc.cast(values, kind, safe=False)
        if _is_text(values.type) or pa.types.is_dictionary(values.type):
            values = values.cast(pa.string())
            values = pc.if_else(pc.is_in(values, pa.array(ABSENT)), pa.scalar(None, pa.string()), values)
        if pa.types.is_integer(kind):
            return whole_numbers(file, name, values.cast(pa.float64()), kind)
        return values.cast(kind, safe=False) if pa.types.is_floating(kind) else values.cast(kind)
    except pa.ArrowException as error:
        raise BadInputError(file.name, str(error), f"{kind} values", "Get the file again.", f"column {name}") from error


def _is_text(kind: pa.DataType) -> bool:
    return pa.types.is_string(kind) or pa.types.is_large_string(kind)


def _unreadable(file: RawFile, error: Exception) -> BadInputError:
    return BadInputError(file.name, f"bytes that cannot be read ({error})", "a whole Parquet file", "Get it again.")
