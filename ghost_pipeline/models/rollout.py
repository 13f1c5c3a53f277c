"""Asks a trajectory model for the paths of every aim, seen from the release; in chunks, so memory stays bounded."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ghost_pipeline.domain.counterfactual import Aim
from ghost_pipeline.domain.scene import Scenes
from ghost_pipeline.errors import GhostError
from ghost_pipeline.features.windows import Windows, make_windows
from ghost_pipeline.models.forecast import AT_RELEASE, Predictor

CHUNK = 512
"""Aims per chunk: some tens of MB of features and paths."""


@dataclass(frozen=True)
class Rollout:
    """Predicted paths of some aims. N aims, J = 22 players, K steps; index 0 of a path is the release.

    `sd` has steps 1..K only and is None for point forecasts.
    """

    aim: Aim
    windows: Windows
    path: NDArray[np.float32]  # [N, J, K + 1, 2] yd
    sd: NDArray[np.float32] | None  # [N, J, K, 2] yd

    @property
    def at_arrival(self) -> NDArray[np.float32]:
        """[N, J, 2] where everybody is when the ball comes down."""
        return self.path[np.arange(len(self.aim)), :, self.aim.flight_frames]

    @property
    def target_path(self) -> NDArray[np.float32]:
        """[N, K + 1, 2] the path of each aim's target."""
        return self.path[np.arange(len(self.aim)), self.aim.target]


@dataclass(frozen=True)
class Paths:
    """The rollouts of all aims as one; steps after a chunk's longest flight are NaN."""

    path: NDArray[np.float32]  # [N, J, K + 1, 2] yd
    role: NDArray[np.int64]  # [N, J] as in windows.ROLES


def all_paths(scenes: Scenes, aim: Aim, predictor: Predictor, names: Sequence[str]) -> Paths:
    """Paths of all aims at once: for some hundreds of passes, not for a season. Raises like `rollouts`."""
    parts = list(rollouts(scenes, aim, predictor, names))
    longest = max(part.path.shape[2] for part in parts)

    def padded(path: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.pad(path, ((0, 0), (0, 0), (0, longest - path.shape[2]), (0, 0)), constant_values=np.nan)

    path = np.concatenate([padded(part.path) for part in parts])
    return Paths(path, np.concatenate([part.windows.role for part in parts]))


def rollouts(scenes: Scenes, aim: Aim, predictor: Predictor, names: Sequence[str]) -> Iterator[Rollout]:
    """Paths of all players from the release to the arrival, chunk after chunk in the order of the aims.

    Raises GhostError for a model that needs the future of ball and receiver, or when an aim's flight is longer than
    the model's horizon.
    """
    if predictor.protocol != AT_RELEASE:
        raise GhostError(f"{predictor.name} needs what is not known at the release: what-ifs want an at_release model")
    if aim.flight_frames.max(initial=0) > predictor.horizon:
        longest = int(aim.flight_frames.max())
        raise GhostError(
            f"{predictor.name} predicts {predictor.horizon} steps, and a flight of {longest} was asked for"
        )
    for first in range(0, len(aim), CHUNK):
        part = aim.take(np.arange(first, min(first + CHUNK, len(aim))))
        steps = int(part.flight_frames.max())
        windows = make_windows(scenes, part, names, horizon=steps, anchors=[0])
        forecast = predictor.predict(windows)
        path = np.concatenate([windows.past_xy[:, :, -1:], forecast.xy], axis=2)
        yield Rollout(part, windows, path, forecast.sd)
