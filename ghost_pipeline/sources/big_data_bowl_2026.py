"""Big Data Bowl 2026, the prediction set: paths up to the throw, paths after it, no ball, no time, no events.

What the layout lacks the reader builds, and says so (`plays.constructed`): the frame of the throw is the last of the
input, the arrival follows after the frames of the output, and the ball is with the passer until the throw and then goes
straight and evenly to where it lands. See big_data_bowl.md.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.domain.events import ARRIVAL_EVENTS, THROW_EVENTS
from ghost_pipeline.domain.schema import BALL_ID
from ghost_pipeline.domain.tracked_part import KNOWN_ROLES
from ghost_pipeline.errors import BadInputError
from ghost_pipeline.sources.big_data_bowl_2026_layout import FACTS, INPUT, OUTPUT
from ghost_pipeline.sources.big_data_bowl_rows import Charts, chart_rows
from ghost_pipeline.sources.big_data_bowl_tracking import Tracked
from ghost_pipeline.sources.delimited import IDENTITY, read_rows, require_values, row_place
from ghost_pipeline.sources.family import Canonical, Finding, RawFile, Weeks, assemble
from ghost_pipeline.sources.keyed import Key, Row, read_keyed
from ghost_pipeline.sources.tracks import PlayId, as_samples, of_known_plays, play_place, settle

_FILE = re.compile(r"(?P<part>input|output)_(?P<season>\d{4})_w(?P<week>\d{1,2})\.csv(?:\.gz)?")
FACTS_FILE = "supplementary_data.csv"
_LAST_REGULAR_WEEK = 18
_THROW, _ARRIVAL = THROW_EVENTS[0], ARRIVAL_EVENTS[0]
_PASSER, _TARGET = "Passer", "Targeted Receiver"

_NO_FACTS: Row = dict.fromkeys((*FACTS.required, *FACTS.optional))


@dataclass(frozen=True)
class _Flight:
    """One play between throw and arrival, in the source's frame of reference; frames as in the input file."""

    throw: int
    frames: int
    landing: tuple[float, float]


class BigDataBowl2026:
    """The layout of 2026 (season 2023)."""

    name = "big_data_bowl_2026"
    expects = f"input_<season>_w<week>.csv, output_<season>_w<week>.csv and {FACTS_FILE}"
    licence_note = "Big Data Bowl: bound to the account that fetched it, not to be passed on."

    def recognises(self, files: Sequence[RawFile]) -> bool:
        return any((match := _FILE.fullmatch(file.name)) and match["part"] == "input" for file in files)

    def weeks(self, files: Sequence[RawFile]) -> Weeks:
        """By season and week in the files' names; an output without its input is left out and told."""
        facts = [file for file in files if file.name == FACTS_FILE]
        weeks: dict[SeasonWeek, dict[str, RawFile]] = defaultdict(dict)
        for file in sorted(files):
            if match := _FILE.fullmatch(file.name):
                number = int(match["week"])
                kind = "REG" if number <= _LAST_REGULAR_WEEK else "POST"
                weeks[SeasonWeek(int(match["season"]), kind, number)][match["part"]] = file
        message = "an output without its input, left out"
        findings = [
            Finding(held["output"].name, "", "no_input", message) for held in weeks.values() if "input" not in held
        ]
        return Weeks(
            {week: [*held.values(), *facts] for week, held in weeks.items() if "input" in held},
            findings,
        )

    def read(self, files: Sequence[RawFile], week: SeasonWeek) -> Canonical:
        """Read one week. Rows of the output that fit no play are left out and counted. Raises BadInputError."""
        held = {match["part"]: file for file in files if (match := _FILE.fullmatch(file.name))}
        if "input" not in held:
            raise BadInputError(f"input of {week}", "no such file", "it to be there", "Land the folder again.")
        rows, findings = _read_input(held["input"])
        after, found = _read_output(held.get("output"), held["input"], rows)
        findings += found
        flights, found = _flights(held["input"], rows, after)
        findings += found
        samples = [_samples(held["input"], rows, dict.fromkeys(flights, 0))]
        if len(after):
            directions = rows.group_by(["gameId", "playId"]).aggregate([("playDirection", "min")])
            directions = directions.rename_columns(["gameId", "playId", "playDirection"])
            after = after.join(directions, ["gameId", "playId"]).sort_by(
                [(name, "ascending") for name in ("gameId", "playId", "nflId", "frameId")]
            )
            throws = {play: flight.throw for play, flight in flights.items()}
            samples.append(_samples(held["output"], after, throws))
        ball, without_passer = _ball(held["input"], rows, flights)
        findings += without_passer
        tracks = settle(pa.concat_tables([*samples, ball]), week)
        charts, found = _charts(next((file for file in files if file.name == FACTS_FILE), None), rows, flights, week)
        findings += found
        directions_of = dict(zip(_keys(rows), rows["playDirection"].to_pylist(), strict=True))
        tracked = Tracked(held["input"], samples[0], directions_of, _players(rows))
        plays, people, doubts = chart_rows(charts, [tracked], tracks.moments(), {})
        for row in plays:
            row["play_type"] = "pass"
        if flights:
            message = (
                "throw, arrival and the ball's path are built from the release, the flight's length and the landing"
            )
            findings.append(Finding(held["input"].name, "", "constructed_flight", message, len(flights)))
        findings += [*doubts, *tracks.findings]
        return assemble(self.name, week, plays, people, tracks.events, tracks.tracking, findings)


