"""What physics alone predicts: the models that every learned one must beat. Inputs: the anchor and the frame before.

Pursuit also looks at where and when the ball comes down.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ghost_pipeline.domain.field import FRAME_S
from ghost_pipeline.features.windows import HORIZON, Windows
from ghost_pipeline.models.forecast import AT_RELEASE, Forecast

Array = NDArray[np.float32]

ACCELERATION_LASTS_S = 1.0
"""Time constant with which an acceleration fades: nobody speeds up, brakes or turns at one rate for long."""


def _stand_still(velocity: Array, acceleration: Array, t: Array) -> Array:
    return np.zeros_like(_constant_velocity(velocity, acceleration, t))


def _constant_velocity(velocity: Array, acceleration: Array, t: Array) -> Array:
    return velocity[..., None, :] * t[:, None]


def _constant_acceleration(velocity: Array, acceleration: Array, t: Array) -> Array:
    return velocity[..., None, :] * t[:, None] + acceleration[..., None, :] * (np.float32(0.5) * t * t)[:, None]


def acceleration_gain(t: NDArray) -> NDArray:
    """Yards moved after `t` s per yd/s^2 of an acceleration that fades as exp(-t / ACCELERATION_LASTS_S), same shape.

    Integrating twice gives tau (t - tau (1 - exp(-t / tau))).
    """
    tau = ACCELERATION_LASTS_S
    return tau * (t - tau * (1 - np.exp(-t / tau)))


def damped_acceleration(velocity: Array, acceleration: Array, t: Array) -> Array:
    """Displacement in yards after `t` [K] s of motion whose acceleration fades; the prior of the ghost network.

    `velocity` (yd/s) and `acceleration` (yd/s^2) are [..., 2]; returns [..., K, 2].
    """
    gain = acceleration_gain(t)[:, None].astype(np.float32)
    return velocity[..., None, :] * t[:, None] + acceleration[..., None, :] * gain


@dataclass(frozen=True)
class Kinematic:
    """A closed-form model; `displacement(velocity, acceleration, t)` gives yards from the anchor, [..., K, 2]."""

    name: str
    displacement: Callable[[Array, Array, Array], Array]
    protocol: str = AT_RELEASE
    horizon: int = HORIZON

    def predict(self, windows: Windows) -> Forecast:
        """Paths of all players of the windows; NaN for empty slots."""
        velocity, acceleration = anchor_motion(windows)
        t = step_times(windows.future_xy.shape[2])
        return Forecast(windows.past_xy[:, :, -1, None] + self.displacement(velocity, acceleration, t))


PURSUIT_SHARE, PURSUIT_YD_S2 = 0.64, 3.0
"""Share of the acceleration that would bring a player to the landing point in time, and its limit: least squares on the
defensive backs of the real plays without the held-out games."""


@dataclass(frozen=True)
class Pursuit:
    """Everybody accelerates evenly toward where the ball comes down, by a share of what he would need to be there."""

    name: str = "pursuit"
    protocol: str = AT_RELEASE
    horizon: int = HORIZON

    def predict(self, windows: Windows) -> Forecast:
        """Paths of all players of the windows; NaN for empty slots."""
        here, velocity = windows.past_xy[:, :, -1], anchor_motion(windows)[0]
        left_s = (np.maximum(windows.steps_left, 1) * FRAME_S).astype(np.float32)[:, None, None]
        needed = 2 * (windows.landing_xy[:, None] - here - velocity * left_s) / left_s**2
        length = np.maximum(np.linalg.norm(needed, axis=-1, keepdims=True), 1e-6)
        acceleration = np.float32(PURSUIT_SHARE) * needed * np.minimum(np.float32(PURSUIT_YD_S2) / length, 1)
        t = step_times(windows.future_xy.shape[2])
        return Forecast(here[:, :, None] + _constant_acceleration(velocity, acceleration, t))


def step_times(steps: int) -> Array:
    """Seconds after the anchor of each of `steps` steps, [K]."""
    return (np.arange(1, steps + 1) * FRAME_S).astype(np.float32)


def anchor_motion(windows: Windows) -> tuple[Array, Array]:
    """Velocity (yd/s) and its change over the last frame (yd/s^2) at the anchor, each [N, J, 2]; unknown is 0."""
    velocity = np.nan_to_num(windows.velocity[:, :, -2:])
    return velocity[:, :, -1], (velocity[:, :, -1] - velocity[:, :, 0]) / np.float32(FRAME_S)


BASELINES: dict[str, Kinematic | Pursuit] = {
    model.name: model
    for model in (
        Kinematic("stand_still", _stand_still),
        Kinematic("constant_velocity", _constant_velocity),
        Kinematic("constant_acceleration", _constant_acceleration),
        Kinematic("damped_acceleration", damped_acceleration),
        Pursuit(),
    )
}
