"""Reads comma- or tab-separated files, plain or gzip, strictly: every error names file, row, column and cure."""

import csv
import gzip
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pv

from ghost_pipeline.errors import BadInputError
from ghost_pipeline.sources.family import Finding, RawFile

IDENTITY = pa.int64()
COUNT = pa.int32()
NUMBER = pa.float32()
TEXT = pa.string()
TIME = pa.timestamp("ms")
_TIME_WITH_ZONE = pa.timestamp("ms", "UTC")
"""Some years write 2018-09-07T01:07:14.599Z."""

ABSENT = ["", "NA", "N/A", "NaN", "nan", "NULL", "null", "None"]
YES = frozenset({"1", "1.0", "TRUE", "True", "true"})
_EXACT = 2**53
"""Up to here numbers that pass through floating point stay exact."""
_GZIP = b"\x1f\x8b"
_THREADED_BYTES = 8 * 2**20
"""Smaller files are read by one thread: it is as fast, and its errors carry the row."""
_BLOCK_BYTES = 2**20
_BROKEN = (OSError, EOFError, UnicodeDecodeError, zlib.error, csv.Error)
_COMPLAINT = re.compile(r"In CSV column #(?P<column>\d+): (?:Row #(?P<row>\d+): )?(?P<what>.*)", re.DOTALL)
_RAGGED = re.compile(r"CSV parse error: (?:Row #(?P<row>\d+): )?Expected (?P<want>\d+) columns, got (?P<got>\d+)")


@dataclass(frozen=True)
class Layout:
    """Columns of a table of a file: those it must have, those that are read if present, and, as one text separated by
    spaces, those that are known but not needed. `renamed` is the rename table: our name <- the file's, where it has
    another."""

    required: Mapping[str, pa.DataType]
    optional: Mapping[str, pa.DataType] = field(default_factory=dict)
    unused: str = ""
    delimiter: str = ","
    renamed: Mapping[str, str] = field(default_factory=dict)

    def in_file(self, name: str) -> str:
        """How the file calls one of our columns."""
        return self.renamed.get(name, name)

    def wanted(self, names: list[str]) -> dict[str, pa.DataType]:
        """The columns to read, by the file's names, of a file with these column names."""
        columns = {self.in_file(name): kind for name, kind in {**self.required, **self.optional}.items()}
        return {name: kind for name, kind in columns.items() if name in names}

    def missing(self, names: list[str]) -> list[str]:
        """The required columns, by the file's names, that a file with these column names lacks."""
        return [self.in_file(name) for name in self.required if self.in_file(name) not in names]

    def ours(self, rows: pa.Table) -> pa.Table:
        """Rows by our names, absent optional columns as nulls."""
        return pa.table(
            {
                name: rows[self.in_file(name)] if self.in_file(name) in rows.column_names else pa.nulls(len(rows), kind)
                for name, kind in {**self.required, **self.optional}.items()
            }
        )


def head(file: RawFile, delimiter: str) -> tuple[list[str], dict[str, str]]:
    """The column names and the first row, without reading more. Raises BadInputError."""
    try:
        opened = gzip.open if _is_gzip(file) else open
        with opened(file.path, "rt", encoding="utf-8-sig", newline="") as text:
            rows = csv.reader(text, delimiter=delimiter)
            names, first = next(rows, []), next(rows, [])
    except _BROKEN as error:
        raise _unreadable(file, error) from error
    if not names:
        raise BadInputError(file.name, "an empty file", "a header and rows", "Get the file again.")
    if not first:
        raise BadInputError(file.name, "a header and no rows", "at least one row", "Get the file again.")
    return names, dict(zip(names, first, strict=False))


def read_rows(file: RawFile, layout: Layout) -> tuple[pa.Table, list[Finding]]:
    """The columns of `layout` by our names, absent optional ones as nulls; columns nobody knows are a finding.

    Raises BadInputError, which names the file's own columns. Integers may be written as `497016.0`.
    """
    names, first, findings = _header(file, layout)
    wanted = layout.wanted(names)
    rows = _parse(file, layout.delimiter, wanted, names, first)
    return _finished(file, layout, wanted, rows), findings


