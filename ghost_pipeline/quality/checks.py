"""Every check of a week, derived from the declared tables and the cardinal rules; loads no Great Expectations.

Three homes of offenders, three consequences:
- a row of plays, participants or events, or a fact of a play, that breaks a check of severity error quarantines its
  play, and the rest of the week goes on;
- tracking ranges are warnings: people and tags are seen in odd places before the snap and after the whistle, and what
  matters, the air window, is held by the rules;
- a missing column, a wrong type or an empty key belongs to no play, so `frames.require_form` refuses the whole week.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ghost_pipeline.domain.rules import PLAY_FACTS, RULES
from ghost_pipeline.domain.schema import CANONICAL, PLAYS, TRACKING, Column, Table

NOT_NULL, RANGE, VALUES, UNIQUE = "not_null", "range", "values", "unique"
KNOWN = "play_is_known"
"""Computed column of the tables below `plays`: whether the row's play is one of the week."""


@dataclass(frozen=True)
class Check:
    """One expectation on the columns of one table's frame. `id` is stable and unique within the table."""

    table: str
    id: str
    severity: str
    sentence: str
    expected: str
    kind: str
    columns: tuple[str, ...]
    low: float | None = None
    high: float | None = None
    values: tuple[str | bool, ...] = ()
    unit: str = ""

    @property
    def column(self) -> str:
        return self.columns[0]

    @property
    def expectation_name(self) -> str:
        """Its own class name in Great Expectations: ExpectSpeedLimit, ExpectPlaysQuarterRange."""
        name = self.id if self.table == PLAY_FACTS.name else f"{self.table}_{self.id}"
        return "Expect" + "".join(word.capitalize() for word in name.split("_"))

    @property
    def rule_id(self) -> str:
        """What a quarantined play is told: a cardinal rule's own id, else table and check."""
        return self.id if self.table == PLAY_FACTS.name else f"{self.table}.{self.id}"

    def offenders(self, frame: pd.DataFrame) -> pd.Series:
        """Whether each row of the table's frame breaks the check; an empty value breaks only `not_null`."""
        values = frame[self.column]
        if self.kind == NOT_NULL:
            return values.isna()
        if self.kind == RANGE:
            return self.is_outside(values)
        if self.kind == VALUES:
            return values.notna() & ~values.isin(self.values)
        return frame.duplicated(list(self.columns), keep=False)

    def is_outside(self, values: Any) -> Any:
        """Whether a number, or each of an array of numbers, lies outside the bounds; NaN does not."""
        low = -np.inf if self.low is None else self.low
        high = np.inf if self.high is None else self.high
        return (values < low) | (values > high)

    def sample(self, row: Mapping[str, Any]) -> str:
        """What an offending row of the frame shows, with the place where it was measured if the row knows it."""
        shown = ", ".join(f"{name} {_text(row[name])}" for name in self.columns)
        if self.unit:
            shown = f"{_text(row[self.column])} {self.unit}"
        place = row.get(f"{self.column}_at")
        return f"{shown} at {place}" if isinstance(place, str) else shown

    def observed(self, frame: pd.DataFrame, offenders: int) -> str:
        """What the frame shows, in words: the reach of the values, or how many rows offend."""
        values = frame[self.column].dropna()
        if self.kind != RANGE:
            return f"{offenders} of {len(frame)} rows"
        if values.empty:
            return "nothing to measure"
        return f"{_text(values.min())} to {_text(values.max())} {self.unit}".rstrip()


def _text(value: Any) -> str:
    if pd.isna(value):
        return "empty"
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() else f"{round(value, 4)}"
    return str(value)


def check_specs() -> list[Check]:
    """Every check that a week is put to, in a stable order: the canonical tables, then the rules."""
    return [*(check for table in CANONICAL for check in schema_checks(table)), *rule_checks()]


def rule_checks() -> list[Check]:
    """One check per rule and anomaly, on PLAY_FACTS."""
    return [
        Check(
            PLAY_FACTS.name, rule.id, rule.severity, rule.sentence, rule.expected, RANGE, (rule.fact,),
            rule.low, rule.high, unit=rule.unit,
        )
        for rule in RULES
    ]  # fmt: skip


def schema_checks(table: Table) -> list[Check]:
    """What the table's declaration says of its rows; for tracking, of the number of offending samples of each play."""
    checks = column_checks(table)
    if table is TRACKING:
        checks = [_per_play(check) for check in checks]
    else:
        sentence = f"{table.name}: {table.grain}."
        checks.append(Check(table.name, "key_unique", "error", sentence, "no repeated key", UNIQUE, table.key))
    if table is not PLAYS:
        sentence = f"The play of every row of {table.name} is in plays."
        checks.append(
            Check(table.name, "play_known", "error", sentence, "a known play", VALUES, (KNOWN,), values=(True,))
        )
    return checks


def column_checks(table: Table) -> list[Check]:
    """What each column's declaration says of the table's own rows."""
    checks = []
    for column in table.columns:
        wanted = []
        if not column.nullable and column.name not in table.key:
            wanted.append((NOT_NULL, "a value in every row"))
        if column.low is not None or column.high is not None:
            wanted.append((RANGE, _range_words(column)))
        if column.values:
            wanted.append((VALUES, f"one of {', '.join(column.values)}"))
        for kind, expected in wanted:
            sentence = f"{table.name}.{column.name} has {expected}."
            checks.append(
                Check(
                    table.name, f"{column.name}_{kind}", "error", sentence, expected, kind, (column.name,),
                    column.low, column.high, column.values, column.unit,
                )
            )  # fmt: skip
    return checks


def _per_play(check: Check) -> Check:
    """The check of single samples as one of a play's number of offending samples, named like the check itself."""
    return Check(
        check.table, check.id, "warning", check.sentence, check.expected, RANGE, (check.id,), high=0, unit="samples"
    )


def _range_words(column: Column) -> str:
    unit = f" {column.unit}" if column.unit else ""
    if column.low is not None and column.high is not None:
        return f"values from {column.low:g} to {column.high:g}{unit}"
    return f"values >= {column.low:g}{unit}" if column.low is not None else f"values <= {column.high:g}{unit}"
