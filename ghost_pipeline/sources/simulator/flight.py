"""The ball in the air: the first part of a play that depends on the target."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from ghost_pipeline.domain.field import FIELD_WIDTH_YD, FRAME_S
from ghost_pipeline.sources.simulator.abilities import Abilities
from ghost_pipeline.sources.simulator.aim import Aims
from ghost_pipeline.sources.simulator.coverage_calls import MAN
from ghost_pipeline.sources.simulator.defense import cover, is_rushing, sight_lag, urgency
from ghost_pipeline.sources.simulator.draws import SNAP
from ghost_pipeline.sources.simulator.dropback import Dropback, swayed
from ghost_pipeline.sources.simulator.lineup import DEFENSE, ELIGIBLE, LINE, PLAYERS, QB
from ghost_pipeline.sources.simulator.motion import Array, Bodies, length, toward, unit
from ghost_pipeline.sources.simulator.offense import run_routes
from ghost_pipeline.sources.simulator.outcome import PassFacts, completion_probability, interception_share
from ghost_pipeline.sources.simulator.playbook import Calls
from ghost_pipeline.sources.simulator.track import MEMORY, Track

_RECEIVER_TRACKS_AFTER = 2
_OTHERS_TURN_AFTER = 5
_ZONE_REACTS = (1.5, 4.0)
"""A zone defender watches the passer: he breaks after 1.5 frames and up to 4 more, by his luck."""
_MAN_REACTS = (2.0, 4.0)
_MAN_SEES_SHARE = 0.1
"""A man defender looks at his receiver: he finds the ball this share of the flight later."""
_AWAY_REACTS = 4.0
_MISREAD_YD = 1.0
_BREAK_EFFORT = 0.95
_REACH_YD = 6.0
"""Who would come this much too late still goes for the ball."""
_SUPPORT_YD = 1.8
_SUPPORT_EFFORT, _HELP_EFFORT = 0.45, 0.3
_JOG_EASE_PER_S = 0.5
_ATTACK_URGENCY, _SUPPORT_URGENCY, _BYSTANDER_URGENCY = 0.8, 0.32, 0.45
_TARGET_URGENCY = 0.65
_BODY_YD = 0.55


@dataclass(frozen=True)
class Throws:
    """B throws: which play each belongs to and whom and what it is aimed at."""

    play: NDArray[np.int64]  # [B]
    target: NDArray[np.int64]  # [B] receiver 0..4
    release_xy: Array  # [B, 2]
    landing_xy: Array  # [B, 2]
    flight_frames: NDArray[np.int64]  # [B]

    @classmethod
    def of(cls, aims: Aims, play: NDArray[np.int64], target: NDArray[np.int64]) -> "Throws":
        """Throws of the plays [B] to the receivers [B]."""
        return cls(play, target, aims.release_xy[play], aims.landing_xy[play, target], aims.flight_frames[play, target])

    def take(self, rows: NDArray[np.int64]) -> "Throws":
        """The chosen throws."""
        return Throws(*(getattr(self, f.name)[rows] for f in fields(self)))


@dataclass(frozen=True)
class Flight:
    """The flights, and what they come to."""

    throws: Throws
    track: Track  # frame MEMORY - 1 is the throw
    facts: PassFacts  # [B]
    completion: Array  # [B] true probability
    interception: Array  # [B] true probability
    picker: NDArray[np.int64]  # [B] slot of the defender nearest to the ball

    @property
    def arrival(self) -> NDArray[np.int64]:
        """[B] frame of `track` in which the ball arrives."""
        return MEMORY - 1 + self.throws.flight_frames

    def take(self, rows: NDArray[np.int64]) -> "Flight":
        """The chosen throws' flights."""
        return Flight(
            self.throws.take(rows),
            self.track.take(rows),
            self.facts.take(rows),
            self.completion[rows],
            self.interception[rows],
            self.picker[rows],
        )


def fly(calls: Calls, abilities: Abilities, dropback: Dropback, throws: Throws) -> Flight:
    """Simulate every throw from the release to the longest arrival; `calls` and `abilities` are of the plays."""
    calls, abilities = calls.take(throws.play), abilities.take(throws.play)
    throw_frame = dropback.throw[throws.play]
    frames = int(throws.flight_frames.max()) if len(throws.play) else 0
    track = Track.branch(dropback.track, throws.play, throw_frame, frames)
    row = np.arange(len(throws.play))
    bodies = track.bodies(np.full(len(row), MEMORY - 1), abilities.top_speed, abilities.strength)
    leg = dropback.leg[throws.play, throw_frame]
    lag = sight_lag(calls, abilities.skill[:, DEFENSE])
    reacts = _reaction_frames(calls, throws, abilities)
    for since in range(1, frames + 1):
        left_s = np.maximum((throws.flight_frames - since + 1) * FRAME_S, FRAME_S)
        wanted = np.zeros((len(row), PLAYERS, 2))
        wanted[:, QB] = 0.4 * bodies.velocity[:, QB]
        wanted[:, LINE] = 0.75 * bodies.velocity[:, LINE]
        route, leg = run_routes(calls, bodies.xy[:, ELIGIBLE], bodies.top_speed[:, ELIGIBLE], leg)
        wanted[:, ELIGIBLE] = _receivers(bodies, throws, route, since, left_s)
        covering = np.where(
            is_rushing(calls)[..., None],
            0.8 * bodies.velocity[:, DEFENSE],
            cover(calls, bodies, track, lag, abilities.skill[:, DEFENSE], throw_frame + since - SNAP),
        )
        breaking, attacks = _break_on_ball(calls, bodies, throws, left_s)
        reacted = since > reacts
        wanted[:, DEFENSE] = np.where(reacted[..., None], breaking, covering)
        effort = np.full((len(row), PLAYERS), _BYSTANDER_URGENCY)
        effort[row, ELIGIBLE.start + throws.target] = _TARGET_URGENCY
        effort[:, DEFENSE] = np.where(reacted, np.where(attacks, _ATTACK_URGENCY, _SUPPORT_URGENCY), urgency(calls))
        bodies.move(swayed(wanted, calls.draws.sway_yd_s[row, throw_frame + since]), effort)
        track.record(bodies)
    return _arrived(calls, abilities, dropback, throws, track)


