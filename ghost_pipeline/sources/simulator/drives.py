"""What comes between passes: downs, unseen runs, kicks and points, so that a game reads plausibly."""

from dataclasses import dataclass

import numpy as np

from ghost_pipeline.sources.simulator.play import INTERCEPTED

FIELD_YD = 100
_RUN_RATE, _RUN_YD, _RUN_SPREAD_YD = 0.45, 4.2, 4.5
_PUNT_YD, _FIELD_GOAL_FROM_YD, _FIELD_GOAL_RATE = 43, 64, 0.85
_TOUCHDOWN_POINTS, _FIELD_GOAL_POINTS = 7, 3
_GOES_FOR_IT = (50, 2)
"""On fourth down past this yard with at most this far to go, the offence stays on the field."""


@dataclass(frozen=True)
class Down:
    """A down. `yard` counts from the offence's own goal line, 1..99."""

    home_has_ball: bool
    yard: int
    down: int
    to_go: int


@dataclass(frozen=True)
class Pass:
    """What a pass came to, as far as the next down depends on it; `end_yard` is where an interception ended."""

    result: int
    gained: int
    is_touchdown: bool
    end_yard: int


@dataclass(frozen=True)
class Points:
    """Points scored by a play and what followed it before the next pass."""

    offense: int = 0
    defense: int = 0


def first_down(home_has_ball: bool, yard: int) -> Down:
    """A fresh set of downs."""
    yard = min(max(yard, 1), FIELD_YD - 1)
    return Down(home_has_ball, yard, 1, min(10, FIELD_YD - yard))


def kick_off(rng: np.random.Generator, home_has_ball: bool) -> Down:
    """The drive after a kick."""
    return first_down(home_has_ball, int(np.clip(rng.normal(28, 8), 8, 60)))


def next_down(rng: np.random.Generator, now: Down, played: Pass) -> tuple[Down, Points]:
    """The next down on which a pass is thrown, and the points made until then."""
    other = not now.home_has_ball
    if played.result == INTERCEPTED:
        if played.is_touchdown:
            return kick_off(rng, now.home_has_ball), Points(defense=_TOUCHDOWN_POINTS)
        return first_down(other, FIELD_YD - played.end_yard), Points()
    if played.is_touchdown:
        return kick_off(rng, other), Points(offense=_TOUCHDOWN_POINTS)
    after = _gain(now, played.gained)
    if after.down <= 3 and rng.random() < _RUN_RATE:
        after = _gain(after, int(np.clip(np.rint(rng.normal(_RUN_YD, _RUN_SPREAD_YD)), -4, 25)))
    if after.yard >= FIELD_YD:
        return kick_off(rng, other), Points(offense=_TOUCHDOWN_POINTS)
    if after.down <= 3 or (after.down == 4 and after.yard > _GOES_FOR_IT[0] and after.to_go <= _GOES_FOR_IT[1]):
        return after, Points()
    if after.down > 4:
        return first_down(other, FIELD_YD - after.yard), Points()
    if after.yard >= _FIELD_GOAL_FROM_YD:
        made = rng.random() < _FIELD_GOAL_RATE
        return kick_off(rng, other), Points(offense=_FIELD_GOAL_POINTS if made else 0)
    return first_down(other, max(FIELD_YD - after.yard - _PUNT_YD, 12)), Points()


def _gain(now: Down, yards: int) -> Down:
    yard = max(now.yard + yards, 1)
    if yards >= now.to_go:
        return Down(now.home_has_ball, yard, 1, min(10, max(FIELD_YD - yard, 1)))
    return Down(now.home_has_ball, yard, now.down + 1, max(now.to_go - (yard - now.yard), 1))
