"""Groups of defensive backs and passes that errors are reported for."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ghost_pipeline.domain.counterfactual import Aim
from ghost_pipeline.domain.field import FRAME_S
from ghost_pipeline.domain.positions import CORNERBACKS, SAFETIES
from ghost_pipeline.domain.scene import PLAYERS, Scenes
from ghost_pipeline.features.definitions import INDEX
from ghost_pipeline.features.frames import frame_features
from ghost_pipeline.features.windows import BACK, TARGET, Windows

ALL = "all"
FLIGHT_S = (("flight_under_1_s", 0.0, 1.0), ("flight_1_to_2_s", 1.0, 2.0), ("flight_from_2_s", 2.0, np.inf))
AIR_YARDS = (
    ("under_10_air_yards", -np.inf, 10.0),
    ("from_10_to_20_air_yards", 10.0, 20.0),
    ("from_20_air_yards", 20.0, np.inf),
)

LIKE_MAN = 0.8
"""Man indicator at the release from which a defence counts as moving like in man coverage; about the median of the real
passes. No source says which coverage was played."""


@dataclass(frozen=True)
class AimFacts:
    """What windows do not hold of the N aims they were cut from, by which errors are grouped."""

    position: NDArray[np.str_]  # [N, J]
    air_yards_yd: NDArray[np.float32]  # [N] from the line of scrimmage to where the ball comes down
    man_indicator: NDArray[np.float32]  # [N] that of the features, at the release; NaN where nobody moved


def aim_facts(scenes: Scenes, aim: Aim) -> AimFacts:
    """Facts of the aims of some scenes."""
    return AimFacts(
        position=scenes.position[aim.play][:, PLAYERS],
        air_yards_yd=aim.landing_xy[:, 0] - scenes.scrimmage_x[aim.play],
        man_indicator=_at_release(scenes, aim, "man_indicator"),
    )


def _at_release(scenes: Scenes, aim: Aim, name: str) -> NDArray[np.float32]:
    """[N] a feature of whole frames at the release."""
    block = frame_features(scenes, aim, before_throw=0, after_throw=0)
    of_players = block.columns[INDEX[name]]  # [N, J], NaN for players who are not there
    there = (~np.isnan(of_players)).argmax(axis=1)
    return of_players[np.arange(len(aim)), there]


def slices_of(windows: Windows, facts: AimFacts) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Name and mask [N, J] of the groups of defensive backs; `facts` are those of the aims of `windows.aim_row`."""
    back = windows.role == BACK
    yield ALL, back
    position = facts.position[windows.aim_row]
    yield "cornerbacks", back & np.isin(position, list(CORNERBACKS))
    yield "safeties", back & np.isin(position, list(SAFETIES))
    nearest = nearest_back(windows)
    yield "nearest_back", nearest
    yield "other_backs", back & ~nearest
    flight_s = (windows.steps_since_throw + windows.steps_left) * FRAME_S
    for name, low, high in FLIGHT_S:
        yield name, back & ((flight_s >= low) & (flight_s < high))[:, None]
    like_man = facts.man_indicator[windows.aim_row, None] >= LIKE_MAN
    yield "moves_like_man_coverage", back & like_man
    yield "moves_like_zone_coverage", back & ~like_man
    air_yards = facts.air_yards_yd[windows.aim_row]
    for name, low, high in AIR_YARDS:
        yield name, back & ((air_yards >= low) & (air_yards < high))[:, None]


def nearest_back(windows: Windows) -> NDArray[np.bool_]:
    """[N, J] whether this is the defensive back nearest to the target at the anchor."""
    here, back = windows.past_xy[:, :, -1], windows.role == BACK
    target = here[np.arange(len(windows)), (windows.role == TARGET).argmax(axis=1)]
    distance = np.where(back, np.linalg.norm(here - target[:, None], axis=-1), np.inf)
    return back & (np.arange(back.shape[1]) == distance.argmin(axis=1)[:, None])
