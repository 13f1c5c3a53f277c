"""Where and when the ball would come down, had it been thrown to a given receiver: seen from the release only.

Two robust fits on passes that were thrown: the time of flight grows in a line with the air distance, and a receiver
keeps a share of the velocity and of the (fading) acceleration that he had at the release. The two depend on each other,
so they are iterated until the ball and the receiver meet.

Shape letters: N aims.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields

import numpy as np
from numpy.typing import NDArray

from ghost_pipeline.domain.counterfactual import Aim, actual_aim
from ghost_pipeline.domain.field import FIELD_LENGTH_YD, FIELD_WIDTH_YD, FRAME_S
from ghost_pipeline.domain.kinematics import backward_difference
from ghost_pipeline.domain.scene import NOBODY, PLAYERS, Scenes
from ghost_pipeline.domain.split import HELD_OUT_FOLD, folds_of
from ghost_pipeline.features.windows import HORIZON
from ghost_pipeline.models.baselines import acceleration_gain

Array = NDArray[np.float64]

NAME, FILE = "flight", "flight.json"
MIN_PASSES = 50
"""With fewer passes the built-in values are used: a robust line through a handful of points is no line."""
MIN_FLIGHT_FRAMES = 2
_ITERATIONS = 12
"""A receiver at 10 yd/s moves the meeting point by under 0.6 of the change before: 12 rounds leave under 1 %."""


@dataclass(frozen=True)
class Releases:
    """What the two fits learn from: one row per pass that was thrown to a known target."""

    game_id: NDArray[np.int64]  # [N]
    air_distance_yd: Array  # [N] passer to landing point
    flight_time_s: Array  # [N]
    velocity: Array  # [N, 2] yd/s of the target at the release
    acceleration: Array  # [N, 2] yd/s^2
    moved: Array  # [N, 2] yd that the target moved until the arrival


@dataclass(frozen=True)
class FlightModel:
    """Time of flight and the receiver's path. The built-in values are those of 287 passes of 2017-2019."""

    least_time_s: float = 0.03
    time_s_per_yd: float = 0.0494
    velocity_kept: float = 0.95
    acceleration_kept: float = 0.77
    passes: int = 0
    """Passes it was fitted on; 0 for the built-in values."""

    def flight_time(self, air_distance_yd: Array) -> Array:
        """Seconds in the air, same shape."""
        return self.least_time_s + self.time_s_per_yd * air_distance_yd

    def moved(self, velocity: Array, acceleration: Array, time_s: Array) -> Array:
        """Yards that receivers [N, 2] move in `time_s` [N]."""
        moved = self.velocity_kept * velocity * time_s[:, None]
        return moved + self.acceleration_kept * acceleration * acceleration_gain(time_s)[:, None]

    def to_json(self) -> bytes:
        return json.dumps(asdict(self), indent=1).encode()

    @classmethod
    def from_json(cls, data: bytes) -> "FlightModel":
        return cls(**json.loads(data))


def releases(scenes: Scenes) -> Releases:
    """The passes of some scenes with a known target, as rows to fit on."""
    aim = actual_aim(scenes)
    passer_xy, receiver_xy, velocity, acceleration = _at_release(scenes, aim.play, aim.target)
    arrived = scenes.xy[scenes.arrival[aim.play], aim.target]
    return Releases(
        game_id=scenes.game_id[aim.play],
        air_distance_yd=np.linalg.norm(aim.landing_xy - passer_xy, axis=-1),
        flight_time_s=aim.flight_frames.astype(np.float64) * FRAME_S,
        velocity=velocity,
        acceleration=acceleration,
        moved=arrived - receiver_xy,
    )


def fit_flight(weeks: Sequence[Releases]) -> FlightModel:
    """Fit on the passes of several weeks, without the held-out games; the built-in values under MIN_PASSES."""
    from sklearn.linear_model import HuberRegressor

    rows = Releases(**{f.name: np.concatenate([getattr(week, f.name) for week in weeks]) for f in fields(Releases)})
    known = ~np.isnan(np.column_stack([rows.air_distance_yd, rows.velocity, rows.acceleration, rows.moved])).any(axis=1)
    known &= folds_of(rows.game_id) != HELD_OUT_FOLD
    if known.sum() < MIN_PASSES:
        return FlightModel()
    time_s = rows.flight_time_s[known]
    line = HuberRegressor(alpha=0.0, max_iter=1000).fit(rows.air_distance_yd[known, None] / _SCALE_YD, time_s)
    kept = HuberRegressor(alpha=0.0, max_iter=1000, fit_intercept=False).fit(
        np.column_stack(
            [
                (rows.velocity[known] * time_s[:, None]).ravel(),
                (rows.acceleration[known] * acceleration_gain(time_s)[:, None]).ravel(),
            ]
        ),
        rows.moved[known].ravel(),
    )
    return FlightModel(
        least_time_s=max(float(line.intercept_), 0.0),
        time_s_per_yd=float(line.coef_[0]) / _SCALE_YD,
        velocity_kept=float(kept.coef_[0]),
        acceleration_kept=float(kept.coef_[1]),
        passes=int(known.sum()),
    )


_SCALE_YD = 10.0
"""The optimiser of the robust fit wants numbers near 1."""


def hypothetical_aims(scenes: Scenes, flight: FlightModel) -> Aim:
    """One aim per pass and receiver who could have been targeted, the actual target among them.

    The actual target's aim is predicted like all the others, so that options are compared like with like. Receivers
    and passers who are not seen at the release are left out.
    """
    candidate = scenes.is_eligible[:, PLAYERS].copy()
    thrown = np.flatnonzero(scenes.target != NOBODY)
    candidate[thrown, scenes.target[thrown]] = True
    seen = ~np.isnan(scenes.xy[scenes.throw][:, PLAYERS, 0])
    candidate &= seen & seen[np.arange(len(scenes)), scenes.passer][:, None]
    play, target = np.nonzero(candidate)

    passer_xy, receiver_xy, velocity, acceleration = _at_release(scenes, play, target)
    landing = receiver_xy
    for _ in range(_ITERATIONS):
        time_s = flight.flight_time(np.linalg.norm(landing - passer_xy, axis=-1))
        landing = _on_field(receiver_xy + flight.moved(velocity, acceleration, time_s))
    frames = np.clip(np.rint(time_s / FRAME_S), MIN_FLIGHT_FRAMES, HORIZON).astype(np.int64)
    return Aim(play, target, landing.astype(np.float32), frames)


def _at_release(scenes: Scenes, play: NDArray, slot: NDArray) -> tuple[Array, Array, Array, Array]:
    """Passer's position, and the receiver's position, velocity and acceleration at the throw, each [N, 2]."""
    throw = scenes.throw[play]
    first_row = np.repeat(scenes.start[:-1], np.diff(scenes.start))
    acceleration = backward_difference(scenes.velocity, first_row)[throw, slot]
    return (
        scenes.xy[throw, scenes.passer[play]].astype(np.float64),
        scenes.xy[throw, slot].astype(np.float64),
        np.nan_to_num(scenes.velocity[throw, slot]).astype(np.float64),
        np.nan_to_num(acceleration).astype(np.float64),
    )


def _on_field(xy: Array) -> Array:
    return np.clip(xy, 0.0, [FIELD_LENGTH_YD, FIELD_WIDTH_YD])
