"""Tells Dagster of new ratings, so that it shows the calibrated score as out of date, and brings it up to date."""

from collections import Counter
from typing import Any

import dagster as dg

from ghost_pipeline.orchestration.instance import has_instance, open_instance
from ghost_pipeline.orchestration.landings import VERSION_TAG
from ghost_pipeline.orchestration.resources import PlatformResource
from ghost_pipeline.pipeline.platform import Platform
from ghost_pipeline.settings import Settings
from ghost_pipeline.storage.ratings import Ratings

EXPERT_RATINGS = dg.AssetKey("expert_ratings")

calibration_job = dg.define_asset_job(
    "calibration_job",
    dg.AssetSelection.assets("expert_ratings", "score_calibration"),
    description="New ratings to the calibrated trajectory score; what-ifs follow with the next refresh.",
)


def about_ratings(ratings: Ratings) -> dict[str, Any]:
    """Metadata of the ratings: how many, whose."""
    raters = Counter(one.rater for one in ratings.all())
    table = "\n".join(["| expert | ratings |", "|---|---|", *(f"| {who} | {n} |" for who, n in sorted(raters.items()))])
    by_expert = dg.MetadataValue.md(table if raters else "*Nobody has rated yet: run `ghost review`.*")
    return {"ratings": raters.total(), "experts": len(raters), "by_expert": by_expert}


def new_ratings(instance: dg.DagsterInstance, ratings: Ratings) -> dg.AssetMaterialization | None:
    """An event when there are other ratings than this instance knows of; None when there are none or no new ones."""
    known = instance.get_latest_materialization_event(EXPERT_RATINGS)
    tags = (known.asset_materialization.tags or {}) if known and known.asset_materialization else {}
    version = ratings.version()
    if tags.get(VERSION_TAG) == version or next(ratings.all(), None) is None:
        return None
    return dg.AssetMaterialization(EXPERT_RATINGS, metadata=about_ratings(ratings), tags={VERSION_TAG: version})


def report_ratings(settings: Settings) -> None:
    """Record new ratings in the instance of this state folder, if it has one already."""
    if not has_instance(settings):
        return
    with open_instance(settings) as instance:
        if event := new_ratings(instance, Ratings(Platform(settings).store)):
            instance.report_runless_asset_event(event)


@dg.sensor(
    job=calibration_job,
    minimum_interval_seconds=300,
    default_status=dg.DefaultSensorStatus.STOPPED,
    description="Watches the ratings under ratings/: new ones calibrate the trajectory score again.",
)
def rating_sensor(context: dg.SensorEvaluationContext, platform: PlatformResource) -> dg.SensorResult | dg.SkipReason:
    ratings = Ratings(platform.open.store)
    version = ratings.version()
    if version == context.cursor:
        return dg.SkipReason("No new rating.")
    if next(ratings.all(), None) is None:
        return dg.SkipReason("Nobody has rated yet: run `ghost review`.")
    return dg.SensorResult([dg.RunRequest(run_key=version)], cursor=version)
