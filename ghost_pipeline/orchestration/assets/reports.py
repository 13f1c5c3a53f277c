"""The pages that people read."""

from dataclasses import asdict

import dagster as dg

from ghost_pipeline.orchestration.assets.features import ranked_features
from ghost_pipeline.orchestration.assets.models import model_evaluation
from ghost_pipeline.orchestration.assets.proof import realism, what_if_proof
from ghost_pipeline.orchestration.assets.what_if import trajectory_scores, what_ifs
from ghost_pipeline.orchestration.describe import OWNERS
from ghost_pipeline.orchestration.resources import PlatformResource
from ghost_pipeline.pipeline.publishing import publish
from ghost_pipeline.storage.dbt_sources import mart_names
from ghost_pipeline.storage.published_marts import publish_marts

MARTS = mart_names()


@dg.asset(
    deps=[ranked_features, model_evaluation, trajectory_scores, what_ifs, what_if_proof, realism, *MARTS],
    group_name="reports",
    kinds={"html", "plotly"},
    owners=[OWNERS["analysis"]],
    description="The static site: overview, leaderboards, plays with their ghosts, model, quality, dictionary.",
)
def report_site(context: dg.AssetExecutionContext, platform: PlatformResource) -> dg.MaterializeResult:
    site = publish(platform.open)
    return dg.MaterializeResult(metadata={**asdict(site), "index": dg.MetadataValue.path(site.index)})


@dg.asset(
    deps=MARTS,
    group_name="reports",
    kinds={"parquet", "duckdb"},
    owners=[OWNERS["analysis"]],
    description="The marts for people who write SQL: plain Parquet by season and one closed DuckDB file (docs/bi.md).",
)
def published_marts(context: dg.AssetExecutionContext, platform: PlatformResource) -> dg.MaterializeResult:
    published = publish_marts(platform.open.warehouse, platform.open.store)
    return dg.MaterializeResult(metadata={**asdict(published), "database": dg.MetadataValue.path(published.database)})
