"""Where a pass is aimed: the only things a what-if may change."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ghost_pipeline.domain.scene import BALL, NOBODY, Scenes


@dataclass(frozen=True)
class Aim:
    """Who is targeted, where the ball comes down and how long it flies; one per play of a `Scenes`, or one per copy.

    `play` [N] says which play each aim belongs to, so that one play can have many aims (one per eligible receiver).
    """

    play: NDArray[np.int64]  # [N] index into the scenes
    target: NDArray[np.int64]  # [N] slot of the receiver
    landing_xy: NDArray[np.float32]  # [N, 2] yd
    flight_frames: NDArray[np.int64]  # [N]

    def __len__(self) -> int:
        return len(self.play)

    def take(self, rows: NDArray) -> "Aim":
        """The chosen aims."""
        return replace(
            self,
            play=self.play[rows],
            target=self.target[rows],
            landing_xy=self.landing_xy[rows],
            flight_frames=self.flight_frames[rows],
        )


def actual_aim(scenes: Scenes) -> Aim:
    """What really happened, for the plays whose target is known.

    The ball comes down where it is at the arrival; without a ball sample, where the target is.
    """
    play = np.flatnonzero(scenes.target != NOBODY)
    arrival, target = scenes.arrival[play], scenes.target[play]
    ball, receiver = scenes.xy[arrival, BALL], scenes.xy[arrival, target]
    landing = np.where(np.isnan(ball), receiver, ball)
    return Aim(play, target, landing.astype(np.float32), arrival - scenes.throw[play])
