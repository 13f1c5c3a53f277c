"""How bodies move: toward a wanted velocity, within what legs can do.

Shape letters of the simulator: N plays of a batch, 22 players in the slots of `lineup`, last axis x and y in yards in
the offence's frame of reference (domain.field). Everything in here is elementwise plain arithmetic and square roots, so
that a play gives the same bits alone as in a batch.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ghost_pipeline.domain.field import FIELD_LENGTH_YD, FIELD_WIDTH_YD, FRAME_S

Array = NDArray[np.float64]

RESPONSE_S = 0.6
"""Time in which a player tries to reach the velocity he wants."""
SMOOTHING = 0.32
"""Share of a wanted change of acceleration that happens within one frame: muscles do not jerk."""
TURN_SHARE = 0.8
"""Acceleration across the direction of motion, as a share of the most along it."""
MAX_ACCELERATION_YD_S2 = 7.0
EDGE_MARGIN_YD, LAST_MARGIN_YD = 0.8, 0.3
"""Players who may not leave the field turn so that they stay this far inside its lines, the second time by force."""
EDGE_BRAKE_YD_S2 = 3.5
_TINY = 1e-9


def length(vector: Array) -> Array:
    """Euclidean length over the last axis."""
    return np.sqrt(vector[..., 0] ** 2 + vector[..., 1] ** 2)


def unit(vector: Array) -> Array:
    """The direction of a vector; zero for a zero vector."""
    return vector / np.maximum(length(vector), _TINY)[..., None]


def at_most(vector: Array, limit: Array | float) -> Array:
    """The vector, shortened to `limit` where it is longer."""
    return vector * np.minimum(1.0, limit / np.maximum(length(vector), _TINY))[..., None]


def toward(xy: Array, goal: Array, speed: Array | float, ease: float = 1.8) -> Array:
    """Velocity that leads to a goal and eases in: `ease` per second times the way left, `speed` at most."""
    return at_most((goal - xy) * ease, speed)


@dataclass
class Bodies:
    """The moving state of all players; `move` advances it by one frame."""

    xy: Array  # [N, B, 2] yd
    velocity: Array  # [N, B, 2] yd/s
    acceleration: Array  # [N, B, 2] yd/s2
    top_speed: Array  # [N, B] yd/s
    strength: Array  # [N, B] yd/s2, acceleration from standing

    def move(self, wanted: Array, urgency: Array | float = 1.0, inside: bool = True) -> None:
        """One frame toward the wanted velocities [N, B, 2]; with `inside`, nobody leaves the field.

        `urgency` [N, B] is the share of his strength a player puts into it.
        """
        strength = self.strength * urgency
        wanted = at_most(wanted, self.top_speed)
        if inside:
            wanted = self._turned_back(wanted, EDGE_MARGIN_YD, EDGE_BRAKE_YD_S2)
        speed = length(self.velocity)
        heading = unit(self.velocity)
        pull = (wanted - self.velocity) / RESPONSE_S
        along = pull[..., 0] * heading[..., 0] + pull[..., 1] * heading[..., 1]
        across = at_most(pull - along[..., None] * heading, TURN_SHARE * strength)
        gain = strength * np.maximum(1.06 - speed / self.top_speed, 0.0)
        along = np.minimum(np.maximum(along, -strength), gain)
        possible = at_most(along[..., None] * heading + across, MAX_ACCELERATION_YD_S2)
        self.acceleration = self.acceleration + SMOOTHING * (possible - self.acceleration)
        self.velocity = at_most(self.velocity + self.acceleration * FRAME_S, self.top_speed)
        if inside:
            self.velocity = self._turned_back(self.velocity, LAST_MARGIN_YD, MAX_ACCELERATION_YD_S2)
        self.xy = self.xy + self.velocity * FRAME_S

    def _turned_back(self, velocity: Array, margin_yd: float, brake_yd_s2: float) -> Array:
        """The velocity, slowed so that braking stops it `margin_yd` inside the lines."""
        field = np.array([FIELD_LENGTH_YD, FIELD_WIDTH_YD])
        forth = np.sqrt(2 * brake_yd_s2 * np.maximum(field - margin_yd - self.xy, 0.0))
        back = np.sqrt(2 * brake_yd_s2 * np.maximum(self.xy - margin_yd, 0.0))
        return np.minimum(np.maximum(velocity, -back), forth)
