"""The compiled part of the frame features: one pass over the frames of every aim, all columns written as it goes.

A frame is worked out in a small block [D, 22] and then copied into the columns of the long table [D, R], which so needs
no turning round before it is stored. Frames before the first wanted one of an aim are looked at only for what has to be
summed from the snap.
"""

import numpy as np
from numba import njit

from ghost_pipeline.domain.field import FIELD_WIDTH_YD, FRAME_S, GOAL_LINE_X_YD, MIDDLE_Y_YD, PLAYERS_PER_SIDE
from ghost_pipeline.domain.scene import BALL
from ghost_pipeline.features.definitions import (
    BOX_DEPTH_YD,
    BOX_HALF_WIDTH_YD,
    DEEP_YD,
    INDEX,
    MOVED_YD,
    NUMBERS_YD,
    RELATION_COLUMNS,
    STILL_YD_S,
)

PLAYER_COUNT = 2 * PLAYERS_PER_SIDE
SLOW, FAST = 3, 5
"""Frames of the two lags."""
_SAME_PLACE_YD = 1e-3

_FROM_SCRIMMAGE, _FROM_MIDDLE = INDEX["from_scrimmage_yd"], INDEX["from_middle_yd"]
_TO_GOAL_LINE, _TO_SIDELINE = INDEX["to_goal_line_yd"], INDEX["to_sideline_yd"]
_VELOCITY, _SPEED, _ACCELERATION = INDEX["velocity_x_yd_s"], INDEX["speed_yd_s"], INDEX["acceleration_x_yd_s2"]
_ACCELERATION_3, _ACCELERATION_5 = INDEX["acceleration_3_x_yd_s2"], INDEX["acceleration_5_x_yd_s2"]
_SPEED_CHANGE, _TURN = INDEX["speed_change_yd_s2"], INDEX["turn_yd_s2"]
_MOVED_3, _MOVED_5, _FACING = INDEX["moved_3_x_yd"], INDEX["moved_5_x_yd"], INDEX["facing_x_unit"]
_SPEED_GAIN_3, _SPEED_GAIN_5 = INDEX["speed_gain_3_yd_s"], INDEX["speed_gain_5_yd_s"]
_TURNED_3, _TURNED_5 = INDEX["turned_3_deg"], INDEX["turned_5_deg"]
_TARGET, _TARGET_VELOCITY = INDEX["target_x_yd"], INDEX["target_velocity_x_yd_s"]
_TARGET_LEVERAGE, _TARGET_ANGLE = INDEX["target_leverage_yd"], INDEX["target_pursuit_angle_deg"]
_TARGET_CHANGE_3, _TARGET_CHANGE_5 = INDEX["target_distance_change_3_yd"], INDEX["target_distance_change_5_yd"]
_SEPARATION, _TARGET_LANDING = INDEX["separation_yd"], INDEX["target_landing_distance_yd"]
_LANDING, _NEEDED, _LANDING_ANGLE = (
    INDEX["landing_x_yd"],
    INDEX["needed_velocity_x_yd_s"],
    INDEX["landing_pursuit_angle_deg"],
)
_LANDING_DEPTH, _LANDING_MIDDLE = INDEX["landing_from_scrimmage_yd"], INDEX["landing_from_middle_yd"]
_BALL, _PASSER = INDEX["ball_x_yd"], INDEX["passer_x_yd"]
_LANE_DISTANCE, _LANE_PROGRESS, _LANE_ANGLE = INDEX["lane_distance_yd"], INDEX["lane_progress"], INDEX["lane_angle_deg"]
_TEAMMATE, _OPPONENT, _OPPONENT_2 = INDEX["teammate_x_yd"], INDEX["opponent_x_yd"], INDEX["opponent_2_x_yd"]
_OPPONENT_VELOCITY, _SHADOWING, _CUSHION = INDEX["opponent_velocity_x_yd_s"], INDEX["shadowing"], INDEX["cushion_yd"]
_BOX, _DEEP, _MAN = INDEX["box_defenders"], INDEX["deep_safeties"], INDEX["man_indicator"]
_SINCE_SNAP, _SINCE_THROW, _TO_LAND = INDEX["time_since_snap_s"], INDEX["time_since_throw_s"], INDEX["time_to_land_s"]
_IS_TARGET, _IS_PASSER, _IS_DEFENSE = INDEX["is_target"], INDEX["is_passer"], INDEX["is_defense"]
_IS_BACK, _DOWN = INDEX["is_defensive_back"], INDEX["down"]
_YARDS_TO_GO, _SCRIMMAGE_TO_GOAL = INDEX["yards_to_go_yd"], INDEX["scrimmage_to_goal_yd"]


