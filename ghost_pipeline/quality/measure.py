"""The compiled pass over tracking that measures what the cardinal rules and the anomalies bound.

Shape letters: P plays, T tracking rows sorted by (game, play, frame, nfl_id), R roster rows sorted by (play, nfl_id).
Everything is measured from the rows as they pass; of each player only the last few rows are remembered.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ghost_pipeline.domain.field import FIELD_LENGTH_YD, FIELD_WIDTH_YD, FRAME_S
from ghost_pipeline.domain.rules import (
    DIRECTION_FROM_YD_S,
    MAX_JUMP_YD,
    REACH_YD,
    SPAN_FRAMES,
    STANDSTILL_FRAMES,
    STOP_YD,
    THROWN_YD_S,
)
from ghost_pipeline.domain.scene import FRAMES_BEFORE_THROW
from ghost_pipeline.domain.schema import BALL_ID
from ghost_pipeline.quality.tracks import NOWHERE

TRACKED_FACTS = (
    "max_speed_yd_s",
    "max_step_yd",
    "off_field_samples",
    "max_acceleration_yd_s2",
    "max_turn_yd_s2",
    "max_speed_gap_yd_s",
    "max_direction_gap_deg",
    "offense_players",
    "defense_players",
    "frames_without_one_ball",
    "missing_samples",
    "skipped_frames",
    "max_time_error_s",
    "unknown_player_samples",
    "duplicate_samples",
    "max_jump_yd",
    "frozen_samples",
    "ball_lag_frames",
)
"""The kernel's facts in the order of its columns."""
(
    SPEED, STEP, OFF_FIELD, ACCELERATION, TURN, SPEED_GAP, DIRECTION_GAP, OFFENSE, DEFENSE, NO_BALL, MISSING, SKIPPED,
    TIME_ERROR, UNKNOWN, DUPLICATE, JUMP, FROZEN, BALL_LAG,
) = range(len(TRACKED_FACTS))  # fmt: skip
COUNTED_IN_FLIGHT = (OFF_FIELD, OFFENSE, DEFENSE, NO_BALL, MISSING, FROZEN)
FRAME, PLAYER = 0, 1
_MEMORY = 8
"""Rows of a player that are remembered, more than 2 * SPAN_FRAMES."""
_BALL_WINDOW_FRAMES = 15
Jump = tuple[int, int, int, int]
"""Index of the play, and the player's rows two frames before, one before, and in the frame that he leapt into."""


class Limits(NamedTuple):
    """Constants of `domain.rules`, given to the kernel because its cache on disk would not notice a change of them."""

    span_frames: int = SPAN_FRAMES
    direction_from_yd_s: float = DIRECTION_FROM_YD_S
    max_jump_yd: float = MAX_JUMP_YD
    stop_yd: float = STOP_YD
    standstill_frames: int = STANDSTILL_FRAMES
    reach_yd: float = REACH_YD
    thrown_yd: float = THROWN_YD_S * FRAME_S


@njit(cache=True)
def _length(dx, dy):
    """Of a way on the field; math.hypot guards against overflow, which yards do not need, and takes twice as long."""
    return math.sqrt(dx * dx + dy * dy)


@njit(cache=True)
def _add(value, at, p, fact, amount, frame, player):
    """Count `amount` more of a fact; the place of the first one is kept."""
    if value[p, fact] == 0:
        at[p, fact, FRAME], at[p, fact, PLAYER] = frame, player
    value[p, fact] += amount


@njit(cache=True)
def _raise(value, at, p, fact, found, frame, player):
    """Keep the greatest of a fact and its place; NaN counts as nothing measured yet."""
    if not math.isnan(found) and not found <= value[p, fact]:
        value[p, fact] = found
        at[p, fact, FRAME], at[p, fact, PLAYER] = frame, player


@njit(cache=True)
def _move(samples, one, other):
    """(dx, dy) in yd from one row to another."""
    return float(samples.x[other]) - float(samples.x[one]), float(samples.y[other]) - float(samples.y[one])


@njit(cache=True)
def _push(samples, span_s, now, middle, then, value, at, p, frame, who):
    """Acceleration along and across the motion between the two spans then..middle..now."""
    ax, ay = _move(samples, then, middle)
    bx, by = _move(samples, middle, now)
    along = abs(_length(bx, by) - _length(ax, ay)) / span_s**2
    whole = _length(bx - ax, by - ay) / span_s**2
    _raise(value, at, p, ACCELERATION, along, frame, who)
    _raise(value, at, p, TURN, math.sqrt(max(whole * whole - along * along, 0.0)), frame, who)