def _keys(rows: pa.Table) -> list[PlayId]:
    return list(zip(rows["gameId"].to_pylist(), rows["playId"].to_pylist(), strict=True))


def _read_input(file: RawFile) -> tuple[pa.Table, list[Finding]]:
    rows, findings = read_rows(file, INPUT)
    require_values(file, rows, ("gameId", "playId", "nflId", "frameId", "playDirection", "side"), INPUT)
    for name, allowed in (("playDirection", ("left", "right")), ("side", ("Offense", "Defense"))):
        odd = pc.invert(pc.is_in(rows[name], pa.array(allowed)))
        if (row := pc.index(odd, True).as_py()) >= 0:
            expected, place = " or ".join(allowed), row_place(row, INPUT.in_file(name))
            raise BadInputError(file.name, repr(rows[name][row].as_py()), expected, "Correct it.", place)
    return rows, findings


def _read_output(file: RawFile | None, input_file: RawFile, rows: pa.Table) -> tuple[pa.Table, list[Finding]]:
    if file is None:
        message = "no output beside it: nothing is known after the throw, and no flight is built"
        empty = pa.table({name: pa.array([], kind) for name, kind in OUTPUT.required.items()})
        return empty, [Finding(input_file.name, "", "no_output", message)]
    after, findings = read_rows(file, OUTPUT)
    require_values(file, after, ("gameId", "playId", "nflId", "frameId"), OUTPUT)
    after, strange = of_known_plays(file, after, set(_keys(rows)), ("gameId", "playId"), "the input does not have it")
    return after, findings + strange


def _flights(file: RawFile, rows: pa.Table, after: pa.Table) -> tuple[dict[PlayId, _Flight], list[Finding]]:
    """Of every play with output: the last input frame, the frames after it, and where the ball comes down."""
    plays = ["gameId", "playId"]
    longest = after.group_by(plays).aggregate([("frameId", "max")]).to_pylist()
    frames_after = {(one["gameId"], one["playId"]): one["frameId_max"] for one in longest}
    wanted = [("frameId", "max"), *((name, "min") for name in ("flightFrames", "landingX", "landingY"))]
    flights: dict[PlayId, _Flight] = {}
    findings = []
    for one in rows.group_by(plays).aggregate(wanted).to_pylist():
        play = one["gameId"], one["playId"]
        promised, landing = one["flightFrames_min"], (one["landingX_min"], one["landingY_min"])
        if play not in frames_after:
            if len(after):
                message = "no row of it in the output: nothing is known after the throw"
                findings.append(Finding(file.name, play_place(*play), "no_output", message))
            continue
        if promised != frames_after[play]:
            message = f"num_frames_output is {promised}, the output has {frames_after[play]} frames, which are taken"
            findings.append(Finding(file.name, play_place(*play), "flight_length_differs", message))
        if None in landing:
            message = "no landing point: no flight is built"
            findings.append(Finding(file.name, play_place(*play), "no_landing_point", message))
            continue
        flights[play] = _Flight(one["frameId_max"], frames_after[play], landing)
    return flights, findings


def _samples(file: RawFile, rows: pa.Table, frames_before: Mapping[PlayId, int]) -> pa.Table:
    """SAMPLES of players; frames go on where `frames_before` ends."""
    shift = np.array([frames_before.get(play, 0) for play in _keys(rows)], np.int32)
    measured = {name: rows[name] for name in ("s", "a", "dir", "o") if name in rows.column_names}
    return as_samples(
        {
            "game_id": rows["gameId"],
            "play_id": rows["playId"],
            "nfl_id": rows["nflId"],
            "frame_id": pc.add(rows["frameId"], pa.chunked_array([pa.array(shift)])),
            "leftward": pc.equal(rows["playDirection"], "left"),
            "x": rows["x"],
            "y": rows["y"],
            **measured,
        },
        file,
    )


