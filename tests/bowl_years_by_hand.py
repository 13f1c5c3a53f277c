"""The made-up pass of raw_files_by_hand in the layouts of the Big Data Bowl's other years, as published."""

from pathlib import Path

from raw_files_by_hand import (
    DEFENSE,
    EVENTS,
    GAME,
    OFFENSE,
    PLAY,
    TARGET,
    Row,
    samples,
    write_rows,
)

WORDS = "(7:20) O.NumberA pass deep left to O.NumberC to KC 25 for 15 yards (D.NumberA)."
THROW = next(frame for frame, event in EVENTS.items() if event == "pass_forward")
ARRIVAL = next(frame for frame, event in EVENTS.items() if event == "pass_arrived")
LINEMEN = ("T",)


def entity(row: Row, home_and_away: bool, ball: str) -> str:
    """The club of a sample."""
    teams = {True: "home", False: "away"} if home_and_away else {True: "OAK", False: "KC"}
    return teams.get(row["offense"], ball)


def write_2019(folder: Path, plays: tuple[int, ...] = (PLAY,), game: int = GAME, rows: list[Row] | None = None) -> Path:
    """Season 2017: tracking by game, no o, no a, no direction; the pass goes to the left."""
    game_row = {"season": 2017, "week": 1, "gameDate": "09/07/2017", "gameId": game, "homeTeamAbbr": "OAK"}
    write_rows(folder / "games.csv", [game_row | {"visitorTeamAbbr": "KC"}])
    facts = [
        {
            "gameId": game,
            "playId": play,
            "quarter": 2,
            "GameClock": "07:20:00",
            "down": 3,
            "yardsToGo": 8,
            "possessionTeam": "OAK",
            "yardlineSide": "OAK",
            "yardlineNumber": 40,
            "HomeScoreBeforePlay": 7,
            "VisitorScoreBeforePlay": 3,
            "PassLength": 9,
            "PassResult": "C",
            "YardsAfterCatch": 6,
            "playDescription": WORDS,
        }
        for play in plays
    ]
    write_rows(folder / "plays.csv", facts)
    people = [
        {"nflId": number, "FirstName": name.split()[0], "LastName": name.split()[1], "PositionAbbr": position}
        for number, name, position in OFFENSE + DEFENSE
    ]
    write_rows(folder / "players.csv", people)
    tracked = [
        {
            "time": f"2017-09-08T00:41:{row['frame'] // 10:02d}.{row['frame'] % 10}00Z",
            **{name: row[name] for name in ("x", "y", "s")},
            "dis": 0.5,
            "dir": row["dir"] if row["dir"] != "" else "NA",
            "event": row["event"] or "NA",
            "nflId": "NA" if row["id"] is None else f"{row['id']}.0",
            "displayName": row["name"],
            "jerseyNumber": "NA" if row["id"] is None else row["id"] % 100,
            "team": entity(row, True, "ball"),
            "frame.id": row["frame"] + 1,
            "gameId": game,
            "playId": play,
        }
        for play in plays
        for row in (samples(game, play) if rows is None else rows)
    ]
    write_rows(folder / f"tracking_gameId_{game}.csv", tracked)
    return folder


def plays_row(play: int, **more: object) -> Row:
    """A row of plays.csv as 2021 and later write it."""
    return {
        "gameId": GAME,
        "playId": play,
        "playDescription": WORDS,
        "quarter": 2,
        "down": 3,
        "yardsToGo": 8,
        "possessionTeam": "OAK",
        "gameClock": "07:20",
        "preSnapHomeScore": 7,
        "preSnapVisitorScore": 3,
        "absoluteYardlineNumber": 70,
        "passResult": "C",
        **more,
    }


def write_people(folder: Path) -> None:
    """players.csv as 2021 and later write it."""
    people = [{"nflId": number, "position": p, "displayName": name} for number, name, p in OFFENSE + DEFENSE]
    write_rows(folder / "players.csv", people)


def tracking_row(row: Row, play: int, club: str, **more: object) -> Row:
    """A sample as 2023 and 2024 write it."""
    known = row["id"] is not None
    return {
        "gameId": GAME,
        "playId": play,
        "nflId": row["id"] if known else "NA",
        "frameId": row["frame"] + 1,
        "time": row["time"],
        "jerseyNumber": row["id"] % 100 if known else "NA",
        club: entity(row, False, "football"),
        "playDirection": "left",
        "a": 0.5,
        "dis": 0.5,
        **{name: row[name] for name in ("x", "y", "s")},
        **{name: row[name] if row[name] != "" else "NA" for name in ("o", "dir", "event")},
        **more,
    }


