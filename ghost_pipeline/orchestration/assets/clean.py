"""Canonical tables, judged by Great Expectations; bad plays go to quarantine with their reasons."""

from collections.abc import Iterator
from functools import partial

import dagster as dg

from ghost_pipeline.domain.rules import RULES
from ghost_pipeline.domain.schema import CHECK_RESULTS, CLEAN_TRACKING, QUARANTINE, TRACKING
from ghost_pipeline.errors import UnfitWeekError
from ghost_pipeline.orchestration.assets.raw import landed_files
from ghost_pipeline.orchestration.checks import check_results, check_specs
from ghost_pipeline.orchestration.describe import OWNERS, preview, table_definition_metadata
from ghost_pipeline.orchestration.kept import bring_up_to_date, result_of
from ghost_pipeline.orchestration.pages import week_link
from ghost_pipeline.orchestration.partitions import SEASON_WEEKS, week_of
from ghost_pipeline.orchestration.resources import PlatformResource
from ghost_pipeline.pipeline.links import quality_address
from ghost_pipeline.pipeline.publishing import publish_quality
from ghost_pipeline.pipeline.week import CANONICAL_STEP, CLEAN_STEP


@dg.asset(
    partitions_def=SEASON_WEEKS,
    deps=[landed_files],
    code_version=CANONICAL_STEP.code_version,
    group_name="clean",
    kinds={"python", "parquet"},
    owners=[OWNERS["data"]],
    metadata=table_definition_metadata(TRACKING),
    description="Plays, participants, events and tracking of a week in one form: yards, the offence attacks +x.",
)
def canonical_tracks(context: dg.AssetExecutionContext, platform: PlatformResource) -> dg.MaterializeResult:
    done = bring_up_to_date(context, platform.open, CANONICAL_STEP)
    return result_of(done, done.receipt.report)


@dg.asset(
    partitions_def=SEASON_WEEKS,
    deps=[canonical_tracks],
    code_version=CLEAN_STEP.code_version,
    group_name="clean",
    kinds={"greatexpectations", "parquet"},
    owners=[OWNERS["data"]],
    check_specs=check_specs("clean_tracks", SEASON_WEEKS),
    metadata={**table_definition_metadata(CLEAN_TRACKING), "rules": len(RULES)},
    description="The plays that keep the cardinal rules. Those that break one are in quarantine with rule and sample.",
)
def clean_tracks(
    context: dg.AssetExecutionContext, platform: PlatformResource
) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    week = week_of(context)
    link = partial(quality_address, platform.open.settings, str(week))
    try:
        done = bring_up_to_date(context, platform.open, CLEAN_STEP)
    except UnfitWeekError as unfit:
        publish_quality(platform.open)
        yield from check_results(unfit.check_results, link)
        raise
    quarantine, checks = (platform.open.partitions.read(table, week) for table in (QUARANTINE, CHECK_RESULTS))
    page = week_link(platform.open.settings, week)
    yield result_of(
        done, {**done.receipt.report, "quarantine": preview(quarantine, "no play of this week broke a rule."), **page}
    )
    yield from check_results(checks.to_pylist(), link)
