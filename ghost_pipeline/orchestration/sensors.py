"""What starts by itself: landed weeks are refreshed, and each stage of a refresh starts the next one."""

from collections.abc import Iterator

import dagster as dg

from ghost_pipeline.domain.schema import CLEAN_PLAYS
from ghost_pipeline.domain.week_checks import WEEK_PROFILES
from ghost_pipeline.orchestration.jobs import model_job, report_job, week_job, what_if_job
from ghost_pipeline.orchestration.landings import new_landings
from ghost_pipeline.orchestration.partitions import SEASON_WEEKS
from ghost_pipeline.orchestration.resources import PlatformResource
from ghost_pipeline.pipeline.platform import Platform
from ghost_pipeline.pipeline.week import why_stale

SECOND_LOOK = "ghost/second-look"
"""Tag of a week's run that was asked for because weeks before it were cleaned after it."""
Request = dg.RunRequest | dg.SkipReason
_UNFINISHED = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
]


@dg.sensor(
    job=week_job,
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.STOPPED,
    description="Watches the manifests under raw/: a season-week with new bytes is added and refreshed once.",
)
def landing_sensor(context: dg.SensorEvaluationContext, platform: PlatformResource) -> dg.SensorResult | dg.SkipReason:
    raw = platform.open.raw
    landings = raw.version()
    if landings == context.cursor:
        return dg.SkipReason("No new landing.")
    versions = raw.week_versions()
    if not versions:
        return dg.SkipReason("Nothing has landed yet: run `ghost land PATH_OR_URL`.")
    requests = [
        dg.RunRequest(run_key=f"{week}:{version}", partition_key=str(week))
        for week, version in sorted(versions.items())
    ]
    return dg.SensorResult(
        requests,
        cursor=landings,
        dynamic_partitions_requests=[SEASON_WEEKS.build_add_request([str(week) for week in versions])],
        asset_events=new_landings(context.instance, raw),
    )


def _others_run(context: dg.RunStatusSensorContext, job: str) -> bool:
    return bool(context.instance.get_runs(dg.RunsFilter(job_name=job, statuses=_UNFINISHED), limit=1))


def _succeeded_since(context: dg.RunStatusSensorContext, job: str, next_job: str) -> bool:
    """Whether a run of `job` has succeeded since the stage after it was last begun."""
    begun = context.instance.get_run_records(dg.RunsFilter(job_name=next_job), limit=1)
    since = begun[0].create_timestamp if begun else None
    done = dg.RunsFilter(job_name=job, statuses=[dg.DagsterRunStatus.SUCCESS], updated_after=since)
    return bool(context.instance.get_runs(done, limit=1))


def _unaware(platform: Platform) -> list[str]:
    """Cleaned weeks that are no longer up to date: cleaned beside the weeks before them, they could not see them."""
    return [str(week) for week in platform.partitions.weeks(WEEK_PROFILES) if why_stale(platform, week)]


def _next_stage(context: dg.RunStatusSensorContext, platform: PlatformResource) -> Iterator[Request]:
    run = context.dagster_run
    if _others_run(context, run.job_name):
        yield dg.SkipReason(f"Other runs of {run.job_name} are still going on.")
    elif run.job_name == week_job.name and SECOND_LOOK not in run.tags and (weeks := _unaware(platform.open)):
        for week in weeks:
            key = f"again-after-{run.run_id}-{week}"
            yield dg.RunRequest(key, job_name=week_job.name, partition_key=week, tags={SECOND_LOOK: "yes"})
    elif run.job_name == week_job.name:
        yield dg.RunRequest(run_key=f"model-after-{run.run_id}", job_name=model_job.name)
    elif run.job_name == model_job.name:
        for week in map(str, platform.open.partitions.weeks(CLEAN_PLAYS)):
            key = f"what-if-after-{run.run_id}-{week}"
            yield dg.RunRequest(run_key=key, job_name=what_if_job.name, partition_key=week)
    else:
        yield dg.RunRequest(run_key=f"report-after-{run.run_id}", job_name=report_job.name)


@dg.run_status_sensor(
    run_status=dg.DagsterRunStatus.SUCCESS,
    monitored_jobs=[week_job, model_job, what_if_job],
    request_jobs=[week_job, model_job, what_if_job, report_job],
    default_status=dg.DefaultSensorStatus.STOPPED,
    description="Starts the next stage when the last run of a stage has ended: weeks, models, what-ifs, reports.",
)
def continue_refresh(context: dg.RunStatusSensorContext, platform: PlatformResource) -> Iterator[Request]:
    yield from _next_stage(context, platform)


@dg.run_status_sensor(
    run_status=dg.DagsterRunStatus.FAILURE,
    monitored_jobs=[week_job, what_if_job],
    request_jobs=[week_job, model_job, report_job],
    default_status=dg.DefaultSensorStatus.STOPPED,
    description="Goes on without a week that failed, when it was the last of its stage to end and others succeeded.",
)
def continue_without(context: dg.RunStatusSensorContext, platform: PlatformResource) -> Iterator[Request]:
    job = context.dagster_run.job_name
    next_job = {week_job.name: model_job.name, what_if_job.name: report_job.name}[job]
    if _succeeded_since(context, job, next_job):
        yield from _next_stage(context, platform)
    else:
        yield dg.SkipReason(f"No run of {job} has succeeded since {next_job} was last begun: there is nothing new.")