def read_runs(file: RawFile, layout: Layout, key: str) -> Iterator[tuple[pa.Table, list[Finding]]]:
    """As `read_rows`, one table for every run of rows with one value of `key`; memory is bounded by the longest run.

    Stricter: only where the first row has an integer as `497016.0` may others be written so, and a BadInputError does
    not know the row. Who needs either reads the file as a whole.
    """
    names, first, findings = _header(file, layout)
    wanted = layout.wanted(names)
    whole = {name: pa.float64() if "." in first.get(name, "") else pa.int64() for name in wanted}
    types = {name: whole[name] if pa.types.is_integer(kind) else kind for name, kind in wanted.items()}
    options, parse = _options(file, layout.delimiter, types, first)
    run: list[pa.RecordBatch] = []
    try:
        with pa.input_stream(file.path, compression="gzip" if _is_gzip(file) else None) as stream:
            for batch in pv.open_csv(
                stream, pv.ReadOptions(use_threads=False, block_size=_BLOCK_BYTES), parse, options
            ):
                values = batch.column(layout.in_file(key))
                ends = (np.flatnonzero(pc.not_equal(values[1:], values[:-1]).fill_null(True)) + 1).tolist()
                for begin, end in pairwise([0, *ends, len(batch)]):
                    if run and run[-1].column(layout.in_file(key))[0] != values[begin]:
                        yield _finished(file, layout, wanted, _one_table(run)), findings
                        run, findings = [], []
                    run.append(batch.slice(begin, end - begin))
    except pa.ArrowInvalid as error:
        raise _bad_value(file, str(error), names) from error
    except OSError as error:
        raise _unreadable(file, error) from error
    yield _finished(file, layout, wanted, _one_table(run)), findings


def _one_table(run: list[pa.RecordBatch]) -> pa.Table:
    """Batches as one table with one chunk a column: all that is done with it next costs less than this copy."""
    return pa.Table.from_batches(run).combine_chunks()


def is_big(file: RawFile) -> bool:
    """Whether a file is better read in runs."""
    return file.path.stat().st_size >= _THREADED_BYTES


def _header(file: RawFile, layout: Layout) -> tuple[list[str], dict[str, str], list[Finding]]:
    """Column names and first row of a file that has what `layout` requires. Raises BadInputError."""
    names, first = head(file, layout.delimiter)
    if missing := layout.missing(names):
        raise BadInputError(
            file.name, f"no column {', '.join(missing)}", "it in the header", "Get the complete file.", "row 1"
        )
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise BadInputError(
            file.name, f"column {', '.join(twice)} twice", "every name once", "Remove one of them.", "row 1"
        )
    wanted = layout.wanted(names)
    unknown = [name for name in names if name not in wanted and name not in layout.unused.split()]
    message = f"columns not known and not read: {', '.join(unknown)}"
    return names, first, [Finding(file.name, "row 1", "extra_columns", message, len(unknown))] if unknown else []


def _finished(file: RawFile, layout: Layout, wanted: Mapping[str, pa.DataType], rows: pa.Table) -> pa.Table:
    """Parsed rows in the types and under the names of `layout`. Raises BadInputError."""
    for name, kind in wanted.items():
        values = rows.column(name)
        if pa.types.is_integer(kind):
            values = whole_numbers(file, name, values, kind)
        elif pa.types.is_floating(kind):
            _require_finite(file, name, values)
        elif values.type == _TIME_WITH_ZONE:
            values = values.cast(TIME)
        rows = rows.set_column(rows.column_names.index(name), name, values)
    return layout.ours(rows)


def row_place(row: int, column: str = "") -> str:
    """A place in a file for a message; `row` counts data rows from 0, people count the header as row 1."""
    return f"row {row + 2}, column {column}" if column else f"row {row + 2}"


def require_values(file: RawFile, rows: pa.Table, names: tuple[str, ...], layout: Layout | None = None) -> None:
    """Raises BadInputError at the first empty value in one of these columns, which it calls as `layout` says."""
    for name in names:
        if rows.column(name).null_count:
            row = pc.index(pc.is_null(rows.column(name)), True).as_py()
            called = layout.in_file(name) if layout else name
            raise BadInputError(
                file.name, "an empty value", f"a {called}", "Fill it in or remove the row.", row_place(row, called)
            )