@njit(cache=True)
def _agreement(samples, from_yd_s, after, here, before, value, at, p, frame, who):
    """The source's speed and direction at `here` against the way from `before` to `after`."""
    dx, dy = _move(samples, before, after)
    speed = _length(dx, dy) / (2 * FRAME_S)
    told = float(samples.s[here])
    _raise(value, at, p, SPEED_GAP, abs(told - speed), frame, who)
    if speed > from_yd_s and told > from_yd_s:
        gap = math.degrees(math.atan2(dx, dy)) - float(samples.dir[here])
        _raise(value, at, p, DIRECTION_GAP, abs((gap + 180.0) % 360.0 - 180.0), frame, who)


@njit(cache=True)
def _leap(samples, after, here, before, earlier):
    """How far, in yd, the step before..here lies from the mean of the steps around it."""
    ax, ay = _move(samples, earlier, before)
    bx, by = _move(samples, before, here)
    cx, cy = _move(samples, here, after)
    return _length(bx - (ax + cx) / 2, by - (ay + cy) / 2)


@njit(cache=True)
def _past(memory, frame_id, slot, frame):
    """Row of a roster slot's sample in `frame`, or -1."""
    row = memory[slot, frame % _MEMORY]
    return row if row >= 0 and frame_id[row] == frame else -1


