"""Small raw files in the published layouts, written from one made-up pass, so that tests can spoil them."""

import csv
import gzip
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

FRAMES = 12
EVENTS = {2: "ball_snap", 5: "pass_forward", 9: "pass_arrived", 10: "pass_outcome_caught"}
OFFENSE = [(100 + i, f"Off Number{chr(65 + i)}", position) for i, position in enumerate(["QB", "WR", "WR", "TE", "RB"])]
OFFENSE += [(105 + i, f"Big Lineman{chr(65 + i)}", "T") for i in range(6)]
DEFENSE = [(200 + i, f"Def Number{chr(65 + i)}", "CB") for i in range(11)]
TARGET = 102
GAME, PLAY = 2022090800, 56
"""The offence (OAK, at home) attacks to the left from x = 70; the target runs a yard per 0.2 s toward x = 0."""

Row = dict[str, object]


def samples(game: int = GAME, play: int = PLAY) -> list[Row]:
    """The pass in neutral terms: one row per frame and entity."""
    people = [(number, name, position, True) for number, name, position in OFFENSE]
    people += [(number, name, position, False) for number, name, position in DEFENSE]
    rows = []
    for frame in range(FRAMES):
        time = f"2022-09-09 00:24:{frame // 10:02d}.{frame % 10}"
        common = {"game": game, "play": play, "frame": frame, "time": time, "event": EVENTS.get(frame, "")}
        for i, (number, name, position, offense) in enumerate(people):
            x = 71 + i % 3 - (frame * 0.5 if number == TARGET else 0) if offense else 66.0
            about = {"id": number, "name": name, "position": position, "offense": offense}
            speed = 5.0 if number == TARGET else 0.0
            rows.append({**common, **about, "x": x, "y": 2.0 + 2 * i, "s": speed, "dir": 270.0, "o": 260.0})
        ball = {"id": None, "name": "ball", "position": "", "offense": None, "dir": "", "o": ""}
        rows.append({**common, **ball, "x": 70.0 - frame, "y": 20.0, "s": 10.0})
    return rows


def ngs_row(row: Row, **changes: object) -> Row:
    """A sample as the highlight files write it."""
    flag = {True: "1.0", False: "0.0", None: ""}[row["offense"]]
    number = "" if row["id"] is None else f"{row['id']}.0"
    return {
        "gameId": row["game"],
        "playId": row["play"],
        "playType": "play_type_pass",
        "season": 2022,
        "seasonType": "REG",
        "week": 1,
        "preSnapHomeScore": 7,
        "preSnapVisitorScore": 3,
        "playDirection": "left",
        "quarter": 2,
        "gameClock": "07:20",
        "down": 3,
        "yardsToGo": 8,
        "yardline": "KC 40",
        "yardlineSide": "KC",
        "yardlineNumber": 40,
        "absoluteYardlineNumber": 70,
        "possessionFlag": flag,
        "homeTeamFlag": flag,
        "teamAbbr": {True: "OAK", False: "KC", None: ""}[row["offense"]],
        "frame": row["frame"],
        "displayName": row["name"],
        "esbId": "",
        "gsisId": "" if row["id"] is None else f"00-0000{row['id']}",
        "jerseyNumber": "" if row["id"] is None else f"{row['id'] % 100}.0",
        "nflId": number,
        "position": row["position"],
        "positionGroup": "",
        **{name: row[name] for name in ("time", "x", "y", "s", "o", "dir", "event")},
        "playDescription": "(7:20) O.NumberA pass deep left to O.NumberC to KC 25 for 15 yards (D.NumberA).",
        **changes,
    }


