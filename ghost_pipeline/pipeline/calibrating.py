"""Ratings of experts -> the calibrated trajectory score, a model version that is used only when it is better."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from ghost_pipeline.arrow import to_columns
from ghost_pipeline.domain.path_rules import PathFacts
from ghost_pipeline.domain.rating import QUESTIONABLE, SEEN
from ghost_pipeline.models.calibration import (
    FILE,
    NAME,
    Calibration,
    Rated,
    calibration_facts,
    fit_calibration,
    is_better,
    reason_not_to_learn,
)
from ghost_pipeline.pipeline.platform import Platform
from ghost_pipeline.pipeline.provenance import code_version
from ghost_pipeline.storage.artifacts import Artifacts
from ghost_pipeline.storage.ratings import Ratings


@dataclass(frozen=True)
class Calibrated:
    """What came out, in words and numbers; `version` is None where nothing was fitted."""

    said: str
    version: str | None
    in_use: bool
    facts: dict[str, Any]


def calibrate_score(platform: Platform) -> Calibrated:
    """Fit the score to all ratings and store the version; make it champion when it agrees more than the uncalibrated.

    Raises GhostError for a stored rating that could not be used.
    """
    rated = read_rated(platform)
    if reason := reason_not_to_learn(rated):
        return Calibrated(reason, None, platform.artifacts.champion(NAME) is not None, {"ratings": len(rated)})
    calibration = fit_calibration(rated)
    measured = calibration_facts(rated, calibration, platform.settings.seed)
    made = {"made_at": datetime.now(UTC).isoformat(), "code_version": code_version()}
    version = platform.artifacts.save(NAME, {FILE: calibration.to_json()}, {**made, **measured})
    low, high = measured["auc_gain_interval"]
    gain = f"AUC {measured['auc']:.3f} against {measured['auc_uncalibrated']:.3f}, gain {low:+.3f} to {high:+.3f}"
    if is_better(measured):
        platform.artifacts.promote(NAME, version, gain)
        return Calibrated(
            f"The trajectory score is calibrated to {len(rated)} ratings: {gain}.", version, True, measured
        )
    said = f"The uncalibrated trajectory score stays in use: {gain}."
    return Calibrated(said, version, platform.artifacts.champion(NAME) is not None, measured)


def load_calibration(artifacts: Artifacts) -> Calibration | None:
    """The calibrated score in use, or None."""
    if artifacts.champion(NAME) is None:
        return None
    return Calibration.from_json(artifacts.load(NAME).files[FILE])


def read_rated(platform: Platform) -> Rated:
    """All ratings of the store as rows to fit on; of one expert's verdicts on one path the last counts."""
    ratings = Ratings(platform.store).table().sort_by("rated_at")
    columns = to_columns(ratings)
    key = [columns[name] for name in ("game_id", "play_id", "target_nfl_id", "nfl_id", *SEEN, "rater")]
    last = {row: number for number, row in enumerate(zip(*(values.tolist() for values in key), strict=True))}
    rows = np.array(sorted(last.values()), np.int64)
    seen = {name: columns[name][rows] for name in SEEN}
    facts = PathFacts(**seen, off_field_steps=np.zeros(len(rows), np.int64))
    play = np.stack([columns["game_id"][rows], columns["play_id"][rows]], axis=1)
    _, play_number = np.unique(play, axis=0, return_inverse=True)
    return Rated(
        parts=facts.parts,
        trajectory_score=facts.trajectory_score,
        is_questionable=columns["verdict"][rows] == QUESTIONABLE,
        rater=columns["rater"][rows],
        play=play_number.reshape(-1),
    )
