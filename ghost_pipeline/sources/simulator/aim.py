"""The passer's side of a throw: where the ball would go to each receiver, how long it flies, and whom he picks."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ghost_pipeline.domain.field import FIELD_LENGTH_YD, FIELD_WIDTH_YD, FRAME_S, GOAL_LINE_X_YD
from ghost_pipeline.sources.simulator.abilities import Abilities
from ghost_pipeline.sources.simulator.draws import FLIGHT_FRAMES
from ghost_pipeline.sources.simulator.dropback import Dropback
from ghost_pipeline.sources.simulator.lineup import DEFENSE, ELIGIBLE, QB, RECEIVERS
from ghost_pipeline.sources.simulator.motion import Array, Bodies, at_most, length, unit
from ghost_pipeline.sources.simulator.offense import ROUTE_URGENCY, run_routes
from ghost_pipeline.sources.simulator.outcome import PassFacts, completion_probability
from ghost_pipeline.sources.simulator.playbook import Calls

BALL_SPEED_YD_S, SOFT_YD = 20.8, 2.9
"""A pass of d yards flies at BALL_SPEED * d / (d + SOFT) on average: short ones are thrown softly."""
_LOB_SHARE = 0.07
SHORTEST_FLIGHT_FRAMES, LONGEST_FLIGHT_FRAMES = 4, FLIGHT_FRAMES - 1
_ARM_YD = 58.0
_LINE_GAP_YD = 0.7
_MISS_LONG_YD, _MISS_LONG_SHARE = 0.25, 0.026
_MISS_WIDE_YD, _MISS_WIDE_SHARE = 0.20, 0.017

_JUDGEMENT_YD = 2.2
_OPEN_YD = 4.0
_AFTER_CATCH_GUESS_YD = 3.5
_GAIN_WEIGHT, _CATCH_WORTH_YD = 0.06, 8.0
_CLOSING_GUESS_YD_S = 5.0
_REACTION_GUESS_S = 0.45


@dataclass(frozen=True)
class Aims:
    """A throw to each of the five receivers of every play."""

    release_xy: Array  # [N, 2] yd
    landing_xy: Array  # [N, 5, 2] yd
    flight_frames: NDArray[np.int64]  # [N, 5]
    chosen: NDArray[np.int64]  # [N] receiver 0..4 the passer picks


def aim(calls: Calls, abilities: Abilities, dropback: Dropback) -> Aims:
    """Aim at where each receiver will be if he keeps to his route; the passer's error grows with the distance."""
    row = np.arange(len(calls))
    now = dropback.track.bodies(dropback.throw, abilities.top_speed, abilities.strength)
    release = now.xy[:, QB] + np.array([0.4, 0.0])
    ahead = _routes_ahead(calls, now, dropback.leg[row, dropback.throw])
    distance = length(ahead - release[:, None, None])
    flight = flight_frames(distance, calls.draws.lob[:, :, None])
    frames = np.arange(1, ahead.shape[2] + 1)
    meets = (flight <= frames) & (frames >= SHORTEST_FLIGHT_FRAMES)
    chosen_frame = np.where(meets.any(axis=2), meets.argmax(axis=2), ahead.shape[2] - 1)
    lead = np.take_along_axis(ahead, chosen_frame[:, :, None, None], axis=2)[:, :, 0]
    lead = release[:, None] + at_most(lead - release[:, None], _ARM_YD)
    landing = _missed(lead, release, calls.draws.accuracy, abilities.skill[:, QB])
    picked = _pick(calls, abilities, dropback, now, release, lead, (chosen_frame + 1) * FRAME_S)
    return Aims(release, landing, chosen_frame + 1, picked)


def flight_frames(distance_yd: Array, lob: Array) -> NDArray[np.int64]:
    """Whole frames a pass over `distance_yd` flies; `lob` is the standard score of its softness."""
    speed = BALL_SPEED_YD_S * distance_yd / (distance_yd + SOFT_YD) * (1 - _LOB_SHARE * lob)
    frames = np.rint(distance_yd / speed / FRAME_S)
    return np.minimum(np.maximum(frames, SHORTEST_FLIGHT_FRAMES), LONGEST_FLIGHT_FRAMES).astype(np.int64)


def _routes_ahead(calls: Calls, now: Bodies, leg: NDArray[np.int64]) -> Array:
    """[N, 5, LONGEST_FLIGHT_FRAMES, 2] the receivers' next places if they keep to their routes."""
    runners = Bodies(*(values[:, ELIGIBLE] for values in vars(now).values()))
    places = []
    for _ in range(LONGEST_FLIGHT_FRAMES):
        wanted, leg = run_routes(calls, runners.xy, runners.top_speed, leg)
        runners.move(wanted, ROUTE_URGENCY)
        places.append(runners.xy)
    return np.stack(places, axis=2)


def _missed(lead: Array, release: Array, accuracy: Array, skill: Array) -> Array:
    """Where the ball comes down when aimed at `lead`: always in the field of play or an end zone."""
    way = lead - release[:, None]
    far = length(way)
    along = unit(way)
    across = np.stack([-along[..., 1], along[..., 0]], axis=-1)
    poor = (1 - 0.18 * skill)[:, None]
    long = accuracy[..., 0] * (_MISS_LONG_YD + _MISS_LONG_SHARE * far) * poor
    wide = accuracy[..., 1] * (_MISS_WIDE_YD + _MISS_WIDE_SHARE * far) * poor
    landing = lead + along * long[..., None] + across * wide[..., None]
    return np.minimum(np.maximum(landing, _LINE_GAP_YD), np.array([FIELD_LENGTH_YD, FIELD_WIDTH_YD]) - _LINE_GAP_YD)


def _pick(
    calls: Calls, abilities: Abilities, dropback: Dropback, now: Bodies, release: Array, lead: Array, flight_s: Array
) -> NDArray[np.int64]:
    """The receiver of the highest expected gain as the passer sees it, with an error of judgement.

    He expects every defender to run straight on for a moment and then at the lead point.
    """
    runs_on = now.xy[:, DEFENSE] + _REACTION_GUESS_S * now.velocity[:, DEFENSE]
    gap = length(lead[:, :, None] - runs_on[:, None])
    gap = gap - _CLOSING_GUESS_YD_S * np.maximum(flight_s - _REACTION_GUESS_S, 0.0)[..., None]
    gap_now = length(now.xy[:, ELIGIBLE, None] - now.xy[:, None, DEFENSE]).min(axis=2)
    separation = 0.5 * np.minimum(np.maximum(gap.min(axis=2), 0.3), _OPEN_YD) + 0.5 * np.minimum(gap_now, _OPEN_YD)
    facts = PassFacts(
        separation_yd=separation,
        air_distance_yd=length(lead - release[:, None]),
        pressure_yd=np.repeat(dropback.pressure_yd[:, None], RECEIVERS, axis=1),
        sideline_yd=np.minimum(lead[..., 1], FIELD_WIDTH_YD - lead[..., 1]),
        miss_yd=np.full(separation.shape, 0.4),
    )
    gain = np.minimum(lead[..., 0], GOAL_LINE_X_YD) - calls.line_x[:, None] + _AFTER_CATCH_GUESS_YD
    worth = completion_probability(facts, np.zeros_like(separation)) * (_GAIN_WEIGHT * gain + _CATCH_WORTH_YD)
    hasty = np.exp(-0.4 * abilities.skill[:, QB])[:, None]
    return np.argmax(worth + _JUDGEMENT_YD * hasty * calls.draws.judgement, axis=1)
