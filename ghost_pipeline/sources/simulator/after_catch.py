"""After the ball has come down: run, pursuit and tackle, or a dead ball."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from ghost_pipeline.domain.field import (
    FIELD_LENGTH_YD,
    FIELD_WIDTH_YD,
    FRAME_S,
    GOAL_LINE_X_YD,
    OWN_GOAL_LINE_X_YD,
)
from ghost_pipeline.sources.simulator.abilities import Abilities
from ghost_pipeline.sources.simulator.draws import AFTER_FRAMES
from ghost_pipeline.sources.simulator.dropback import swayed
from ghost_pipeline.sources.simulator.flight import Flight
from ghost_pipeline.sources.simulator.lineup import DEFENSE, PLAYERS
from ghost_pipeline.sources.simulator.motion import Array, Bodies, length, unit
from ghost_pipeline.sources.simulator.playbook import Calls
from ghost_pipeline.sources.simulator.track import Track

NO_CARRIER = -1
TACKLE, OUT_OF_BOUNDS, TOUCHDOWN, INCOMPLETE = "tackle", "out_of_bounds", "touchdown", "incomplete"
ENDS = np.array([TACKLE, OUT_OF_BOUNDS, TOUCHDOWN, INCOMPLETE])

WHISTLE_FRAMES = 7
"""Frames recorded after the play is dead."""
_FALLS_AFTER = 3
_CONTACT_YD = 1.7
_GATHER_FRAMES, _GATHER_SHARE = 5, 0.4
_HELD_SHARE = 0.35
_TACKLE_S = (0.08, 0.4)
_WRAP_UP_YD = 2.2
_EVADE_FROM_YD = 9.0
_RUN_EFFORT, _CHASE_EFFORT, _JOG_EFFORT = 0.87, 1.0, 0.45
_LOOK_AHEAD_S = 0.35
_SLOWS_TO = 0.55


@dataclass(frozen=True)
class Aftermath:
    """What happened after the arrival, [B]; frame 0 of the tracks is MEMORY - 1, the arrival."""

    track: Track
    carrier: NDArray[np.int64]  # slot or NO_CARRIER
    dead_after: NDArray[np.int64]  # frames from the arrival until the play is dead
    contact_after: NDArray[np.int64]  # frames until the first contact, 0 for none
    how: NDArray[np.int64]  # index in ENDS
    tackler: NDArray[np.int64]  # slot nearest to the carrier at the end
    dead_xy: Array  # [B, 2] where the carrier was at the end; NaN without a carrier

    def take(self, rows: NDArray[np.int64]) -> "Aftermath":
        """The chosen ones."""
        return Aftermath(self.track.take(rows), *(getattr(self, f.name)[rows] for f in fields(self)[1:]))


def play_out(
    calls: Calls, abilities: Abilities, flight: Flight, carrier: NDArray[np.int64], throw: NDArray
) -> Aftermath:
    """Let the carriers [B] run (NO_CARRIER: the ball falls); `calls` and `abilities` are those of the throws [B].

    `throw` [B] is the play's frame of the throw. A run that lasts AFTER_FRAMES ends with a tackle.
    """
    B, row = len(carrier), np.arange(len(carrier))
    track = Track.branch(flight.track, row, flight.arrival, AFTER_FRAMES)
    bodies = flight.track.bodies(flight.arrival, abilities.top_speed, abilities.strength)
    has_ball = carrier >= 0
    slot = np.maximum(carrier, 0)
    returns = slot >= DEFENSE.start
    forward = np.where(returns, -1.0, 1.0)
    slots = np.arange(PLAYERS)
    chases = (slots >= DEFENSE.start) != returns[:, None]
    is_carrier = (slots == slot[:, None]) & has_ball[:, None]
    strength_s = _TACKLE_S[0] + _TACKLE_S[1] * calls.draws.elusive[row, slot] * (1 + 0.15 * abilities.skill[row, slot])
    delay = np.where(slots >= DEFENSE.start, 0.0, 2.0 + 3.0 * calls.draws.reaction)

    held_s, dead, contact = np.zeros(B), np.zeros(B, np.int64), np.zeros(B, np.int64)
    how, tackler, dead_xy = np.zeros(B, np.int64), np.zeros(B, np.int64), np.full((B, 2), np.nan)
    last = AFTER_FRAMES - WHISTLE_FRAMES
    arrival_frame = throw + flight.throws.flight_frames
    for since in range(1, AFTER_FRAMES + 1):
        live = dead == 0
        wanted = _intents(bodies, slot, is_carrier, chases, forward, held_s > 0, since, delay)
        wanted = np.where((live & has_ball)[:, None, None], wanted, _SLOWS_TO * bodies.velocity)
        bodies.move(
            swayed(wanted, calls.draws.sway_yd_s[row, arrival_frame + since] * live[:, None, None]), inside=False
        )
        track.record(bodies)

        place = bodies.xy[row, slot]
        gap = np.where(chases, length(bodies.xy - place[:, None]), 99.0)
        nearest = gap.argmin(axis=1)
        touched = gap[row, nearest] < _CONTACT_YD
        held_s = np.where(touched, held_s + FRAME_S, np.maximum(held_s - 0.5 * FRAME_S, 0.0))
        contact = np.where((contact == 0) & touched & live & has_ball, since, contact)
        out = (place[:, 1] < 0) | (place[:, 1] > FIELD_WIDTH_YD) | (place[:, 0] < 0) | (place[:, 0] > FIELD_LENGTH_YD)
        scored = np.where(returns, place[:, 0] <= OWN_GOAL_LINE_X_YD, place[:, 0] >= GOAL_LINE_X_YD) & ~out
        down = (touched & (held_s >= strength_s)) | (since >= last)
        end = np.where(scored, 2, np.where(out, 1, 0))
        ends = live & np.where(has_ball, (scored | out | down) & (since >= 2), since >= _FALLS_AFTER)
        how = np.where(ends, np.where(has_ball, end, 3), how)
        tackler = np.where(ends, nearest, tackler)
        dead_xy = np.where((ends & has_ball)[:, None], place, dead_xy)
        dead = np.where(ends, since, dead)
        if (dead > 0).all() and since >= dead.max() + WHISTLE_FRAMES:
            break
    return Aftermath(track, carrier, dead, contact, how, tackler, dead_xy)


def _intents(
    bodies: Bodies,
    slot: NDArray[np.int64],
    is_carrier: NDArray[np.bool_],
    chases: NDArray[np.bool_],
    forward: Array,
    held: NDArray[np.bool_],
    since: int,
    delay: Array,
) -> Array:
    """The carrier runs for the goal line and away from who is ahead; the others chase or jog along.

    A chaser keeps a constant bearing: he matches the carrier's speed across the line of sight and closes along it.
    """
    row = np.arange(len(slot))
    xy, top = bodies.xy, bodies.top_speed
    place, velocity = xy[row, slot], bodies.velocity[row, slot]
    away = place[:, None] - xy
    gap = np.maximum(length(away), 0.5)
    ahead = (xy[..., 0] - place[:, None, 0]) * forward[:, None] > -1.0
    fear = np.where(chases & ahead & (gap < _EVADE_FROM_YD), 1.0 / gap - 1.0 / _EVADE_FROM_YD, 0.0)
    dodge = (unit(away) * fear[..., None] * np.array([0.5, 1.6])).sum(axis=1)
    heading = unit(np.stack([forward, np.zeros_like(forward)], axis=-1) + 0.9 * dodge)
    share = np.where(held, _HELD_SHARE, _GATHER_SHARE if since <= _GATHER_FRAMES else _RUN_EFFORT)
    run = heading * (share * top[row, slot])[:, None]

    soon = (place + _LOOK_AHEAD_S * velocity)[:, None] - (xy + _LOOK_AHEAD_S * bodies.velocity)
    sight = unit(soon)
    across = velocity[:, None] - (velocity[:, None] * sight).sum(axis=-1)[..., None] * sight
    along = np.sqrt(np.maximum((_CHASE_EFFORT * top) ** 2 - length(across) ** 2, 1.0))
    chase = across + along[..., None] * sight
    wrap_up = velocity[:, None] - 3.5 * away
    chase = np.where((gap < _WRAP_UP_YD)[..., None], wrap_up, chase)
    jog = unit(place[:, None] + np.array([3.0, 0.0]) * forward[:, None, None] - xy) * (_JOG_EFFORT * top)[..., None]
    others = np.where(chases[..., None], chase, jog)
    others = np.where((since > delay)[..., None], others, 0.9 * bodies.velocity)
    return np.where(is_carrier[..., None], run[:, None], others)
