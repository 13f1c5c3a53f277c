"""Faults that break a cardinal rule, each a small function; where a play does not suit, it returns None."""

from dataclasses import replace

import numpy as np
import pyarrow as pa

from ghost_pipeline.domain.field import FIELD_WIDTH_YD
from ghost_pipeline.sources.simulator.lineup import LINE
from ghost_pipeline.sources.simulator.raw_play import (
    Planted,
    RawPlay,
    any_defender,
    defender,
    mid_flight,
    steps_yd,
    toward_middle,
)

_SUPERHUMAN_YD_S = 13.9
_JUMP_YD = 2.4
_OFF_FIELD_YD = 1.1
_CONTRADICTION_YD = 0.9
_TWELFTH_SHIFT_YD = 2.0
_BURST_YD_S = 10.5
_BURST_FRAMES = 4
_LOST_FRAMES = 5
_SKEW = np.timedelta64(350, "ms")
_OTHER_DAY = np.timedelta64(30, "h")


def superhuman_speed(play: RawPlay, rng: np.random.Generator) -> Planted:
    """Several samples of a defender's speed are more than a human can run."""
    player, frame = any_defender(play, rng), mid_flight(play, rng, after=3)
    if frame is None:
        return None
    frames = range(frame, frame + 3)
    return play.changed(play.is_of(player) & play.at(*frames), s=_SUPERHUMAN_YD_S), (frame, player)


def position_jump(play: RawPlay, rng: np.random.Generator) -> Planted:
    """A defender's track leaps from one frame to the next, and goes on there."""
    player, frame = any_defender(play, rng), mid_flight(play, rng)
    if frame is None:
        return None
    leap = np.array([_JUMP_YD if play.xy(player, frame)[0, 0] < 60 else -_JUMP_YD, 0.0])
    return play.moved(play.is_of(player) & play.since(frame), leap), (frame, player)


def off_field(play: RawPlay, rng: np.random.Generator) -> Planted:
    """A defender's whole track is shifted, so that he is out of bounds while the ball is in the air."""
    player, frame = any_defender(play, rng), mid_flight(play, rng)
    if frame is None:
        return None
    there = play.xy(player, frame)[0, 1]
    outside = -_OFF_FIELD_YD if there < FIELD_WIDTH_YD / 2 else FIELD_WIDTH_YD + _OFF_FIELD_YD
    return play.moved(play.is_of(player), np.array([0.0, outside - there])), (frame, player)


def impossible_burst(play: RawPlay, rng: np.random.Generator) -> Planted:
    """A slow defender runs at nearly top speed from one frame to the next, and is slow again a little later."""
    frame = mid_flight(play, rng, before=3, after=3)
    player = None if frame is None else defender(play, rng, frame, high=1.5)
    if frame is None or player is None:
        return None
    way = np.array([0.0, toward_middle(play, player, frame)])
    later = play.is_of(player) & play.since(frame + 1)
    since = play.numbers("frameId")[later] - frame
    run = np.minimum(since, _BURST_FRAMES)[:, None] * steps_yd(_BURST_YD_S) * way
    burst = play.is_of(player) & play.at(*range(frame + 1, frame + 1 + _BURST_FRAMES))
    direction = 0.0 if way[1] > 0 else 180.0
    return play.moved(later, run).changed(burst, s=_BURST_YD_S, dir=direction), (frame, player)


def impossible_turn(play: RawPlay, rng: np.random.Generator) -> Planted:
    """A running defender turns back on the spot and runs the way he came at the same speed."""
    frame = mid_flight(play, rng, before=3, after=3)
    player = None if frame is None else defender(play, rng, frame, low=4.0)
    if frame is None or player is None:
        return None
    later = play.is_of(player) & play.since(frame + 1)
    here = play.xy(player, frame)[0]
    there = np.stack([play.numbers("x")[later], play.numbers("y")[later]], axis=-1)
    back = (play.numbers("dir")[later] + 180.0) % 360.0
    return play.moved(later, 2 * (here - there)).changed(later, dir=np.round(back, 2)), (frame, player)


def wrong_speed(play: RawPlay, rng: np.random.Generator) -> Planted:
    """A slow defender's speeds are another's: 5 yd/s more than he moves."""
    frame = mid_flight(play, rng)
    player = None if frame is None else defender(play, rng, frame, high=5.0)
    if frame is None or player is None:
        return None
    own = play.is_of(player)
    return play.changed(own, s=np.round(np.minimum(play.numbers("s")[own] + 5.0, 12.4), 2)), (None, player)


def wrong_direction(play: RawPlay, rng: np.random.Generator) -> Planted:
    """A running defender's directions of motion are turned half round."""
    frame = mid_flight(play, rng)
    player = None if frame is None else defender(play, rng, frame, low=4.0)
    if frame is None or player is None:
        return None
    own = play.is_of(player)
    return play.changed(own, dir=np.round((play.numbers("dir")[own] + 180.0) % 360.0, 2)), (None, player)


def missing_ball(play: RawPlay, rng: np.random.Generator) -> Planted:
    """Five frames of the flight have no ball."""
    frame = mid_flight(play, rng, after=_LOST_FRAMES)
    if frame is None:
        return None
    return play.without(play.is_ball() & play.at(*range(frame, frame + _LOST_FRAMES))), (frame, None)


