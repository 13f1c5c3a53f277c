"""One highlight play: a tab-separated file with a row per frame and player or ball, the play's facts on every row."""

import re
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.domain.schema import BALL_ID
from ghost_pipeline.errors import BadInputError
from ghost_pipeline.sources.delimited import (
    COUNT,
    IDENTITY,
    NUMBER,
    TEXT,
    TIME,
    Layout,
    head,
    read_rows,
    require_values,
)
from ghost_pipeline.sources.family import Finding, RawFile
from ghost_pipeline.sources.tracks import PlayId, as_samples, play_place

PLAY_FILE = re.compile(r"\d{4}_[A-Z]+_(?P<game>\d+)_(?P<play>\d+)\.tsv(?:\.gz)?")

_PLAY = {
    "gameId": IDENTITY,
    "playId": IDENTITY,
    "playType": TEXT,
    "season": COUNT,
    "seasonType": TEXT,
    "week": COUNT,
    "preSnapHomeScore": COUNT,
    "preSnapVisitorScore": COUNT,
    "playDirection": TEXT,
    "quarter": COUNT,
    "gameClock": TEXT,
    "down": COUNT,
    "yardsToGo": COUNT,
    "absoluteYardlineNumber": COUNT,
    "playDescription": TEXT,
}
_PLAYER = {
    "nflId": IDENTITY,
    "possessionFlag": COUNT,
    "homeTeamFlag": COUNT,
    "teamAbbr": TEXT,
    "displayName": TEXT,
    "gsisId": TEXT,
    "jerseyNumber": COUNT,
    "position": TEXT,
}
LAYOUT = Layout(
    required={**_PLAY, **_PLAYER, "frame": COUNT, "x": NUMBER, "y": NUMBER, "event": TEXT},
    optional={"time": TIME, "s": NUMBER, "o": NUMBER, "dir": NUMBER},
    unused="yardline yardlineSide yardlineNumber esbId positionGroup",
    delimiter="\t",
)
_IDENTITY = ("gameId", "playId", "season", "seasonType", "week", "playDirection")


@dataclass(frozen=True)
class PlayFile:
    """What one file says: `facts` by the source's names, `players` as rows of participants, samples before the door."""

    file: RawFile
    facts: dict[str, Any]
    players: list[dict[str, Any]]
    home_team: str | None
    visitor_team: str | None
    samples: pa.Table
    findings: list[Finding]

    @property
    def id(self) -> PlayId:
        return self.facts["gameId"], self.facts["playId"]

    @property
    def offense(self) -> list[dict[str, Any]]:
        return [player for player in self.players if player["side"] == "offense"]

    def tells_of_another_play(self, other: "PlayFile") -> bool:
        """Whether the other file's facts are of another moment of the game."""
        return any(
            self.facts[name] != other.facts[name] for name in ("quarter", "gameClock", "down", "playDescription")
        )

    def team(self, side: str) -> str | None:
        """Abbreviation of the offence or defence."""
        return next((player["team"] for player in self.players if player["side"] == side), None)


def week_in(file: RawFile) -> SeasonWeek:
    """The season-week in a file's first row, without reading the rest. Raises BadInputError."""
    _, row = head(file, LAYOUT.delimiter)
    try:
        return SeasonWeek(int(float(row["season"])), row["seasonType"], int(float(row["week"])))
    except (KeyError, ValueError, OverflowError) as error:
        raise BadInputError(
            file.name, f"no season-week ({error})", "season, seasonType and week", "Get the file again.", "row 2"
        ) from error


def read_play(file: RawFile) -> PlayFile:
    """Read one play. Raises BadInputError naming file, row and column."""
    rows, findings = read_rows(file, LAYOUT)
    facts = _one_play(file, rows)
    is_ball = pc.and_(pc.is_null(rows["nflId"]), pc.fill_null(pc.equal(rows["displayName"], "ball"), False))
    samples = as_samples(
        {
            "game_id": rows["gameId"],
            "play_id": rows["playId"],
            "frame_id": rows["frame"],
            "nfl_id": pc.if_else(is_ball, pa.scalar(BALL_ID, IDENTITY), rows["nflId"]),
            "time_utc": rows["time"],
            "leftward": pa.repeat(facts["playDirection"] == "left", len(rows)),
            **{name: rows[name] for name in ("x", "y", "s", "o", "dir", "event")},
        },
        file,
    )
    people = rows.filter(pc.is_valid(rows["nflId"])).select(list(_PLAYER)).group_by(list(_PLAYER)).aggregate([])
    players: dict[int, dict[str, Any]] = {}
    teams: dict[int, str] = {}
    for person in people.to_pylist():
        if person["nflId"] in players:
            message = f"player {person['nflId']} is described in two ways; the first is taken"
            findings.append(Finding(file.name, _place(facts), "contradicting_player", message))
            continue
        players[person["nflId"]] = _participant(file, facts, person)
        teams[person["homeTeamFlag"]] = person["teamAbbr"]
    return PlayFile(file, facts, list(players.values()), teams.get(1), teams.get(0), samples, findings)


def _one_play(file: RawFile, rows: pa.Table) -> dict[str, Any]:
    """The facts on the first row, after making sure that every row is of the same play."""
    require_values(file, rows, (*_IDENTITY, "frame"))
    for name in _IDENTITY:
        found = rows[name].unique().to_pylist()
        if len(found) > 1:
            raise BadInputError(
                file.name, f"{name} {found[0]} and {found[1]}", "one play", "Split the file by play.", f"column {name}"
            )
    facts = rows.select(list(_PLAY)).slice(0, 1).to_pylist()[0]
    if facts["playDirection"] not in ("left", "right"):
        raise BadInputError(
            file.name, f"{facts['playDirection']!r}", "left or right", "Correct it.", "column playDirection"
        )
    return facts


def _participant(file: RawFile, facts: dict[str, Any], person: dict[str, Any]) -> dict[str, Any]:
    if person["possessionFlag"] not in (0, 1):
        raise BadInputError(
            file.name,
            f"{person['possessionFlag']} for {person['displayName']}",
            "1 for the offence and 0 for the defence",
            "Correct the rows of this player.",
            "column possessionFlag",
        )
    return {
        "game_id": facts["gameId"],
        "play_id": facts["playId"],
        "nfl_id": person["nflId"],
        "side": "offense" if person["possessionFlag"] == 1 else "defense",
        "team": person["teamAbbr"],
        "position": person["position"],
        "jersey_number": person["jerseyNumber"],
        "display_name": person["displayName"],
        "gsis_id": person["gsisId"],
    }


def _place(facts: dict[str, Any]) -> str:
    return play_place(facts["gameId"], facts["playId"])
