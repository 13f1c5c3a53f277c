"""The route tree: where a receiver runs, as points he passes and the speed at which he can take each break."""

import numpy as np
from numpy.typing import NDArray

from ghost_pipeline.domain.field import FIELD_LENGTH_YD, FIELD_WIDTH_YD

POINTS = 4
"""Points of every route; the first ones are breaks, the last is its end."""
FULL_SPEED_YD_S = 20.0
"""A point that needs no braking."""
_BACK_LINE_X_YD = FIELD_LENGTH_YD - 2.5
_SIDELINE_GAP_YD = 1.8

Shape = tuple[tuple[float, float], ...]
"""Points as (downfield, inside) yards from the receiver's place; inside is toward the ball."""

SETTLING = frozenset({"CURL", "SCREEN"})
"""Routes that end in a stop."""
USUAL_DEPTH_YD = {
    "GO": 20.0, "POST": 12.5, "CORNER": 12.0, "CURL": 10.5, "OUT": 10.0, "IN": 11.5, "SLANT": 3.0, "FLAT": 2.5,
    "CROSS": 7.0, "SCREEN": -1.0,
}  # fmt: skip


def _shape(route: str, depth: float) -> Shape:
    d = depth
    shapes: dict[str, Shape] = {
        "GO": ((d / 2, -0.6), (d + 50, -1.2)),
        "POST": ((d, 0.0), (d + 10, 4.8), (d + 45, 17.0)),
        "CORNER": ((d, 0.8), (d + 9, -7.5), (d + 30, -16.0)),
        "CURL": ((d, 0.0), (d - 2.2, 0.9)),
        "OUT": ((d, 0.3), (d + 0.2, -8.0), (d + 0.4, -30.0)),
        "IN": ((d, 0.0), (d + 0.3, 9.0), (d + 0.3, 40.0)),
        "SLANT": ((d, 0.0), (d + 6, 6.0), (d + 24, 24.0)),
        "FLAT": ((1.0, -2.0), (d, -7.0), (d + 0.5, -30.0)),
        "CROSS": ((d * 0.6, 0.6), (d, 7.0), (d + 2, 40.0)),
        "SCREEN": ((-0.6, 0.6), (d, 1.4)),
    }
    return shapes[route]


def _back_shape(route: str, depth: float) -> Shape:
    """Routes out of the backfield, as (downfield of the line, outside of the ball); `depth` past the line."""
    if route == "SCREEN":
        return (-4.2, 2.5), (-3.6, 6.5)
    if route == "CURL":
        return (-0.5, 4.4), (min(depth, 5.0), 4.2)
    return (-2.5, 5.5), (min(depth, 3.0), 11.0), (min(depth, 3.0) + 1.0, 40.0)


def route_points(
    route: str, depth_yd: float, start: NDArray[np.float64], ball_xy: tuple[float, float], is_back: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Points [POINTS, 2] of a route and the speed [POINTS] in yd/s at which each is passed.

    `start` is the receiver's place and `ball_xy` the ball's before the snap, in the offence's frame of reference.
    Points beyond the lines are pulled onto the field: a route that meets the sideline turns upfield there.
    """
    outside = 1.0 if start[1] >= ball_xy[1] else -1.0
    if is_back:
        points = [(ball_xy[0] + x, ball_xy[1] + outside * out) for x, out in _back_shape(route, depth_yd)]
    else:
        points = [(start[0] + x, start[1] - outside * inside) for x, inside in _shape(route, depth_yd)]
    xy = np.array(points)
    meets_sideline = (xy[-1, 1] < _SIDELINE_GAP_YD) or (xy[-1, 1] > FIELD_WIDTH_YD - _SIDELINE_GAP_YD)
    xy[:, 0] = np.clip(xy[:, 0], 2.0, _BACK_LINE_X_YD)
    if meets_sideline:
        before, end = xy[-2], xy[-1]
        edge = np.clip(end[1], _SIDELINE_GAP_YD, FIELD_WIDTH_YD - _SIDELINE_GAP_YD)
        share = (edge - before[1]) / (end[1] - before[1]) if end[1] != before[1] else 1.0
        xy[-1] = before + np.clip(share, 0.0, 1.0) * (end - before)
    xy[:, 1] = np.clip(xy[:, 1], _SIDELINE_GAP_YD, FIELD_WIDTH_YD - _SIDELINE_GAP_YD)
    if meets_sideline and route not in SETTLING:
        xy = np.vstack([xy, [min(xy[-1, 0] + 40.0, _BACK_LINE_X_YD), xy[-1, 1]]])
    xy = np.vstack([xy, np.repeat(xy[-1:], POINTS - len(xy), axis=0)])
    return xy, _passing_speeds(np.vstack([start, xy]))


def _passing_speeds(path: NDArray[np.float64]) -> NDArray[np.float64]:
    """Speed at each point but the first: sharper breaks are taken slower, and the route's end is a stop."""
    legs = np.diff(path, axis=0)
    speeds = np.zeros(len(legs))
    for i in range(len(legs) - 1):
        size = np.linalg.norm(legs[i]) * np.linalg.norm(legs[i + 1])
        cosine = legs[i] @ legs[i + 1] / size if size > 0 else -1.0
        speeds[i] = max(FULL_SPEED_YD_S if cosine > 0.96 else 9.5 * ((1 + cosine) / 2) ** 1.1, 0.5)
        if size == 0:
            speeds[i] = 0.0
    return speeds
