"""Great Expectations: the checks as suites, their results as rows of CHECK_RESULTS."""

import os
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import pandas as pd

from ghost_pipeline.errors import ExpectationError
from ghost_pipeline.quality.checks import NOT_NULL, RANGE, UNIQUE, VALUES, Check

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation

SAMPLES = 3
SEVERITY = {"error": "critical", "warning": "warning"}
RESULT_FORMAT = {"result_format": "SUMMARY", "partial_unexpected_count": SAMPLES}
"""Never COMPLETE: it takes minutes on millions of bad rows, and the rows are found by `Check.offenders`."""


def evaluate(checks: Sequence[Check], frames: Mapping[str, pd.DataFrame], season_week: str) -> list[dict[str, Any]]:
    """Rows of CHECK_RESULTS, in the order of `checks`, for the frames of their tables.

    Raises ExpectationError when Great Expectations cannot evaluate a check, naming it and the reason.
    """
    results: dict[tuple[str, str], Any] = {}
    context = _quiet_context()
    for table, frame in frames.items():
        for result in _validate(context, table, frame, [check for check in checks if check.table == table]):
            results[table, result.expectation_config.meta["check"]] = result
    return [_row(check, frames[check.table], results[check.table, check.id], season_week) for check in checks]


def _quiet_context() -> Any:
    context = _great_expectations().get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    return context


def _validate(context: Any, table: str, frame: pd.DataFrame, checks: Sequence[Check]) -> list[Any]:
    asset = context.data_sources.add_pandas(table).add_dataframe_asset(table)
    batch = asset.add_batch_definition_whole_dataframe("rows").get_batch(batch_parameters={"dataframe": frame})
    suite = _great_expectations().ExpectationSuite(name=table, expectations=[expectation(check) for check in checks])
    results = batch.validate(suite, result_format=RESULT_FORMAT).results
    for result in results:
        _refuse_errors(table, result)
    return results


def expectation(check: Check) -> "Expectation":
    """The check as an expectation whose class, and so its name in Great Expectations, is the check's own."""
    wanted: dict[str, Any] = {"column": check.column}
    if check.kind == RANGE:
        wanted |= {"min_value": check.low, "max_value": check.high}
    elif check.kind == VALUES:
        wanted |= {"value_set": list(check.values)}
    elif check.kind == UNIQUE:
        wanted = {"column_list": list(check.columns)}
    about = {"meta": {"check": check.id}, "description": check.sentence, "severity": SEVERITY[check.severity]}
    return _expectation_class(check.kind, check.expectation_name, check.sentence)(**wanted, **about)


@cache
def _expectation_class(kind: str, name: str, sentence: str) -> Any:
    """A child of Great Expectations' class for the kind of check, with the check's own name, as ExpectSpeedLimit."""
    expectations = _great_expectations().expectations
    base = {
        NOT_NULL: expectations.ExpectColumnValuesToNotBeNull,
        RANGE: expectations.ExpectColumnValuesToBeBetween,
        VALUES: expectations.ExpectColumnValuesToBeInSet,
        UNIQUE: expectations.ExpectCompoundColumnsToBeUnique,
    }[kind]
    return type(name, (base,), {"__module__": __name__, "__doc__": sentence})


def _great_expectations() -> Any:
    """Imported on first use, which takes seconds, and with its usage statistics off."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations

    return great_expectations


def _refuse_errors(table: str, result: Any) -> None:
    """An expectation that could not be evaluated looks like one that failed; its exception tells them apart."""
    info = result.exception_info
    for problem in [info] if "raised_exception" in info else info.values():
        if problem["raised_exception"]:
            name = result.expectation_config.meta["check"]
            raise ExpectationError(f"check {name} of {table} could not be evaluated: {problem['exception_message']}")


def _row(check: Check, frame: pd.DataFrame, result: Any, season_week: str) -> dict[str, Any]:
    found = result.result
    offending = frame[check.offenders(frame)].head(SAMPLES).to_dict("records")
    samples = [f"game {row['game_id']}, play {row['play_id']}: {check.sample(row)}" for row in offending]
    return {
        "season_week": season_week,
        "table_name": check.table,
        "check_id": check.id,
        "severity": check.severity,
        "success": result.success,
        "observed": check.observed(frame, found["unexpected_count"]),
        "expected": check.expected,
        "unexpected_count": found["unexpected_count"],
        "row_count": found["element_count"] - found.get("missing_count", 0),
        "sample": "; ".join(samples) or None,
    }
