"""Everything Dagster loads: assets, checks, jobs, the schedule and the sensors."""

from functools import partial
from typing import Any

import dagster as dg

from ghost_pipeline.orchestration.alerts import alerts
from ghost_pipeline.orchestration.assets import clean, features, models, raw, reports, what_if
from ghost_pipeline.orchestration.assets.warehouse import warehouse_assets, warehouse_resource
from ghost_pipeline.orchestration.code_links import with_code_link
from ghost_pipeline.orchestration.freshness import with_freshness
from ghost_pipeline.orchestration.jobs import JOBS
from ghost_pipeline.orchestration.pages import with_page
from ghost_pipeline.orchestration.progress import progress_logger
from ghost_pipeline.orchestration.ratings import calibration_job, rating_sensor
from ghost_pipeline.orchestration.resources import PlatformResource
from ghost_pipeline.orchestration.schedules import weekly_refresh
from ghost_pipeline.orchestration.sensors import continue_refresh, continue_without, landing_sensor
from ghost_pipeline.settings import Settings, load_settings


def build_definitions(settings: Settings) -> dg.Definitions:
    """The definitions for the state folder and store that the settings name."""
    assets: list[Any] = [
        *dg.load_assets_from_modules([raw, clean, features, models, what_if, reports]),
        *warehouse_assets(settings),
    ]
    assets = [with_code_link(asset) for asset in assets]
    due = dg.map_asset_specs(with_freshness, assets)
    return dg.Definitions(
        assets=dg.map_asset_specs(partial(with_page, settings), due),
        jobs=[*JOBS, calibration_job],
        schedules=[weekly_refresh],
        sensors=[landing_sensor, continue_refresh, continue_without, rating_sensor, alerts],
        loggers={"console": dg.colored_console_logger, "progress": progress_logger},
        resources={"platform": PlatformResource(), "dbt": warehouse_resource()},
    )


@dg.definitions
def defs() -> dg.Definitions:
    """What `workspace.yaml` loads."""
    return build_definitions(load_settings())
