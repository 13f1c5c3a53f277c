"""A play as an expert rates it: the viewer's picture, from which nothing tells whether a path was run or predicted."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ghost_pipeline.domain.field import FRAME_S
from ghost_pipeline.domain.scene import BALL, DEFENSE, PLAYERS_PER_SIDE, Scenes
from ghost_pipeline.publish.bundle import bundled_files
from ghost_pipeline.publish.html import render
from ghost_pipeline.publish.play_motion import PER_YARD, as_track, filled, jersey, lines_across

Record = Mapping[str, Any]
_SHARED = ("site.css", "theme.js", "play_viewer.js", "plotly.min.js")


def clip_files() -> Iterator[tuple[str, bytes]]:
    """(name, content) of the page that shows a clip inside another page, and of what it needs, in one folder."""
    yield "index.html", render("clip.html", "")
    yield "clip.js", (files("ghost_pipeline.publish") / "templates" / "clip.js").read_bytes()
    for path, content in bundled_files():
        name = path.removeprefix("assets/")
        if name in _SHARED:
            yield name, content


def shown_slots(scenes: Scenes, play: int, target: int) -> list[int]:
    """Slots of those who are shown after the throw: whoever a what-if predicts. Linemen and the passer vanish."""
    shown = scenes.is_eligible[play].copy()
    shown[DEFENSE] = True
    shown[target] = True
    seen = ~np.isnan(scenes.xy[scenes.throw[play], :, 0])
    return np.flatnonzero(shown & seen & (scenes.nfl_id[play] > 0)).tolist()


def run_paths(scenes: Scenes, play: int, slots: Collection[int]) -> dict[int, NDArray]:
    """What the men in the slots really ran from one frame after the throw to the arrival, each [K, 2], without gaps."""
    flight = slice(int(scenes.throw[play]) + 1, int(scenes.arrival[play]) + 1)
    return {slot: filled(scenes.xy[flight, slot]) for slot in slots}


def blind_motion(
    scenes: Scenes, play: int, people: Mapping[int, Record], target: int, rated: int, paths: Mapping[int, NDArray]
) -> dict[str, Any]:
    """The viewer's JSON of a clip, the same for paths that were run and for predicted ones.

    `target` and `rated` are slots, `paths` [K, 2] the places of each slot from one frame after the throw on. The clip
    ends at the arrival, the ball flies straight to where the target is then, and nobody has a name: players are
    numbered by their place in the line-up.
    """
    start, throw = int(scenes.start[play]), int(scenes.throw[play])
    before = slice(start, throw + 1)
    steps = len(paths[target])
    players = [slot for slot in range(2 * PLAYERS_PER_SIDE) if scenes.nfl_id[play, slot] > 0]
    ball = filled(scenes.xy[before, BALL])
    landing = paths[target][-1]
    share = np.arange(1, steps + 1)[:, None] / steps
    return {
        "perYard": PER_YARD,
        "frameSeconds": FRAME_S,
        "snap": int(scenes.snap[play]) - start,
        "throw": throw - start,
        "arrival": throw - start + steps,
        "frames": throw - start + steps + 1,
        **lines_across(scenes, play),
        "players": [_player(scenes, play, slot, people) for slot in players],
        "tracks": [_track(scenes.xy[before, slot], paths.get(slot), steps) for slot in players],
        "ball": as_track(np.concatenate([ball, ball[-1] + share * (landing - ball[-1])])),
        "targets": [
            {
                "id": target,
                "actual": True,
                "landing": [round(float(value) * PER_YARD) for value in landing],
                "flight": steps,
                "ghosts": [],
            }
        ],
        "rated": rated,
    }


def shirt(scenes: Scenes, play: int, slot: int, people: Mapping[int, Record]) -> str:
    """What stands on a player: his jersey number, or his position where the source does not tell it."""
    return jersey(people.get(int(scenes.nfl_id[play, slot]), {})) or str(scenes.position[play, slot])


def called(scenes: Scenes, play: int, slot: int, people: Mapping[int, Record]) -> str:
    """How a player is called without a name, as '24, CB'."""
    parts = (shirt(scenes, play, slot, people), str(scenes.position[play, slot]))
    return ", ".join(dict.fromkeys(part for part in parts if part))


def _player(scenes: Scenes, play: int, slot: int, people: Mapping[int, Record]) -> dict[str, Any]:
    return {
        "id": slot,
        "number": shirt(scenes, play, slot, people),
        "name": shirt(scenes, play, slot, people),
        "position": str(scenes.position[play, slot]),
        "offense": slot < PLAYERS_PER_SIDE,
        "back": False,
    }


def _track(before: NDArray, path: NDArray | None, steps: int) -> Sequence[Sequence[int | None]]:
    after = np.full((steps, 2), np.nan) if path is None else path
    return as_track(np.concatenate([filled(before), after]))
