"""Frame features by week, and the ranking of all candidates."""

import dagster as dg

from ghost_pipeline.features.definitions import FRAME_FEATURES_TABLE
from ghost_pipeline.orchestration.assets.clean import clean_tracks
from ghost_pipeline.orchestration.describe import (
    OWNERS,
    horizon_table,
    importance_table,
    table_definition_metadata,
)
from ghost_pipeline.orchestration.kept import bring_up_to_date, result_of, skips_unchanged
from ghost_pipeline.orchestration.partitions import SEASON_WEEKS
from ghost_pipeline.orchestration.progress import log_progress
from ghost_pipeline.orchestration.resources import PlatformResource
from ghost_pipeline.pipeline.ranking import rank_candidates
from ghost_pipeline.pipeline.week import FEATURES_STEP


@dg.asset(
    partitions_def=SEASON_WEEKS,
    deps=[clean_tracks],
    code_version=FEATURES_STEP.code_version,
    group_name="features",
    kinds={"numba", "parquet"},
    owners=[OWNERS["science"]],
    metadata=table_definition_metadata(FRAME_FEATURES_TABLE),
    description="All candidate features of every player and frame, snap to arrival, and the ten measurements.",
)
def frame_features(context: dg.AssetExecutionContext, platform: PlatformResource) -> dg.MaterializeResult:
    done = bring_up_to_date(context, platform.open, FEATURES_STEP)
    return result_of(done, done.receipt.report)


@dg.asset(
    deps=[frame_features],
    group_name="features",
    kinds={"lightgbm"},
    owners=[OWNERS["science"]],
    description="LightGBM ranks every candidate; the smallest set that loses at most 1 % feeds the ghost model.",
)
@skips_unchanged("ghost_pipeline.pipeline.ranking", settings=("seed",))
def ranked_features(context: dg.AssetExecutionContext, platform: PlatformResource) -> dg.MaterializeResult:
    ranked = rank_candidates(platform.open, log_progress(context))
    return dg.MaterializeResult(
        metadata={
            "candidates": ranked.candidates,
            "chosen": len(ranked.chosen),
            "chosen_features": dg.MetadataValue.md("\n".join(f"- `{name}`" for name in ranked.chosen)),
            "ten_best": importance_table(ranked.groups[:10]),
            "errors": horizon_table(ranked.horizons),
            "stability_over_seeds": ranked.stability["importance"],
            "rows": ranked.rows,
            "games": ranked.games,
        }
    )
