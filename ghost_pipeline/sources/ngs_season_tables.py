"""The four tables of a season file set, one week of each: plays, samples with their events, and who did what."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.domain.schema import BALL_ID
from ghost_pipeline.sources.columnar import read_week, require_values
from ghost_pipeline.sources.delimited import COUNT, IDENTITY, NUMBER, TEXT, TIME, YES, Layout
from ghost_pipeline.sources.family import Finding, RawFile
from ghost_pipeline.sources.tracks import PlayId, as_samples, in_plays, of_known_plays, play_place

GSIS_NUMBERS_FROM = 1_000_000_000
"""These files name a player by the game statistics system (00-0026968). Its number, added to this, stands in for the
league's player number, of which none is that great."""

_MOST_DIGITS = 15
"""Of such an id; they have 9. What is longer is no player's."""

PLAY_NAMES = {
    "season": "season",
    "seasonType": "season_type",
    "week": "week",
    "gameId": "game_id",
    "playId": "play_id",
    "possessionTeamId": "play_possession_team_id",
    "teamId": "team_id",
    "teamAbbr": "team_abbr",
    "playType": "play_type",
    "playDirection": "play_direction",
    "quarter": "play_quarter",
    "gameClock": "play_game_clock",
    "down": "play_down",
    "yardsToGo": "play_yards_to_go",
    "absoluteYardlineNumber": "play_absolute_yardline_number",
    "preSnapHomeScore": "play_pre_snap_home_score",
    "preSnapVisitorScore": "play_pre_snap_visitor_score",
    "playDescription": "play_description",
}
"""The rename table: facts by the names of the tab-separated files <- columns of the season files."""
_TEXTS = ("seasonType", "teamAbbr", "playType", "playDirection", "gameClock", "playDescription")
_IDENTITIES = ("gameId", "playId", "teamId", "possessionTeamId")
_PLAYS = Layout(
    required={name: TEXT if name in _TEXTS else IDENTITY if name in _IDENTITIES else COUNT for name in PLAY_NAMES},
    renamed=PLAY_NAMES,
    unused=(
        "play_key play_yardline_side play_yardline_number play_yardline play_visitor_score play_time_of_day_utc "
        "play_type_code play_state play_is_scoring play_is_stplay play_is_penalty play_is_goal_to_go "
        "play_is_end_quarter play_is_big_play play_home_score play_game_key play_sequence"
    ),
)
_TRACKING = Layout(
    required={
        "game_id": IDENTITY,
        "play_id": IDENTITY,
        "frame_id": COUNT,
        "time": TIME,
        "side": TEXT,
        "team_abbr": TEXT,
        "gsis_id": TEXT,
        "jersey_number": COUNT,
        "position": TEXT,
        "x": NUMBER,
        "y": NUMBER,
    },
    optional={"esb_id": TEXT},
)
_EVENTS = Layout(
    required={"game_id": IDENTITY, "play_id": IDENTITY, "frame_id": COUNT, "event": TEXT}, unused="event_type time"
)
_PARTICIPATION = Layout(
    required={"game_id": IDENTITY, "play_id": IDENTITY, "gsis_id": TEXT},
    optional={"nfl_id": IDENTITY, "display_name": TEXT, "was_running_route": TEXT, "is_lined_up_as_qb": TEXT},
    unused="team_id team_abbr side esb_id jersey_number position was_blitzing",
)
_FRAME = ("game_id", "play_id", "frame_id")
Row = dict[str, Any]


@dataclass(frozen=True)
class Tracked:
    """Samples before the door, and the players of each play: nfl_id gsis_id esb_id side (home or away) team_abbr
    position jersey_number."""

    samples: pa.Table
    players: dict[PlayId, list[Row]]
    findings: list[Finding]


@dataclass(frozen=True)
class Charted:
    """What participation says of one player in one play; None where it does not say."""

    nfl_id: int | None
    display_name: str | None
    ran_route: bool | None
    is_passer: bool


def read_plays(file: RawFile) -> tuple[dict[PlayId, Row], list[Finding]]:
    """Facts of all plays of the season, by the names of the tab-separated files; the first row of each key.

    Raises BadInputError.
    """
    rows, findings = read_week(file, _PLAYS, None)
    require_values(file, rows, ("gameId", "playId"), _PLAYS)
    plays: dict[PlayId, Row] = {}
    for row in rows.to_pylist():
        key = row["gameId"], row["playId"]
        known = plays.setdefault(key, row)
        if known is not row:
            alike = "the same facts again, left out" if known == row else "other facts than the first row, left out"
            findings.append(Finding(file.name, play_place(*key), "duplicate_rows", alike))
    return plays, findings


