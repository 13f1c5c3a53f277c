"""One play as both sides call it: formation, routes, coverage, and every random number the play will need."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from ghost_pipeline.domain.field import GOAL_LINE_X_YD
from ghost_pipeline.sources.simulator.coverage_calls import choose_coverage, give_jobs
from ghost_pipeline.sources.simulator.draws import Draws
from ghost_pipeline.sources.simulator.league import League
from ghost_pipeline.sources.simulator.lineup import (
    ELIGIBLE,
    FORMATIONS,
    LINE,
    OFFENSE_LINE,
    RECEIVERS,
    defense_slots,
    place_defense,
    place_offense,
)
from ghost_pipeline.sources.simulator.routes import POINTS, USUAL_DEPTH_YD, route_points

CALL_STREAM, MOTION_STREAM, DRIVE_STREAM = range(3)
"""What a play's random numbers are for; each has its own generator, so that none disturbs another."""


@dataclass(frozen=True)
class Concept:
    """A kind of pass: how often, when it is thrown (frames after the snap) and how deep its routes are."""

    name: str
    weight: float
    throw_frames: tuple[int, int]
    depth_share: float


CONCEPTS = (
    Concept("quick", 0.34, (13, 20), 0.6),
    Concept("medium", 0.46, (21, 31), 1.0),
    Concept("deep", 0.20, (31, 42), 1.2),
)
_ROUTE_WEIGHTS = {
    ("quick", "WR"): {"SLANT": 32, "CURL": 20, "OUT": 18, "GO": 12, "CROSS": 10, "SCREEN": 8},
    ("quick", "TE"): {"FLAT": 30, "CURL": 30, "OUT": 20, "CROSS": 12, "GO": 8},
    ("medium", "WR"): {"CURL": 18, "OUT": 15, "IN": 16, "CROSS": 12, "GO": 15, "SLANT": 6, "CORNER": 8, "POST": 10},
    ("medium", "TE"): {"CROSS": 28, "CURL": 24, "OUT": 16, "CORNER": 10, "IN": 12, "FLAT": 10},
    ("deep", "WR"): {"GO": 32, "POST": 22, "CORNER": 14, "IN": 16, "CROSS": 10, "CURL": 6},
    ("deep", "TE"): {"CROSS": 36, "CORNER": 18, "POST": 14, "IN": 16, "FLAT": 16},
    ("quick", "RB"): {"FLAT": 52, "SCREEN": 26, "CURL": 22},
    ("medium", "RB"): {"FLAT": 52, "SCREEN": 10, "CURL": 38},
    ("deep", "RB"): {"FLAT": 56, "CURL": 44},
}
_PRESSED_SHARE = {True: 0.55, False: 0.15}
"""Share of plays with pressed cornerbacks, in man and in zone coverage."""


@dataclass(frozen=True)
class Situation:
    """What both sides know before they call a play; x and y as in domain.field."""

    game_id: int
    play_id: int
    offense: int
    defense: int
    line_x: float
    ball_y: float


@dataclass(frozen=True)
class Calls:
    """Plays as called, [N] or [N, ...] each; slots as in `lineup`."""

    game_id: NDArray[np.int64]
    play_id: NDArray[np.int64]
    line_x: NDArray[np.float64]
    ball_y: NDArray[np.float64]
    player: NDArray[np.int64]  # [N, 22] index into the league
    start_xy: NDArray[np.float64]  # [N, 22, 2]
    route_xy: NDArray[np.float64]  # [N, 5, POINTS, 2]
    route_speed: NDArray[np.float64]  # [N, 5, POINTS] yd/s at each point
    route: NDArray[np.str_]  # [N, 5]
    job: NDArray[np.int64]  # [N, 11]
    man: NDArray[np.int64]  # [N, 11]
    zone_xy: NDArray[np.float64]  # [N, 11, 2]
    block: NDArray[np.int64]  # [N, 5] defender each lineman blocks
    throw_frames: NDArray[np.int64]  # [N] planned, from the snap
    formation: NDArray[np.str_]
    personnel: NDArray[np.str_]
    coverage: NDArray[np.str_]
    is_man: NDArray[np.bool_]
    is_blitz: NDArray[np.bool_]
    draws: Draws

    def __len__(self) -> int:
        return len(self.game_id)

    def take(self, rows: NDArray[np.int64]) -> "Calls":
        """The chosen plays."""
        return Calls(**{f.name: getattr(self, f.name)[rows] for f in fields(self)[:-1]}, draws=self.draws.take(rows))


