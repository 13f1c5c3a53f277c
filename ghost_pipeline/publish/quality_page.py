"""What was checked, what failed and since when, which plays were kept out for which reason, and who let one pass."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import pyarrow as pa

from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.domain.rules import PLAY_FACTS, RULE_BY_ID, RULES
from ghost_pipeline.domain.schema import CANONICAL, CHECK_RESULTS, QUARANTINE
from ghost_pipeline.publish.check_history import History, histories
from ghost_pipeline.publish.html import Cell, Grid, Heading, Row, Spark, cells, heading, render, shown
from ghost_pipeline.publish.inputs import SiteFacts

SAMPLES = 3
"""Quarantined plays shown for each rule; all of them are in the table below."""
Record = Mapping[str, Any]
_NO_TEAM = "unknown"


def quality_page(
    facts: SiteFacts, check_results: pa.Table, quarantine: pa.Table, releases: Sequence[Record] = ()
) -> bytes:
    """`releases` are records of people who let a play pass, or took that back, oldest first."""
    checks = _newest_first(check_results, "table_name")
    checks.sort(key=lambda check: check["success"])
    found = _newest_first(quarantine, "rule_id")
    weeks = sorted({row["season_week"] for row in (*checks, *found)}, key=SeasonWeek.parse)
    seen = histories(checks, weeks)
    kept_out = [row for row in found if _is_kept_out(row)]
    bad_plays = {_play(row) for row in kept_out}
    failed = [check for check in checks if not check["success"]]
    return render(
        "quality.html",
        "Quality",
        facts=facts,
        newest=weeks[-1] if weeks else None,
        week_count=len(weeks),
        check_count=len(checks),
        failed_errors=sum(check["severity"] == "error" for check in failed),
        failed_warnings=sum(check["severity"] == "warning" for check in failed),
        quarantined_plays=len(bad_plays),
        released_plays=len({_play(row) for row in found if row["is_released"]} - bad_plays),
        kept_plays=len({_play(row) for row in found} - bad_plays),
        overview=_overview(checks, weeks),
        histories=list(seen.values()),
        checks=_check_table(checks, seen, weeks),
        by_rule=_by_rule(found),
        by_rule_and_week=_counts("rules-by-week", "Rule", kept_out, weeks, _rule),
        by_team_and_week=_counts("teams-by-week", "Team", kept_out, weeks, _teams),
        plays=_plays(found),
        releases=_releases(releases),
    )


def _newest_first(table: pa.Table, then: str) -> list[dict[str, Any]]:
    """Rows by week as played, the last one first, and by another column within it."""
    rows = sorted(table.to_pylist(), key=lambda row: row[then])
    return sorted(rows, key=lambda row: SeasonWeek.parse(row["season_week"]), reverse=True)


def _is_kept_out(row: Record) -> bool:
    return row["severity"] == "error" and not row["is_released"]


def _play(row: Record) -> tuple[int, int]:
    return row["game_id"], row["play_id"]


def _rule(row: Record) -> Sequence[str]:
    return (row["rule_id"],)


def _teams(row: Record) -> Sequence[str]:
    """Both sides of a play: either may wear the broken tag."""
    return tuple(filter(None, (row["offense_team"], row["defense_team"]))) or (_NO_TEAM,)


def _table_title(name: str) -> str:
    return {PLAY_FACTS.name: "rules of a play", "season_week": "week as a whole"}.get(name, name)


def _overview(checks: Sequence[Record], weeks: Sequence[str]) -> Grid:
    """A row per table, a column per week: how many of its expectations failed, leading to them."""
    run = Counter((check["table_name"], check["season_week"]) for check in checks)
    failed = Counter((check["table_name"], check["season_week"]) for check in checks if not check["success"])
    first = [PLAY_FACTS.name, *(table.name for table in CANONICAL)]
    names = sorted({table for table, _ in run}, key=lambda name: (name not in first, [*first, name].index(name)))
    rows = []
    for name in names:
        made = [Cell(_table_title(name))]
        for week in weeks:
            total, bad = run[name, week], failed[name, week]
            text = "–" if not total else f"✗ {bad} of {total}" if bad else f"✓ {total}"
            href = "quality.html#" + urlencode({"week": week, "table": _table_title(name)}) if total else ""
            made.append(Cell(text, bad, href, "bad" if bad else "good" if total else ""))
        rows.append(Row(tuple(made)))
    headings = (Heading("table", "Table"), *(Heading(week, week) for week in weeks))
    return Grid("overview", "How many failed; pick a cell to see them", headings, tuple(rows))


def _check_table(checks: Sequence[Record], seen: Mapping[tuple[str, str], History], weeks: Sequence[str]) -> Grid:
    headings = (
        Heading("result", "Result", "text", "Whether the expectation held.", "check_results.success", is_filter=True),
        heading(CHECK_RESULTS, "season_week", "Week", is_filter=True),
        heading(CHECK_RESULTS, "table_name", "Table", is_filter=True),
        heading(CHECK_RESULTS, "check_id", "Check", is_filter=True),
        heading(CHECK_RESULTS, "severity", "Severity", is_filter=True),
        heading(CHECK_RESULTS, "observed", "Observed, with samples"),
        heading(CHECK_RESULTS, "expected", "Expected"),
        heading(CHECK_RESULTS, "unexpected_count", "Broke it", "count"),
        Heading(
            "history", "All weeks", "text", "A bar per week: the higher, the more broke it. The row's week is marked."
        ),
        Heading("trend", "Trend", "text", "Against the week before, and since when it fails.", is_filter=True),
    )
    place = {week: number for number, week in enumerate(weeks)}
    rows = []
    for check in checks:
        history, week = seen[check["table_name"], check["check_id"]], place[check["season_week"]]
        result, since = ("passed" if check["success"] else "failed"), history.failing_weeks(week)
        made = cells({**check, "result": result, "table_name": _table_title(check["table_name"])}, headings)
        made[0] = Cell(
            f"{'✓' if check['success'] else '✗'} {result}", result, mark="good" if check["success"] else "bad"
        )
        made[5] = Cell(made[5].text, note=check["sample"] or "", mark="sentence")
        broken, looked_at = check["unexpected_count"], check["row_count"]
        made[7] = Cell(f"{shown(broken, 'count')} of {shown(looked_at, 'count')}", broken)
        made[8] = Cell(_since(weeks, week, since), spark=Spark(history.id, history.width, week))
        made[9] = Cell(_trend(history.trend(week), since))
        rows.append(Row(tuple(made), "" if check["success"] else "failed"))
    return Grid("checks", "Every expectation of every week", headings, tuple(rows), is_live=True)


def _since(weeks: Sequence[str], week: int, failing: int) -> str:
    return f"failing since {weeks[week - failing + 1]}" if failing else "held"


def _trend(word: str, failing: int) -> str:
    return f"{word}, {failing} weeks" if failing > 1 else word or "–"


def _by_rule(found: Sequence[Record]) -> Grid:
    """Every rule with the number of plays that broke it and a few samples, also rules nobody broke."""
    headings = (
        Heading("rule", "Rule"),
        heading(QUARANTINE, "severity", "Severity"),
        heading(QUARANTINE, "expected", "Expected"),
        Heading("kept_out", "Plays kept out", "count"),
        Heading("let_pass", "Kept or released", "count", "Warnings, and plays that a person released."),
        Heading("sample", "Samples"),
    )
    kept_out = Counter(row["rule_id"] for row in found if _is_kept_out(row))
    let_pass = Counter(row["rule_id"] for row in found if not _is_kept_out(row))
    rows = []
    for rule_id in sorted({*RULE_BY_ID, *kept_out, *let_pass}, key=lambda name: (-kept_out[name], -let_pass[name])):
        broken = [row for row in found if row["rule_id"] == rule_id]
        rule = RULE_BY_ID.get(rule_id)
        sentence = rule.sentence if rule else rule_id
        rows.append(
            Row(
                (
                    Cell(sentence, href=f"dictionary.html#rule.{rule_id}" if rule else "", mark="sentence"),
                    Cell(rule.severity if rule else broken[0]["severity"]),
                    Cell(rule.expected if rule else broken[0]["expected"]),
                    _count_cell(kept_out[rule_id]),
                    _count_cell(let_pass[rule_id]),
                    Cell("; ".join(map(_sample, broken[:SAMPLES])) or "–", mark="sample"),
                )
            )
        )
    return Grid("quarantine-by-rule", f"{len(RULES)} rules, the most often broken first", headings, tuple(rows))


def _sample(row: Record) -> str:
    return f"game {row['game_id']} play {row['play_id']}: {row['sample'] or row['observed']}"


def _count_cell(count: int) -> Cell:
    return Cell(shown(count, "count"), count, mark="strong" if count else "quiet")


def _counts(
    id: str,
    title: str,
    kept_out: Sequence[Record],
    weeks: Sequence[str],
    names_of: Callable[[Record], Sequence[str]],
) -> Grid:
    """A row per name with its plays in total and by week, most first; a play that broke two rules counts once a row."""
    plays = {(name, row["season_week"], _play(row)) for row in kept_out for name in names_of(row)}
    by_week = Counter((name, week) for name, week, _ in plays)
    total = Counter(name for name, _, _ in plays)
    headings = (Heading("name", title), Heading("total", "Plays", "count"), *(Heading(w, w, "count") for w in weeks))
    rows = []
    for name, count in sorted(total.items(), key=lambda item: (-item[1], item[0])):
        weekly = (by_week[name, week] for week in weeks)
        made = (Cell(shown(n, "count") if n else "·", n, mark="hot" if n else "quiet") for n in weekly)
        rows.append(Row((Cell(name), Cell(shown(count, "count"), count, mark="strong"), *made)))
    return Grid(id, "Plays kept out", headings, tuple(rows))


def _plays(found: Sequence[Record]) -> Grid:
    headings = (
        Heading("state", "State", "text", "Kept out, kept with a warning, or released by a person.", is_filter=True),
        heading(QUARANTINE, "season_week", "Week", is_filter=True),
        heading(QUARANTINE, "game_id", "Game"),
        heading(QUARANTINE, "play_id", "Play"),
        heading(QUARANTINE, "offense_team", "Offence", is_filter=True),
        heading(QUARANTINE, "defense_team", "Defence", is_filter=True),
        heading(QUARANTINE, "rule_id", "Rule", is_filter=True),
        heading(QUARANTINE, "expected", "Expected"),
        heading(QUARANTINE, "sample", "Where"),
        heading(QUARANTINE, "source_object", "Raw file"),
    )
    rows = []
    for row in found:
        state = "released" if row["is_released"] else "kept out" if _is_kept_out(row) else "warned"
        made = cells({**row, "state": state}, headings)
        made[-2] = Cell(made[-2].text, mark="sample")
        rows.append(Row(tuple(made), "failed" if state == "kept out" else ""))
    return Grid("quarantine", "Every finding about a play", headings, tuple(rows), is_live=True)


def _releases(releases: Sequence[Record]) -> Grid:
    headings = (
        Heading("at", "When (UTC)"),
        Heading("action", "What"),
        Heading("by", "Who"),
        Heading("reason", "Why"),
        Heading("season_week", "Week"),
        Heading("game_id", "Game"),
        Heading("play_id", "Play"),
        Heading("rules", "Rules"),
    )
    rows = [
        {**record, "at": record["at"][:16].replace("T", " "), "rules": ", ".join(record["rules"])}
        for record in reversed(releases)
    ]
    return Grid("releases", "Newest first", headings, tuple(Row(tuple(cells(row, headings))) for row in rows))
