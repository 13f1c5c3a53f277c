"""What every format family gives: recognise its files, say which weeks they hold, read one week."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from operator import itemgetter
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from ghost_pipeline.arrow import arrow_schema, conform, empty
from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.domain.schema import FINDINGS, PARTICIPANTS, PLAYS, TRACKING, Table
from ghost_pipeline.domain.tracked_part import EVERYONE
from ghost_pipeline.errors import BadInputError
from ghost_pipeline.parquet import Spool


@dataclass(frozen=True, order=True)
class RawFile:
    """One file as it came: `name` is its own name without folders, `path` where its bytes can be read."""

    name: str
    path: Path


@dataclass(frozen=True)
class Finding:
    """Something a reader noticed and coped with: in which file, where, what kind, in words, and how often."""

    file: str
    place: str
    kind: str
    message: str
    count: int = 1


@dataclass(frozen=True)
class Canonical:
    """One season-week in the canonical tables (domain.schema), conforming and sorted by their keys."""

    plays: pa.Table
    participants: pa.Table
    events: pa.Table
    tracking_parts: Spool
    """The rows of tracking in order, in one part or several; they wait on disk."""
    findings: tuple[Finding, ...]

    @property
    def tracking(self) -> pa.Table:
        """The whole table."""
        return pa.concat_tables(self.tracking_parts)

    @property
    def tables(self) -> tuple[pa.Table, pa.Table, pa.Table, pa.Table]:
        """In the order of `domain.schema.CANONICAL`."""
        return self.plays, self.participants, self.events, self.tracking


@dataclass(frozen=True)
class Weeks:
    """Which raw files each season-week needs; shared files such as a table of games belong to every week.

    `findings` tell of files that belong to no week, and why. `contents` gives, by week and file name, a hash of what a
    shared file holds of that week, where the reader can tell: the week is stale only when that changes.
    """

    files: dict[SeasonWeek, list[RawFile]]
    findings: list[Finding] = field(default_factory=list)
    contents: dict[SeasonWeek, dict[str, str]] = field(default_factory=dict)


class Family(Protocol):
    """One format family. A new one is one file with such a class and one line in `sources.registry`."""

    name: str
    expects: str
    """The files it is recognised by, in words, for error messages."""
    licence_note: str

    def recognises(self, files: Sequence[RawFile]) -> bool:
        """Whether these files are of this family: by their names and, where that is not enough, their columns."""

    def weeks(self, files: Sequence[RawFile]) -> Weeks:
        """Sort the files into season-weeks. Raises BadInputError when a file that all need is absent or broken."""

    def read(self, files: Sequence[RawFile], week: SeasonWeek) -> Canonical:
        """Read one season-week. Raises BadInputError naming file, place, what was found and the cure."""


def set_aside(file: RawFile, error: BadInputError) -> Finding:
    """That a file cannot be read, as a finding, so that the others still come in."""
    return Finding(file.name, error.place, "unreadable_file", f"set aside: {error}")


def assemble(
    source: str,
    week: SeasonWeek,
    plays: list[dict[str, Any]],
    participants: list[dict[str, Any]],
    events: pa.Table,
    tracking: pa.Table | Spool,
    findings: Iterable[Finding],
) -> Canonical:
    """Rows of plays and participants, without what the week and the source say, beside finished tracks.

    Raises BadInputError.
    """
    given = {
        "season_week": str(week),
        "season": week.season,
        "season_type": week.season_type,
        "week": week.week,
        "source": source,
    }
    for row in plays:
        row.setdefault("tracked_part", EVERYONE)

    def table(declared: Table, rows: list[dict[str, Any]]) -> pa.Table:
        if not rows:
            return empty(declared)
        # Arrow makes columns of whole rows in a fraction of the time that a list for every column takes.
        told = pa.Table.from_struct_array(pa.array(sorted(rows, key=itemgetter(*declared.key))))
        for name in given.keys() & set(declared.column_names):
            told = told.append_column(name, pa.repeat(given[name], len(rows)))
        return conform(declared, told, f"raw files of {week}")

    if isinstance(tracking, Spool):
        parts = tracking
    else:
        parts = Spool(TRACKING)
        parts.put(0, tracking)
    return Canonical(table(PLAYS, plays), table(PARTICIPANTS, participants), events, parts, merged(findings))


def merged(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings in order, those of one file, place and kind as one, and extra columns of many files said once."""
    first: dict[tuple[str, str, str], Finding] = {}
    for found in sorted(findings, key=lambda found: (found.file, found.place, found.kind)):
        key = (
            ("", found.message, found.kind) if found.kind == "extra_columns" else (found.file, found.place, found.kind)
        )
        known = first.get(key)
        if known is None:
            first[key] = found
        elif found.kind != "extra_columns":
            message = known.message if known.message == found.message else f"{known.message}; {found.message}"
            first[key] = replace(known, message=message, count=known.count + found.count)
    return tuple(first.values())


def findings_table(findings: Iterable[Finding], week: SeasonWeek) -> pa.Table:
    """Findings as rows of `domain.schema.FINDINGS`."""
    rows = [
        {
            "season_week": str(week),
            "source_object": found.file,
            "place": found.place,
            "kind": found.kind,
            "message": found.message,
            "count": found.count,
        }
        for found in findings
    ]
    return pa.Table.from_pylist(rows, schema=arrow_schema(FINDINGS))