def call_plays(seed: int, league: League, situations: list[Situation]) -> Calls:
    """Call every play from its own generator: a play's call does not depend on the others in the list."""
    rows = [_call(seed, league, situation) for situation in situations]
    draws = Draws.of([generator(seed, s.game_id, s.play_id, MOTION_STREAM) for s in situations])
    return Calls(**{name: np.stack([row[name] for row in rows]) for name in rows[0]}, draws=draws)


def generator(seed: int, game_id: int, play_id: int, stream: int) -> np.random.Generator:
    """The generator of one play and purpose."""
    return np.random.default_rng([seed, game_id, play_id, stream])


def _call(seed: int, league: League, now: Situation) -> dict[str, np.ndarray]:
    rng = generator(seed, now.game_id, now.play_id, CALL_STREAM)
    formation = FORMATIONS[_pick(rng, [f.weight for f in FORMATIONS])]
    concept = CONCEPTS[_pick(rng, [c.weight for c in CONCEPTS])]
    coverage = choose_coverage(rng, float(league.man_rate[now.defense]))
    blitz = bool(rng.random() < league.blitz_rate[now.defense])
    pressed = bool(rng.random() < _PRESSED_SHARE[coverage.is_man])
    strong = 1.0 if rng.random() < 0.5 else -1.0

    front = league.front[now.defense]
    offense_xy = place_offense(rng, formation, now.line_x, now.ball_y, strong)
    place = (front, formation, offense_xy, now.line_x, now.ball_y, coverage.deep_safeties, pressed)
    defense_xy = place_defense(rng, *place)
    jobs = give_jobs(coverage, blitz, formation, offense_xy, now.line_x, now.ball_y)

    ball_xy = (now.line_x, now.ball_y)
    names: list[str] = []
    points, speeds = np.zeros((RECEIVERS, POINTS, 2)), np.zeros((RECEIVERS, POINTS))
    for i, spot in enumerate(formation.spots):
        weights = _ROUTE_WEIGHTS[concept.name, spot.slot.rstrip("1234")]
        names.append(list(weights)[_pick(rng, list(weights.values()))])
        share = concept.depth_share if names[-1] not in ("SLANT", "FLAT", "SCREEN") else 1.0
        depth = USUAL_DEPTH_YD[names[-1]] * share * rng.uniform(0.85, 1.15)
        depth = min(depth, GOAL_LINE_X_YD + 5.0 - now.line_x)
        start = offense_xy[ELIGIBLE.start + i]
        points[i], speeds[i] = route_points(names[-1], depth, start, ball_xy, spot.kind == "back")

    offense_slots = ("QB", *OFFENSE_LINE, *(spot.slot for spot in formation.spots))
    values = {
        "game_id": now.game_id,
        "play_id": now.play_id,
        "line_x": now.line_x,
        "ball_y": now.ball_y,
        "player": np.concatenate(
            [
                league.players(now.offense, offense_slots),
                league.players(now.defense, defense_slots(front, formation.nickel)),
            ]
        ),
        "start_xy": np.concatenate([offense_xy, defense_xy]),
        "route_xy": points,
        "route_speed": speeds,
        "route": np.array(names),
        "job": jobs.job,
        "man": jobs.man,
        "zone_xy": jobs.zone_xy,
        "block": jobs.blocked_by(offense_xy[LINE], defense_xy),
        "throw_frames": rng.integers(concept.throw_frames[0], concept.throw_frames[1] + 1),
        "formation": formation.name,
        "personnel": formation.personnel,
        "coverage": coverage.name,
        "is_man": coverage.is_man,
        "is_blitz": blitz,
    }
    return {name: np.asarray(value) for name, value in values.items()}


def _pick(rng: np.random.Generator, weights: list[float] | list[int]) -> int:
    edges = np.cumsum(weights)
    return int(np.searchsorted(edges, rng.random() * edges[-1], side="right"))