@njit(cache=True, error_model="numpy")
def _relate(out, at, r, x, y, vx, vy, to_x, to_y, to_vx, to_vy):
    """Write the six columns of a relation from a player to a point that moves."""
    dx, dy = to_x - x, to_y - y
    distance = np.sqrt(dx * dx + dy * dy)
    scale = 1.0 / max(distance, _SAME_PLACE_YD)
    out[at, r], out[at + 1, r], out[at + 2, r] = dx, dy, distance
    out[at + 3, r], out[at + 4, r] = dx * scale, dy * scale
    out[at + 5, r] = (dx * (vx - to_vx) + dy * (vy - to_vy)) * scale


@njit(cache=True, error_model="numpy")
def _unknown(out, at, r, columns):
    for d in range(at, at + columns):
        out[d, r] = np.nan


@njit(cache=True, error_model="numpy")
def _angle_deg(ax, ay, bx, by, floor_a, floor_b, otherwise):
    """Unsigned angle between two vectors; `otherwise` when either is shorter than its floor."""
    a, b = np.sqrt(ax * ax + ay * ay), np.sqrt(bx * bx + by * by)
    if a < floor_a or b < floor_b:
        return otherwise
    return np.degrees(np.arctan2(abs(ax * by - ay * bx), ax * bx + ay * by))


@njit(cache=True, error_model="numpy")
def _turned_deg(ax, ay, bx, by):
    """Angle from one velocity to another, left positive; 0 when either is too slow to have a direction."""
    if ax * ax + ay * ay < STILL_YD_S**2 or bx * bx + by * by < STILL_YD_S**2:
        return 0.0
    return np.degrees(np.arctan2(ax * by - ay * bx, ax * bx + ay * by))


@njit(cache=True, error_model="numpy")
def _together(ax, ay, bx, by):
    """Cosine between two displacements; 0 when either is too short to say anything, NaN where one is unknown."""
    a, b = np.sqrt(ax * ax + ay * ay), np.sqrt(bx * bx + by * by)
    if a < MOVED_YD or b < MOVED_YD:
        return 0.0
    return (ax * bx + ay * by) / (a * b)


@njit(cache=True, error_model="numpy")
def _neighbours(xy, mate, first, second):
    """Slots of everybody's nearest teammate and two nearest opponents, each [22], -1 where there is none."""
    square = np.empty((PLAYER_COUNT, PLAYER_COUNT), np.float32)
    for j in range(PLAYER_COUNT):
        for k in range(j + 1, PLAYER_COUNT):
            distance = (xy[k, 0] - xy[j, 0]) ** 2 + (xy[k, 1] - xy[j, 1]) ** 2
            if np.isnan(distance):
                distance = np.inf
            square[j, k] = square[k, j] = distance
        square[j, j] = np.inf
    for j in range(PLAYER_COUNT):
        own = 0 if j < PLAYERS_PER_SIDE else PLAYERS_PER_SIDE
        other = PLAYERS_PER_SIDE - own
        mate[j] = first[j] = second[j] = -1
        to_mate = to_first = to_second = np.inf
        for k in range(own, own + PLAYERS_PER_SIDE):
            if square[j, k] < to_mate:
                mate[j], to_mate = k, square[j, k]
        for k in range(other, other + PLAYERS_PER_SIDE):
            if square[j, k] < to_first:
                second[j], to_second = first[j], to_first
                first[j], to_first = k, square[j, k]
            elif square[j, k] < to_second:
                second[j], to_second = k, square[j, k]


@njit(cache=True, error_model="numpy")
def _nearest_of(xy, j, wanted):
    """Slot of the wanted player nearest to player j, or -1."""
    found, least = -1, np.inf
    for k in range(PLAYER_COUNT):
        distance = (xy[k, 0] - xy[j, 0]) ** 2 + (xy[k, 1] - xy[j, 1]) ** 2
        if wanted[k] and distance < least:
            found, least = k, distance
    return found


