"""Canonical tables of one week -> verdict -> clean tables, with the bad plays in quarantine."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ghost_pipeline.arrow import arrow_schema
from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.domain.rules import PLAY_FACTS
from ghost_pipeline.domain.schema import (
    CANONICAL,
    CHECK_RESULTS,
    CLEAN,
    CLEAN_PLAYS,
    CLEAN_TRACKING,
    FINDINGS,
    IS_IMPUTED,
    QUARANTINE,
    RELEASED_RULES,
    REPAIRS,
)
from ghost_pipeline.domain.week_checks import WEEK_PROFILES
from ghost_pipeline.errors import BadInputError, GhostError, UnfitWeekError
from ghost_pipeline.quality.fitness import fitness_row, refusal_row
from ghost_pipeline.quality.season import week_profile, week_rows
from ghost_pipeline.quality.verdict import Verdict, Week, judge
from ghost_pipeline.storage.objects import Store
from ghost_pipeline.storage.partitions import Partitions
from ghost_pipeline.storage.releases import Releases

UNTRACKED = "play_without_tracking"
"""The kind of finding by which readers tell of such plays."""


@dataclass(frozen=True)
class CleanReport:
    """What became of one week's plays. A pass here is a play with a throw and a later arrival."""

    plays: int
    passes: int
    passes_without_flight: int
    clean_plays: int
    clean_passes: int
    clean_samples: int
    plays_released: int
    samples_imputed: int
    quarantined_by_rule: dict[str, int]
    expectations_s: float
    quarantine: pa.Table
    check_results: list[dict[str, Any]]

    @property
    def numbers(self) -> dict[str, Any]:
        """The counts for people to read; `expectations_s` is what Great Expectations cost, its import included."""
        return {
            "plays": self.plays,
            "passes": self.passes,
            "passes_without_flight": self.passes_without_flight,
            "plays_quarantined": self.plays - self.clean_plays,
            "passes_quarantined": self.passes - self.clean_passes,
            "plays_released": self.plays_released,
            "quarantined_by_rule": self.quarantined_by_rule,
            "clean_plays": self.clean_plays,
            "clean_samples": self.clean_samples,
            "samples_imputed": self.samples_imputed,
            "checks_failed": sum(not row["success"] for row in self.check_results),
            "expectations_s": round(self.expectations_s, 2),
        }


def clean_week(store: Store, week: SeasonWeek) -> CleanReport:
    """Judge a canonical week; write the clean tables, `quarantine`, `play_facts`, `check_results`, `repairs`
    and `week_profiles`, by which later weeks of the season are judged.

    Every play of the week ends in clean/plays or in clean/quarantine; one that a person released is clean, with the
    rules it breaks in `released_rules`. Plays that are no passes, or whose target is not known, stay clean, and all
    their frames are kept. Raises UnfitWeekError, and leaves the clean tables as they were, when the week cannot be
    judged or too many of its plays are bad (`quality.fitness`): the reason is in `check_results`. MissingObjectError
    when the week was not landed.
    """
    partitions = Partitions(store)
    plays, participants, events, tracking = (partitions.read(table, week) for table in CANONICAL)
    released = Releases(store).rules_by_play(week)
    try:
        verdict = judge(Week(week, plays, participants, events, tracking), released)
    except BadInputError as error:
        rows = [refusal_row(week, str(error), f"tables of {week} in the declared form")]
        partitions.write(CHECK_RESULTS, pa.Table.from_pylist(rows, arrow_schema(CHECK_RESULTS)), week)
        raise UnfitWeekError(str(error), rows) from error
    profile = week_profile(week, verdict.clean[CLEAN_PLAYS.name], verdict.clean[CLEAN_TRACKING.name])
    earlier = [partitions.read(WEEK_PROFILES, one) for one in weeks_before(partitions, week)]
    whole = week_rows(week, profile, earlier, plays, _untracked(partitions, week))
    report = _report(week, plays, verdict, whole)
    found = pa.Table.from_pylist(report.check_results, arrow_schema(CHECK_RESULTS))
    fitness = report.check_results[-1]
    if fitness["success"]:
        clean = {**verdict.clean, CLEAN_PLAYS.name: _marked(verdict)}
        for table in CLEAN:
            partitions.write(table, clean[table.name], week)
    partitions.write(PLAY_FACTS, verdict.facts, week)
    partitions.write(CHECK_RESULTS, found, week)
    partitions.write(QUARANTINE, verdict.quarantine, week)
    partitions.write(REPAIRS, verdict.repairs, week)
    partitions.write(WEEK_PROFILES, profile, week)
    if not fitness["success"]:
        raise UnfitWeekError(
            f"{week} is not fit to publish: {fitness['observed']}, {fitness['expected']} expected. Its clean tables "
            f"stay as they were; look at `ghost quarantine list --week {week}`, mend the source and land it again.",
            report.check_results,
        )
    return report


