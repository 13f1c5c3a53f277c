"""Tracking rows of finished plays in the raw files' layout and absolute frame of reference."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa

from ghost_pipeline.domain.field import FIELD_LENGTH_YD, FIELD_WIDTH_YD, FRAME_S, direction_of
from ghost_pipeline.sources.simulator.after_catch import ENDS, TOUCHDOWN
from ghost_pipeline.sources.simulator.draws import SNAP
from ghost_pipeline.sources.simulator.game import Context, Round
from ghost_pipeline.sources.simulator.league import TEAMS, League
from ghost_pipeline.sources.simulator.lineup import DEFENSE, PLAYERS
from ghost_pipeline.sources.simulator.motion import Array, length, unit
from ghost_pipeline.sources.simulator.play import BALL, COMPLETE, INCOMPLETE, Played
from ghost_pipeline.sources.simulator.walk_up import walk_up

ENTITIES = PLAYERS + 1
BALL_NAME = "football"
_RUNS_YD_S = 4.0
_FACING_NOISE_DEG = 6.0
_STILL_YD_S = 0.15
_PLAY_S = 6


@dataclass(frozen=True)
class Feed:
    """What the tracking of a batch will say; frames of the simulation follow `lead` frames before the line set."""

    league: League
    batch: Round
    lead: int
    columns: dict[str, Array]  # [N, lead + T, 23] each, in the offence's frame of reference

    @classmethod
    def of(cls, league: League, batch: Round, lead: int) -> "Feed":
        """Measure the bodies of a batch."""
        columns = seen_motion(batch.played)
        if lead:
            noise = batch.played.calls.draws.noise_yd[:, lead:0:-1].astype(np.float64)
            before = walk_up(batch.played.xy[:, 0], noise, lead)
            columns = {name: np.concatenate([before[name], values], axis=1) for name, values in columns.items()}
        return cls(league, batch, lead, columns)

    def frame_id(self, frame: int) -> int:
        """Frame ids count from 1; `frame` counts from the line set."""
        return self.lead + frame + 1


def tracking_of(plays: Sequence[tuple[Feed, int]]) -> pa.Table:
    """Tracking of some plays, each a feed and a row of it: rows by play, entity and frame."""
    frames = np.array([feed.lead + int(feed.batch.played.frames[row]) for feed, row in plays])
    entity = np.repeat(np.arange(len(plays) * ENTITIES), np.repeat(frames, ENTITIES))  # [R] of all plays
    play = entity // ENTITIES
    begins = np.cumsum(np.repeat(frames, ENTITIES)) - np.repeat(frames, ENTITIES)
    frame = np.arange(len(entity)) - begins[entity]
    of_play = frame + (np.cumsum(frames) - frames)[play]  # [R] frame among the frames of all plays
    contexts = [feed.batch.contexts[row] for feed, row in plays]
    left = np.array([context.goes_left for context in contexts])[play]
    players = np.concatenate([feed.batch.played.calls.player[row] for feed, row in plays])
    league = plays[0][0].league

    def measured(name: str) -> Array:
        rows = zip(plays, frames, strict=True)
        return np.concatenate([feed.columns[name][row, :count].T.reshape(-1) for (feed, row), count in rows])

    def by_player(values: list, of_ball: object, kind: pa.DataType) -> pa.Array:
        with_ball = [value for p in range(len(plays)) for value in (*values[p * PLAYERS : (p + 1) * PLAYERS], of_ball)]
        return pa.array(with_ball, kind).take(pa.array(entity))

    x, y, o, direction = (measured(name) for name in ("x", "y", "o", "dir"))
    x, y = np.where(left, FIELD_LENGTH_YD - x, x), np.where(left, FIELD_WIDTH_YD - y, y)
    turn = np.where(left, 180.0, 0.0)
    is_ball = entity % ENTITIES == BALL
    began = np.array([_began(context) for context in contexts])
    events = [event for feed, row in plays for event in _event_of_frames(feed, row)]
    kinds = [kind for (feed, _), count in zip(plays, frames, strict=True) for kind in _kinds(feed.lead, int(count))]
    return pa.table(
        {
            "gameId": pa.array(np.array([context.game.game_id for context in contexts])[play]),
            "playId": pa.array(np.array([context.play_id for context in contexts])[play]),
            "nflId": by_player(league.nfl_id(players).tolist(), None, pa.int64()),
            "displayName": by_player([league.name[p] for p in players], BALL_NAME, pa.string()),
            "frameId": pa.array(frame + 1),
            "frameType": pa.array(kinds, pa.string()).take(pa.array(of_play)),
            "time": pa.array(began[play] + (frame * round(1000 * FRAME_S)).astype("timedelta64[ms]")),
            "jerseyNumber": by_player(league.jersey[players].tolist(), None, pa.int64()),
            "club": by_player([TEAMS[team] for team in league.team(players)], BALL_NAME, pa.string()),
            "playDirection": pa.array(["right", "left"]).take(pa.array(left.astype(np.int8))),
            "x": pa.array(np.round(x, 2)),
            "y": pa.array(np.round(y, 2)),
            "s": pa.array(np.round(measured("s"), 2)),
            "a": pa.array(np.round(measured("a"), 2)),
            "dis": pa.array(np.round(measured("dis"), 2)),
            "o": pa.array(np.round((o + turn) % 360.0, 2) % 360.0, mask=is_ball),
            "dir": pa.array(np.round((direction + turn) % 360.0, 2) % 360.0, mask=is_ball),
            "event": pa.array(events, pa.string()).take(pa.array(of_play)),
        }
    )


def _began(context: Context) -> np.datetime64:
    began = datetime.fromisoformat(f"{context.game.day} {context.game.kickoff}")
    began += timedelta(seconds=int(context.number * 2.9 * 60) + context.number % _PLAY_S)
    return np.datetime64(began, "ms")


def _kinds(lead: int, frames: int) -> list[str]:
    return ["BEFORE_SNAP"] * (lead + SNAP) + ["SNAP"] + ["AFTER_SNAP"] * (frames - lead - SNAP - 1)


def _event_of_frames(feed: Feed, row: int) -> list[str | None]:
    """The event of every frame of a play, most have none."""
    events = {feed.lead + frame: event for frame, event in _events(feed.batch.played, row)}
    if feed.lead:
        events[0] = "huddle_break_offense"
    return [events.get(frame) for frame in range(feed.lead + int(feed.batch.played.frames[row]))]


def _events(played: Played, row: int) -> list[tuple[int, str]]:
    """(frame, event) of one play, at most one a frame."""
    arrival, after = int(played.arrival[row]), played.after
    outcome, dead = arrival + 1, arrival + int(after.dead_after[row])
    contact, how = arrival + int(after.contact_after[row]), str(ENDS[after.how[row]])
    events = [(0, "line_set"), (SNAP, "ball_snap"), (int(played.throw[row]), "pass_forward"), (arrival, "pass_arrived")]
    if played.result[row] == INCOMPLETE:
        return [*events, (outcome, "pass_outcome_incomplete")]
    caught_in_end_zone = how == TOUCHDOWN and dead <= outcome + 1 and played.result[row] == COMPLETE
    if caught_in_end_zone:
        return [*events, (outcome, "pass_outcome_touchdown")]
    name = "pass_outcome_caught" if played.result[row] == COMPLETE else "pass_outcome_interception"
    events.append((outcome, name))
    if outcome < contact < dead:
        events.append((contact, "first_contact"))
    return [*events, (dead, how)]


def seen_motion(played: Played) -> dict[str, Array]:
    """Positions with the tracking's error and what the feed derives from motion, [N, T, 23] each."""
    T = played.xy.shape[1]
    xy = played.xy + played.calls.draws.noise_yd[:, :T]
    step = np.diff(xy, axis=1, prepend=xy[:, :1])
    distance = length(step)
    velocity = np.concatenate([played.velocity, step[:, :, BALL:] / FRAME_S], axis=2)
    speed = length(velocity)
    ball_speed_up = np.abs(np.diff(speed[:, :, BALL:], axis=1, prepend=speed[:, :1, BALL:])) / FRAME_S
    acceleration = np.concatenate([length(played.acceleration), np.minimum(ball_speed_up, 60.0)], axis=2)
    facing = _facing(played)
    motion = np.where((speed[:, :, :PLAYERS] > _STILL_YD_S)[..., None], velocity[:, :, :PLAYERS], facing)
    wobble = played.calls.draws.sway_yd_s[:, :T, :, 0] * _FACING_NOISE_DEG
    ball = np.zeros((*speed.shape[:2], 1))
    return {
        "x": xy[..., 0],
        "y": xy[..., 1],
        "s": speed,
        "a": acceleration,
        "dis": distance,
        "o": np.concatenate([(direction_of(facing[..., 0], facing[..., 1]) + wobble) % 360.0, ball], axis=2),
        "dir": np.concatenate([direction_of(motion[..., 0], motion[..., 1]), ball], axis=2),
    }


def _facing(played: Played) -> Array:
    """[N, T, 22, 2] where the shoulders point: along a run, else downfield (offence) or at the ball (defence)."""
    velocity = played.velocity
    runs = np.minimum(length(velocity) / _RUNS_YD_S, 1.0)[..., None]
    to_ball = unit(played.xy[:, :, BALL:] - played.xy[:, :, :PLAYERS])
    rest = np.zeros_like(velocity)
    rest[..., 0] = 1.0
    rest[:, :, DEFENSE] = to_ball[:, :, DEFENSE]
    return runs * unit(velocity) + (1.02 - runs) * rest
