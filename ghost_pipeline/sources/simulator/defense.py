"""What the defence wants to do while the passer has the ball: rush, cover a man, guard a zone."""

import numpy as np
from numpy.typing import NDArray

from ghost_pipeline.domain.field import FRAME_S
from ghost_pipeline.sources.simulator.coverage_calls import DEEP, MAN, RUSH
from ghost_pipeline.sources.simulator.lineup import DEFENSE, LINE, QB
from ghost_pipeline.sources.simulator.motion import Array, Bodies, at_most, length, toward, unit
from ghost_pipeline.sources.simulator.playbook import Calls
from ghost_pipeline.sources.simulator.track import Track

_ENGAGED_YD = 1.7
_PUSH_YD_S = 2.3
_ANCHOR_YD, _ANCHORED_SHARE = 2.6, 0.12
"""Blockers give less ground the closer they are to the passer."""
_RUSH_EFFORT = 0.85
_LATEST_SIGHT_FRAMES = 6
_URGENCY = np.array([0.8, 0.9, 0.9, 0.9])
_EAGER = np.array([0.0, 0.7, 1.1, 1.1])
_EAGER_PER_SKILL = 0.4
"""How much a defender in coverage overdoes a change of his velocity to be there sooner, by job and skill."""

_MAN_EASE_PER_S = 2.0
_TIGHTER_PER_SKILL = 0.18
_SHADE_YD = 0.4
"""A man defender stands this far inside of his receiver."""
_CUSHION_YD = 0.7
_CUSHION_PER_SPEED_S = 0.13
_SHARE_AT_LEVEL, _SHARE_PER_YD = 1.3, 0.12
_LEAST_SHARE, _MOST_SHARE = 0.25, 1.15
"""A defender gives ground with a share of his receiver's speed that grows as the cushion melts away."""
_RUNNING_YD_S = 5.0
_PATIENT_FRAMES = 12

_ZONE_REACH_YD = 12.0
_ZONE_STRETCH_YD = 10.0
_ZONE_CUSHION_YD = 0.8
_LANE_YD = 9.5
_LANE_FROM_YD = 3.0
_DEEP_CUSHION_YD = 3.0
_DEEP_CLOSE_YD = 7.0
_DEEP_WAIT_EFFORT = 0.55


def sight_lag(calls: Calls, skill: Array) -> NDArray[np.int64]:
    """[N, 11] frames by which each defender sees late: good ones see sooner."""
    lag = 1.6 + 1.8 * calls.draws.reaction[:, DEFENSE] - 0.9 * skill
    return np.minimum(np.maximum(np.rint(lag), 1), _LATEST_SIGHT_FRAMES).astype(np.int64)


def rush(calls: Calls, bodies: Bodies, skill: Array, since_snap: int) -> Array:
    """[N, 11, 2] toward the passer; a blocked rusher only pushes, until he has beaten his block."""
    xy, passer = bodies.xy[:, DEFENSE], bodies.xy[:, QB][:, None]
    to_passer = unit(passer - xy)
    to_blockers = bodies.xy[:, None, LINE] - xy[:, :, None]
    blocked = (length(to_blockers) < _ENGAGED_YD).any(axis=2)
    blocked &= since_snap * FRAME_S < calls.draws.beat_block_s * (1 - 0.12 * skill)
    push = np.maximum(_PUSH_YD_S + 0.35 * calls.draws.push + 0.15 * skill, 0.1)
    near = length(passer - xy)
    anchored = np.minimum(np.maximum((near - _ANCHOR_YD) / _ANCHOR_YD, _ANCHORED_SHARE), 1.0)
    speed = np.where(blocked, push * anchored, _RUSH_EFFORT * bodies.top_speed[:, DEFENSE])
    return to_passer * np.minimum(speed, 2.5 * near)[..., None]


def cover(
    calls: Calls,
    bodies: Bodies,
    track: Track,
    lag_frames: NDArray[np.int64],
    skill: Array,
    since_snap: NDArray[np.int64] | int,
) -> Array:
    """[N, 11, 2] man or zone, by each defender's job; what it says of rushers means nothing.

    `since_snap` frames, of all plays or of each [N].
    """
    seen_xy, seen_velocity = track.receivers_seen(lag_frames)
    job = calls.job[..., None]
    patience = np.minimum(np.maximum((np.asarray(since_snap) - _PATIENT_FRAMES) / _PATIENT_FRAMES, 0.0), 1.0)
    comes_up = np.broadcast_to(patience, len(calls))[:, None]
    man = _man(calls, bodies, seen_xy, seen_velocity, comes_up, skill)
    deep = _deep(calls, bodies, seen_xy, seen_velocity, comes_up, skill)
    under = _under(calls, bodies, seen_xy, seen_velocity)
    wished = np.where(job == MAN, man, np.where(job == DEEP, deep, under))
    eager = _EAGER[calls.job] * (1 + _EAGER_PER_SKILL * skill)
    return at_most(wished + eager[..., None] * (wished - bodies.velocity[:, DEFENSE]), bodies.top_speed[:, DEFENSE])