def weeks_before(partitions: Partitions, week: SeasonWeek) -> list[SeasonWeek]:
    """The cleaned weeks of the same season before this one, with which it is compared."""
    return [one for one in partitions.weeks(WEEK_PROFILES) if one.season == week.season and one < week]


def _untracked(partitions: Partitions, week: SeasonWeek) -> int:
    """Plays that the source lists without tracking; its reader left them out and told of it."""
    if not partitions.store.exists(partitions.key(FINDINGS, week)):
        return 0
    return pc.sum(pc.equal(partitions.read(FINDINGS, week)["kind"], UNTRACKED)).as_py() or 0


def _marked(verdict: Verdict) -> pa.Table:
    """The clean plays, with the rules that a person let them break."""
    broken: dict[tuple[int, int], list[str]] = defaultdict(list)
    for row in verdict.quarantine.filter(verdict.quarantine["is_released"]).to_pylist():
        broken[row["game_id"], row["play_id"]].append(row["rule_id"])
    plays = verdict.clean[CLEAN_PLAYS.name]
    keys = zip(plays["game_id"].to_pylist(), plays["play_id"].to_pylist(), strict=True)
    marks = [", ".join(sorted(broken[key])) if key in broken else None for key in keys]
    return plays.append_column(RELEASED_RULES.name, pa.array(marks, pa.string()))


def _report(week: SeasonWeek, plays: pa.Table, verdict: Verdict, whole: list[dict[str, Any]]) -> CleanReport:
    clean = verdict.clean[CLEAN_PLAYS.name]
    keys = zip(plays["game_id"].to_pylist(), plays["play_id"].to_pylist(), strict=True)
    quarantined = sum(key in verdict.bad_plays for key in keys)
    if clean.num_rows + quarantined != plays.num_rows:
        raise GhostError(f"{plays.num_rows} plays became {clean.num_rows} clean and {quarantined} quarantined ones")
    is_released = verdict.quarantine["is_released"]
    released, kept_out = (
        verdict.quarantine.filter(is_released).to_pylist(),
        verdict.quarantine.filter(pc.invert(is_released)),
    )
    flies = _flies(plays)
    is_pass = pc.equal(plays["play_type"], "pass")
    return CleanReport(
        plays=plays.num_rows,
        passes=pc.sum(flies).as_py(),
        passes_without_flight=pc.sum(pc.and_not(is_pass, flies)).as_py(),
        clean_plays=clean.num_rows,
        clean_passes=pc.sum(_flies(clean)).as_py() or 0,
        samples_imputed=pc.sum(verdict.clean[CLEAN_TRACKING.name][IS_IMPUTED.name]).as_py() or 0,
        clean_samples=verdict.clean[CLEAN_TRACKING.name].num_rows,
        plays_released=len({(row["game_id"], row["play_id"]) for row in released} - verdict.bad_plays),
        quarantined_by_rule=dict(sorted(Counter(kept_out["rule_id"].to_pylist()).items())),
        expectations_s=verdict.expectations_s,
        quarantine=verdict.quarantine,
        check_results=[*verdict.check_results.to_pylist(), *whole, fitness_row(week, plays.num_rows, quarantined)],
    )


def _flies(plays: pa.Table) -> pa.ChunkedArray:
    return pc.fill_null(pc.greater(plays["arrival_frame"], plays["throw_frame"]), False)