def _is_gzip(file: RawFile) -> bool:
    with file.path.open("rb") as raw:
        return raw.read(2) == _GZIP


def _parse(
    file: RawFile,
    delimiter: str,
    wanted: Mapping[str, pa.DataType],
    names: list[str],
    first: Mapping[str, str],
) -> pa.Table:
    types = {name: pa.float64() if pa.types.is_integer(kind) else kind for name, kind in wanted.items()}
    options, parse = _options(file, delimiter, types, first)
    size = file.path.stat().st_size

    def read(threads: bool) -> pa.Table:
        with pa.input_stream(file.path, compression="gzip" if _is_gzip(file) else None) as stream:
            return pv.read_csv(stream, pv.ReadOptions(use_threads=threads), parse, options)

    try:
        try:
            return read(threads=size >= _THREADED_BYTES)
        except pa.ArrowInvalid as error:
            if "Row #" in str(error) or size < _THREADED_BYTES:
                raise
            return read(threads=False)
    except pa.ArrowInvalid as error:
        raise _bad_value(file, str(error), names) from error
    except OSError as error:
        raise _unreadable(file, error) from error


def _options(
    file: RawFile, delimiter: str, types: Mapping[str, pa.DataType], first: Mapping[str, str]
) -> tuple[pv.ConvertOptions, pv.ParseOptions]:
    zoned = [name for name, kind in types.items() if kind == TIME and first.get(name, "").endswith("Z")]
    convert = pv.ConvertOptions(
        column_types={**types, **dict.fromkeys(zoned, _TIME_WITH_ZONE)},
        include_columns=list(types),
        null_values=ABSENT,
        strings_can_be_null=True,
    )
    return convert, pv.ParseOptions(delimiter=delimiter, newlines_in_values=not is_big(file))


def whole_numbers(file: RawFile, name: str, values: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    """Numbers such as 497016.0 as integers."""
    limit = min(np.iinfo(kind.to_pandas_dtype()).max, _EXACT)
    if pa.types.is_integer(values.type) and all(abs(end or 0) <= limit for end in pc.min_max(values).as_py().values()):
        return values.cast(kind)
    numbers = values.to_numpy()
    bad = np.flatnonzero((numbers != np.floor(numbers)) & ~np.isnan(numbers) | (np.abs(numbers) > limit))
    if len(bad):
        row = int(bad[0])
        raise BadInputError(
            file.name, f"{numbers[row]:g}", f"a whole number up to {limit}", "Correct it.", row_place(row, name)
        )
    return values.cast(kind)


def _require_finite(file: RawFile, name: str, values: pa.ChunkedArray) -> None:
    infinite = pc.is_inf(values)
    if pc.any(infinite).as_py():
        place = row_place(pc.index(infinite, True).as_py(), name)
        raise BadInputError(file.name, "an infinite number", "a finite one", "Correct it or leave it empty.", place)


def _bad_value(file: RawFile, complaint: str, names: list[str]) -> BadInputError:
    """Arrow's message about one value or one line, in the house's form."""
    if found := _RAGGED.search(complaint):
        place = f"row {found['row']}" if found["row"] else ""
        return BadInputError(
            file.name,
            f"{found['got']} values",
            f"{found['want']} as in the header",
            "The file may be cut off or have stray separators: get it again or correct the row.",
            place,
        )
    if found := _COMPLAINT.search(complaint):
        row = f"row {found['row']}, " if found["row"] else ""
        expected = "a time as 2018-09-23 20:29:04.6" if "timestamp" in found["what"] else "a number"
        if "UTF8" in found["what"]:
            expected = "UTF-8 text"
        value = found["what"].rpartition("error to ")[2]
        place = f"{row}column {names[int(found['column'])]}"
        return BadInputError(file.name, value, expected, "Correct the value or remove the row.", place)
    return BadInputError(file.name, complaint, "rows of separated values", "Get the file again.")


def _unreadable(file: RawFile, error: Exception) -> BadInputError:
    if isinstance(error, FileNotFoundError):
        return BadInputError(file.name, "no such file", "it to be there", "Land it again.")
    return BadInputError(
        file.name, f"bytes that cannot be read ({error})", "a whole text or gzip file in UTF-8", "Get the file again."
    )
