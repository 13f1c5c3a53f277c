"""What every trajectory model gives, so that one harness can compare them all."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ghost_pipeline.features.windows import Windows

KNOWN_CONTEXT = "known_context"
"""The receiver and the ball are given for the future steps, as in the paper."""
AT_RELEASE = "at_release"
"""Only the past, who is targeted, where and when the ball comes down. What-ifs may use nothing else."""


@dataclass(frozen=True)
class Forecast:
    """Paths of N windows, J players, K steps, in yards of the field; step 1 is one frame after the anchor.

    NaN for empty slots and for players that the model does not predict.
    """

    xy: NDArray[np.float32]  # [N, J, K, 2]
    sd: NDArray[np.float32] | None = None  # [N, J, K, 2] standard deviation of x and y; None for point forecasts


class Predictor(Protocol):
    """A trajectory model. `protocol` is KNOWN_CONTEXT or AT_RELEASE; `horizon` is its longest forecast in steps."""

    @property
    def name(self) -> str: ...

    @property
    def protocol(self) -> str: ...

    @property
    def horizon(self) -> int: ...

    def predict(self, windows: Windows) -> Forecast:
        """Paths of the players of all windows, as many steps as `windows.future_xy` has (at most `horizon`)."""
