"""How marts of two engines are compared; tests/orchestration/test_main_job.py lets Spark work them out."""

import pyarrow as pa
import pytest

from ghost_pipeline.storage.spark_marts import TOLERANCE, compare

OURS = pa.table(
    {
        "play_id": pa.array([1, 2, 3], pa.int64()),
        "name": pa.array(["a", None, "c"]),
        "yards_yd": pa.array([0.1, None, 2000.0]),
        "share": pa.array([0.5, 0.25, float("nan")]),
    }
)


def changed(column: str, values: list) -> pa.Table:
    at = OURS.column_names.index(column)
    return OURS.set_column(at, OURS.schema.field(at), pa.array(values, OURS.schema.field(at).type))


def test_the_order_of_rows_and_last_digits_do_not_matter() -> None:
    theirs = changed("yards_yd", [0.1 + TOLERANCE / 2, None, 2000.0 + 1000 * TOLERANCE]).take([2, 0, 1])
    found = compare("mart", OURS, theirs)
    assert (found.rows, found.numbers, found.faults) == (3, 6, ())
    assert found.largest_difference == pytest.approx(TOLERANCE / 2, rel=0.01)


@pytest.mark.parametrize(
    ("theirs", "fault"),
    [
        (changed("yards_yd", [0.1 + 2 * TOLERANCE, None, 2000.0]), "yards_yd: up to 2e-09 apart"),
        (changed("yards_yd", [0.1, None, 2000.0 + 4000 * TOLERANCE]), "yards_yd: up to 2e-09 apart"),
        (changed("yards_yd", [None, 0.1, 2000.0]), "yards_yd: not null in the same rows"),
        (changed("share", [0.5, 0.25, 0.0]), "share: up to nan apart"),
        (changed("name", ["b", None, "c"]), "name: 1 values differ"),
        (OURS.slice(1), "2 rows of"),
        (OURS.drop_columns(["share"]), "3 rows of"),
    ],
)
def test_what_is_not_equal_is_named(theirs: pa.Table, fault: str) -> None:
    (found,) = compare("mart", OURS, theirs).faults
    assert found.startswith(fault)
