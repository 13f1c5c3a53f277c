"""A tick of the sensor that tells people, as the daemon makes it."""

import dagster as dg

from ghost_pipeline.orchestration.alerts import alerts
from ghost_pipeline.orchestration.resources import PlatformResource


def tick(
    instance: dg.DagsterInstance, definitions: dg.Definitions, cursor: str | None
) -> tuple[str | None, str | None]:
    """What the sensor says, and its next cursor. The daemon keeps that only when the tick did not fail."""
    context = dg.build_sensor_context(
        instance,
        cursor=cursor,
        repository_def=definitions.get_repository_def(),
        resources={"platform": PlatformResource()},
    )
    said = alerts(context)
    return said.skip_message, context.cursor
