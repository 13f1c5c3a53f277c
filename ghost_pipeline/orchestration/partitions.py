"""Season-weeks as Dagster partitions; landing adds the ones it finds."""

import dagster as dg

from ghost_pipeline.domain.calendar import SeasonWeek

SEASON_WEEKS = dg.DynamicPartitionsDefinition(name="season_week")


def week_of(context: dg.AssetExecutionContext) -> SeasonWeek:
    """The season-week a run is for."""
    return SeasonWeek.parse(context.partition_key)
