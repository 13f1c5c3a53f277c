"""A refresh from the command line: the four jobs in their order, recorded in the instance for the UI to show."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import dagster as dg

from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.domain.schema import CLEAN_PLAYS
from ghost_pipeline.errors import GhostError
from ghost_pipeline.orchestration.definitions import build_definitions
from ghost_pipeline.orchestration.instance import open_instance
from ghost_pipeline.orchestration.jobs import model_job, report_job, week_job, what_if_job
from ghost_pipeline.orchestration.kept import AGAIN, STEPS
from ghost_pipeline.orchestration.partitions import SEASON_WEEKS
from ghost_pipeline.orchestration.progress import listening
from ghost_pipeline.orchestration.runs import run_job
from ghost_pipeline.orchestration.workers import run_weeks
from ghost_pipeline.pipeline.platform import Platform
from ghost_pipeline.pipeline.receipts import Step, stale
from ghost_pipeline.pipeline.week import WEEK_STEPS
from ghost_pipeline.settings import Settings
from ghost_pipeline.storage.partitions import READERS
from ghost_pipeline.storage.version import migrate

Progress = Callable[[str, int, int], None]
_WHAT_IF = ("trajectory_scores", "what_ifs")


def log_file(settings: Settings) -> Path:
    """Where everything goes that libraries print during a refresh."""
    return settings.home.resolve() / "refresh.log"


def refresh(
    settings: Settings,
    weeks: Sequence[str],
    progress: Progress,
    detail: Callable[[str], None],
    again: bool = False,
) -> None:
    """Refresh the given season-weeks and everything that follows from them.

    `progress` is called as each stage begins, `detail` with what happens inside it; `again` computes everything,
    changed or not. A week that fails stops what follows from it only: the other weeks, the models and the reports go on
    with what the store holds.

    Raises GhostError naming job, week and step of every run that failed; what other runs stored stays.
    """
    platform = Platform(settings)
    migrate(platform.store)
    platform.store.tidy()
    with open_instance(settings) as instance, listening(detail):
        instance.add_dynamic_partitions(str(SEASON_WEEKS.name), list(weeks))
        tags = {AGAIN: "yes"} if again else {}
        stages = _Stages(settings, platform, build_definitions(settings), instance, progress, detail, tags)
        failed = stages.landed_weeks(weeks)
        if len(failed) == len(weeks):
            raise failed[0]
        stages.one(model_job.name)
        clean = [str(week) for week in platform.partitions.weeks(CLEAN_PLAYS)]
        failed += stages.weeks(what_if_job.name, clean, [STEPS[name] for name in _WHAT_IF]).values()
        stages.one(report_job.name)
        progress("done", 1, 1)
    if failed:
        raise GhostError("\n".join(["Everything else was refreshed, but:", *map(str, failed)]))


@dataclass(frozen=True)
class _Stages:
    settings: Settings
    platform: Platform
    definitions: dg.Definitions
    instance: dg.DagsterInstance
    progress: Progress
    detail: Callable[[str], None]
    tags: dict[str, str]

    def one(self, job: str) -> None:
        """Run a job that is for all weeks."""
        self.progress(job, 0, 1)
        run_job(self.definitions, self.instance, job, None, self.tags)

    def landed_weeks(self, weeks: Sequence[str]) -> list[GhostError]:
        """Bring landed weeks up to date; returns why those failed that did.

        A week is compared with those before it. One that was cleaned beside them, and too early to see all, is
        cleaned once more.
        """
        outdated = self._to_run(weeks, WEEK_STEPS)
        failed = self._run(week_job.name, outdated, len(weeks))
        if outdated:
            unaware = self._outdated([week for week in weeks if week not in failed], WEEK_STEPS)
            failed |= self._run(week_job.name, unaware, len(unaware)) if unaware else {}
        return list(failed.values())

    def weeks(self, job: str, weeks: Sequence[str], steps: Sequence[Step]) -> dict[str, GhostError]:
        """Run a job for the weeks that are not up to date; returns what failed."""
        return self._run(job, self._to_run(weeks, steps), len(weeks))

    def _to_run(self, weeks: Sequence[str], steps: Sequence[Step]) -> Sequence[str]:
        return weeks if self.tags else self._outdated(weeks, steps)

    def _run(self, job: str, outdated: Sequence[str], of: int) -> dict[str, GhostError]:
        """Run a job for these of so many weeks, side by side when there are cores; returns what failed."""
        workers = min(self.settings.thread_count, len(outdated))
        skipped = f", {of - len(outdated)} weeks are up to date" if len(outdated) < of else ""
        if workers < 2:
            self.progress(" ".join([job, *outdated]) + skipped, 0, 1)
            return {week: error for week in outdated if (error := self._try(job, week))}
        self.progress(f"{job}, {len(outdated)} weeks, {workers} at a time{skipped}", 0, 1)
        failed = {}
        log = log_file(self.settings)
        runs = run_weeks(self.settings, job, outdated, self.tags, log, workers, self.detail)
        for done, (week, error) in enumerate(runs, 1):
            self.detail(f"{week} {'failed' if error else 'done'}, {done} of {len(outdated)}")
            if error:
                failed[week] = error
        return failed

    def _try(self, job: str, week: str) -> GhostError | None:
        try:
            run_job(self.definitions, self.instance, job, week, self.tags)
        except GhostError as error:
            return error
        return None

    def _outdated(self, weeks: Sequence[str], steps: Sequence[Step]) -> list[str]:
        """The weeks in which a step would be run now, or of which this instance has no record."""
        recorded = self.instance.get_materialized_partitions(dg.AssetKey(steps[-1].name))

        def is_outdated(week: str) -> bool:
            parsed = SeasonWeek.parse(week)
            return week not in recorded or any(stale(self.platform, step, parsed) for step in steps)

        with ThreadPoolExecutor(READERS) as pool:
            return [week for week, outdated in zip(weeks, pool.map(is_outdated, weeks), strict=True) if outdated]