@njit(cache=True)
def measure(plays, rosters, samples, limits, value, at):
    """Fill value [P, facts] and at [P, facts, (frame, player)]; they come in as NaN and NOWHERE.

    Where `plays.leaves`, players without a sample after the throw are not missed.
    A play whose arrival is not after a throw >= 0 has no flight: only facts of the whole play are measured. Returns the
    leaps of more than `limits.max_jump_yd` as `Jump`s.
    """
    frame_id, nfl_id, x, y = samples.frame_id, samples.nfl_id, samples.x, samples.y
    longest = 0
    for p in range(len(plays.begin)):
        longest = max(longest, rosters.start[p + 1] - rosters.start[p])
    last = np.empty(longest, np.int64)  # row of each roster player's last sample in the air window, -1 before it
    memory = np.empty((longest, _MEMORY), np.int64)
    still = np.empty(longest, np.int64)  # frames for which a player's position has not changed at all
    entry = np.empty(longest)  # the step before them, yd
    jumps = [(0, 0, 0, 0)]
    jumps.pop()

    for p in range(len(plays.begin)):
        roster, players = rosters.start[p], rosters.start[p + 1] - rosters.start[p]
        first_frame, last_frame = plays.throw[p], plays.arrival[p]
        flies = first_frame >= 0 and last_frame > first_frame
        known_snap = 0 <= plays.snap[p] <= first_frame
        from_frame = plays.snap[p] if known_snap else first_frame - FRAMES_BEFORE_THROW
        value[p, UNKNOWN], value[p, DUPLICATE], value[p, SKIPPED] = 0, 0, 0
        if flies:
            for fact in COUNTED_IN_FLIGHT:
                value[p, fact] = 0
        last[:players], memory[:players], still[:players], entry[:players] = -1, -1, 0, 0.0
        next_ball, balls, slot, ball, frame_time, last_time = first_frame, 0, 0, -1, NOWHERE, NOWHERE
        last_time_frame = first_frame
        flown, thrown, longest_thrown, left_hand = -1, 0, 0, first_frame

        for row in range(plays.begin[p], plays.end[p]):
            frame, who = frame_id[row], nfl_id[row]
            opens_frame = row == plays.begin[p] or frame_id[row - 1] != frame
            repeats = not opens_frame and nfl_id[row - 1] == who
            is_sample = not math.isnan(x[row] + y[row])
            in_window = flies and first_frame <= frame <= last_frame and is_sample
            if opens_frame:
                slot, balls, ball = 0, 0, -1
                last_time, last_time_frame = frame_time, frame_id[row - 1] if row > plays.begin[p] else frame
                frame_time = samples.time_ms[row]
                if row > plays.begin[p] and frame > last_time_frame + 1:
                    _add(value, at, p, SKIPPED, frame - last_time_frame - 1, last_time_frame + 1, NOWHERE)
            if repeats:
                _add(value, at, p, DUPLICATE, 1, frame, who)
            if in_window and frame_time != NOWHERE and samples.time_ms[row] != NOWHERE:
                error = abs(samples.time_ms[row] - frame_time) / 1000.0
                if last_time != NOWHERE and last_time_frame >= first_frame:
                    since = (samples.time_ms[row] - last_time) / 1000.0
                    error = max(error, abs(since - FRAME_S * (frame - last_time_frame)))
                _raise(value, at, p, TIME_ERROR, error, frame, who if error else NOWHERE)
            if who == BALL_ID:
                if is_sample:
                    if flies and abs(frame - first_frame) <= _BALL_WINDOW_FRAMES and flown >= 0:
                        dx, dy = _move(samples, flown, row)
                        is_thrown = _length(dx, dy) > limits.thrown_yd * (frame - frame_id[flown])
                        thrown = thrown + 1 if is_thrown else 0
                        if thrown > longest_thrown:
                            longest_thrown, left_hand = thrown, frame - thrown
                    flown = row
                    ball = row
                if in_window:
                    balls += 1
                    if balls == 1 and frame > next_ball:
                        _add(value, at, p, NO_BALL, frame - next_ball, next_ball, NOWHERE)
                    if balls == 2:
                        _add(value, at, p, NO_BALL, 1, frame, NOWHERE)
                    next_ball = frame + 1
                continue
            while slot < players and rosters.nfl_id[roster + slot] < who:
                slot += 1
            if slot == players or rosters.nfl_id[roster + slot] != who:
                _add(value, at, p, UNKNOWN, 1, frame, who)
                continue
            if (
                flies
                and is_sample
                and ball >= 0
                and who == plays.passer[p]
                and abs(frame - first_frame) <= _BALL_WINDOW_FRAMES
            ):
                dx, dy = _move(samples, ball, row)
                if _length(dx, dy) <= limits.reach_yd:
                    value[p, BALL_LAG] = frame - first_frame
                    at[p, BALL_LAG, FRAME] = frame
            if repeats or not is_sample or not flies or frame < from_frame - 2 or frame > last_frame + 1:
                continue

            one = _past(memory, frame_id, slot, frame - 1)
            two = _past(memory, frame_id, slot, frame - 2)
            memory[slot, frame % _MEMORY] = row
            if one >= 0 and two >= 0:
                if first_frame <= frame - 2 and frame <= last_frame:
                    _agreement(samples, limits.direction_from_yd_s, row, one, two, value, at, p, frame - 1, who)
                three = _past(memory, frame_id, slot, frame - 3)
                if three >= 0 and frame - 1 > from_frame:
                    leap = _leap(samples, row, one, two, three)
                    _raise(value, at, p, JUMP, leap, frame - 1, who)
                    if leap > limits.max_jump_yd:
                        jumps.append((p, three, two, one))
            if one >= 0 and from_frame < frame <= last_frame:
                dx, dy = _move(samples, one, row)
                step = _length(dx, dy)
                if step == 0.0:
                    still[slot] += 1
                else:
                    if still[slot] >= limits.standstill_frames and max(step, entry[slot]) > limits.stop_yd:
                        _add(value, at, p, FROZEN, still[slot], frame - still[slot], who)
                    still[slot], entry[slot] = 0, step

            if not in_window:
                continue
            _raise(value, at, p, SPEED, float(samples.s[row]), frame, who)
            if x[row] < 0 or x[row] > FIELD_LENGTH_YD or y[row] < 0 or y[row] > FIELD_WIDTH_YD:
                _add(value, at, p, OFF_FIELD, 1, frame, who)
            middle = _past(memory, frame_id, slot, frame - limits.span_frames)
            then = _past(memory, frame_id, slot, frame - 2 * limits.span_frames)
            if middle >= 0 and then >= 0 and frame - 2 * limits.span_frames >= first_frame:
                _push(samples, limits.span_frames * FRAME_S, row, middle, then, value, at, p, frame, who)
            expected = first_frame
            if last[slot] >= 0:
                before = last[slot]
                dx, dy = _move(samples, before, row)
                _raise(value, at, p, STEP, _length(dx, dy) / (frame - frame_id[before]), frame, who)
                expected = frame_id[before] + 1
            if frame > expected:
                _add(value, at, p, MISSING, frame - expected, expected, who)
            last[slot] = row

        if not flies:
            continue
        if math.isnan(value[p, BALL_LAG]) and longest_thrown > 0:
            value[p, BALL_LAG], at[p, BALL_LAG, FRAME] = left_hand - first_frame, left_hand
        if next_ball <= last_frame:
            _add(value, at, p, NO_BALL, last_frame - next_ball + 1, next_ball, NOWHERE)
        for slot in range(players):
            who, side = rosters.nfl_id[roster + slot], DEFENSE if rosters.is_defense[roster + slot] else OFFENSE
            if last[slot] < 0:
                at[p, side, PLAYER] = who
                continue
            value[p, side] += 1
            if still[slot] >= limits.standstill_frames and entry[slot] > limits.stop_yd:
                _add(value, at, p, FROZEN, still[slot], frame_id[last[slot]] - still[slot] + 1, who)
            if frame_id[last[slot]] < last_frame and not (plays.leaves[p] and frame_id[last[slot]] == first_frame):
                missing_from = frame_id[last[slot]] + 1
                _add(value, at, p, MISSING, last_frame - missing_from + 1, missing_from, who)
    return jumps


def nothing_measured(plays: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """`value` and `at` of `plays` plays before `measure` fills them."""
    shape = (plays, len(TRACKED_FACTS))
    return np.full(shape, np.nan), np.full((*shape, 2), NOWHERE)
