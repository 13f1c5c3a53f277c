"""A tracking file of the Big Data Bowl: samples, and who stood on which side in every play."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ghost_pipeline.arrow import distinct
from ghost_pipeline.domain.schema import BALL_ID
from ghost_pipeline.errors import BadInputError
from ghost_pipeline.sources.delimited import (
    IDENTITY,
    TEXT,
    Layout,
    head,
    read_rows,
    read_runs,
    require_values,
    row_place,
)
from ghost_pipeline.sources.family import Finding, RawFile
from ghost_pipeline.sources.tracks import PlayId, as_samples, of_known_plays, play_place

_BALL_CLUBS = ("football", "ball")
_DIRECTIONS = ("left", "right")
_PEOPLE = ("gameId", "playId", "nflId", "club", "jerseyNumber", "displayName", "position", "route")


@dataclass(frozen=True)
class Tracked:
    """Samples before the door, the direction of every play (None where the layout has none), and its players as rows of
    nflId club jerseyNumber and, where the layout tells, displayName position route."""

    file: RawFile
    samples: pa.Table
    direction: dict[PlayId, str | None]
    players: dict[PlayId, list[dict[str, Any]]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def read_tracking(file: RawFile, plays: Collection[PlayId], layouts: Sequence[Layout]) -> Tracked:
    """Read the samples of these plays by the first layout that fits; those of any other play are left out and counted.

    Raises BadInputError.
    """
    layout = _fitting(file, layouts)
    return _tracked(file, plays, layout, *read_rows(file, layout))


def read_games(file: RawFile, plays: Collection[PlayId], layouts: Sequence[Layout]) -> Iterator[Tracked]:
    """As `read_tracking`, one game after another, in the order of the file. Raises as `delimited.read_runs`."""
    layout = _fitting(file, layouts)
    for rows, findings in read_runs(file, layout, "gameId"):
        yield _tracked(file, plays, layout, rows, findings)


def _fitting(file: RawFile, layouts: Sequence[Layout]) -> Layout:
    names, _ = head(file, layouts[0].delimiter)
    return next((one for one in layouts if not one.missing(names)), layouts[0])


def _tracked(
    file: RawFile, plays: Collection[PlayId], layout: Layout, rows: pa.Table, findings: list[Finding]
) -> Tracked:
    directed = "playDirection" in layout.required
    require_values(file, rows, ("gameId", "playId", "frameId", *(["playDirection"] if directed else [])), layout)
    columns = [*(name for name in _PEOPLE if name in rows.column_names), "playDirection"]
    people = distinct(rows, columns)
    _require_directions(file, rows, people, [*_DIRECTIONS, *([] if directed else [None])])
    why = "plays.csv and games.csv do not have it in this week"
    rows, strange = of_known_plays(file, rows, plays, ("gameId", "playId"), why, among=people)
    if strange:
        people = distinct(rows, columns)
    findings += strange

    direction: dict[PlayId, str | None] = {}
    for one in distinct(people, ("gameId", "playId", "playDirection")).to_pylist():
        play = one["gameId"], one["playId"]
        if direction.setdefault(play, one["playDirection"]) != one["playDirection"]:
            message = "rows of both directions; each is turned by its own"
            findings.append(Finding(file.name, play_place(*play), "two_directions", message))
    is_ball = pc.and_(pc.is_null(rows["nflId"]), pc.fill_null(pc.is_in(rows["club"], pa.array(_BALL_CLUBS)), False))
    samples = {
        "game_id": rows["gameId"],
        "play_id": rows["playId"],
        "frame_id": rows["frameId"],
        "nfl_id": pc.if_else(is_ball, pa.scalar(BALL_ID, IDENTITY), rows["nflId"]),
        "time_utc": rows["time"],
        "leftward": pc.fill_null(pc.equal(rows["playDirection"], "left"), False),
        **{name: rows[name] for name in ("x", "y", "s", "a", "dis", "o", "dir", "event")},
    }
    return Tracked(file, as_samples(samples, file), direction, _players(people), findings)


def _require_directions(file: RawFile, rows: pa.Table, people: pa.Table, allowed: list[str | None]) -> None:
    """Raises BadInputError at the first row with another direction; `people` are the rows without repetition."""
    values = pa.array(allowed, TEXT)
    if pc.all(pc.is_in(people["playDirection"], values)).as_py():
        return
    row = pc.index(pc.is_in(rows["playDirection"], values), False).as_py()
    value = repr(rows["playDirection"][row].as_py())
    raise BadInputError(file.name, value, "left or right", "Correct it.", row_place(row, "playDirection"))


def _players(people: pa.Table) -> dict[PlayId, list[dict[str, Any]]]:
    numbered = people.filter(pc.is_valid(people["nflId"]))
    players: dict[PlayId, list[dict[str, Any]]] = {}
    for person in distinct(numbered, [name for name in _PEOPLE if name in people.column_names]).to_pylist():
        players.setdefault((person["gameId"], person["playId"]), []).append(person)
    return players