def _ball(file: RawFile, rows: pa.Table, flights: Mapping[PlayId, _Flight]) -> tuple[pa.Table, list[Finding]]:
    """SAMPLES of the ball with the events: with the passer until the throw, then straight and evenly to its landing."""
    passing = rows.filter(pc.fill_null(pc.equal(rows["role"], _PASSER), False))
    held: dict[PlayId, dict[int, Row]] = defaultdict(dict)
    for row in passing.to_pylist():
        held[row["gameId"], row["playId"]].setdefault(row["frameId"], row)
    built: list[Row] = []
    findings = []
    for play, flight in sorted(flights.items()):
        start = held[play].get(flight.throw)
        if start is None or start["x"] is None or start["y"] is None:
            message = "no passer in the frame of the throw: the ball's path is not built"
            findings.append(Finding(file.name, play_place(*play), "no_passer", message))
            continue
        about = {"game_id": play[0], "play_id": play[1], "leftward": start["playDirection"] == "left"}
        for frame, row in sorted(held[play].items()):
            event = _THROW if frame == flight.throw else None
            built.append({**about, "frame_id": frame, "x": row["x"], "y": row["y"], "event": event})
        for step in range(1, flight.frames + 1):
            share = step / flight.frames
            x, y = (
                begin + share * (end - begin)
                for begin, end in zip((start["x"], start["y"]), flight.landing, strict=True)
            )
            event = _ARRIVAL if step == flight.frames else None
            built.append({**about, "frame_id": flight.throw + step, "x": x, "y": y, "event": event})
    names = ("game_id", "play_id", "leftward", "frame_id", "x", "y", "event")
    columns: dict[str, pa.ChunkedArray | pa.Array] = {name: pa.array([row[name] for row in built]) for name in names}
    columns["nfl_id"] = pa.array([BALL_ID] * len(built), IDENTITY)
    return as_samples(columns, file), findings


def _players(rows: pa.Table) -> dict[PlayId, list[Row]]:
    columns = ["gameId", "playId", "nflId", "side"]
    players: dict[PlayId, list[Row]] = defaultdict(list)
    for row in rows.select(columns).group_by(columns).aggregate([]).to_pylist():
        person = {"nflId": row["nflId"], "club": row["side"], "jerseyNumber": None}
        players[row["gameId"], row["playId"]].append(person)
    return players


def _charts(
    file: RawFile | None, rows: pa.Table, flights: Mapping[PlayId, _Flight], week: SeasonWeek
) -> tuple[Charts, list[Finding]]:
    """The input's roles and the play-level table as the tables of the other years."""
    ids = set(rows["gameId"].to_pylist())
    known, findings = read_keyed(file, FACTS, ("gameId", "playId")) if file else ({}, [])
    known = {play: row for play, row in known.items() if play[0] in ids or row["week"] == week.week}
    places = {f"gameId {game} playId {play}" for game, play in known}
    findings = [found for found in findings if found.kind != "duplicate_rows" or found.place in places]
    lines = dict(zip(_keys(rows), rows["absoluteYardlineNumber"].to_pylist(), strict=True))
    plays: dict[Key, Row] = {}
    for play, line in sorted(lines.items()):
        if play not in known:
            message = f"not in {FACTS_FILE}: down, teams, result and description stay empty"
            findings.append(Finding(FACTS_FILE, play_place(*play), "play_without_facts", message))
        elif known[play]["week"] not in (None, week.week):
            message = f"week {known[play]['week']} here, {week.week} in the file's name, which is kept"
            findings.append(Finding(FACTS_FILE, play_place(*play), "week_differs", message))
        facts = known.get(play, _NO_FACTS)
        plays[play] = facts | {"absoluteYardlineNumber": line, "yardsAfterCatch": None}
    for play in sorted(known.keys() - plays.keys()):
        message = "a play of this week without tracking, left out"
        findings.append(Finding(FACTS_FILE, play_place(*play), "play_without_tracking", message))
    games = {play[:1]: plays[play] for play in sorted(plays, key=lambda play: play in known)}
    columns = ["gameId", "playId", "nflId", "role"]
    charted: dict[Key, Row] = {
        (row["gameId"], row["playId"], row["nflId"]): {
            "nflId": row["nflId"],
            "wasTargettedReceiver": str(int(row["role"] == _TARGET)),
            "hadDropback": str(int(row["role"] == _PASSER)),
            "yardageGainedAfterTheCatch": None,
            "routeRan": plays[row["gameId"], row["playId"]]["routeRan"] if row["role"] == _TARGET else None,
        }
        for row in rows.select(columns).group_by(columns).aggregate([]).to_pylist()
    }
    about = rows.select(["nflId", "displayName", "position"]).group_by(["nflId", "displayName", "position"])
    players: dict[Key, Row] = {}
    for row in about.aggregate([]).to_pylist():
        players.setdefault((row["nflId"],), row)
    charts = Charts(
        games=games,
        plays=plays,
        players=players,
        player_plays=charted,
        plays_file=FACTS_FILE,
        tracked_part=KNOWN_ROLES,
        constructed="ball, events" if flights else None,
    )
    return charts, findings
