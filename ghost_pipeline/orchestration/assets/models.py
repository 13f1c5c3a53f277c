"""Training, evaluation on held-out games, and the models of a pass's outcome."""

import dagster as dg

from ghost_pipeline.domain.result_schema import MODEL_ERRORS
from ghost_pipeline.models.evaluate import TEN_STEPS, WHOLE_FLIGHT
from ghost_pipeline.orchestration import describe
from ghost_pipeline.orchestration.assets.clean import clean_tracks
from ghost_pipeline.orchestration.assets.features import frame_features, ranked_features
from ghost_pipeline.orchestration.assets.raw import expert_ratings
from ghost_pipeline.orchestration.describe import OWNERS
from ghost_pipeline.orchestration.kept import skips_unchanged
from ghost_pipeline.orchestration.progress import log_progress
from ghost_pipeline.orchestration.resources import PlatformResource
from ghost_pipeline.pipeline.calibrating import calibrate_score
from ghost_pipeline.pipeline.champion import GHOST
from ghost_pipeline.pipeline.examination import IN_USE, examine, overall
from ghost_pipeline.pipeline.outcomes import train_outcomes
from ghost_pipeline.pipeline.ranking import load_ranked
from ghost_pipeline.pipeline.training import train_ghost, train_paper_models

OWNER = [OWNERS["science"]]
GATE = "passes_the_gate"
COMPARED = (IN_USE, "damped_acceleration", "constant_acceleration", "constant_velocity")


@dg.asset(
    deps=[clean_tracks, ranked_features],
    group_name="models",
    kinds={"pytorch"},
    owners=OWNER,
    description="The ghost network, trained on exactly the ranked features; a version, not yet the champion.",
)
@skips_unchanged("ghost_pipeline.pipeline.training", settings=("seed", "train_seconds", "train_members"))
def ghost_model(context: dg.AssetExecutionContext, platform: PlatformResource) -> dg.MaterializeResult:
    trained = train_ghost(platform.open, log_progress(context))
    ranked = load_ranked(platform.open)
    inputs = [group for group in ranked.groups if group.name in ranked.chosen_groups]
    return dg.MaterializeResult(
        data_version=dg.DataVersion(trained.version),
        metadata={
            "version": trained.version,
            "parameters": trained.parameters,
            "training_frames": trained.learned_from,
            "inner_rmse_yd": trained.inner_rmse_yd,
            "stopped_by_clock": trained.stopped_by_clock,
            "learning_curves": describe.learning_curves(trained.logs),
            "importance": describe.importance_table(inputs),
        },
    )


@dg.asset(
    deps=[clean_tracks],
    group_name="models",
    kinds={"pytorch"},
    owners=OWNER,
    description="The Defender CNN-LSTM of Cheong, Zeng and Tyagi (2021), our own re-implementation, in both protocols.",
)
@skips_unchanged("ghost_pipeline.pipeline.training", settings=("seed", "train_seconds"))
def paper_models(context: dg.AssetExecutionContext, platform: PlatformResource) -> dg.MaterializeResult:
    trained = train_paper_models(platform.open, log_progress(context))
    versions = {f"{name}_version": one.version for name, one in trained.items()}
    errors = {f"{name}_inner_rmse_yd": one.inner_rmse_yd for name, one in trained.items()}
    curves = describe.learning_curves([log for one in trained.values() for log in one.logs])
    newest = next(iter(trained.values()))
    numbers = {"models": len(trained), "parameters": newest.parameters, "training_windows": newest.learned_from}
    return dg.MaterializeResult(metadata={**numbers, **versions, **errors, "learning_curves": curves})


@dg.asset(
    deps=[ghost_model, paper_models],
    group_name="models",
    kinds={"python"},
    owners=OWNER,
    metadata=describe.table_definition_metadata(MODEL_ERRORS),
    check_specs=[
        dg.AssetCheckSpec(
            GATE,
            asset="model_evaluation",
            description="Better than physics, not worse than the champion, honest 90 % regions, human steps on "
            "held-out games; else the champion stays.",
        )
    ],
    description="Errors of every model on games nobody trained on, constant velocity beside them. Holds the gate.",
)
@skips_unchanged("ghost_pipeline.pipeline.examination", settings=("seed",))
def model_evaluation(context: dg.AssetExecutionContext, platform: PlatformResource) -> dg.MaterializeResult:
    examined = examine(platform.open, platform.open.artifacts.newest(GHOST))
    errors, verdict = examined.errors, examined.verdict
    numbers = {
        f"{model}_{windows}_rmse_yd": overall(errors, model, windows)["rmse_yd"]
        for model in COMPARED
        for windows in (TEN_STEPS, WHOLE_FLIGHT)
    }
    return dg.MaterializeResult(
        metadata={
            "version": verdict.version,
            **numbers,
            "all_models": describe.error_table(errors),
            "calibration": describe.calibration(errors, IN_USE),
            **{
                f"error_by_step_{kind}": describe.error_by_step(errors, COMPARED, kind)
                for kind in (TEN_STEPS, WHOLE_FLIGHT)
            },
        },
        check_results=[
            dg.AssetCheckResult(
                check_name=GATE,
                passed=verdict.passed,
                metadata={"reason": verdict.reason, **{c.name: c.found for c in verdict.conditions}},
            )
        ],
    )


@dg.asset(
    deps=[clean_tracks, frame_features],
    group_name="models",
    kinds={"lightgbm"},
    owners=OWNER,
    description="Flight time; completion, interception, yards after catch from ten measurements.",
)
@skips_unchanged("ghost_pipeline.pipeline.outcomes", settings=("seed",))
def outcome_models(context: dg.AssetExecutionContext, platform: PlatformResource) -> dg.MaterializeResult:
    models, said = train_outcomes(platform.open, log_progress(context))
    context.log.info(said)
    completion, yards = models.completion.facts, models.yards_after_catch.facts
    return dg.MaterializeResult(
        metadata={
            "learned_from": said,
            "origin": models.completion.origin,
            "passes": completion["passes"],
            **{f"completion_{name}": value for name, value in completion["metrics"].items()},
            **{f"base_rate_{name}": value for name, value in completion["base_rate_metrics"].items()},
            **{f"yards_after_catch_{name}": value for name, value in yards["metrics"].items()},
        }
    )


@dg.asset(
    deps=[expert_ratings],
    group_name="models",
    kinds={"scikitlearn"},
    owners=OWNER,
    description="The trajectory score fitted to experts' ratings; used where it agrees with them more.",
)
@skips_unchanged("ghost_pipeline.pipeline.calibrating", settings=("seed",))
def score_calibration(context: dg.AssetExecutionContext, platform: PlatformResource) -> dg.MaterializeResult:
    calibrated = calibrate_score(platform.open)
    context.log.info(calibrated.said)
    shown = {name: calibrated.facts[name] for name in ("ratings", "auc", "kappa") if name in calibrated.facts}
    return dg.MaterializeResult(metadata={"said": calibrated.said, "in_use": calibrated.in_use, **shown})
