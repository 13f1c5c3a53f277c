"""What is in quarantine, and people's releases of it."""

from collections import defaultdict
from dataclasses import asdict, dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.domain.rules import RULE_BY_ID
from ghost_pipeline.domain.schema import QUARANTINE
from ghost_pipeline.errors import GhostError
from ghost_pipeline.pipeline.platform import Platform
from ghost_pipeline.storage.moments import next_moment
from ghost_pipeline.storage.releases import RELEASE, WITHDRAW, PlayKey, Release, Releases

Record = dict[str, Any]


@dataclass(frozen=True)
class Which:
    """Which rows of the quarantine are meant; empty fields mean all. `team` is either side's abbreviation."""

    rule: str = ""
    week: str = ""
    team: str = ""
    season: int = 0

    def takes(self, row: Record) -> bool:
        return (
            (not self.rule or row["rule_id"] == self.rule)
            and (not self.week or row["season_week"] == self.week)
            and (not self.team or self.team in (row["offense_team"], row["defense_team"]))
            and (not self.season or row["season_week"].startswith(f"{self.season}-"))
        )


def kept_out(quarantine: pa.Table) -> pa.Table:
    """The rows that keep their play out of the clean tables: of severity error, and not released."""
    bars = pc.and_not(pc.equal(quarantine["severity"], "error"), quarantine["is_released"])
    return quarantine.filter(bars)


def quarantined_plays(platform: Platform, which: Which) -> list[Record]:
    """One record per play with a row that `which` takes, by week and play; each says what its next cleaning will do.

    `state` is quarantined, released, or warned (kept); a release or its withdrawal that came after the week was last
    cleaned shows as `pending`. Raises GhostError when the rule or the week is not known.
    """
    weeks = _weeks(platform, which)
    releases = Releases(platform.store).in_force()
    by_play: dict[PlayKey, list[Record]] = defaultdict(list)
    for week in weeks:
        for row in platform.partitions.read(QUARANTINE, week).to_pylist():
            by_play[row["game_id"], row["play_id"]].append(row)
    return [_play_record(rows, releases) for rows in by_play.values() if any(map(which.takes, rows))]


def quarantined_play(platform: Platform, game_id: int, play_id: int) -> Record:
    """Everything known about one play: its rows with the rules in words, and the history of its releases.

    Raises GhostError when the play broke no rule.
    """
    this = (pc.field("game_id") == game_id) & (pc.field("play_id") == play_id)
    for week in platform.partitions.weeks(QUARANTINE):
        rows = platform.partitions.read(QUARANTINE, week).filter(this).to_pylist()
        if rows:
            releases = Releases(platform.store)
            history = [record for record in releases.history(week) if record.play == (game_id, play_id)]
            found = [{**row, "rule": _sentence(row["rule_id"])} for row in rows]
            record = _play_record(rows, releases.in_force(week))
            return {**record, "found": found, "releases": [asdict(one) for one in history]}
    raise GhostError(f"game {game_id}, play {play_id} broke no rule; `ghost quarantine list` shows the plays that did")


def release(platform: Platform, game_id: int, play_id: int, by: str, reason: str) -> Release:
    """Record that a person lets a quarantined play pass, for the rules it breaks now. The next cleaning obeys it.

    Raises GhostError when the play is not in quarantine, or is released already, or who or why is missing.
    """
    play = quarantined_play(platform, game_id, play_id)
    rules = tuple(sorted(row["rule_id"] for row in play["found"] if row["severity"] == "error"))
    if not rules:
        raise GhostError(f"game {game_id}, play {play_id} has warnings only and is clean already: nothing to release")
    if set(rules) <= set(_released_rules(play)):
        raise GhostError(f"game {game_id}, play {play_id} is released already, by {play['releases'][-1]['by']}")
    return _record(platform, play, rules, RELEASE, by, reason)


def withdraw(platform: Platform, game_id: int, play_id: int, by: str, reason: str) -> Release:
    """Take a release back by a further record. Raises GhostError when the play is not released."""
    play = quarantined_play(platform, game_id, play_id)
    rules = _released_rules(play)
    if not rules:
        raise GhostError(f"game {game_id}, play {play_id} is not released: there is nothing to withdraw")
    return _record(platform, play, rules, WITHDRAW, by, reason)


def _released_rules(play: Record) -> tuple[str, ...]:
    newest = play["releases"][-1] if play["releases"] else None
    return newest["rules"] if newest and newest["action"] == RELEASE else ()


def _record(platform: Platform, play: Record, rules: tuple[str, ...], action: str, by: str, reason: str) -> Release:
    if not by.strip() or not reason.strip():
        raise GhostError(f"a {action} names who and why: give --by and --reason")
    at = next_moment(one["at"] for one in play["releases"])
    made = Release(play["season_week"], play["game_id"], play["play_id"], rules, action, by.strip(), reason.strip(), at)
    Releases(platform.store).record(made)
    return made


def _weeks(platform: Platform, which: Which) -> list[SeasonWeek]:
    weeks = platform.partitions.weeks(QUARANTINE)
    if which.week and which.week not in map(str, weeks):
        known = ", ".join(map(str, weeks)) or "none"
        raise GhostError(f"no quarantine of week {which.week}; cleaned weeks are {known}")
    return [week for week in weeks if not which.week or str(week) == which.week]


def _play_record(rows: list[Record], releases: dict[PlayKey, Release]) -> Record:
    first = rows[0]
    bars = {row["rule_id"] for row in rows if row["severity"] == "error"}
    record = releases.get((first["game_id"], first["play_id"]))
    is_clean = all(row["is_released"] for row in rows if row["severity"] == "error")
    will_be_clean = bars <= set(record.rules if record else ())
    state = "warned" if not bars else "released" if is_clean else "quarantined"
    about = ("season_week", "game_id", "play_id", "offense_team", "defense_team", "source_object")
    return {
        **{name: first[name] for name in about},
        "rules": [row["rule_id"] for row in rows],
        "samples": [row["sample"] for row in rows],
        "state": state if will_be_clean == is_clean else f"{state}, {'release' if record else 'withdrawal'} pending",
    }


def _sentence(rule_id: str) -> str:
    return RULE_BY_ID[rule_id].sentence if rule_id in RULE_BY_ID else f"What {rule_id.replace('.', ': ')} declares."
