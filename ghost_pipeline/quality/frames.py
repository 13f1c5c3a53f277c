"""The small pandas frames that the checks look at, made from the tables of a week."""

from collections.abc import Collection

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ghost_pipeline.arrow import arrow_schema
from ghost_pipeline.domain.schema import TRACKING, Table
from ghost_pipeline.errors import BadInputError
from ghost_pipeline.quality.checks import KNOWN, NOT_NULL, Check, column_checks
from ghost_pipeline.quality.play_rows import PlayKey, runs_of


def require_form(table: Table, data: pa.Table, name: str) -> None:
    """Refuse a table that cannot be judged play by play.

    Raises BadInputError naming `name` and the column when columns or types are not the declared ones or a key is empty.
    """
    expected = arrow_schema(table)
    cure = "Land the week's files again."
    if missing := [column for column in expected.names if column not in data.column_names]:
        raise BadInputError(name, f"no column {', '.join(missing)}", f"the columns of {table.name}", cure)
    for field in expected:
        if (found := data.schema.field(field.name).type) != field.type:
            raise BadInputError(name, f"{found}", f"{field.type}", cure, f"column {field.name}")
    for column in table.key:
        if empty := pc.sum(data.column(column).is_null()).as_py():
            raise BadInputError(name, f"{empty} empty values", "a value in every row", cure, f"column {column}")


def check_frame(table: Table, data: pa.Table, known: frozenset[PlayKey]) -> pd.DataFrame:
    """The frame that `schema_checks(table)` look at: the rows with KNOWN, and for tracking one row per play."""
    runs = runs_of(data)
    is_known = np.array([key in known for key in runs.keys], bool)
    if table is TRACKING:
        return _tracking_faults(data).assign(**{KNOWN: is_known})
    return data.to_pandas().assign(**{KNOWN: runs.spread(is_known)})


def without_rows_of(frame: pd.DataFrame, plays: Collection[PlayKey]) -> pd.DataFrame:
    """The rows of all other plays, in their order."""
    if not plays:
        return frame
    return frame[~pd.MultiIndex.from_frame(frame[["game_id", "play_id"]]).isin(list(plays))]


def _tracking_faults(tracking: pa.Table) -> pd.DataFrame:
    """One row per play of sorted tracking: how many of its samples break each check.

    A week of tracking is millions of rows: its columns never become a pandas frame, and only those whose reach or empty
    values break a declaration are looked at row by row.
    """
    runs = runs_of(tracking)
    faults = pd.DataFrame(runs.keys, columns=["game_id", "play_id"])
    for check in column_checks(TRACKING):
        broken = _broken_samples(check, tracking.column(check.column))
        faults[check.id] = 0 if broken is None else np.add.reduceat(broken, runs.start[:-1], dtype=np.int64)
    return faults


def _broken_samples(check: Check, values: pa.ChunkedArray) -> np.ndarray | None:
    """Whether each sample breaks a check of tracking, which knows only ranges and empty values; None if none does."""
    if check.kind == NOT_NULL:
        return values.is_null().to_numpy() if values.null_count else None
    numbers = values.to_numpy()  # Empty values are NaN; numpy finds the reach of floats in a tenth of Arrow's time.
    if not len(numbers):
        return None
    bounds = ((check.low, np.fmin), (check.high, np.fmax))
    if not any(check.is_outside(reach.reduce(numbers)) for bound, reach in bounds if bound is not None):
        return None
    return check.is_outside(numbers)
