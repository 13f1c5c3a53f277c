"""The one sensor that tells people: it reads what finished runs saw and sends what is new."""

import dagster as dg

from ghost_pipeline.errors import AlertError
from ghost_pipeline.orchestration.resources import PlatformResource
from ghost_pipeline.orchestration.sightings import ended_runs, sightings_of
from ghost_pipeline.pipeline.alerting import tell
from ghost_pipeline.pipeline.publishing import publish_quality
from ghost_pipeline.publish.messages import open_mailbox
from ghost_pipeline.storage.problems import Problems

NOBODY = "GHOST_ALERT_URLS is not set: nobody is told of problems. See docs/alerts.md."


@dg.sensor(
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description=(
        "Tells people of failed checks and runs through GHOST_ALERT_URLS: a message per error, warnings together, one "
        "when it is mended, no repeats. A tick fails when a message was not delivered, and the next one tries again."
    ),
)
def alerts(context: dg.SensorEvaluationContext, platform: PlatformResource) -> dg.SkipReason:
    settings = platform.open.settings
    if not (urls := settings.alert_urls.get_secret_value()):
        return dg.SkipReason(NOBODY)
    runs = ended_runs(context.instance, int(context.cursor or 0))
    if not runs:
        return dg.SkipReason("No run has ended since the last look.")
    if context.repository_def is None:
        raise AlertError("the sensor runs outside a code location and cannot know the assets' owners")
    mailbox = open_mailbox(urls)
    seen = list(sightings_of(context.instance, settings, context.repository_def.asset_graph, runs))
    if any(sighting.page for sighting in seen):
        publish_quality(platform.open)  # so that the links in the messages lead to what they speak of
    told = tell(Problems(platform.open.store), seen, mailbox.send)
    if mailbox.failed:
        raise AlertError(f"some services took no message, others did: {', '.join(sorted(set(mailbox.failed)))}")
    context.update_cursor(str(runs[-1].storage_id))
    return dg.SkipReason(f"{len(runs)} runs ended: {told}.")