def read_participation(
    file: RawFile | None, week: SeasonWeek
) -> tuple[dict[PlayId, dict[str, Charted]], list[Finding]]:
    """By play and gsis_id; nothing without a file. Raises BadInputError."""
    if file is None:
        return {}, []
    rows, findings = read_week(file, _PARTICIPATION, week)
    charted: dict[PlayId, dict[str, Charted]] = {}
    for row in rows.to_pylist():
        ran = row["was_running_route"]
        charted.setdefault((row["game_id"], row["play_id"]), {})[row["gsis_id"]] = Charted(
            row["nfl_id"], row["display_name"], None if ran is None else ran in YES, row["is_lined_up_as_qb"] in YES
        )
    return charted, findings


def read_tracked(
    tracking: RawFile,
    events: RawFile,
    week: SeasonWeek,
    facts: Mapping[PlayId, Row],
    numbers: Mapping[str, int],
) -> Tracked:
    """Samples of the plays in `facts` with their events; `numbers` names players by gsis_id whose league number is
    known. Raises BadInputError."""
    rows, findings = read_week(tracking, _TRACKING, week)
    require_values(tracking, rows, _FRAME)
    rows, strange = of_known_plays(tracking, rows, facts, ("game_id", "play_id"), "no row in the highlights")
    findings += strange
    named, found = read_week(events, _EVENTS, week)
    findings += found
    rows, lost = _with_events(events, rows, named)
    findings += lost
    is_ball = pc.fill_null(pc.equal(rows["side"], "ball"), False)
    rows = rows.append_column("nfl_id", _player_numbers(rows["gsis_id"], numbers))
    left = [play for play, row in facts.items() if row["playDirection"] == "left"]
    samples = as_samples(
        {
            "game_id": rows["game_id"],
            "play_id": rows["play_id"],
            "frame_id": rows["frame_id"],
            "nfl_id": pc.if_else(is_ball, pa.scalar(BALL_ID, IDENTITY), rows["nfl_id"]),
            "time_utc": rows["time"],
            "leftward": in_plays(rows["game_id"], rows["play_id"], left),
            **{name: rows[name] for name in ("x", "y", "event")},
        },
        tracking,
    )
    people = rows.filter(pc.and_(pc.invert(is_ball), pc.is_valid(rows["nfl_id"])))
    players, doubts = _players(tracking, people)
    return Tracked(samples, players, findings + doubts)


def _player_numbers(gsis_ids: pa.ChunkedArray, numbers: Mapping[str, int]) -> pa.ChunkedArray:
    """The league's number where it is known, else the one that stands in for it; null where there is no id."""
    ids = gsis_ids.unique().to_pylist()
    found = []
    for gsis_id in ids:
        digits = (gsis_id or "").replace("-", "")
        is_number = digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS
        stand_in = GSIS_NUMBERS_FROM + int(digits) if is_number else None
        found.append(numbers.get(gsis_id or "", stand_in))
    at = pc.index_in(gsis_ids, pa.array(ids, TEXT))
    return pa.chunked_array([pa.array(found, IDENTITY).take(at.combine_chunks())])


def _with_events(file: RawFile, rows: pa.Table, events: pa.Table) -> tuple[pa.Table, list[Finding]]:
    """The rows and, for each event, a copy of a sample of its frame that carries it: the form of the door."""
    row = pa.array(range(len(rows)), pa.int64())
    first = rows.select(list(_FRAME)).append_column("row", row).group_by(list(_FRAME)).aggregate([("row", "min")])
    at = events.join(first, list(_FRAME), join_type="left outer").sort_by("row_min")
    lost = at.filter(pc.is_null(at["row_min"])).to_pylist()
    findings = [
        Finding(
            file.name,
            play_place(one["game_id"], one["play_id"]),
            "event_without_samples",
            f"{one['event']} in frame {one['frame_id']}, which has no samples; left out",
        )
        for one in lost
    ]
    at = at.filter(pc.is_valid(at["row_min"]))
    carrying = rows.take(at["row_min"]).append_column("event", at["event"])
    plain = rows.append_column("event", pa.nulls(len(rows), TEXT))
    return pa.concat_tables([plain, carrying]), findings


def _players(file: RawFile, rows: pa.Table) -> tuple[dict[PlayId, list[Row]], list[Finding]]:
    columns = ["game_id", "play_id", "nfl_id", "gsis_id", "esb_id", "side", "team_abbr", "position", "jersey_number"]
    players: dict[PlayId, dict[int, Row]] = {}
    findings = []
    for person in rows.select(columns).group_by(columns).aggregate([]).to_pylist():
        play = person["game_id"], person["play_id"]
        known = players.setdefault(play, {}).setdefault(person["nfl_id"], person)
        if known is not person:
            message = f"player {person['gsis_id']} is described in two ways; the first is taken"
            findings.append(Finding(file.name, play_place(*play), "contradicting_player", message))
    return {play: list(people.values()) for play, people in players.items()}, findings
