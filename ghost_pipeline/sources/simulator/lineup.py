"""Who lines up where: the slots of the 22 players, the offence's formations and the defence's personnel."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ghost_pipeline.domain.field import FIELD_WIDTH_YD, MIDDLE_Y_YD

QB = 0
LINE = slice(1, 6)
ELIGIBLE = slice(6, 11)
DEFENSE = slice(11, 22)
PLAYERS = 22
BLOCKERS, RECEIVERS, DEFENDERS = 5, 5, 11

_WIDE_YD = (13.5, 19.0)
_SLOT_YD = (7.0, 10.0)
_TIGHT_YD = 5.0
_SIDELINE_GAP_YD = 3.5
_LINE_YD = ((-1.6, 3.4), (-1.3, 1.7), (-1.0, 0.0), (-1.3, -1.7), (-1.6, -3.4))


@dataclass(frozen=True)
class Spot:
    """A receiver's place: roster slot, side (+1 the strong side) and kind of alignment."""

    slot: str
    side: int
    kind: str


@dataclass(frozen=True)
class Formation:
    """Five receivers; the defence answers with nickel (a third cornerback) or its base."""

    name: str
    personnel: str
    nickel: bool
    spots: tuple[Spot, ...]
    weight: float


FORMATIONS = (
    Formation(
        "SHOTGUN", "11", True,
        (Spot("WR1", -1, "wide"), Spot("WR2", 1, "wide"), Spot("WR3", -1, "slot"), Spot("TE1", 1, "tight"),
         Spot("RB", 1, "back")), 0.46,
    ),
    Formation(
        "TRIPS", "11", True,
        (Spot("WR1", -1, "wide"), Spot("WR2", 1, "wide"), Spot("WR3", 1, "slot"), Spot("TE1", 1, "tight"),
         Spot("RB", -1, "back")), 0.22,
    ),
    Formation(
        "SINGLEBACK", "12", False,
        (Spot("WR1", -1, "wide"), Spot("WR2", 1, "wide"), Spot("TE2", -1, "tight"), Spot("TE1", 1, "tight"),
         Spot("RB", 1, "back")), 0.18,
    ),
    Formation(
        "SPREAD", "10", True,
        (Spot("WR1", -1, "wide"), Spot("WR2", 1, "wide"), Spot("WR3", -1, "slot"), Spot("WR4", 1, "slot"),
         Spot("RB", 1, "back")), 0.14,
    ),
)  # fmt: skip

OFFENSE_LINE = ("LT", "LG", "C", "RG", "RT")
_PERSONNEL = {
    ("4-3", False): ("F0", "F1", "F2", "F3", "F4", "F5", "F6", "CB1", "CB2", "SS", "FS"),
    ("4-3", True): ("F0", "F1", "F2", "F3", "F4", "F5", "CB1", "CB2", "CB3", "SS", "FS"),
    ("3-4", False): ("F0", "F1", "F2", "F3", "F4", "F5", "F6", "CB1", "CB2", "SS", "FS"),
    ("3-4", True): ("F3", "F0", "F2", "F6", "F4", "F5", "CB1", "CB2", "CB3", "SS", "FS"),
}
"""Roster slots of the eleven defenders: the four who rush, the linebackers, cornerbacks, strong and free safety."""
_RUSH_YD = {
    ("4-3", False): (4.4, 1.3, -1.3, -4.4),
    ("4-3", True): (4.6, 1.4, -1.4, -4.6),
    ("3-4", False): (3.0, 0.0, -3.0, -5.4),
    ("3-4", True): (4.8, 1.6, -1.6, -4.8),
}


def defense_slots(front: str, nickel: bool) -> tuple[str, ...]:
    """Roster slots of the eleven defenders."""
    return _PERSONNEL[front, nickel]


def place_offense(
    rng: np.random.Generator, formation: Formation, line_x: float, ball_y: float, strong: float
) -> NDArray[np.float64]:
    """Places [11, 2] before the snap of quarterback, line and receivers; `strong` is +1 or -1, the strong side."""
    xy = np.zeros((11, 2))
    behind = 1.6 if formation.name == "SINGLEBACK" else 5.0
    xy[QB] = line_x - behind, ball_y
    xy[LINE] = np.array([line_x, ball_y]) + _LINE_YD
    for i, spot in enumerate(formation.spots):
        side = strong * spot.side
        if spot.kind == "wide":
            x, out = -0.9, rng.uniform(*_WIDE_YD)
        elif spot.kind == "slot":
            x, out = -1.6, rng.uniform(*_SLOT_YD)
        elif spot.kind == "tight":
            x, out = -1.5, _TIGHT_YD
        else:
            x, out = (-7.0, 0.4) if behind < 3 else (-5.3, 1.7)
        y = np.clip(ball_y + side * out, _SIDELINE_GAP_YD, FIELD_WIDTH_YD - _SIDELINE_GAP_YD)
        xy[ELIGIBLE.start + i] = line_x + x, y
    return xy


def place_defense(
    rng: np.random.Generator,
    front: str,
    formation: Formation,
    offense_xy: NDArray[np.float64],
    line_x: float,
    ball_y: float,
    deep_safeties: int,
    pressed: bool,
) -> NDArray[np.float64]:
    """Places [11, 2] before the snap; `pressed` cornerbacks stand close to their receivers."""
    receivers = offense_xy[ELIGIBLE]
    tight_side = 1.0 if receivers[3, 1] >= ball_y else -1.0
    xy = np.zeros((DEFENDERS, 2))
    xy[:4] = [(line_x + 1.0, ball_y + y) for y in _RUSH_YD[front, formation.nickel]]
    backers = 2 if formation.nickel else 3
    for i, y in enumerate((2.6, -2.6) if backers == 2 else (0.0, 3.6, -3.6)):
        xy[4 + i] = line_x + rng.uniform(4.0, 5.2), ball_y + y
    first_corner = 4 + backers
    for i in range(2):
        cushion = rng.uniform(1.5, 3.0) if pressed else rng.uniform(5.5, 7.5)
        inside = np.sign(ball_y - receivers[i, 1])
        xy[first_corner + i] = line_x + cushion, receivers[i, 1] + 0.8 * inside
    if formation.nickel:
        xy[first_corner + 2] = line_x + rng.uniform(3.5, 5.5), receivers[2, 1] + 0.7 * np.sign(ball_y - receivers[2, 1])
    strong, free = 9, 10
    if deep_safeties == 2:
        xy[strong] = line_x + rng.uniform(10.5, 13.0), MIDDLE_Y_YD + 8.5 * tight_side
        xy[free] = line_x + rng.uniform(10.5, 13.5), MIDDLE_Y_YD - 8.5 * tight_side
    else:
        xy[strong] = line_x + rng.uniform(6.0, 8.5), receivers[3, 1] + 0.5 * tight_side
        xy[free] = line_x + rng.uniform(12.0, 15.0), 0.6 * MIDDLE_Y_YD + 0.4 * ball_y
    xy[:, 0] = np.minimum(xy[:, 0], 117.5)
    return xy
