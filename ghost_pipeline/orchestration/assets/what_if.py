"""What never happened: paths judged, and every other receiver of every pass."""

from dataclasses import asdict

import dagster as dg

from ghost_pipeline.domain.result_schema import TRAJECTORY_SCORES, WHAT_IF_OPTIONS
from ghost_pipeline.orchestration.assets.clean import clean_tracks
from ghost_pipeline.orchestration.assets.models import model_evaluation, outcome_models, score_calibration
from ghost_pipeline.orchestration.describe import OWNERS, preview, table_definition_metadata
from ghost_pipeline.orchestration.kept import skips_unchanged
from ghost_pipeline.orchestration.partitions import SEASON_WEEKS, week_of
from ghost_pipeline.orchestration.resources import PlatformResource
from ghost_pipeline.pipeline.scoring import score_trajectories
from ghost_pipeline.pipeline.what_if import what_if_week

NO_TARGET = "no pass of this week has a known target and a flight that the model can follow; see clean_tracks."


@dg.asset(
    partitions_def=SEASON_WEEKS,
    deps=[clean_tracks, model_evaluation],
    group_name="what_if",
    kinds={"pytorch", "parquet"},
    owners=[OWNERS["analysis"]],
    metadata=table_definition_metadata(TRAJECTORY_SCORES),
    description="Closing on the receiver, effort and humanity of actual, predicted, blind and distorted paths.",
)
@skips_unchanged("ghost_pipeline.pipeline.scoring", settings=("seed", "late_share"))
def trajectory_scores(context: dg.AssetExecutionContext, platform: PlatformResource) -> dg.MaterializeResult:
    scored = score_trajectories(platform.open, week_of(context))
    return dg.MaterializeResult(
        metadata={
            "rows": len(scored.rows),
            "passes": scored.passes,
            "flights_too_long": scored.flights_too_long,
            "paths_with_gaps": scored.paths_with_gaps,
            **scored.mean_scores,
            **scored.held_out_errors,
            "preview": preview(scored.rows, NO_TARGET),
        }
    )


@dg.asset(
    partitions_def=SEASON_WEEKS,
    deps=[clean_tracks, model_evaluation, outcome_models, score_calibration],
    group_name="what_if",
    kinds={"pytorch", "parquet"},
    owners=[OWNERS["analysis"]],
    metadata=table_definition_metadata(WHAT_IF_OPTIONS),
    description="Every eligible receiver of every pass: ghosts, completion, yards after catch, value. At release only.",
)
@skips_unchanged("ghost_pipeline.pipeline.what_if", settings=("seed",))
def what_ifs(context: dg.AssetExecutionContext, platform: PlatformResource) -> dg.MaterializeResult:
    week = week_of(context)
    report = what_if_week(platform.open, week)
    options = platform.open.partitions.read(WHAT_IF_OPTIONS, week)
    return dg.MaterializeResult(metadata={**asdict(report), "preview": preview(options, NO_TARGET)})
