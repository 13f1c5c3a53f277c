"""What-ifs against a known truth, and the simulator against the plays that landed."""

import dagster as dg

from ghost_pipeline.domain.result_schema import REALISM, WHAT_IF_PROOF
from ghost_pipeline.orchestration.assets.clean import clean_tracks
from ghost_pipeline.orchestration.assets.models import model_evaluation, outcome_models
from ghost_pipeline.orchestration.describe import OWNERS, preview, table_definition_metadata
from ghost_pipeline.orchestration.kept import skips_unchanged
from ghost_pipeline.orchestration.resources import PlatformResource
from ghost_pipeline.pipeline.proof import prove_what_ifs
from ghost_pipeline.pipeline.realism import compare_with_simulator


@dg.asset(
    deps=[clean_tracks, model_evaluation, outcome_models],
    group_name="what_if",
    kinds={"pytorch", "numpy"},
    owners=[OWNERS["science"]],
    metadata=table_definition_metadata(WHAT_IF_PROOF),
    description="Simulated passes thrown again to somebody else: how far the what-ifs are from what then happens.",
)
@skips_unchanged("ghost_pipeline.pipeline.proof", settings=("seed",))
def what_if_proof(context: dg.AssetExecutionContext, platform: PlatformResource) -> dg.MaterializeResult:
    proof = prove_what_ifs(platform.open)
    missed = "; ".join(proof.missed) or "none"
    return dg.MaterializeResult(
        metadata={"missed_goals": missed, **proof.numbers, "preview": preview(proof.rows, "nothing was thrown.")}
    )


@dg.asset(
    deps=[clean_tracks],
    group_name="what_if",
    kinds={"numpy"},
    owners=[OWNERS["science"]],
    metadata=table_definition_metadata(REALISM),
    description="Speeds, turns, separations and flights of the landed real passes beside simulated ones.",
)
@skips_unchanged("ghost_pipeline.pipeline.realism", settings=("seed",))
def realism(context: dg.AssetExecutionContext, platform: PlatformResource) -> dg.MaterializeResult:
    compared = compare_with_simulator(platform.open)
    return dg.MaterializeResult(metadata={"said": compared.said, **compared.distances})