def _receivers(bodies: Bodies, throws: Throws, route: Array, since: int, left_s: Array) -> Array:
    """The target runs to meet the ball; the others finish their step and come to help."""
    xy = bodies.xy[:, ELIGIBLE]
    top = bodies.top_speed[:, ELIGIBLE]
    landing = throws.landing_xy[:, None]
    meet = (landing - xy) / left_s[:, None, None]
    is_target = np.arange(xy.shape[1]) == throws.target[:, None]
    helping = toward(xy, landing, _HELP_EFFORT * top, ease=_JOG_EASE_PER_S)
    others = route if since <= _OTHERS_TURN_AFTER else helping
    chase = meet if since > _RECEIVER_TRACKS_AFTER else route
    return np.where(is_target[..., None], chase, others)


def _reaction_frames(calls: Calls, throws: Throws, abilities: Abilities) -> Array:
    """[B, 11] frames after the throw until a defender turns to the ball."""
    luck = calls.draws.reaction[:, DEFENSE]
    skill = abilities.skill[:, DEFENSE]
    has_man = calls.job == MAN
    on_target = has_man & (calls.man == throws.target[:, None])
    sees = _MAN_SEES_SHARE * throws.flight_frames[:, None]
    zone = _ZONE_REACTS[0] + _ZONE_REACTS[1] * luck
    man = _MAN_REACTS[0] + _MAN_REACTS[1] * luck + sees
    late = np.where(has_man, man + np.where(on_target, 0.0, _AWAY_REACTS), zone)
    return late - 0.8 * skill


def _break_on_ball(calls: Calls, bodies: Bodies, throws: Throws, left_s: Array) -> tuple[Array, NDArray[np.bool_]]:
    """[B, 11, 2] who can nearly reach the catch goes for it, the others jog to where the receiver would go next.

    Also [B, 11], who goes for it.
    """
    xy, velocity = bodies.xy[:, DEFENSE], bodies.velocity[:, DEFENSE]
    top = bodies.top_speed[:, DEFENSE]
    total_s = throws.flight_frames * FRAME_S
    doubt = (_MISREAD_YD * np.minimum(left_s / total_s, 1.0) * np.minimum(total_s / 1.5, 1.0))[:, None, None]
    landing = throws.landing_xy[:, None] + doubt * calls.draws.misread[:, DEFENSE]
    landing = landing + _BODY_YD * unit(xy - landing)
    way = length(landing - xy)
    runs_on = xy + 0.25 * velocity
    reach = length(landing - runs_on) < 0.9 * top * left_s[:, None] + _REACH_YD
    needed = way / left_s[:, None]
    speed = np.minimum(np.maximum(needed, np.minimum(0.75 * top, 2.2 * way)), _BREAK_EFFORT * top)
    attack = unit(landing - xy) * speed[..., None]
    support = toward(xy, landing + np.array([_SUPPORT_YD, 0.0]), _SUPPORT_EFFORT * top, ease=_JOG_EASE_PER_S)
    return np.where(reach[..., None], attack, support), reach


def _arrived(calls: Calls, abilities: Abilities, dropback: Dropback, throws: Throws, track: Track) -> Flight:
    row = np.arange(len(throws.play))
    xy = track.xy[row, MEMORY - 1 + throws.flight_frames]
    target = xy[row, ELIGIBLE.start + throws.target]
    to_ball = length(xy[:, DEFENSE] - throws.landing_xy[:, None])
    picker = DEFENSE.start + to_ball.argmin(axis=1)
    facts = PassFacts(
        separation_yd=length(xy[:, DEFENSE] - target[:, None]).min(axis=1),
        air_distance_yd=length(throws.landing_xy - throws.release_xy),
        pressure_yd=dropback.pressure_yd[throws.play],
        sideline_yd=np.minimum(throws.landing_xy[:, 1], FIELD_WIDTH_YD - throws.landing_xy[:, 1]),
        miss_yd=length(target - throws.landing_xy),
    )
    completion = completion_probability(facts, abilities.skill[row, ELIGIBLE.start + throws.target])
    share = interception_share(to_ball.min(axis=1), abilities.skill[row, picker])
    return Flight(throws, track, facts, completion, (1 - completion) * share, picker)