def write_2021(folder: Path, targets: bool = True) -> Path:
    """Season 2018: linemen are missing, sides are home and away, the season is in the date."""
    write_rows(
        folder / "games.csv",
        [{"gameId": GAME, "gameDate": "09/06/2018", "homeTeamAbbr": "OAK", "visitorTeamAbbr": "KC", "week": 1}],
    )
    write_rows(folder / "plays.csv", [plays_row(PLAY, epa=0.7, isDefensivePI="FALSE")])
    write_people(folder)
    if targets:
        write_rows(folder / "targetedReceiver.csv", [{"gameId": GAME, "playId": PLAY, "targetNflId": TARGET}])
    rows = []
    for row in samples():
        if row["position"] in LINEMEN or (row["offense"] is False and row["id"] >= 208):
            continue
        about = {"position": row["position"] or "NA", "route": "GO" if row["id"] == TARGET else "NA"}
        sample = tracking_row(row, PLAY, "team", displayName=row["name"], **about)
        sample["team"] = entity(row, True, "football")
        sample["time"] = f"{str(row['time']).replace(' ', 'T')}99Z"
        rows.append(sample)
    write_rows(folder / "week1.csv", rows)
    return folder


def write_2023(folder: Path, club: str = "club") -> Path:
    """Season 2021: no charted targets."""
    game = {"gameId": GAME, "season": 2021, "week": 1, "homeTeamAbbr": "OAK", "visitorTeamAbbr": "KC"}
    write_rows(folder / "games.csv", [game])
    write_rows(
        folder / "plays.csv",
        [plays_row(PLAY, defensiveTeam="KC", pff_passCoverage="Cover-3", pff_passCoverageType="Zone")],
    )
    write_people(folder)
    name = "tracking_week_1.csv" if club == "club" else "week1.csv"
    write_rows(folder / name, [tracking_row(row, PLAY, club) for row in samples()])
    return folder


def write_2024(folder: Path, **changes: object) -> Path:
    """Season 2022: plays with a ball carrier."""
    game = {"gameId": GAME, "season": 2022, "week": 1, "homeTeamAbbr": "OAK", "visitorTeamAbbr": "KC"}
    write_rows(folder / "games.csv", [game])
    facts = plays_row(PLAY, defensiveTeam="KC", ballCarrierId=TARGET, passLength=9) | changes
    write_rows(folder / "plays.csv", [facts])
    write_people(folder)
    write_rows(folder / "tackles.csv", [{"gameId": GAME, "playId": PLAY, "nflId": 200, "tackle": 1}])
    rows = [tracking_row(row, PLAY, "club", displayName=row["name"]) for row in samples()]
    write_rows(folder / "tracking_week_1.csv", rows)
    return folder


ROLES = {100: "Passer", TARGET: "Targeted Receiver", 101: "Other Route Runner", 103: "Other Route Runner"}
PREDICTED = (TARGET, 200, 201)
LANDING = (60.0, 22.0)


def write_2026(folder: Path, facts: bool = True) -> Path:
    """Season 2023: input to the throw, output after it; some of the players, no ball, no time, no events."""
    before, after = [], []
    for row in samples():
        number, frame = row["id"], row["frame"]
        role = ROLES.get(number, "Defensive Coverage" if row["offense"] is False and number < 207 else None)
        if role is None:
            continue
        key = {"game_id": GAME, "play_id": PLAY}
        if frame <= THROW:
            before.append(
                {
                    **key,
                    "player_to_predict": str(number in PREDICTED),
                    "nfl_id": number,
                    "frame_id": frame + 1,
                    "play_direction": "left",
                    "absolute_yardline_number": 70,
                    "player_name": row["name"],
                    "player_height": "6-1",
                    "player_weight": 200,
                    "player_birth_date": "1996-01-01",
                    "player_position": row["position"],
                    "player_side": "Offense" if row["offense"] else "Defense",
                    "player_role": role,
                    **{name: row[name] for name in ("x", "y", "s")},
                    "a": 0.5,
                    **{name: row[name] for name in ("dir", "o")},
                    "num_frames_output": ARRIVAL - THROW,
                    "ball_land_x": LANDING[0],
                    "ball_land_y": LANDING[1],
                }
            )
        elif frame <= ARRIVAL and number in PREDICTED:
            after.append({**key, "nfl_id": number, "frame_id": frame - THROW, "x": row["x"], "y": row["y"]})
    write_rows(folder / "input_2023_w01.csv", before)
    write_rows(folder / "output_2023_w01.csv", after)
    if facts:
        known = {
            "game_id": GAME,
            "season": 2023,
            "week": 1,
            "home_team_abbr": "OAK",
            "visitor_team_abbr": "KC",
            "play_id": PLAY,
            "play_description": WORDS,
            "quarter": 2,
            "game_clock": "07:20",
            "down": 3,
            "yards_to_go": 8,
            "possession_team": "OAK",
            "defensive_team": "KC",
            "pre_snap_home_score": 7,
            "pre_snap_visitor_score": 3,
            "pass_result": "C",
            "pass_length": 9,
            "route_of_targeted_receiver": "GO",
            "team_coverage_man_zone": "ZONE_COVERAGE",
            "yards_gained": 15,
        }
        write_rows(folder / "supplementary_data.csv", [known])
    return folder
