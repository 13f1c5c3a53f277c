"""Whole plays: what happened to every body and the ball from the line set to the whistle, and what could have happened.

Up to the throw a play is one; from the throw on it is simulated once for each of its five eligible receivers. The one
the pass goes to is the play; the others are the truth of its what-ifs.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ghost_pipeline.domain.field import GOAL_LINE_X_YD
from ghost_pipeline.sources.simulator.abilities import Abilities
from ghost_pipeline.sources.simulator.after_catch import NO_CARRIER, WHISTLE_FRAMES, Aftermath, play_out
from ghost_pipeline.sources.simulator.aim import Aims, aim
from ghost_pipeline.sources.simulator.draws import SNAP
from ghost_pipeline.sources.simulator.dropback import Dropback, drop_back
from ghost_pipeline.sources.simulator.flight import Flight, Throws, fly
from ghost_pipeline.sources.simulator.league import League
from ghost_pipeline.sources.simulator.lineup import ELIGIBLE, PLAYERS, QB, RECEIVERS
from ghost_pipeline.sources.simulator.motion import Array, unit
from ghost_pipeline.sources.simulator.playbook import Calls, Situation, call_plays
from ghost_pipeline.sources.simulator.track import MEMORY, Track

INTERCEPTION_COST_YD = 45.0
"""What an interception costs, as in the usual adjusted yards per attempt."""
PASSERS_CHOICE = -1
COMPLETE, INCOMPLETE, INTERCEPTED = range(3)
RESULTS = np.array(["C", "I", "IN"])
BALL = PLAYERS
_SNAP_FRAMES = 5
_CATCH_FRAMES = 2
_BOUNCE_YD = 3.0


@dataclass(frozen=True)
class Options:
    """The truth of every throw that was possible, [N, 5] by receiver."""

    completion: Array
    interception: Array
    separation_yd: Array
    yards_if_caught: Array  # from the line of scrimmage to the end of the run
    landing_xy: Array  # [N, 5, 2]
    flight_frames: NDArray[np.int64]

    @property
    def expected_yards(self) -> Array:
        """Yards a throw is worth: completion times yards, less the cost of an interception."""
        return self.completion * self.yards_if_caught - INTERCEPTION_COST_YD * self.interception

    @property
    def best(self) -> NDArray[np.int64]:
        """[N] the receiver with the highest expected yards."""
        return self.expected_yards.argmax(axis=1)


@dataclass(frozen=True)
class Played:
    """N finished plays. Frames count from 0 at the line set; entities 0..21 are players (lineup), 22 is the ball."""

    calls: Calls
    xy: Array  # [N, T, 23, 2] true positions; past `frames` they mean nothing
    velocity: Array  # [N, T, 22, 2]
    acceleration: Array  # [N, T, 22, 2]
    frames: NDArray[np.int64]  # [N] recorded frames
    throw: NDArray[np.int64]  # [N] frame
    arrival: NDArray[np.int64]  # [N] frame
    target: NDArray[np.int64]  # [N] receiver 0..4
    result: NDArray[np.int64]  # [N] index in RESULTS
    after: Aftermath
    yards_gained: NDArray[np.int64]  # [N] by the offence; 0 unless complete
    pressure_yd: Array  # [N]
    options: Options

    def __len__(self) -> int:
        return len(self.calls)


def simulate_plays(
    seed: int, league: League, situations: list[Situation], target: NDArray[np.int64] | int = PASSERS_CHOICE
) -> Played:
    """Play the situations; `target` (0..4, of all or of each play) overrules the passer's choice.

    A play's bits depend on the seed, its ids, its situation and its target alone; up to the throw not on the target.
    """
    calls = call_plays(seed, league, situations)
    abilities = Abilities.of(league, calls.player)
    dropback = drop_back(calls, abilities)
    aims = aim(calls, abilities, dropback)
    N, play = len(calls), np.arange(len(calls))
    target = np.where(np.broadcast_to(target, N) == PASSERS_CHOICE, aims.chosen, target)

    every = np.repeat(play, RECEIVERS)
    receiver = np.tile(np.arange(RECEIVERS), N)
    flights = fly(calls, abilities, dropback, Throws.of(aims, every, receiver))
    thrown = play * RECEIVERS + target
    actual = flights.take(thrown)
    is_caught = calls.draws.outcome[:, 0] < actual.completion
    is_picked = calls.draws.outcome[:, 1] * (1 - actual.completion) < actual.interception
    result = np.where(is_caught, COMPLETE, np.where(is_picked, INTERCEPTED, INCOMPLETE))
    carrier = np.choose(result, [ELIGIBLE.start + target, np.full(N, NO_CARRIER), actual.picker])

    branch, owner = np.concatenate([np.arange(len(every)), thrown]), np.concatenate([every, play])
    carriers = np.concatenate([ELIGIBLE.start + receiver, carrier])
    ran = play_out(calls.take(owner), abilities.take(owner), flights.take(branch), carriers, dropback.throw[owner])
    options = _options(calls, aims, flights, ran.take(np.arange(len(every))))
    after = ran.take(len(every) + play)
    gained = np.minimum(after.dead_xy[:, 0], GOAL_LINE_X_YD) - calls.line_x
    arrival = dropback.throw + actual.throws.flight_frames
    frames = arrival + after.dead_after + WHISTLE_FRAMES + 1
    xy, velocity, acceleration = _joined(dropback, actual, after, arrival, int(frames.max()))
    return Played(
        calls=calls,
        xy=np.concatenate([xy, _ball(calls, xy, dropback.throw, actual, after)[:, :, None]], axis=2),
        velocity=velocity,
        acceleration=acceleration,
        frames=frames,
        throw=dropback.throw,
        arrival=arrival,
        target=target,
        result=result,
        after=after,
        yards_gained=np.where(result == COMPLETE, np.rint(np.nan_to_num(gained)), 0).astype(np.int64),
        pressure_yd=dropback.pressure_yd,
        options=options,
    )


def _options(calls: Calls, aims: Aims, flights: Flight, caught: Aftermath) -> Options:
    def by_receiver(values: Array) -> Array:
        return values.reshape(len(calls), RECEIVERS)

    end_x = np.minimum(by_receiver(caught.dead_xy[:, 0]), GOAL_LINE_X_YD)
    return Options(
        completion=by_receiver(flights.completion),
        interception=by_receiver(flights.interception),
        separation_yd=by_receiver(flights.facts.separation_yd),
        yards_if_caught=end_x - calls.line_x[:, None],
        landing_xy=aims.landing_xy,
        flight_frames=aims.flight_frames,
    )


def _joined(
    dropback: Dropback, flight: Flight, after: Aftermath, arrival: NDArray[np.int64], frames: int
) -> tuple[Array, Array, Array]:
    """Positions, velocities and accelerations [N, frames, 22, 2] of the three phases one after another."""
    frame = np.arange(frames)[None, :]
    row = np.arange(len(arrival))[:, None]
    throw = dropback.throw[:, None]
    pieces = (
        (dropback.track, np.minimum(frame, throw)),
        (flight.track, np.clip(frame - throw, 0, flight.throws.flight_frames[:, None]) + MEMORY - 1),
        (after.track, np.clip(frame - arrival[:, None], 0, after.track.now - MEMORY + 1) + MEMORY - 1),
    )

    def joined(name: str) -> Array:
        before, during, later = (getattr(track, name)[row, at] for track, at in pieces)
        in_air, on_ground = frame > throw, frame > arrival[:, None]
        return np.where(on_ground[..., None, None], later, np.where(in_air[..., None, None], during, before))

    names = [name for name in Track.__dataclass_fields__ if name != "now"]
    xy, velocity, acceleration = (joined(name) for name in names)
    return xy, velocity, acceleration


def _ball(calls: Calls, xy: Array, throw: NDArray[np.int64], flight: Flight, after: Aftermath) -> Array:
    """[N, T, 2] on the ground, in the passer's hands, in the air, and with the carrier or bouncing."""
    frame = np.arange(xy.shape[1])[None, :, None]
    spot = np.stack([calls.line_x, calls.ball_y], axis=-1)[:, None]
    passer = xy[:, :, QB] + np.array([0.2, 0.0])
    share = np.clip((frame - SNAP) / _SNAP_FRAMES, 0.0, 1.0)
    held = spot + share * (passer - spot)

    release, landing = flight.throws.release_xy[:, None], flight.throws.landing_xy[:, None]
    air = frame - throw[:, None, None]
    total = flight.throws.flight_frames[:, None, None]
    flying = release + np.clip(air / total, 0.0, 1.0) * (landing - release)

    since = np.maximum(air - total, 0)
    bouncing = landing + unit(landing - release) * _BOUNCE_YD * (1 - 0.8**since)
    carried = xy[np.arange(len(xy)), :, np.maximum(after.carrier, 0)]
    carried = landing + np.clip(since / _CATCH_FRAMES, 0.0, 1.0) * (carried - landing)
    down = np.where((after.carrier >= 0)[:, None, None], carried, bouncing)
    return np.where(air < 0, held, np.where(since > 0, down, flying))
