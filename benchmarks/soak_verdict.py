"""What benchmarks/soak.py holds at the end: no lost play, the right messages, no memory that grows."""

import collections
import csv
import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.domain.schema import CANONICAL, CHECK_RESULTS, CLEAN_PLAYS, PLAYS, QUARANTINE
from ghost_pipeline.pipeline.landing import land
from ghost_pipeline.pipeline.platform import Platform
from ghost_pipeline.pipeline.week import refresh_week
from ghost_pipeline.settings import Settings
from ghost_pipeline.storage.objects import Store

WARM_ROUNDS = 3
TOLD = re.compile(r"(ERROR|MENDED): (\S+) in \S+, (\d{4}-[A-Z]+-\d\d)")
LINE = re.compile(r"- (\S+) in \S+, (\d{4}-[A-Z]+-\d\d)")
Told = tuple[str, str, str]
"""ERROR or MENDED, what, which season-week."""
_CANONICAL_NAMES = {table.name for table in CANONICAL}


@dataclass
class Rounds:
    """What happened: the version that each week had after each round, failed runs as (round, week, error), the rounds
    whose disk was full, messages as the web hook got them, and the resident megabytes of the long-lived process."""

    versions: dict[SeasonWeek, list[Path]]
    history: list[dict[SeasonWeek, int]] = field(default_factory=list)
    failed: list[tuple[int, str, str]] = field(default_factory=list)
    full: set[int] = field(default_factory=set)
    messages: list[dict[str, str]] = field(default_factory=list)
    sizes_mb: list[float] = field(default_factory=list)

    @property
    def last(self) -> dict[SeasonWeek, Path]:
        """The newest delivery of every week."""
        return {week: self.versions[week][version] for week, version in self.history[-1].items()}


def verdict(rounds: Rounds, store: Store, folder: Path) -> list[str]:
    """What does not hold; undisturbed stores are made in `folder`."""
    expected = undisturbed(folder / "undisturbed", list(rounds.last.values()))
    ours, theirs = made_objects(store), made_objects(expected)
    differ = sorted(key for key in ours.keys() | theirs.keys() if ours.get(key) != theirs.get(key))
    print(f"{len(theirs)} objects of {len(rounds.last)} weeks; {len(differ)} are not as undisturbed")
    faults = [f"not as undisturbed: {key}" for key in differ[:10]]
    faults += lost_plays(store, rounds.last)
    faults += [
        f"a run failed in round {number}, when the disk was not full: {week}: {error}"
        for number, week, error in rounds.failed
        if number not in rounds.full
    ]
    return [*faults, *wrong_messages(rounds, expected, folder), *growth(rounds.sizes_mb[WARM_ROUNDS:])]


def wrong_messages(rounds: Rounds, last: Store, folder: Path) -> list[str]:
    """Messages that were due and did not come, or came and were not due; `last` was made of the last versions alone."""
    failing: dict[tuple[SeasonWeek, int], set[str]] = {}
    for week, version in rounds.history[-1].items():
        failing[week, version] = failing_checks(last, week)
    due = collections.Counter[Told]()
    for week, deliveries in rounds.versions.items():
        known: set[str] = set()
        for version in (state[week] for state in rounds.history):
            if (week, version) not in failing:
                alone = undisturbed(folder / f"alone {week} {version}", [deliveries[version]])
                failing[week, version] = failing_checks(alone, week)
            found = failing[week, version]
            due.update(("ERROR", name, str(week)) for name in found - known)
            due.update(("MENDED", name, str(week)) for name in known - found)
            known = found
    for _, week, _ in rounds.failed:
        due.update([("ERROR", "run", week), ("MENDED", "run", week)])
    told = collections.Counter(one for message in rounds.messages for one in told_by(message))
    print(f"{len(rounds.messages)} messages tell of {sum(told.values())} things; {sum(due.values())} were due")
    faults = [f"not told: {one}, {count} times" for one, count in (due - told).items()]
    return faults + [f"told without cause: {one}, {count} times" for one, count in (told - due).items()]


def growth(sizes_mb: list[float]) -> list[str]:
    """Whether memory grows from round to round, and by how much for certain."""
    if len(sizes_mb) < 4:
        return []
    a_round_mb, interval_mb = slope(sizes_mb)
    print(f"memory {sizes_mb[0]:.0f} to {sizes_mb[-1]:.0f} MB: {a_round_mb:+.2f} MB a round, 95 % ± {interval_mb:.2f}")
    return ["the memory of the long-lived process grows"] if a_round_mb - interval_mb > 0 else []


def slope(sizes_mb: list[float]) -> tuple[float, float]:
    """Megabytes a round by least squares, and half its 95 % interval."""
    rounds = np.arange(len(sizes_mb))
    centred = rounds - rounds.mean()
    found = float(centred @ sizes_mb / (centred @ centred))
    rest = np.asarray(sizes_mb) - np.mean(sizes_mb) - found * centred
    error = np.sqrt(rest @ rest / max(len(rounds) - 2, 1) / (centred @ centred))
    return found, 1.96 * float(error)


def undisturbed(folder: Path, landed: list[Path]) -> Store:
    """A store that got these deliveries and nothing else."""
    platform = Platform(Settings(home=folder, store=str(folder / "store")))
    for delivery in landed:
        land(platform.store, delivery)
    for week in sorted(platform.raw.week_versions()):
        for _step, _done in refresh_week(platform, week):
            pass
    return platform.store


def failing_checks(store: Store, week: SeasonWeek) -> set[str]:
    """Names of the failed checks of severity error, as Dagster calls them."""
    rows = Platform(Settings(), store).partitions.read(CHECK_RESULTS, week).to_pylist()
    return {
        f"form_of_{row['table_name']}" if row["table_name"] in _CANONICAL_NAMES else row["check_id"]
        for row in rows
        if row["severity"] == "error" and not row["success"]
    }


def made_objects(store: Store) -> dict[str, str]:
    """Hash by key of all that is computed."""
    told = ("raw/", "receipts/", "quality/problems/", "reports/", "store.json")
    return {info.key: store.sha256(info.key) for info in store.list("") if not info.key.startswith(told)}


def told_by(message: dict[str, str]) -> list[Told]:
    """What a message says is wrong, or mended; warnings are not looked at."""
    title, body = message["title"], message["message"]
    if title.startswith("WARNING"):
        return []
    if found := TOLD.match(title):
        return [(found[1], found[2], found[3])]
    return [("ERROR", what, week) for what, week in LINE.findall(body)] or [("?", title, "")]


def lost_plays(store: Store, last: dict[SeasonWeek, Path]) -> list[str]:
    """Plays of the last versions that are not read once and then clean or in quarantine, once."""
    partitions = Platform(Settings(), store).partitions
    wrong = []
    for week, folder in last.items():
        with (folder / "plays.csv").open(newline="") as file:
            sent = sorted((int(row["gameId"]), int(row["playId"])) for row in csv.DictReader(file))
        read, clean = (_ids(partitions.read(table, week)) for table in (PLAYS, CLEAN_PLAYS))
        quarantine = partitions.read(QUARANTINE, week)
        kept_out = set(_ids(quarantine.filter(pc.equal(quarantine["severity"], "error"))))
        if sorted(read) != sent or sorted([*clean, *kept_out]) != sent:
            wrong.append(f"{week}: sent {sent}, read {read}, clean {clean}, kept out {sorted(kept_out)}")
    return wrong


def _ids(table: pa.Table) -> list[tuple[int, int]]:
    return list(zip(table["game_id"].to_pylist(), table["play_id"].to_pylist(), strict=True))
