"""What moves on a play's picture, as plain numbers for the viewer: players, ball, targets and their ghosts.

Places are whole hundredths of a yard in the offence's frame of reference: short in JSON and finer than the sensors.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ghost_pipeline.domain.field import FRAME_S, GOAL_LINE_X_YD
from ghost_pipeline.domain.positions import DEFENSIVE_BACKS
from ghost_pipeline.domain.scene import BALL, PLAYERS_PER_SIDE, Scenes

PER_YARD = 100
Record = Mapping[str, Any]


def play_motion(
    scenes: Scenes,
    play: int,
    people: Mapping[int, Record],
    options: Sequence[Record],
    paths: Mapping[int, Mapping[int, Sequence[Record]]],
) -> dict[str, Any]:
    """The play as the viewer's JSON.

    `people` are the play's participants by player number, `options` its rows of what_if_options, `paths` its rows of
    what_if_paths by target and by player, in the order of the steps.
    """
    frames = slice(int(scenes.start[play]), int(scenes.start[play + 1]))
    slots = [slot for slot in range(2 * PLAYERS_PER_SIDE) if scenes.nfl_id[play, slot] > 0]
    xy = scenes.xy[frames]
    return {
        "perYard": PER_YARD,
        "frameSeconds": FRAME_S,
        "snap": int(scenes.snap[play]) - frames.start,
        "throw": int(scenes.throw[play]) - frames.start,
        "arrival": int(scenes.arrival[play]) - frames.start,
        "frames": frames.stop - frames.start,
        **lines_across(scenes, play),
        "players": [_player(scenes, play, slot, people) for slot in slots],
        "tracks": [as_track(xy[:, slot]) for slot in slots],
        "ball": as_track(filled(xy[:, BALL])),
        "targets": [_target(option, people, paths.get(option["target_nfl_id"], {})) for option in options],
    }


def lines_across(scenes: Scenes, play: int) -> dict[str, float | None]:
    """x of the line of scrimmage and of the line to gain, None where unknown; no line to gain at the goal line."""
    scrimmage = float(scenes.scrimmage_x[play])
    first_down = scrimmage + float(scenes.yards_to_go[play])
    return {"scrimmage": _number(scrimmage), "firstDown": _number(first_down) if first_down < GOAL_LINE_X_YD else None}


def _number(value: float) -> float | None:
    return None if np.isnan(value) else round(value, 2)


def _player(scenes: Scenes, play: int, slot: int, people: Mapping[int, Record]) -> dict[str, Any]:
    nfl_id = int(scenes.nfl_id[play, slot])
    person = people.get(nfl_id, {})
    position = str(scenes.position[play, slot])
    return {
        "id": nfl_id,
        "number": jersey(person),
        "name": person.get("display_name") or f"player {nfl_id}",
        "position": position,
        "offense": slot < PLAYERS_PER_SIDE,
        "back": slot >= PLAYERS_PER_SIDE and position in DEFENSIVE_BACKS,
    }


def jersey(person: Record) -> str:
    """The number on the jersey, or nothing where the source does not tell."""
    number = person.get("jersey_number")
    return "" if number is None else str(number)


def as_track(xy: NDArray[np.float32]) -> list[list[int | None]]:
    """[F, 2] yards -> [xs, ys] in hundredths; null where nothing was measured."""
    return [[None if np.isnan(v) else _hundredths(float(v)) for v in part] for part in xy.T]


def filled(xy: NDArray[np.float32]) -> NDArray[np.float32]:
    """A track without gaps, each closed along a straight line; one that was never measured stays NaN."""
    known = np.flatnonzero(~np.isnan(xy[:, 0]))
    if not len(known):
        return xy
    return np.stack([np.interp(np.arange(len(xy)), known, part[known]) for part in xy.T], axis=1)


def _target(option: Record, people: Mapping[int, Record], paths: Mapping[int, Sequence[Record]]) -> dict[str, Any]:
    """One option with its ghosts: the defenders, and in a what-if the receivers too."""
    ghosts = [
        _ghost(player, rows)
        for player, rows in sorted(paths.items())
        if people[player]["side"] == "defense" or not option["is_actual_target"]
    ]
    return {
        "id": option["target_nfl_id"],
        "actual": option["is_actual_target"],
        "landing": [_hundredths(option["landing_x_yd"]), _hundredths(option["landing_y_yd"])],
        "flight": option["flight_frames"],
        "ghosts": ghosts,
    }


def _ghost(player: int, rows: Sequence[Record]) -> dict[str, Any]:
    """The path from one frame after the release on, and the standard deviations of its end where the model has them."""
    sd = [rows[-1]["ghost_sd_x_yd"], rows[-1]["ghost_sd_y_yd"]]
    return {
        "id": player,
        "path": [[_hundredths(row[name]) for row in rows] for name in ("ghost_x_yd", "ghost_y_yd")],
        "sd": None if None in sd else [_hundredths(value) for value in sd],
    }


def _hundredths(yards: float) -> int:
    return round(yards * PER_YARD)


def paths_by_play(rows: Sequence[Record]) -> dict[tuple[int, int], dict[int, dict[int, list[Record]]]]:
    """Rows of what_if_paths as {(game, play): {target: {player: [row by step]}}}."""
    found: dict[tuple[int, int], dict[int, dict[int, list[Record]]]] = {}
    for row in sorted(rows, key=lambda r: r["step"]):
        play = found.setdefault((row["game_id"], row["play_id"]), {})
        play.setdefault(row["target_nfl_id"], defaultdict(list))[row["nfl_id"]].append(row)
    return found