@njit(cache=True, error_model="numpy")
def _line_up(xy, scrimmage_x, passer, is_eligible, is_defender, cushion):
    """Fill the cushions [22] of the first frame; returns the defenders in the box and the deep safeties."""
    middle = xy[BALL, 1] if not np.isnan(xy[BALL, 1]) else xy[passer, 1]
    box, deep = 0.0, 0.0
    for j in range(PLAYER_COUNT):
        defends = j >= PLAYERS_PER_SIDE
        other = _nearest_of(xy, j, is_eligible if defends else is_defender)
        deeper = xy[j, 0] - xy[other, 0] if defends else xy[other, 0] - xy[j, 0]
        cushion[j] = deeper if other >= 0 else np.nan
        if defends:
            depth, y = xy[j, 0] - scrimmage_x, xy[j, 1]
            box += depth <= BOX_DEPTH_YD and abs(y - middle) <= BOX_HALF_WIDTH_YD
            deep += depth > DEEP_YD and min(y, FIELD_WIDTH_YD - y) > NUMBERS_YD
    if np.isnan(scrimmage_x):
        return np.nan, np.nan
    return box, deep


@njit(cache=True, error_model="numpy")
def _following(xy, before, is_eligible, is_back):
    """Sum and number of the backs' cosines with the eligible receivers nearest to them."""
    total, count = 0.0, 0
    for j in range(PLAYERS_PER_SIDE, PLAYER_COUNT):
        if not is_back[j]:
            continue
        k = _nearest_of(xy, j, is_eligible)
        if k < 0:
            continue
        cosine = _together(
            xy[j, 0] - before[j, 0], xy[j, 1] - before[j, 1], xy[k, 0] - before[k, 0], xy[k, 1] - before[k, 1]
        )
        if cosine != 0.0 and not np.isnan(cosine):
            total += cosine
            count += 1
    return total, count


