"""The ghost model in use."""

from ghost_pipeline.models.ghost_predictor import GhostPredictor
from ghost_pipeline.storage.artifacts import Artifacts

GHOST = "ghost"
"""Name of the ghost network among the artifacts."""


def load_ghost(artifacts: Artifacts, version: str | None = None) -> GhostPredictor:
    """A version of the ghost model, or the champion. Raises MissingObjectError when there is none."""
    return GhostPredictor.from_files(artifacts.load(GHOST, version).files)
