"""Every random number of a play's motion, drawn before it starts.

Because nothing is drawn later, a play replayed with another target meets the same luck: the same reactions, the same
wobble, the same hands.
"""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from ghost_pipeline.sources.simulator.lineup import DEFENDERS, PLAYERS, RECEIVERS

SNAP = 20
"""Frame of the snap; frame 0 is the line set."""
DROPBACK_FRAMES, FLIGHT_FRAMES, AFTER_FRAMES = 42, 36, 60
"""The most frames between snap and throw, throw and arrival, arrival and the end of the tracking."""
FRAMES = SNAP + DROPBACK_FRAMES + FLIGHT_FRAMES + AFTER_FRAMES + 2

SWAY_YD_S, SWAY_MEMORY = 0.4, 0.93
NOISE_YD, NOISE_MEMORY = 0.012, 0.85


@dataclass(frozen=True)
class Draws:
    """The luck of N plays; standard scores unless a unit is named."""

    sway_yd_s: NDArray[np.float32]  # [N, FRAMES, 22, 2] slow wandering of the wanted velocity
    noise_yd: NDArray[np.float32]  # [N, FRAMES, 23, 2] error of the tracking
    reaction: NDArray[np.float64]  # [N, 22] uniform: how late a player reacts
    beat_block_s: NDArray[np.float64]  # [N, 11] when a rusher gets past his blocker
    push: NDArray[np.float64]  # [N, 11] how hard a rusher pushes
    misread: NDArray[np.float64]  # [N, 22, 2] error in reading where the ball comes down
    lob: NDArray[np.float64]  # [N, 5] how soft the ball would be thrown to each receiver
    accuracy: NDArray[np.float64]  # [N, 5, 2] the passer's error, long and wide
    judgement: NDArray[np.float64]  # [N, 5] the passer's error in judging receivers
    outcome: NDArray[np.float64]  # [N, 2] uniform: completed or not; if not, intercepted or not
    elusive: NDArray[np.float64]  # [N, 22] uniform: how hard a ball carrier is to bring down

    @classmethod
    def of(cls, generators: list[np.random.Generator]) -> "Draws":
        """Draw every play from its own generator."""
        plays = [_draw_play(rng) for rng in generators]
        values = {name: np.stack([play[name] for play in plays]) for name in plays[0]}
        values["sway_yd_s"] = _wandering(values["sway_yd_s"], SWAY_YD_S, SWAY_MEMORY)
        values["noise_yd"] = _wandering(values["noise_yd"], NOISE_YD, NOISE_MEMORY)
        return cls(**values)

    def take(self, rows: NDArray[np.int64]) -> "Draws":
        """The luck of the chosen plays."""
        return Draws(*(getattr(self, f.name)[rows] for f in fields(self)))


def _draw_play(rng: np.random.Generator) -> dict[str, NDArray]:
    """The draws of one play, in a fixed order; sway and noise still without memory and size."""
    return {
        "sway_yd_s": rng.standard_normal((FRAMES, PLAYERS, 2), np.float32),
        "noise_yd": rng.standard_normal((FRAMES, PLAYERS + 1, 2), np.float32),
        "reaction": rng.random(PLAYERS),
        "beat_block_s": 1.8 + rng.exponential(4.5, DEFENDERS),
        "push": rng.normal(size=DEFENDERS),
        "misread": rng.normal(size=(PLAYERS, 2)),
        "lob": rng.normal(size=RECEIVERS),
        "accuracy": rng.normal(size=(RECEIVERS, 2)),
        "judgement": rng.gumbel(size=RECEIVERS),
        "outcome": rng.random(2),
        "elusive": rng.random(PLAYERS),
    }


def _wandering(values: NDArray[np.float32], size: float, memory: float) -> NDArray[np.float32]:
    """Independent standard scores [N, FRAMES, ...] as smooth noise of standard deviation `size`.

    Each value keeps `memory` of the one before.
    """
    values[:, 1:] *= np.float32(np.sqrt(1 - memory**2))
    for frame in range(1, FRAMES):
        values[:, frame] += np.float32(memory) * values[:, frame - 1]
    values *= np.float32(size)
    return values
