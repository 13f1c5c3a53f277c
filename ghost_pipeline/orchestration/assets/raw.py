"""What comes from outside: raw files as they landed, ratings as experts gave them."""

import dagster as dg

from ghost_pipeline.orchestration.describe import OWNERS
from ghost_pipeline.orchestration.landings import about_landed
from ghost_pipeline.orchestration.partitions import SEASON_WEEKS, week_of
from ghost_pipeline.orchestration.ratings import about_ratings
from ghost_pipeline.orchestration.resources import PlatformResource
from ghost_pipeline.storage.ratings import Ratings


@dg.asset(
    partitions_def=SEASON_WEEKS,
    group_name="raw",
    kinds={"s3", "file"},
    owners=[OWNERS["data"]],
    description="The raw tracking files behind one season-week: immutable objects with a manifest per landing.",
)
def landed_files(context: dg.AssetExecutionContext, platform: PlatformResource) -> dg.MaterializeResult:
    raw, week = platform.open.raw, week_of(context)
    return dg.MaterializeResult(data_version=dg.DataVersion(raw.week_version(week)), metadata=about_landed(raw, week))


@dg.asset(
    group_name="raw",
    kinds={"file"},
    owners=[OWNERS["analysis"]],
    description="Verdicts of experts on paths (`ghost review`): one immutable object each.",
)
def expert_ratings(platform: PlatformResource) -> dg.MaterializeResult:
    ratings = Ratings(platform.open.store)
    return dg.MaterializeResult(data_version=dg.DataVersion(ratings.version()), metadata=about_ratings(ratings))