def urgency(calls: Calls) -> Array:
    """[N, 11] share of their strength that defenders put into their jobs while they wait for the throw."""
    return _URGENCY[calls.job]


def is_rushing(calls: Calls) -> NDArray[np.bool_]:
    """[N, 11]"""
    return calls.job == RUSH


def _man(calls: Calls, bodies: Bodies, seen_xy: Array, seen_velocity: Array, comes_up: Array, skill: Array) -> Array:
    pick = calls.man[:, :, None, None]
    man_xy = np.take_along_axis(seen_xy, pick, axis=2)[:, :, 0]
    man_velocity = np.take_along_axis(seen_velocity, pick, axis=2)[:, :, 0]
    return _run_with(calls, bodies, man_xy, man_velocity, comes_up, skill)


def _run_with(calls: Calls, bodies: Bodies, man_xy: Array, man_velocity: Array, comes_up: Array, skill: Array) -> Array:
    """Give ground while there is a cushion, then run with the receiver on his inside shoulder.

    `comes_up` [N, 1], 0 to 1, says how far defenders already dare to close a cushion from above.
    """
    xy = bodies.xy[:, DEFENSE]
    inside = np.where(man_xy[..., 1] < calls.ball_y[:, None], 1.0, -1.0)
    cushion = xy[..., 0] - man_xy[..., 0]
    running = man_velocity[..., 0]
    share = np.clip(_SHARE_AT_LEVEL - _SHARE_PER_YD * cushion, _LEAST_SHARE, _MOST_SHARE)
    wish = (_CUSHION_YD + _CUSHION_PER_SPEED_S * np.maximum(running, 0.0)) * (1 - _TIGHTER_PER_SKILL * skill)
    pull = _MAN_EASE_PER_S * (wish - cushion)
    pull = np.where(pull < 0, np.where(running > _RUNNING_YD_S, 0.0, pull * comes_up), pull)
    share = np.where(running > 0, share, 1.0)
    wanted = np.stack(
        [
            running * share + pull,
            man_velocity[..., 1] + _MAN_EASE_PER_S * (man_xy[..., 1] + _SHADE_YD * inside - xy[..., 1]),
        ],
        axis=-1,
    )
    return at_most(wanted, bodies.top_speed[:, DEFENSE])


def _under(calls: Calls, bodies: Bodies, seen_xy: Array, seen_velocity: Array) -> Array:
    """Drop to the zone and play the nearest receiver in it."""
    xy, zone = bodies.xy[:, DEFENSE], calls.zone_xy
    in_zone = length(seen_xy - zone[:, :, None]) < _ZONE_REACH_YD
    distance = np.where(in_zone, length(seen_xy - xy[:, :, None]), 99.0)
    pick = np.argmin(distance, axis=2)[:, :, None, None]
    threat_xy = np.take_along_axis(seen_xy, pick, axis=2)[:, :, 0] + np.array([_ZONE_CUSHION_YD, 0.0])
    threat_velocity = np.take_along_axis(seen_velocity, pick, axis=2)[:, :, 0]
    threatened = in_zone.any(axis=2, keepdims=True)
    goal = zone + np.where(threatened, at_most(threat_xy - zone, _ZONE_STRETCH_YD), 0.0)
    return toward(xy, goal, bodies.top_speed[:, DEFENSE]) + np.where(threatened, threat_velocity, 0.0)


def _deep(calls: Calls, bodies: Bodies, seen_xy: Array, seen_velocity: Array, comes_up: Array, skill: Array) -> Array:
    """Stay deeper than the deepest receiver in the lane, and run with him once he comes close."""
    xy, zone = bodies.xy[:, DEFENSE], calls.zone_xy
    off_middle = seen_xy[..., 1] - zone[:, :, None, 1]
    in_lane = (np.abs(off_middle) < _LANE_YD) & (seen_xy[..., 0] > calls.line_x[:, None, None] + _LANE_FROM_YD)
    depth = np.where(in_lane, seen_xy[..., 0], -99.0)
    pick = np.argmax(depth, axis=2)[:, :, None, None]
    threat_xy = np.take_along_axis(seen_xy, pick, axis=2)[:, :, 0]
    threat_velocity = np.take_along_axis(seen_velocity, pick, axis=2)[:, :, 0]
    threatened = in_lane.any(axis=2)
    close = threatened & (threat_xy[..., 0] + _DEEP_CLOSE_YD > xy[..., 0])
    goal_x = np.where(threatened, np.maximum(zone[..., 0], threat_xy[..., 0] + _DEEP_CUSHION_YD), zone[..., 0])
    goal = np.stack([goal_x, np.where(threatened, threat_xy[..., 1], zone[..., 1])], axis=-1)
    waits = toward(xy, goal, _DEEP_WAIT_EFFORT * bodies.top_speed[:, DEFENSE])
    return np.where(close[..., None], _run_with(calls, bodies, threat_xy, threat_velocity, comes_up, skill), waits)
