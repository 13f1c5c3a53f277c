"""The verdict on one week: which plays are bad, by which rule, and what every check saw."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import pandas as pd
import pyarrow as pa

from ghost_pipeline.arrow import arrow_schema
from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.domain.rules import PLAY_FACTS
from ghost_pipeline.domain.schema import (
    CHECK_RESULTS,
    EVENTS,
    IS_IMPUTED,
    PARTICIPANTS,
    PLAYS,
    QUARANTINE,
    TRACKING,
)
from ghost_pipeline.errors import BadInputError
from ghost_pipeline.quality.checks import Check, check_specs
from ghost_pipeline.quality.facts import play_facts
from ghost_pipeline.quality.frames import check_frame, require_form, without_rows_of
from ghost_pipeline.quality.play_rows import PlayKey, sorted_by_key, without_plays
from ghost_pipeline.quality.repair import repair
from ghost_pipeline.quality.suites import evaluate

ABOUT_A_PLAY = ("source_object", "offense_team", "defense_team")
"""What a row of QUARANTINE says of its play, from `plays`."""
Released = Mapping[PlayKey, frozenset[str]]
NOBODY_RELEASED: Released = MappingProxyType({})


@dataclass(frozen=True)
class Week:
    """The canonical tables of one season-week."""

    season_week: SeasonWeek
    plays: pa.Table
    participants: pa.Table
    events: pa.Table
    tracking: pa.Table


@dataclass(frozen=True)
class Verdict:
    """`facts`, `quarantine`, `check_results` and `repairs` are rows of the tables of those names.

    `bad_plays` broke a check of severity error that no person released; `clean` has the canonical tables, by name,
    without them. A bad play may be in no row of plays: its participants, events or tracking came without it.
    """

    facts: pa.Table
    quarantine: pa.Table
    check_results: pa.Table
    bad_plays: frozenset[PlayKey]
    clean: Mapping[str, pa.Table]
    expectations_s: float
    repairs: pa.Table


def judge(week: Week, released: Released = NOBODY_RELEASED) -> Verdict:
    """Put a week to every check. Needs Great Expectations, whose first import takes seconds.

    `released` names the rules that a person let a play break: it is clean, and the checks no longer look at it, unless
    it breaks another one too. Single bad samples and short gaps are mended first.

    Raises BadInputError when a table is not in the declared form or there are no plays, ExpectationError when a check
    cannot be evaluated.
    """
    tables = {PLAYS: week.plays, PARTICIPANTS: week.participants, EVENTS: week.events, TRACKING: week.tracking}
    for table, data in tables.items():
        require_form(table, data, f"{table.layer}/{table.name}/{week.season_week}")
    if not week.plays.num_rows:
        raise BadInputError(
            f"canonical/plays/{week.season_week}", "no plays", "at least one", "Land a file of this week first."
        )
    repaired = repair(week.plays, week.participants, sorted_by_key(week.tracking), str(week.season_week))
    facts = play_facts(week.plays, week.participants, week.events, repaired.tracking)
    tables[TRACKING] = repaired.tracking.append_column(IS_IMPUTED.name, repaired.is_imputed)
    known = frozenset(zip(week.plays["game_id"].to_pylist(), week.plays["play_id"].to_pylist(), strict=True))
    frames = {table.name: check_frame(table, data, known) for table, data in tables.items()}
    frames[PLAY_FACTS.name] = facts.to_pandas()

    checks = check_specs()
    quarantine = _quarantine(checks, frames, week, released)
    bad_plays = frozenset(_play(row) for row in quarantine if row["severity"] == "error" and not row["is_released"])
    passed_by_hand = {_play(row) for row in quarantine if row["is_released"]} - bad_plays
    frames = {name: without_rows_of(frame, passed_by_hand) for name, frame in frames.items()}
    started = time.perf_counter()
    results = evaluate(checks, frames, str(week.season_week))
    expectations_s = time.perf_counter() - started
    return Verdict(
        facts=facts,
        quarantine=pa.Table.from_pylist(quarantine, arrow_schema(QUARANTINE)),
        check_results=pa.Table.from_pylist(results, arrow_schema(CHECK_RESULTS)),
        bad_plays=bad_plays,
        clean={table.name: without_plays(data, bad_plays) for table, data in tables.items()},
        repairs=repaired.repairs,
        expectations_s=expectations_s,
    )


def _play(row: Mapping[str, Any]) -> PlayKey:
    return row["game_id"], row["play_id"]


def _quarantine(
    checks: list[Check], frames: Mapping[str, pd.DataFrame], week: Week, released: Released
) -> list[dict[str, Any]]:
    """Rows of QUARANTINE, by play and rule."""
    about = week.plays.select(["game_id", "play_id", *ABOUT_A_PLAY]).to_pylist()
    known = {_play(row): {name: row[name] for name in ABOUT_A_PLAY} for row in about}
    rows: dict[tuple[int, int, str], dict[str, Any]] = {}
    for check in checks:
        frame = frames[check.table]
        for row in frame[check.offenders(frame)].to_dict("records"):
            play = (int(row["game_id"]), int(row["play_id"]))
            value = row[check.column]
            rows.setdefault(
                (*play, check.rule_id),
                {
                    "season_week": str(week.season_week),
                    "game_id": play[0],
                    "play_id": play[1],
                    "rule_id": check.rule_id,
                    "severity": check.severity,
                    "observed": float(value) if isinstance(value, (int, float)) else None,
                    "expected": check.expected,
                    "sample": check.sample(row),
                    "is_released": check.rule_id in released.get(play, ()),
                    **known.get(play, {}),
                },
            )
    return [rows[key] for key in sorted(rows)]
