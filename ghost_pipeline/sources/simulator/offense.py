"""What the offence wants to do: quarterback, blockers and receivers. All return wanted velocities in yd/s."""

import numpy as np
from numpy.typing import NDArray

from ghost_pipeline.sources.simulator.lineup import DEFENSE, ELIGIBLE, LINE, QB
from ghost_pipeline.sources.simulator.motion import Array, Bodies, at_most, length, toward, unit
from ghost_pipeline.sources.simulator.playbook import Calls

DROP_YD = 7.6
"""How far behind the line the passer sets up."""
_DROP_SPEED_YD_S = 4.6
_SLIDE_FROM_YD = 3.2
_BLOCK_GAP_YD = 0.9
_SET_BACK_YD = 1.6
_SET_SPEED_YD_S = 4.0
_ROUTE_BRAKE_YD_S2 = 4.2
_ROUTE_EFFORT = 0.91
_NEAR_POINT_YD = 0.5
ROUTE_URGENCY = 0.9
"""Share of their strength that receivers put into their routes."""


def quarterback(calls: Calls, bodies: Bodies, rushers: NDArray[np.bool_]) -> Array:
    """[N, 2] drop back, then slide away from the nearest rusher."""
    xy = bodies.xy[:, QB]
    spot = np.stack([calls.line_x - DROP_YD, calls.ball_y], axis=-1)
    away = xy[:, None] - bodies.xy[:, DEFENSE]
    distance = np.where(rushers, length(away), 99.0)
    nearest = np.argmin(distance, axis=1)
    row = np.arange(len(xy))
    fear = np.maximum(_SLIDE_FROM_YD - distance[row, nearest], 0.0)[:, None]
    slide = unit(away[row, nearest]) * fear * np.array([0.4, 1.1])
    return toward(xy, spot, _DROP_SPEED_YD_S) + slide


def blockers(calls: Calls, bodies: Bodies) -> Array:
    """[N, 5, 2] each lineman stays between his rusher and the passer."""
    rusher = np.take_along_axis(bodies.xy[:, DEFENSE], calls.block[:, :, None], axis=1)
    protected = bodies.xy[:, QB][:, None] * 0.5 + 0.5 * np.stack([calls.line_x - DROP_YD, calls.ball_y], -1)[:, None]
    place = rusher + unit(protected - rusher) * _BLOCK_GAP_YD
    rusher_velocity = np.take_along_axis(bodies.velocity[:, DEFENSE], calls.block[:, :, None], axis=1)
    farthest = calls.line_x[:, None] - _SET_BACK_YD
    place[..., 0] = np.minimum(place[..., 0], farthest)
    return at_most(toward(bodies.xy[:, LINE], place, _SET_SPEED_YD_S, ease=3.0) + rusher_velocity, _SET_SPEED_YD_S)


def run_routes(calls: Calls, xy: Array, top_speed: Array, leg: NDArray[np.int64]) -> tuple[Array, NDArray[np.int64]]:
    """Wanted velocities [N, 5, 2] and the next leg [N, 5] of receivers at `xy` [N, 5, 2] on `leg` of their routes."""
    pick = leg[:, :, None]
    goal = np.take_along_axis(calls.route_xy, pick[..., None], axis=2)[:, :, 0]
    pass_speed = np.take_along_axis(calls.route_speed, pick, axis=2)[:, :, 0]
    before = np.where(
        pick == 0,
        calls.start_xy[:, ELIGIBLE],
        np.take_along_axis(calls.route_xy, np.maximum(pick - 1, 0)[..., None], axis=2)[:, :, 0],
    )
    way, along = goal - xy, unit(goal - before)
    left = length(way)
    allowed = np.sqrt(pass_speed**2 + 2 * _ROUTE_BRAKE_YD_S2 * np.maximum(left - 0.2, 0.0))
    speed = np.minimum(_ROUTE_EFFORT * top_speed, allowed)
    ends = pass_speed == 0.0
    wanted = np.where(ends[..., None], toward(xy, goal, speed, ease=2.5), unit(way) * speed[..., None])
    passed = (way[..., 0] * along[..., 0] + way[..., 1] * along[..., 1] < _NEAR_POINT_YD) & ~ends
    return wanted, np.minimum(leg + passed, calls.route_xy.shape[2] - 1)
