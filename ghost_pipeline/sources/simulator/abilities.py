"""What the 22 players of each play can do, looked up in the league."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ghost_pipeline.sources.simulator.league import League
from ghost_pipeline.sources.simulator.motion import Array


@dataclass(frozen=True)
class Abilities:
    """Abilities by play and slot, [N, 22] each."""

    top_speed: Array  # yd/s
    strength: Array  # yd/s2
    skill: Array  # standard score

    @classmethod
    def of(cls, league: League, player: NDArray[np.int64]) -> "Abilities":
        """Of the players [N, 22] (indices into the league)."""
        return cls(league.top_speed_yd_s[player], league.acceleration_yd_s2[player], league.skill[player])

    def take(self, rows: NDArray[np.int64]) -> "Abilities":
        """Of the chosen plays."""
        return Abilities(self.top_speed[rows], self.strength[rows], self.skill[rows])