@njit(cache=True, error_model="numpy")
def fill(
    table,
    frame_start,
    seat,
    first_row,
    last_row,
    begin_row,
    throw_row,
    landing_row,
    target,
    passer,
    landing,
    xy_all,
    velocity_all,
    facing_deg,
    is_eligible,
    is_back,
    scrimmage_x,
    down,
    yards_to_go,
):
    """Write the features of the frames first_row[n]..last_row[n] of every aim n.

    Frame m owns the rows frame_start[m]:frame_start[m + 1] of `table` [D, R]; `seat` [M, 22] is each player's row among
    them, -1 for those who are left out. A player who is not there but has a seat gets NaN.
    """
    out = np.empty((table.shape[0], PLAYER_COUNT), np.float32)
    mate, near, near_2 = (
        np.empty(PLAYER_COUNT, np.int64),
        np.empty(PLAYER_COUNT, np.int64),
        np.empty(PLAYER_COUNT, np.int64),
    )
    cushion = np.empty(PLAYER_COUNT, np.float32)
    is_defender = np.arange(PLAYER_COUNT) >= PLAYERS_PER_SIDE
    m = 0
    for n in range(len(target)):
        t, q, begin = target[n], passer[n], begin_row[n]
        goal_x, goal_y = landing[n, 0], landing[n, 1]
        box, deep = _line_up(xy_all[begin], scrimmage_x[n], q, is_eligible[n], is_defender, cushion)
        together, counted = 0.0, 0
        for f in range(begin, last_row[n] + 1):
            xy, velocity, age = xy_all[f], velocity_all[f], f - begin
            if age >= FAST:
                total, count = _following(xy, xy_all[f - FAST], is_eligible[n], is_back[n])
                together += total
                counted += count
            if f < first_row[n]:
                continue
            _neighbours(xy, mate, near, near_2)
            separation = np.nan
            if near[t] >= 0:
                separation = np.sqrt((xy[near[t], 0] - xy[t, 0]) ** 2 + (xy[near[t], 1] - xy[t, 1]) ** 2)
            time_left = (landing_row[n] - f) * FRAME_S
            lane_x, lane_y = goal_x - xy[q, 0], goal_y - xy[q, 1]
            lane_square = max(lane_x * lane_x + lane_y * lane_y, 1e-6)
            target_landing = np.sqrt((xy[t, 0] - goal_x) ** 2 + (xy[t, 1] - goal_y) ** 2)
            tx, ty, tvx, tvy = xy[t, 0], xy[t, 1], velocity[t, 0], velocity[t, 1]
            for j in range(PLAYER_COUNT):
                r = seat[m, j]
                if r < 0:
                    continue
                x, y, vx, vy = xy[j, 0], xy[j, 1], velocity[j, 0], velocity[j, 1]
                if np.isnan(x):
                    _unknown(out, 0, r, out.shape[0])
                    continue
                out[_FROM_SCRIMMAGE, r] = x - scrimmage_x[n]
                out[_FROM_MIDDLE, r] = y - MIDDLE_Y_YD
                out[_TO_GOAL_LINE, r] = GOAL_LINE_X_YD - x
                out[_TO_SIDELINE, r] = min(y, FIELD_WIDTH_YD - y)
                _motion(out, r, f, j, age, vx, vy, xy_all, velocity_all, facing_deg)

                _relate(out, _TARGET, r, x, y, vx, vy, tx, ty, tvx, tvy)
                out[_TARGET_VELOCITY, r], out[_TARGET_VELOCITY + 1, r] = tvx, tvy
                out[_TARGET_LEVERAGE, r] = abs(ty - MIDDLE_Y_YD) - abs(y - MIDDLE_Y_YD)
                out[_TARGET_ANGLE, r] = _angle_deg(vx, vy, tx - x, ty - y, STILL_YD_S, _SAME_PLACE_YD, 90.0)
                _distance_change(out, _TARGET_CHANGE_3, r, f, j, t, age, SLOW, xy_all)
                _distance_change(out, _TARGET_CHANGE_5, r, f, j, t, age, FAST, xy_all)
                out[_SEPARATION, r], out[_TARGET_LANDING, r] = separation, target_landing

                _relate(out, _LANDING, r, x, y, vx, vy, goal_x, goal_y, 0.0, 0.0)
                out[_NEEDED, r] = (goal_x - x) / max(time_left, FRAME_S)
                out[_NEEDED + 1, r] = (goal_y - y) / max(time_left, FRAME_S)
                out[_LANDING_ANGLE, r] = _angle_deg(vx, vy, goal_x - x, goal_y - y, STILL_YD_S, _SAME_PLACE_YD, 90.0)
                out[_LANDING_DEPTH, r], out[_LANDING_MIDDLE, r] = goal_x - scrimmage_x[n], goal_y - MIDDLE_Y_YD

                _neighbour(out, _BALL, r, x, y, vx, vy, BALL, xy, velocity)
                _neighbour(out, _PASSER, r, x, y, vx, vy, q, xy, velocity)
                from_x, from_y = x - xy[q, 0], y - xy[q, 1]
                out[_LANE_DISTANCE, r] = abs(lane_x * from_y - lane_y * from_x) / np.sqrt(lane_square)
                out[_LANE_PROGRESS, r] = (lane_x * from_x + lane_y * from_y) / lane_square
                out[_LANE_ANGLE, r] = _angle_deg(lane_x, lane_y, from_x, from_y, _SAME_PLACE_YD, _SAME_PLACE_YD, 0.0)

                k = near[j]
                _neighbour(out, _TEAMMATE, r, x, y, vx, vy, mate[j], xy, velocity)
                _neighbour(out, _OPPONENT, r, x, y, vx, vy, k, xy, velocity)
                _neighbour(out, _OPPONENT_2, r, x, y, vx, vy, near_2[j], xy, velocity)
                out[_OPPONENT_VELOCITY, r] = out[_OPPONENT_VELOCITY + 1, r] = out[_SHADOWING, r] = np.nan
                if k >= 0:
                    out[_OPPONENT_VELOCITY, r], out[_OPPONENT_VELOCITY + 1, r] = velocity[k, 0], velocity[k, 1]
                    if age >= FAST:
                        moved_x, moved_y = xy[k, 0] - xy_all[f - FAST, k, 0], xy[k, 1] - xy_all[f - FAST, k, 1]
                        out[_SHADOWING, r] = _together(out[_MOVED_5, r], out[_MOVED_5 + 1, r], moved_x, moved_y)
                out[_CUSHION, r] = cushion[j]
                out[_BOX, r], out[_DEEP, r], out[_MAN, r] = box, deep, together / max(counted, 1)

                out[_SINCE_SNAP, r] = age * FRAME_S
                out[_SINCE_THROW, r] = (f - throw_row[n]) * FRAME_S
                out[_TO_LAND, r] = time_left
                out[_IS_TARGET, r], out[_IS_PASSER, r] = j == t, j == q
                out[_IS_DEFENSE, r], out[_IS_BACK, r] = is_defender[j], is_back[n, j]
                out[_DOWN, r], out[_YARDS_TO_GO, r] = down[n], yards_to_go[n]
                out[_SCRIMMAGE_TO_GOAL, r] = GOAL_LINE_X_YD - scrimmage_x[n]
            _put_down(table, frame_start[m], frame_start[m + 1], out)
            m += 1


