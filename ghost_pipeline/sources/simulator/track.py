"""What has been recorded of a batch: every body in every frame, to look back at and to branch from."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ghost_pipeline.domain.field import FRAME_S
from ghost_pipeline.sources.simulator.lineup import ELIGIBLE, PLAYERS
from ghost_pipeline.sources.simulator.motion import Array, Bodies

MEMORY = 8
"""Frames before a branch that are kept for eyes that see late."""


@dataclass
class Track:
    """Positions, velocities and accelerations [N, T, 22, 2]; frames 0..now are filled."""

    xy: Array
    velocity: Array
    acceleration: Array
    now: int

    @classmethod
    def standing(cls, start_xy: Array, frames: int, until: int) -> "Track":
        """Everybody stands at `start_xy` [N, 22, 2] from frame 0 to `until`, of `frames` frames in all."""
        shape = (len(start_xy), frames, PLAYERS, 2)
        xy = np.zeros(shape)
        xy[:, : until + 1] = start_xy[:, None]
        return cls(xy, np.zeros(shape), np.zeros(shape), until)

    @classmethod
    def branch(cls, trunk: "Track", row: NDArray[np.int64], frame: NDArray[np.int64], frames: int) -> "Track":
        """Tracks that begin with the MEMORY frames of `trunk` up to `frame`, for `frames` more; [B] rows and frames."""
        look_back = frame[:, None] + np.arange(1 - MEMORY, 1)

        def begun(values: Array) -> Array:
            new = np.zeros((len(row), MEMORY + frames, PLAYERS, 2))
            new[:, :MEMORY] = values[row[:, None], look_back]
            return new

        return cls(begun(trunk.xy), begun(trunk.velocity), begun(trunk.acceleration), MEMORY - 1)

    def take(self, rows: NDArray[np.int64]) -> "Track":
        """The chosen rows."""
        return Track(self.xy[rows], self.velocity[rows], self.acceleration[rows], self.now)

    def record(self, bodies: Bodies) -> None:
        """Add the next frame."""
        self.now += 1
        self.xy[:, self.now] = bodies.xy
        self.velocity[:, self.now] = bodies.velocity
        self.acceleration[:, self.now] = bodies.acceleration

    def bodies(self, frame: NDArray[np.int64], top_speed: Array, strength: Array) -> Bodies:
        """The bodies of each row at its frame [N]."""
        row = np.arange(len(frame))
        return Bodies(
            self.xy[row, frame], self.velocity[row, frame], self.acceleration[row, frame], top_speed, strength
        )

    def receivers_seen(self, lag_frames: NDArray[np.int64]) -> tuple[Array, Array]:
        """Where observers believe the receivers to be, and their velocities, both [N, D, 5, 2].

        An observer sees what was `lag_frames` [N, D] ago and carries it on in a straight line: he is right about a man
        who runs straight and late about one who breaks.
        """
        row = np.arange(len(lag_frames))[:, None]
        then = self.now - lag_frames
        velocity = self.velocity[:, :, ELIGIBLE][row, then]
        return self.xy[:, :, ELIGIBLE][row, then] + velocity * (lag_frames * FRAME_S)[:, :, None, None], velocity
