"""What the eleven defenders are told to do: who rushes, who covers whom, who guards which part of the field."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ghost_pipeline.domain.field import MIDDLE_Y_YD
from ghost_pipeline.sources.simulator.lineup import DEFENDERS, ELIGIBLE, Formation

RUSH, MAN, UNDER, DEEP = range(4)
"""Jobs: rush the passer, cover a man, guard a zone underneath, guard a deep zone."""

NOBODY = 0
"""Receiver index of a defender who has no man; his job says that it means nothing."""


@dataclass(frozen=True)
class Coverage:
    """A coverage as charted: name, family and the number of deep safeties it shows."""

    name: str
    is_man: bool
    deep_safeties: int
    weight: float


COVERAGES = (
    Coverage("Cover-1", True, 1, 1.0),
    Coverage("Cover-2", False, 2, 0.24),
    Coverage("Cover-3", False, 1, 0.46),
    Coverage("Quarters", False, 2, 0.30),
)
_DEEPEST_X_YD = 117.0
_FLAT_YD = 9.0


@dataclass(frozen=True)
class Jobs:
    """One play's defence."""

    job: NDArray[np.int64]  # [11]
    man: NDArray[np.int64]  # [11] receiver 0..4
    zone_xy: NDArray[np.float64]  # [11, 2] middle of the zone

    def blocked_by(self, line_xy: NDArray[np.float64], defense_xy: NDArray[np.float64]) -> NDArray[np.int64]:
        """[5] the defender each lineman blocks: the outer rushers are picked up first, who is left over helps."""
        rushers = np.flatnonzero(self.job == RUSH)
        across = np.abs(line_xy[:, None, 1] - defense_xy[None, :, 1])
        block = np.full(len(line_xy), -1)
        for rusher in rushers[np.argsort(-np.abs(defense_xy[rushers, 1] - line_xy[2, 1]), kind="stable")]:
            free = np.flatnonzero(block < 0)
            if len(free):
                block[free[np.argmin(across[free, rusher])]] = rusher
        helps = rushers[np.argmin(across[:, rushers], axis=1)]
        return np.where(block < 0, helps, block)


def choose_coverage(rng: np.random.Generator, man_rate: float) -> Coverage:
    """Man with the team's rate, else one of the zones."""
    man, *zones = COVERAGES
    is_man, draw = rng.random() < man_rate, rng.random()
    edges = np.cumsum([zone.weight for zone in zones])
    return man if is_man else zones[int(np.searchsorted(edges, draw * edges[-1]))]


def give_jobs(
    coverage: Coverage,
    blitz: bool,
    formation: Formation,
    offense_xy: NDArray[np.float64],
    line_x: float,
    ball_y: float,
) -> Jobs:
    """Jobs of the eleven in the order of `lineup.defense_slots`: four rush, or five on a blitz."""
    job = np.full(DEFENDERS, UNDER)
    man = np.full(DEFENDERS, NOBODY)
    zone = np.zeros((DEFENDERS, 2))
    job[:4] = RUSH
    backers = list(range(4, 6 if formation.nickel else 7))
    corners = list(range(backers[-1] + 1, 9))
    strong, free = 9, 10
    receivers = offense_xy[ELIGIBLE]
    tight_side = 1.0 if receivers[3, 1] >= ball_y else -1.0
    middle = 0.6 * MIDDLE_Y_YD + 0.4 * ball_y

    def guard(defender: int, depth: float, out: float, kind: int = UNDER) -> None:
        job[defender] = kind
        zone[defender] = min(line_x + depth, _DEEPEST_X_YD), middle + out

    def cover(defender: int, receiver: int) -> None:
        job[defender], man[defender] = MAN, receiver

    sides = [1.0 if receivers[i, 1] >= ball_y else -1.0 for i in range(2)]
    if coverage.is_man:
        for i, corner in enumerate(corners):
            cover(corner, i)
        cover(strong, 3)
        if not formation.nickel:
            cover(backers[1], 2)
        cover(backers[-1], 4)
        guard(backers[0], 8.5, 0.0)
        guard(free, 17.0, 0.0, DEEP)
    else:
        nickel = corners[2] if formation.nickel else backers[2]
        nickel_side = -tight_side if coverage.name == "Cover-3" else (1.0 if receivers[2, 1] >= ball_y else -1.0)
        for i, corner in enumerate(corners[:2]):
            deep, out = {"Cover-2": (5.5, 15.0), "Cover-3": (15.0, 16.5), "Quarters": (13.5, 17.5)}[coverage.name]
            guard(corner, deep, sides[i] * out, UNDER if coverage.name == "Cover-2" else DEEP)
        if coverage.name == "Cover-3":
            guard(free, 17.0, 0.0, DEEP)
            guard(strong, 7.5, tight_side * 11.0)
            guard(nickel, 7.5, nickel_side * 11.0)
            hooks = [4.0, -4.0]
        else:
            deep, out = (17.0, 11.5) if coverage.name == "Cover-2" else (13.0, 6.0)
            guard(strong, deep, tight_side * out, DEEP)
            guard(free, deep, -tight_side * out, DEEP)
            guard(nickel, 6.5, nickel_side * 11.0)
            hooks = [0.0, -nickel_side * 11.0]
        for backer, out in zip(backers[:2], hooks, strict=True):
            guard(backer, 6.5 if abs(out) > _FLAT_YD else 9.0, out)
    if blitz:
        job[backers[0]] = RUSH
    return Jobs(job, man, zone)