@njit(cache=True, error_model="numpy")
def _put_down(table, start, end, out):
    """Copy a frame's rows into the table. Written at once, a hundred columns far apart would wait for memory."""
    for d in range(table.shape[0]):
        for r in range(end - start):
            table[d, start + r] = out[d, r]


@njit(cache=True, error_model="numpy")
def _neighbour(out, at, r, x, y, vx, vy, k, xy, velocity):
    """The relation to the entity in slot k; unknown when there is none."""
    if k < 0:
        _unknown(out, at, r, RELATION_COLUMNS)
    else:
        _relate(out, at, r, x, y, vx, vy, xy[k, 0], xy[k, 1], velocity[k, 0], velocity[k, 1])


@njit(cache=True, error_model="numpy")
def _distance_change(out, at, r, f, j, t, age, steps, xy):
    if age < steps:
        out[at, r] = np.nan
        return
    now = np.sqrt((xy[f, t, 0] - xy[f, j, 0]) ** 2 + (xy[f, t, 1] - xy[f, j, 1]) ** 2)
    old = f - steps
    out[at, r] = now - np.sqrt((xy[old, t, 0] - xy[old, j, 0]) ** 2 + (xy[old, t, 1] - xy[old, j, 1]) ** 2)


@njit(cache=True, error_model="numpy")
def _motion(out, r, f, j, age, vx, vy, xy, velocity, facing_deg):
    """A player's own motion, now and over the lags."""
    speed = np.sqrt(vx * vx + vy * vy)
    out[_SPEED, r], out[_VELOCITY, r], out[_VELOCITY + 1, r] = speed, vx, vy
    facing = np.radians(facing_deg[f, j])
    out[_FACING, r], out[_FACING + 1, r] = np.sin(facing), np.cos(facing)
    out[_ACCELERATION, r] = (vx - velocity[f - 1, j, 0]) / FRAME_S if age >= 1 else np.nan
    out[_ACCELERATION + 1, r] = (vy - velocity[f - 1, j, 1]) / FRAME_S if age >= 1 else np.nan
    _lag(out, r, f, j, age, SLOW, vx, vy, xy, velocity, _MOVED_3, _ACCELERATION_3, _SPEED_GAIN_3, _TURNED_3)
    _lag(out, r, f, j, age, FAST, vx, vy, xy, velocity, _MOVED_5, _ACCELERATION_5, _SPEED_GAIN_5, _TURNED_5)
    ax, ay, unit = out[_ACCELERATION_3, r], out[_ACCELERATION_3 + 1, r], max(speed, 0.1)
    out[_SPEED_CHANGE, r] = (vx * ax + vy * ay) / unit
    out[_TURN, r] = (vx * ay - vy * ax) / unit


@njit(cache=True, error_model="numpy")
def _lag(out, r, f, j, age, steps, vx, vy, xy, velocity, moved, acceleration, gain, turned):
    if age < steps:
        _unknown(out, moved, r, 2)
        _unknown(out, acceleration, r, 2)
        out[gain, r] = out[turned, r] = np.nan
        return
    old = f - steps
    old_vx, old_vy = velocity[old, j, 0], velocity[old, j, 1]
    out[moved, r], out[moved + 1, r] = xy[f, j, 0] - xy[old, j, 0], xy[f, j, 1] - xy[old, j, 1]
    out[acceleration, r] = (vx - old_vx) / (steps * FRAME_S)
    out[acceleration + 1, r] = (vy - old_vy) / (steps * FRAME_S)
    out[gain, r] = np.sqrt(vx * vx + vy * vy) - np.sqrt(old_vx * old_vx + old_vy * old_vy)
    out[turned, r] = _turned_deg(old_vx, old_vy, vx, vy)
