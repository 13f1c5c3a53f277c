"""The steps that turn one landed season-week into features, in their order."""

from collections.abc import Iterator

from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.domain.week_checks import WEEK_PROFILES
from ghost_pipeline.pipeline.cleaning import clean_week, weeks_before
from ghost_pipeline.pipeline.featuring import feature_week
from ghost_pipeline.pipeline.landing import canonical_week
from ghost_pipeline.pipeline.platform import Platform
from ghost_pipeline.pipeline.receipts import Done, Step, run_step, stale
from ghost_pipeline.storage.partitions import Partitions

CANONICAL_STEP = Step(
    "canonical_tracks",
    canonical_week.__module__,
    lambda platform, week: canonical_week(platform.store, week).numbers,
    given=lambda platform, week: {"raw files": platform.raw.week_version(week)},
)
CLEAN_STEP = Step(
    "clean_tracks",
    clean_week.__module__,
    lambda platform, week: clean_week(platform.store, week).numbers,
    given=lambda platform, week: {"earlier weeks": " ".join(map(str, weeks_before(platform.partitions, week)))},
    given_lists=(Partitions.prefix(WEEK_PROFILES),),
)
FEATURES_STEP = Step(
    "frame_features", feature_week.__module__, lambda platform, week: vars(feature_week(platform.store, week))
)
WEEK_STEPS = (CANONICAL_STEP, CLEAN_STEP, FEATURES_STEP)


def refresh_week(platform: Platform, week: SeasonWeek) -> Iterator[tuple[Step, Done]]:
    """Bring one week up to date, step by step. Raises what the steps raise."""
    for step in WEEK_STEPS:
        yield step, run_step(platform, step, week)


def why_stale(platform: Platform, week: SeasonWeek) -> str | None:
    """Why a week would be worked on now: the first of its steps that would be run, or None."""
    for step in WEEK_STEPS:
        if reason := stale(platform, step, week):
            return f"{step.name}: {reason}"
    return None
