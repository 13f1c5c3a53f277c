"""Whether a reader answered for everything a folder holds: a second, simple look at the files, beside what it gave."""

import csv
import gzip
import io
import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from fuzz_samples import is_tracking, lists_plays

from ghost_pipeline.domain.schema import BALL_ID
from ghost_pipeline.errors import GhostError
from ghost_pipeline.sources.family import RawFile
from ghost_pipeline.sources.registry import recognise
from ghost_pipeline.sources.tracks import PlayId, play_place

_WHOLE = re.compile(r"[ \t]*[+-]?[0-9]{1,16}(\.0*)?[ \t]*")
_OF_WHOLE_FILES = ("unreadable_file", "unknown_week", "incomplete_season", "no_input", "week_without_tracking")
_READ_OF_NO_FILE = ("extra_columns",)
_KEYS = (("gameId", "playId"), ("game_id", "play_id"))


@dataclass
class Answer:
    """What reading a folder gave: tables by week, findings and errors as (file or "", place or text, kind)."""

    tables: dict[str, tuple[pa.Table, ...]] = field(default_factory=dict)
    findings: list[tuple[str, str, str]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def tells_of(self, file: str, play: PlayId, names: Iterable[str]) -> bool:
        """Whether a finding or an error names this play, or says that its file or the whole week is not read."""
        place = play_place(*play)
        return (
            any(place in where for _, where, _ in self.findings)
            or any(found == file and kind in _OF_WHOLE_FILES for found, _, kind in self.findings)
            or any(place in error or any(name in error for name in names) for error in self.errors)
        )

    def tells_of_rows(self, files: Collection[str], play: PlayId) -> bool:
        """Whether a finding says that something about the samples of this play, or of one of its files, was odd."""
        return any(
            kind not in _READ_OF_NO_FILE and (where == play_place(*play) or (name in files and kind in _OF_WHOLE_FILES))
            for name, where, kind in self.findings
        )


def read_folder(folder: Path) -> Answer:
    """Recognise, sort into weeks and read every week. Raises whatever is no GhostError."""
    answer = Answer()
    files = [RawFile(path.name, path) for path in sorted(folder.iterdir())]
    try:
        family = recognise(files)
        weeks = family.weeks(files)
    except GhostError as error:
        answer.errors.append(str(error))
        return answer
    answer.findings += [(one.file, one.place, one.kind) for one in weeks.findings]
    if not weeks.files:  # Landing is refused then, for these reasons.
        answer.errors += [f"{found.file}: {found.message}" for found in weeks.findings]
    for week, held in weeks.files.items():
        try:
            read = family.read(held, week)
            answer.tables[str(week)] = read.plays, read.participants, read.events, read.tracking
            answer.findings += [(one.file, one.place, one.kind) for one in read.findings]
        except GhostError as error:
            answer.errors.append(str(error))
    return answer


def complaints(folder: Path, whole: dict[str, bytes], answer: Answer) -> list[str]:
    """What an answer owes: plays of the whole sample or of the folder as it is now that are neither read nor told of,
    samples that vanished without a word, and rows of the tables that do not fit each other."""
    names = sorted(path.name for path in folder.iterdir())
    rows_out = _rows_out(answer)
    read = {play for plays, *_ in answer.tables.values() for play in _ids(plays)}
    found = []
    for name in names:
        if not (is_tracking(name) or lists_plays(name)):
            continue
        content = (folder / name).read_bytes()
        held = _plays_in(name, content)
        if held is None:  # Nobody can tell what it still holds: what it held when it was whole has to be answered for.
            held = dict.fromkeys(_plays_in(name, whole[name]) or {}, 0)
        for play in held:
            if play not in read and not answer.tells_of(name, play, names):
                found.append(f"{play_place(*play)} stands in {name}, and is neither read nor told of")
    for play, rows in _rows_in(folder).items():
        files, count = rows
        if play in read and rows_out[play] < count and not answer.tells_of_rows(files, play):
            found.append(f"{play_place(*play)} has {count} samples, {rows_out[play]} were read, and nothing is told")
    return [*found, *_misfits(answer)]


def _misfits(answer: Answer) -> list[str]:
    found = []
    for week, (plays, people, events, tracking) in answer.tables.items():
        ids, known = (
            _ids(plays),
            {(*play, player) for play, player in zip(_ids(people), people["nfl_id"].to_pylist(), strict=True)},
        )
        if len(set(ids)) < len(ids) or len(known) < len(people):
            found.append(f"{week}: a play or a participant twice")
        for table, name in ((people, "participants"), (events, "events"), (tracking, "tracking")):
            if strange := set(_ids(table)) - set(ids):
                found.append(f"{week}: {name} of plays that are not there: {sorted(strange)[:3]}")
    return found


def _ids(table: pa.Table) -> list[PlayId]:
    return list(zip(table["game_id"].to_pylist(), table["play_id"].to_pylist(), strict=True))


def _rows_out(answer: Answer) -> dict[PlayId, int]:
    """Samples read of each play; of a play whose ball was built only those of players."""
    count: dict[PlayId, int] = defaultdict(int)
    for plays, _, _, tracking in answer.tables.values():
        if any(plays["constructed"].to_pylist()):
            tracking = tracking.filter(pc.not_equal(tracking["nfl_id"], BALL_ID))
        for play in _ids(tracking):
            count[play] += 1
    return count


def _rows_in(folder: Path) -> dict[PlayId, tuple[list[str], int]]:
    """Different samples of each play in the tracking files, as far as a simple look can tell, and these files."""
    found: dict[PlayId, tuple[list[str], int]] = {}
    for path in sorted(folder.iterdir()):
        if is_tracking(path.name):
            for play, rows in (_plays_in(path.name, path.read_bytes()) or {}).items():
                files, count = found.get(play, ([], 0))
                found[play] = [*files, path.name], count + rows
    return found


@lru_cache(maxsize=200)
def _plays_in(name: str, content: bytes) -> dict[PlayId, int] | None:
    """Different rows of every play; None where this look cannot tell. Events do not make rows different."""
    table = _parquet(content) if name.endswith(".parquet") else _delimited(content, "\t" if ".tsv" in name else ",")
    if table is None:
        return None
    header, rows = table
    key = next((key for key in _KEYS if set(key) <= set(header)), None)
    if key is None or len(set(header)) < len(header):
        return None
    places = [header.index(one) for one in key]
    skipped = header.index("event") if "event" in header else -1
    if name == "supplementary_data.csv" and "week" in header:  # Of a whole season: other weeks are not this folder's.
        rows = [row for row in rows if row[header.index("week") : header.index("week") + 1] == ["1"]]
    different: dict[PlayId, set[tuple]] = defaultdict(set)
    for row in rows:
        if len(row) != len(header):
            return None
        ids = [str(row[place]) for place in places]
        if all(_WHOLE.fullmatch(one) for one in ids):
            play = tuple(int(float(one)) for one in ids)
            different[play].add(tuple(value for at, value in enumerate(row) if at != skipped))
    return {play: len(found) for play, found in different.items()}


def _delimited(content: bytes, separator: str) -> tuple[list[str], list[list[str]]] | None:
    try:
        plain = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
        rows = [
            row for row in csv.reader(io.StringIO(plain.decode("utf-8-sig"), newline=""), delimiter=separator) if row
        ]
    except Exception:
        return None
    return (rows[0], rows[1:]) if rows else None


def _parquet(content: bytes) -> tuple[list[str], list[tuple]] | None:
    try:
        table = pq.read_table(io.BytesIO(content))
        columns = [column if pa.types.is_primitive(column.type) else map(str, column) for column in table.columns]
        return table.column_names, list(zip(*columns, strict=True))
    except Exception:
        return None
