"""Arrow's view of the tables that `domain.schema` declares."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ghost_pipeline.domain.schema import Column, Table
from ghost_pipeline.errors import BadInputError

_ARROW_TYPES = {
    "INTEGER": pa.int32(),
    "BIGINT": pa.int64(),
    "REAL": pa.float32(),
    "DOUBLE": pa.float64(),
    "VARCHAR": pa.string(),
    "BOOLEAN": pa.bool_(),
    "TIMESTAMP": pa.timestamp("ms"),
}


def _field(column: Column) -> pa.Field:
    about = {"meaning": column.meaning, "unit": column.unit}
    return pa.field(column.name, _ARROW_TYPES[column.type], nullable=column.nullable, metadata=about)


def arrow_schema(table: Table) -> pa.Schema:
    """The table's Arrow schema; meaning and unit travel as field metadata, so they are stored in the Parquet too."""
    return pa.schema([_field(column) for column in table.columns], metadata={"grain": table.grain})


def empty(table: Table) -> pa.Table:
    """The table with no rows."""
    return arrow_schema(table).empty_table()


_FIRST = "number of the first row"


def distinct(rows: pa.Table, names: Sequence[str]) -> pa.Table:
    """The different rows of these columns, in the order in which they first appear.

    Rows that repeat the one before them are skipped first: tracking repeats its keys for many rows on end.
    """
    rows = rows.select(list(names))
    new = np.zeros(len(rows), bool)
    new[:1] = True
    for values in rows.columns:
        new[1:] |= pc.not_equal(values[1:], values[:-1]).fill_null(True).to_numpy()
    rows = rows.filter(pa.array(new)).append_column(_FIRST, pa.array(np.arange(new.sum())))
    groups = rows.group_by(list(names), use_threads=False).aggregate([(_FIRST, "min")])  # in no order that is promised
    return groups.sort_by(f"{_FIRST}_min").select(list(names))


def conform(table: Table, data: pa.Table, file: str) -> pa.Table:
    """Bring `data` into the declared column order and types; absent nullable columns become null.

    Raises BadInputError naming `file` and the column when a required column is absent, has nulls or cannot be cast.
    """
    arrays = []
    for field, column in zip(arrow_schema(table), table.columns, strict=True):
        if column.name not in data.column_names:
            if not column.nullable:
                raise BadInputError(
                    file, f"no column {column.name}", "it to be there", "Check that the file is complete."
                )
            arrays.append(pa.nulls(data.num_rows, field.type))
            continue
        values = data.column(column.name)
        try:
            values = values.cast(field.type)
        except pa.ArrowInvalid as error:
            raise BadInputError(
                file, f"{error}", f"{column.type} in column {column.name}", "Correct these values in the file."
            ) from error
        if values.null_count and not column.nullable:
            raise BadInputError(
                file, f"{values.null_count} empty values in {column.name}", "a value in every row", "Fill them in."
            )
        arrays.append(values)
    return pa.Table.from_arrays(arrays, schema=arrow_schema(table))


def to_columns(data: pa.Table) -> dict[str, np.ndarray]:
    """Numpy columns of a table as `domain.scene.Columns` wants them: absent floats NaN, integers -1, texts ''."""
    return {name: _to_numpy(data.column(name)) for name in data.column_names}


def _to_numpy(values: pa.ChunkedArray) -> np.ndarray:
    if pa.types.is_string(values.type) or pa.types.is_large_string(values.type):
        return values.fill_null("").to_numpy().astype(str)
    if pa.types.is_integer(values.type) and values.null_count:
        return values.fill_null(-1).to_numpy()
    return values.to_numpy()
