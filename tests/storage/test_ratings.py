"""Ratings are immutable objects, and one that could not be used is refused."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from ghost_pipeline.domain.rating import RATINGS, Rating
from ghost_pipeline.errors import GhostError
from ghost_pipeline.storage.objects import FolderStore
from ghost_pipeline.storage.ratings import Ratings

NOON = datetime(2024, 11, 4, 12, tzinfo=UTC)
KEY = {"game_id": 2024090800, "play_id": 75, "target_nfl_id": 7, "nfl_id": 101}
SEEN = {
    "convergence_yd_step": 0.2,
    "late_convergence_yd_step": 0.3,
    "effort_ratio": 0.4,
    "superhuman_steps": 0,
    "trajectory_score": 0.32,
}
RATING = Rating.of(
    KEY | SEEN | {"play_weight": 0.9},
    verdict="questionable",
    reasons=("closes_on_target",),
    text="walks <away>",
    rater="rater A",
    rated_at=NOON,
    ghost_version="ab12",
)


def test_a_rating_is_one_object_that_is_written_once(tmp_path):
    ratings = Ratings(FolderStore(tmp_path))
    key = ratings.add(RATING)
    assert key == f"ratings/2024090800/75/{RATING.id}.json"
    before = (tmp_path / key).stat().st_mtime_ns
    assert ratings.add(RATING) == key
    assert (tmp_path / key).stat().st_mtime_ns == before
    ratings.add(replace(RATING, verdict="good", reasons=()))
    assert len(list(ratings.all())) == 2
    assert RATING in list(ratings.all())


def test_the_same_moment_in_another_time_zone_is_the_same_rating():
    there = RATING.rated_at.astimezone(timezone(timedelta(hours=-5)))
    assert replace(RATING, rated_at=there).id == RATING.id


def test_ratings_as_a_table(tmp_path):
    ratings = Ratings(FolderStore(tmp_path))
    assert ratings.table().num_rows == 0
    ratings.add(RATING)
    (row,) = ratings.table().to_pylist()
    assert tuple(row) == RATINGS.column_names
    assert row["reasons"] == "closes_on_target"
    assert row["rated_at"] == datetime(2024, 11, 4, 12)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"verdict": "fine"}, "one of good, questionable"),
        ({"reasons": ("ugly",)}, "unknown reasons ugly; known are step_limit"),
        ({"rater": " "}, "no rater"),
        ({"text": "x" * 2001}, "at most 2000"),
        ({"rated_at": datetime(2024, 11, 4)}, "no time zone"),
    ],
)
def test_what_could_not_be_used_is_refused(change, message):
    with pytest.raises(GhostError, match=message):
        replace(RATING, **change)
