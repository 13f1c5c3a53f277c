"""Quality's results as Dagster checks, by partition: one for each rule, one for the form of each canonical table, and
`fit_to_publish`.

A failed check has the severity of its rule. Single bad plays are in quarantine, so what lies downstream is sound and
goes on. Only `fit_to_publish` blocks: the staged week is judged before anything is published, and when it is unfit its
clean tables stay as they were and the step fails, which stops what follows from this week and from no other.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import dagster as dg

from ghost_pipeline.domain.schema import CANONICAL, Table
from ghost_pipeline.domain.week_checks import WEEK_CHECKS
from ghost_pipeline.quality import checks as quality
from ghost_pipeline.quality.fitness import FIT_TO_PUBLISH, SENTENCE

COUNT, LOOKED_AT, OBSERVED, EXPECTED, SAMPLE, PAGE = (
    "broken", "looked_at", "observed", "expected", "sample_", "quality_page",
)  # fmt: skip
"""Names of the metadata of a check result; alerts read them. Samples are numbered, a text each: the UI folds lists."""
MOST_SAMPLES = 3

_SEVERITY = {"error": dg.AssetCheckSeverity.ERROR, "warning": dg.AssetCheckSeverity.WARN}
_CANONICAL_NAMES = {table.name for table in CANONICAL}
Row = dict[str, Any]
Link = Callable[[str], str]
"""Address of the quality page for a check's id."""


def _form_of(table_name: str) -> str:
    return f"form_of_{table_name}"


def check_specs(asset: str, partitions: dg.PartitionsDefinition) -> list[dg.AssetCheckSpec]:
    """Specs of all checks on the cleaning asset, by partition so that every week keeps its own result."""
    own = {
        check.id: f"{check.sentence} ({check.severity}, {check.expected})"
        for check in quality.check_specs()
        if check.table not in _CANONICAL_NAMES
    }
    forms = {_form_of(table.name): _sentence(table) for table in CANONICAL}
    whole = {check.id: f"{check.sentence} (warning, {check.expected})" for check in WEEK_CHECKS}
    sentences = {FIT_TO_PUBLISH: SENTENCE} | own | whole | forms
    return [
        dg.AssetCheckSpec(
            name, asset=asset, description=text, blocking=name == FIT_TO_PUBLISH, partitions_def=partitions
        )
        for name, text in sentences.items()
    ]


def _sentence(table: Table) -> str:
    return f"{table.name} ({table.grain}): keys, types, ranges and allowed values as declared."


def check_results(found: Sequence[Row], link: Link) -> Iterator[dg.AssetCheckResult]:
    """Dagster's results for the rows of a week's table `check_results`."""
    for row in found:
        if row["table_name"] not in _CANONICAL_NAMES:
            yield _result(row["check_id"], [row], link(row["check_id"]))
    for name in sorted(_CANONICAL_NAMES & {row["table_name"] for row in found}):
        yield _form_result(name, [row for row in found if row["table_name"] == name], link)


def _form_result(name: str, rows: list[Row], link: Link) -> dg.AssetCheckResult:
    failed = [row for row in rows if not row["success"]]
    page = link(failed[0]["check_id"] if failed else "")
    return _result(_form_of(name), failed or rows, page, expectations=len(rows), expectations_failed=len(failed))


def _result(name: str, rows: Sequence[Row], page: str, **numbers: int) -> dg.AssetCheckResult:
    """One result for the given rows, which all failed or all held; ERROR as soon as one of them is."""
    is_error = any(row["severity"] == "error" for row in rows)
    passed = all(row["success"] for row in rows)
    is_one = len(rows) == 1
    samples = [sample if is_one else f"{row['check_id']}: {sample}" for row in rows for sample in _samples_of(row)]
    return dg.AssetCheckResult(
        check_name=name,
        passed=passed,
        severity=_SEVERITY["error" if is_error else "warning"],
        metadata={
            COUNT: sum(row["unexpected_count"] for row in rows),
            LOOKED_AT: max(row["row_count"] for row in rows),
            **numbers,
            OBSERVED: _joined(rows, "observed") if is_one or not passed else "everything as expected",
            EXPECTED: _joined(rows, "expected") if is_one or not passed else "as declared",
            **{f"{SAMPLE}{number}": sample for number, sample in enumerate(samples[:MOST_SAMPLES], 1)},
            PAGE: dg.MetadataValue.url(page),
        },
    )


def _joined(rows: Iterable[Row], name: str) -> str:
    return "; ".join(dict.fromkeys(row[name] or "nothing" for row in rows))


def _samples_of(row: Row) -> list[str]:
    return row["sample"].split("; ") if row["sample"] else []
