"""The trajectory score must put real paths in the right order: actual, constant velocity, a quarter distorted."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from ghost_pipeline.arrow import to_columns
from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.domain.scene import build_scenes
from ghost_pipeline.domain.trajectory_score import model_score, play_score
from ghost_pipeline.models.baselines import BASELINES
from ghost_pipeline.pipeline.scoring import score_week
from ghost_pipeline.sources.family import RawFile
from ghost_pipeline.sources.ngs_highlights import NgsHighlights

PLAYS = 80


@pytest.fixture(scope="module")
def mean_of_plays(real_plays_dir: Path) -> dict[str, float]:
    """Model score by kind of path: the mean over plays of their play scores."""
    family = NgsHighlights()
    files = [RawFile(path.name, path) for path in sorted(real_plays_dir.glob("*.tsv.gz"))[:PLAYS]]
    read = [family.read(found, week) for week, found in sorted(family.weeks(files).files.items())]
    tables = (
        pa.concat_tables([getattr(week, name) for week in read]) for name in ("plays", "participants", "tracking")
    )
    scenes = build_scenes(*map(to_columns, tables))
    predictor = BASELINES["damped_acceleration"]
    rows = score_week(scenes, predictor, ["speed_yd_s"], SeasonWeek(2018, "REG", 1), seed=7).rows.to_pandas()
    means = {}
    for kind, found in rows.groupby("kind"):
        _, play = np.unique(found[["game_id", "play_id"]].to_numpy(), axis=0, return_inverse=True)
        score, weight = found["trajectory_score"].to_numpy(), found["play_weight"].to_numpy()
        means[kind] = model_score(play_score(score, weight, play, int(play.max()) + 1))
    return means


def test_the_order_is_right(mean_of_plays):
    better, worse = ["actual", "model", "constant_velocity"], ["model", "constant_velocity", "distorted"]
    for one, other in zip(better, worse, strict=True):
        assert mean_of_plays[one] < mean_of_plays[other] - 0.02, (one, other, mean_of_plays)


def test_nearby_backs_neither_lose_nor_gain_on_the_receivers_of_highlights(mean_of_plays):
    assert mean_of_plays["actual"] == pytest.approx(0.0, abs=0.12)
