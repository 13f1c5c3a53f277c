import pytest

from ghost_pipeline.domain.schema import (
    CANONICAL,
    CHECK_RESULTS,
    CLEAN,
    EVENTS,
    FINDINGS,
    PARTICIPANTS,
    PLAYS,
    QUARANTINE,
    TRACKING,
    Column,
)

TABLES = (*CANONICAL, *CLEAN, FINDINGS, QUARANTINE, CHECK_RESULTS)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: f"{table.layer}.{table.name}")
def test_every_table_is_well_formed(table):
    assert len(set(table.column_names)) == len(table.columns)
    assert table.grain.startswith("one row per ")
    for name in table.key:
        assert not table.column(name).nullable
    for column in table.columns:
        assert column.meaning.endswith("."), "a meaning is a sentence"
        if column.low is not None and column.high is not None:
            assert column.low < column.high


def test_layer_and_name_are_unique():
    assert len({(table.layer, table.name) for table in TABLES}) == len(TABLES)


def test_one_name_has_one_type_in_all_tables():
    types: dict[str, set[str]] = {}
    for table in TABLES:
        for column in table.columns:
            types.setdefault(column.name, set()).add(column.type)
    assert {name: found for name, found in types.items() if len(found) > 1} == {"observed": {"DOUBLE", "VARCHAR"}}


def test_clean_tables_begin_like_the_canonical_ones():
    for clean, canonical in zip(CLEAN, CANONICAL, strict=True):
        assert (clean.name, clean.key) == (canonical.name, canonical.key)
        assert clean.columns[: len(canonical.columns)] == canonical.columns
    assert CANONICAL == (PLAYS, PARTICIPANTS, EVENTS, TRACKING)


def test_an_unknown_type_or_column_is_named():
    with pytest.raises(ValueError, match="column x: type TEXT"):
        Column("x", "TEXT", "Nothing.")
    with pytest.raises(KeyError, match="plays has no column x"):
        PLAYS.column("x")
