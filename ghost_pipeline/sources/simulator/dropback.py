"""From the line set to the throw: nobody's intent depends on the target yet."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ghost_pipeline.sources.simulator.abilities import Abilities
from ghost_pipeline.sources.simulator.defense import cover, is_rushing, rush, sight_lag, urgency
from ghost_pipeline.sources.simulator.draws import DROPBACK_FRAMES, SNAP
from ghost_pipeline.sources.simulator.lineup import DEFENSE, ELIGIBLE, LINE, PLAYERS, QB, RECEIVERS
from ghost_pipeline.sources.simulator.motion import Array, Bodies, length
from ghost_pipeline.sources.simulator.offense import ROUTE_URGENCY, blockers, quarterback, run_routes
from ghost_pipeline.sources.simulator.playbook import Calls
from ghost_pipeline.sources.simulator.track import Track

PRESSURE_YD = 1.5
"""A rusher this close makes the passer throw at once."""
EARLIEST_THROW_FRAMES = 13
_BALL_WATCH_FRAMES = 3
_RECEIVERS_WATCH_SHARE = 0.3
"""Receivers know the count and start sooner."""


@dataclass(frozen=True)
class Dropback:
    """Everything up to the throw."""

    track: Track
    leg: NDArray[np.int64]  # [N, T, 5] leg of the route each receiver is on
    throw: NDArray[np.int64]  # [N] frame of the throw
    pressure_yd: Array  # [N] distance of the nearest rusher from the passer at the throw


def drop_back(calls: Calls, abilities: Abilities) -> Dropback:
    """Simulate every play to the latest throw possible and find when each is thrown."""
    N, frames = len(calls), SNAP + DROPBACK_FRAMES + 1
    track = Track.standing(calls.start_xy, frames, SNAP)
    bodies = Bodies(
        calls.start_xy.copy(),
        np.zeros((N, PLAYERS, 2)),
        np.zeros((N, PLAYERS, 2)),
        abilities.top_speed,
        abilities.strength,
    )
    legs = np.zeros((N, frames, RECEIVERS), np.int64)
    leg = legs[:, 0]
    lag = sight_lag(calls, abilities.skill[:, DEFENSE])
    rushers = is_rushing(calls)
    start_frame = np.rint(calls.draws.reaction * _BALL_WATCH_FRAMES)
    start_frame[:, LINE] *= 0.5
    start_frame[:, ELIGIBLE] *= _RECEIVERS_WATCH_SHARE
    effort = np.ones((N, PLAYERS))
    effort[:, DEFENSE] = urgency(calls)
    effort[:, ELIGIBLE] = ROUTE_URGENCY
    for frame in range(SNAP + 1, frames):
        since = frame - SNAP
        wanted = np.zeros((N, PLAYERS, 2))
        wanted[:, QB] = quarterback(calls, bodies, rushers)
        wanted[:, LINE] = blockers(calls, bodies)
        wanted[:, ELIGIBLE], leg = run_routes(calls, bodies.xy[:, ELIGIBLE], bodies.top_speed[:, ELIGIBLE], leg)
        wanted[:, DEFENSE] = np.where(
            rushers[..., None],
            rush(calls, bodies, abilities.skill[:, DEFENSE], since),
            cover(calls, bodies, track, lag, abilities.skill[:, DEFENSE], since),
        )
        bodies.move(swayed(wanted, calls.draws.sway_yd_s[:, frame]) * (since > start_frame)[..., None], effort)
        track.record(bodies)
        legs[:, frame] = leg
    return _thrown(calls, track, legs, rushers)


def swayed(wanted: Array, sway_yd_s: NDArray[np.floating]) -> Array:
    """Wanted velocities with each player's own wandering, which grows with his speed."""
    return wanted + sway_yd_s * np.minimum(0.25 + length(wanted) / 6.0, 1.0)[..., None]


def _thrown(calls: Calls, track: Track, legs: NDArray[np.int64], rushers: NDArray[np.bool_]) -> Dropback:
    gap = length(track.xy[:, :, DEFENSE] - track.xy[:, :, QB][:, :, None])
    nearest = np.where(rushers[:, None], gap, 99.0).min(axis=2)
    frame = np.arange(nearest.shape[1])
    hurried = (nearest < PRESSURE_YD) & (frame >= SNAP + EARLIEST_THROW_FRAMES)
    first_hurry = np.where(hurried.any(axis=1), hurried.argmax(axis=1), frame[-1])
    throw = np.minimum(SNAP + calls.throw_frames, first_hurry)
    return Dropback(track, legs, throw, nearest[np.arange(len(throw)), throw])
