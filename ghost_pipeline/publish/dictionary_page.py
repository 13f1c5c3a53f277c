"""Every table, column, feature and rule in words."""

from itertools import groupby

from ghost_pipeline.domain.result_schema import RESULTS
from ghost_pipeline.domain.rules import PLAY_FACTS, RULES
from ghost_pipeline.domain.schema import CANONICAL, CHECK_RESULTS, FINDINGS, QUARANTINE, REPAIRS, Column
from ghost_pipeline.domain.week_checks import WEEK_PROFILES
from ghost_pipeline.features.definitions import FRAME_FEATURES_TABLE
from ghost_pipeline.publish.html import render
from ghost_pipeline.publish.inputs import SiteData

TABLES = (
    *CANONICAL,
    FINDINGS,
    PLAY_FACTS,
    CHECK_RESULTS,
    QUARANTINE,
    REPAIRS,
    WEEK_PROFILES,
    FRAME_FEATURES_TABLE,
    *RESULTS,
)


def dictionary_page(data: SiteData) -> bytes:
    """The declared tables, then those of the warehouse as it comments them, then the cardinal rules."""
    return render(
        "dictionary.html",
        "Dictionary",
        facts=data.facts,
        tables=TABLES,
        marts=_marts(data),
        rules=RULES,
        bounds=bounds,
        models=data.mart_models,
        explained={table.name for table in TABLES} | {name for name, _ in _marts(data)},
    )


def _marts(data: SiteData) -> list[tuple[str, list[dict[str, str]]]]:
    """(table, columns) of the commented warehouse tables that are not declared above under the same name."""
    declared = {table.name for table in TABLES}
    commented = [row for row in data.mart_columns.to_pylist() if row["comment"] and row["table_name"] not in declared]
    ordered = sorted(commented, key=lambda row: row["table_name"])
    return [(name, list(columns)) for name, columns in groupby(ordered, lambda row: row["table_name"])]


def bounds(column: Column) -> str:
    """The values a column may hold, in words."""
    if column.values:
        return ", ".join(column.values)
    if column.low is not None and column.high is not None:
        return f"{column.low:g} to {column.high:g}"
    if column.low is not None:
        return f"{column.low:g} or more"
    return "" if column.high is None else f"{column.high:g} or less"