def write_rows(path: Path, rows: list[Row], delimiter: str = ",") -> Path:
    """A delimited file with the columns of the first row; gzip by its name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "wt", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_ngs_play(folder: Path, play: int = PLAY, game: int = GAME, suffix: str = ".tsv", **changes: object) -> Path:
    """One highlight file."""
    rows = [ngs_row(row, **changes) for row in samples(game, play)]
    return write_rows(folder / f"2022_OAK_{game}_{play}{suffix}", rows, "\t")


def write_ngs_index(folder: Path, *plays: int, target: int = TARGET, text: str | None = None) -> Path:
    """The index of these plays, with the statistics of a completed pass to `target`."""
    stats = [
        {"statId": 16, "gsisId": "00-0000100", "yards": 15},
        {"statId": 111, "gsisId": "00-0000100", "yards": 9},
        {"statId": 115, "gsisId": f"00-0000{target}", "yards": 0},
        {"statId": 113, "gsisId": f"00-0000{target}", "yards": 6},
    ]
    rows = [
        {
            "gameId": GAME,
            "playId": play,
            "season": 2022,
            "seasonType": "REG",
            "week": 1,
            "play.playStats": repr(stats) if text is None else text,
        }
        for play in plays
    ]
    return write_rows(folder / "ngs_highlights_index.tsv", rows, "\t")


def season_sample(row: Row, play: int = PLAY, week: int = 1) -> Row:
    """A sample as the season files write it: positions only, frames from 1, players by gsis_id."""
    team = {True: ("home", "OAK"), False: ("away", "KC"), None: ("ball", None)}[row["offense"]]
    known = row["id"] is not None
    return {
        "season": 2022,
        "season_type": "REG",
        "week": week,
        "game_id": row["game"],
        "play_id": play,
        "frame_id": row["frame"] + 1,
        "time": datetime.fromisoformat(f"{row['time']}00000").replace(tzinfo=UTC),
        "side": team[0],
        "team_abbr": team[1],
        "gsis_id": f"00-0000{row['id']}" if known else None,
        "esb_id": f"{'NUM' if row['id'] == TARGET else 'OTH'}{row['id']:06d}" if known else None,
        "jersey_number": row["id"] % 100 if known else None,
        "position": row["position"] if known else None,
        "x": row["x"],
        "y": row["y"],
    }


def season_play(play: int = PLAY, week: int = 1, game: int = GAME) -> Row:
    """The play as the season files write it: everything is text."""
    facts = {
        "play_key": 1,
        "season": 2022,
        "season_type": "REG",
        "week": week,
        "game_id": game,
        "play_id": play,
        "team_id": 2520,
        "team_abbr": "OAK",
        "play_direction": "left",
        "play_absolute_yardline_number": 70,
        "play_yards_to_go": 8,
        "play_quarter": 2,
        "play_pre_snap_visitor_score": "3.0",
        "play_pre_snap_home_score": "7.0",
        "play_possession_team_id": 2520,
        "play_type": "play_type_pass",
        "play_description": "(7:20) O.NumberA pass deep left to O.NumberC to KC 25 for 15 yards (D.NumberA).",
        "play_game_clock": "07:20",
        "play_down": 3,
    }
    return {name: str(value) for name, value in facts.items()}


def write_season(
    folder: Path,
    samples_of: list[Row],
    plays: list[Row],
    events: list[Row] | None = None,
    participation: list[Row] | None = None,
    row_group_size: int = 200,
) -> Path:
    """The season files of 2022; without `events` those of the made-up pass in every play."""
    keys = ("season", "season_type", "week", "game_id", "play_id")
    if events is None:
        of_plays = {tuple(row[name] for name in keys) for row in samples_of}
        events = [
            {**dict(zip(keys, play, strict=True)), "event": event, "event_type": "play", "frame_id": frame + 1}
            for play in sorted(of_plays)
            for frame, event in EVENTS.items()
        ]
    folder.mkdir(parents=True, exist_ok=True)
    tables = {"highlights": plays, "highlight_tracking": samples_of, "highlight_events": events}
    if participation is not None:
        tables["highlight_participation"] = participation
    for name, rows in tables.items():
        table = pa.Table.from_pylist(rows)
        pq.write_table(table, folder / f"ngs_{name}_2022.parquet", row_group_size=row_group_size)
    return folder


def bowl_row(row: Row, **changes: object) -> Row:
    """A sample as the Big Data Bowl of 2025 writes it; its frames count from 1."""
    return {
        "gameId": row["game"],
        "playId": row["play"],
        "nflId": "NA" if row["id"] is None else row["id"],
        "displayName": row["name"],
        "frameId": row["frame"] + 1,
        "frameType": "AFTER_SNAP",
        "jerseyNumber": "NA" if row["id"] is None else row["id"] % 100,
        "club": {True: "OAK", False: "KC", None: "football"}[row["offense"]],
        "playDirection": "left",
        "a": 0.5,
        "dis": 0.5,
        **{name: row[name] for name in ("time", "x", "y", "s")},
        **{name: row[name] if row[name] != "" else "NA" for name in ("o", "dir", "event")},
        **changes,
    }


def write_bowl(folder: Path, plays: tuple[int, ...] = (PLAY,), week: int = 1) -> Path:
    """A whole folder of one game."""
    keys = {"gameId": GAME}
    game = {**keys, "season": 2022, "week": week, "homeTeamAbbr": "OAK", "visitorTeamAbbr": "KC"}
    write_rows(folder / "games.csv", [game])
    facts = [
        {
            **keys,
            "playId": play,
            "playDescription": "a pass, a catch",
            "quarter": 2,
            "down": 3,
            "yardsToGo": 8,
            "possessionTeam": "OAK",
            "defensiveTeam": "KC",
            "gameClock": "07:20",
            "preSnapHomeScore": 7,
            "preSnapVisitorScore": 3,
            "absoluteYardlineNumber": 70,
            "passResult": "C",
            "passLength": 9,
            "pff_manZone": "Zone",
        }
        for play in plays
    ]
    write_rows(folder / "plays.csv", facts)
    people = [{"nflId": number, "position": p, "displayName": name} for number, name, p in OFFENSE + DEFENSE]
    write_rows(folder / "players.csv", people)
    charted = [
        {
            **keys,
            "playId": play,
            "nflId": number,
            "hadDropback": int(number == 100),
            "wasTargettedReceiver": int(number == TARGET),
            "yardageGainedAfterTheCatch": 6 if number == TARGET else 0,
            "routeRan": "GO" if number == TARGET else "NA",
        }
        for play in plays
        for number, _, _ in OFFENSE
    ]
    write_rows(folder / "player_play.csv", charted)
    rows = [bowl_row(row) for play in plays for row in samples(GAME, play)]
    write_rows(folder / f"tracking_week_{week}.csv", rows)
    return folder