def frame_gap(play: RawPlay, rng: np.random.Generator) -> Planted:
    """Five frames of the flight are missing for everybody."""
    frame = mid_flight(play, rng, after=_LOST_FRAMES)
    if frame is None:
        return None
    return play.without(play.at(*range(frame, frame + _LOST_FRAMES))), (frame, None)


def skipped_before_snap(play: RawPlay, rng: np.random.Generator) -> Planted:
    """Five frames before the snap are missing for everybody, which harms no flight."""
    frame = play.snap - int(rng.integers(_LOST_FRAMES + 1, 12))
    return play.without(play.at(*range(frame, frame + _LOST_FRAMES))), (frame, None)


def late_clock(play: RawPlay, rng: np.random.Generator) -> Planted:
    """From a frame of the flight on, the times are a third of a second late."""
    frame = mid_flight(play, rng)
    if frame is None:
        return None
    later = play.since(frame)
    return play.changed(later, time=(play.numbers("time")[later] + _SKEW).astype("datetime64[ms]")), (frame, None)


def another_day(play: RawPlay, rng: np.random.Generator) -> Planted:
    """The times are of the day after, or of the day before late in the game."""
    shift = _OTHER_DAY if play.is_early else -_OTHER_DAY
    everything = np.ones(len(play.tracking), bool)
    return play.changed(everything, time=(play.numbers("time") + shift).astype("datetime64[ms]")), (None, None)


def twelfth_defender(play: RawPlay, rng: np.random.Generator) -> Planted:
    """A defender too many runs beside another."""
    model = any_defender(play, rng)
    extra = replace(play, tracking=play.tracking.filter(pa.array(play.is_of(model))))
    y = extra.numbers("y")
    shift = _TWELFTH_SHIFT_YD if y.mean() < FIELD_WIDTH_YD / 2 else -_TWELFTH_SHIFT_YD
    extra = extra.changed(np.ones(len(y), bool), nflId=play.bench_id, y=np.round(y + shift, 2))
    row = next(row for row in play.players if row["nflId"] == model)
    return replace(
        play,
        tracking=pa.concat_tables([play.tracking, extra.tracking]),
        players=[*play.players, row | {"nflId": play.bench_id}],
    ), (None, play.bench_id)


def missing_lineman(play: RawPlay, rng: np.random.Generator) -> Planted:
    """An offensive lineman is nowhere."""
    player = int(play.nfl_id[LINE][rng.integers(5)])
    kept = [row for row in play.players if row["nflId"] != player]
    return replace(play.without(play.is_of(player)), players=kept), (None, player)


def third_team(play: RawPlay, rng: np.random.Generator) -> Planted:
    """A defender wears the name of a club that does not play."""
    player = any_defender(play, rng)
    return play.changed(play.is_of(player), club="XXX"), (None, player)


def contradicting_sample(play: RawPlay, rng: np.random.Generator) -> Planted:
    """A defender is at two places in one frame."""
    player, frame = any_defender(play, rng), mid_flight(play, rng)
    if frame is None:
        return None
    copy = replace(play, tracking=play.tracking.filter(pa.array(play.is_of(player) & play.at(frame))))
    away = _CONTRADICTION_YD if copy.numbers("x")[0] < 60 else -_CONTRADICTION_YD
    copy = copy.moved(np.ones(1, bool), np.array([away, 0.0]))
    return replace(play, tracking=pa.concat_tables([play.tracking, copy.tracking])), (frame, player)


def turned_label(play: RawPlay, rng: np.random.Generator) -> Planted:
    """The label of the offence's direction is the opposite one."""
    everything = np.ones(len(play.tracking), bool)
    label = play.tracking.column("playDirection")[0].as_py()
    return play.changed(everything, playDirection="left" if label == "right" else "right"), (play.snap, None)


def defender_as_target(play: RawPlay, rng: np.random.Generator) -> Planted:
    """The charted target is a defender."""
    return _with_target(play, any_defender(play, rng))


def lineman_as_target(play: RawPlay, rng: np.random.Generator) -> Planted:
    """The charted target is an offensive lineman, which may be true."""
    return _with_target(play, int(play.nfl_id[LINE][rng.integers(5)]))


def throw_before_snap(play: RawPlay, rng: np.random.Generator) -> Planted:
    """The event of the throw stands before that of the snap."""
    frame = play.snap - int(rng.integers(3, 9))
    moved = play.changed(play.at(play.throw), event=None)
    return moved.changed(moved.at(frame), event="pass_forward"), (frame, None)


def whistle_before_throw(play: RawPlay, rng: np.random.Generator) -> Planted:
    """A tackle is told before the ball is thrown."""
    frame = play.throw - int(rng.integers(2, 6))
    return play.changed(play.at(frame), event="tackle"), (frame, None)


def _with_target(play: RawPlay, player: int) -> Planted:
    rows = [row | {"wasTargettedReceiver": int(row["nflId"] == player)} for row in play.players]
    return replace(play, players=rows), (None, player)
