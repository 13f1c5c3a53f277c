"""Faults of sensors: anomalies that no single rule forbids, and glitches short enough to be mended."""

import numpy as np

from ghost_pipeline.sources.simulator.lineup import DEFENSE
from ghost_pipeline.sources.simulator.raw_play import Planted, RawPlay, any_defender, defender, heading, mid_flight

_SIDESTEP_YD = 0.8
_GLITCH_YD = 2.4
_GLITCH_YD_S = 17.0
_SWAP_YD = (1.5, 15.0)
_BALL_LAG_FRAMES = 7
_OTHER_BALL_YD = 8.0


def small_jump(play: RawPlay, rng: np.random.Generator) -> Planted:
    """A defender's track steps aside by less than a human step, square to his motion, and goes on there."""
    frame = mid_flight(play, rng)
    player = None if frame is None else defender(play, rng, frame, high=7.0)
    if frame is None or player is None:
        return None
    ahead = heading(play, player, frame)
    aside = np.array([ahead[1], -ahead[0]])
    to_middle = np.array([60.0, 26.7]) - play.xy(player, frame)[0]
    aside = aside * (1.0 if aside @ to_middle > 0 else -1.0)
    return play.moved(play.is_of(player) & play.since(frame), _SIDESTEP_YD * aside), (frame, player)


def frozen_tag(play: RawPlay, rng: np.random.Generator) -> Planted:
    """A running defender's tag stops and tells the same position to the end, without speed."""
    frame = mid_flight(play, rng, before=0, after=4)
    player = None if frame is None else defender(play, rng, frame, low=4.2)
    if frame is None or player is None:
        return None
    x, y = play.xy(player, frame)[0]
    later = play.is_of(player) & play.since(frame + 1)
    return play.changed(later, x=x, y=y, s=0.0, a=0.0, dis=0.0), (frame + 1, player)


def swapped_ids(play: RawPlay, rng: np.random.Generator) -> Planted:
    """From a frame of the flight on, two defenders have each other's number."""
    frame = mid_flight(play, rng, before=2)
    if frame is None:
        return None
    one = any_defender(play, rng)
    here = play.xy(one, frame)[0]
    low, high = _SWAP_YD
    near = [
        int(player)
        for player in play.nfl_id[DEFENSE]
        if low < np.linalg.norm(play.xy(int(player), frame)[0] - here) < high
    ]
    if not near:
        return None
    other = int(rng.choice(near))
    later = play.since(frame)
    ones, others = play.is_of(one) & later, play.is_of(other) & later
    return play.changed(ones, nflId=other).changed(others, nflId=one), (frame, one)


def late_ball(play: RawPlay, rng: np.random.Generator) -> Planted:
    """The ball is seven frames behind the players, or ahead of them."""
    lag = _BALL_LAG_FRAMES * int(rng.choice([-1, 1]))
    ball = play.is_ball()
    order = np.clip(np.arange(int(ball.sum())) - lag, 0, int(ball.sum()) - 1)
    return play.changed(ball, **{name: play.numbers(name)[ball][order] for name in ("x", "y", "s", "a", "dis")}), (
        None,
        None,
    )


def other_ball(play: RawPlay, rng: np.random.Generator) -> Planted:
    """Up to the snap the tag tells of a ball that lies 8 yd along the field from the one in play."""
    away = np.array([_OTHER_BALL_YD * rng.choice([-1, 1]), 0.0])
    return play.moved(play.is_ball() & ~play.since(play.snap + 1), away), (play.snap, None)


def position_glitch(play: RawPlay, rng: np.random.Generator) -> Planted:
    """One sample of a defender lies far from the ones before and after."""
    player, frame = any_defender(play, rng), mid_flight(play, rng)
    if frame is None:
        return None
    away = _GLITCH_YD if play.xy(player, frame)[0, 0] < 60 else -_GLITCH_YD
    return play.moved(play.is_of(player) & play.at(frame), np.array([away, 0.0])), (frame, player)


def speed_glitch(play: RawPlay, rng: np.random.Generator) -> Planted:
    """One sample of a defender's speed is more than a human can run."""
    player, frame = any_defender(play, rng), mid_flight(play, rng)
    if frame is None:
        return None
    return play.changed(play.is_of(player) & play.at(frame), s=_GLITCH_YD_S), (frame, player)


def short_gap(play: RawPlay, rng: np.random.Generator) -> Planted:
    """A defender has no samples in one, two or three frames."""
    frames = int(rng.integers(1, 4))
    player, frame = any_defender(play, rng), mid_flight(play, rng, after=frames)
    if frame is None:
        return None
    return play.without(play.is_of(player) & play.at(*range(frame, frame + frames))), (frame, player)


def short_ball_gap(play: RawPlay, rng: np.random.Generator) -> Planted:
    """The ball has no samples in two frames of the flight."""
    frame = mid_flight(play, rng, after=2)
    if frame is None:
        return None
    return play.without(play.is_ball() & play.at(frame, frame + 1)), (frame, None)
