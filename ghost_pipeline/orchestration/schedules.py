"""The weekly refresh: Tuesday morning in New York, after Monday night's game, while there is a season."""

from collections.abc import Iterator

import dagster as dg

from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.orchestration.jobs import week_job
from ghost_pipeline.orchestration.partitions import SEASON_WEEKS
from ghost_pipeline.orchestration.resources import PlatformResource
from ghost_pipeline.pipeline.week import why_stale

SEASON_MONTHS = "9-12,1,2"
NEW_YORK = "America/New_York"


@dg.schedule(
    job=week_job,
    cron_schedule=f"0 6 * {SEASON_MONTHS} 2",
    execution_timezone=NEW_YORK,
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description=(
        "Refreshes the weeks of the current season that are not up to date; models, what-ifs and reports follow "
        "through `continue_refresh`."
    ),
)
def weekly_refresh(
    context: dg.ScheduleEvaluationContext, platform: PlatformResource
) -> Iterator[dg.RunRequest | dg.SkipReason]:
    season = SeasonWeek.season_on(context.scheduled_execution_time.date())
    versions = platform.open.raw.week_versions()
    weeks = [week for week in versions if week.season == season]
    context.instance.add_dynamic_partitions(str(SEASON_WEEKS.name), list(map(str, weeks)))
    outdated = [week for week in weeks if why_stale(platform.open, week)]
    if not weeks:
        yield dg.SkipReason(f"No week of season {season} has landed yet: run `ghost land PATH_OR_URL` first.")
    elif not outdated:
        yield dg.SkipReason(f"All {len(weeks)} landed weeks of season {season} are up to date.")
    for week in outdated:
        day = f"{context.scheduled_execution_time:%Y-%m-%d}"
        yield dg.RunRequest(run_key=f"weekly-{day}-{week}-{versions[week]}", partition_key=str(week))
