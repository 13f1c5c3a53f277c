"""Precision and recall of rules, anomalies and repairs on simulated plays with faults at known places.

python benchmarks/planted_faults.py              5,000 plays, half of them with a fault, then as many without any
python benchmarks/planted_faults.py --plays 600  a quick look
"""

import argparse
import math
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from ghost_pipeline.quality.verdict import Verdict, Week, judge
from ghost_pipeline.sources.family import RawFile
from ghost_pipeline.sources.registry import family_named
from ghost_pipeline.sources.simulator.faults import FAULTS, QUARANTINED, REPAIRED, WARNED
from ghost_pipeline.sources.simulator.season import SeasonPlan, write_season

PASSES_PER_GAME, GAMES_PER_WEEK = 40, 16
Play = tuple[int, int]


@dataclass
class Found:
    """What cleaning said of the plays: rules by severity, and mends as (kind of mend, player, first frame)."""

    plays: int = 0
    rules: dict[Play, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    mends: dict[Play, set[tuple[str, int, int]]] = field(default_factory=lambda: defaultdict(set))

    def add(self, verdict: Verdict) -> None:
        self.plays += len(verdict.facts)
        for row in verdict.quarantine.to_pylist():
            self.rules[row["game_id"], row["play_id"]][row["rule_id"]] = row["severity"]
        for row in verdict.repairs.to_pylist():
            mend = row["kind"], row["nfl_id"], row["frame_id"]
            self.mends[row["game_id"], row["play_id"]].add(mend)

    def is_quarantined(self, play: Play) -> bool:
        return "error" in self.rules.get(play, {}).values()


def main() -> None:
    """Print one line per kind of fault, and what was wrongly kept out."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plays", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=5)
    options = parser.parse_args()
    started = time.process_time()
    found, faults = judged(options.seed, options.plays, 0.5)
    print_kinds(found, faults)
    clean, none = judged(options.seed + 1, options.plays, 0.0)
    assert not none
    untouched = found.plays - len({(f["game_id"], f["play_id"]) for f in faults}) + clean.plays
    faulty = {(f["game_id"], f["play_id"]) for f in faults}
    told = [play for one in (found, clean) for play in one.rules if play not in faulty]
    wrong = [play for one in (found, clean) for play in one.rules if play not in faulty and one.is_quarantined(play)]
    mended = [play for one in (found, clean) for play in one.mends if play not in faulty]
    share = f"{len(wrong)} quarantined ({len(wrong) / untouched:.2%}, goal <= 0.10 %)"
    print(f"\n{untouched:,} plays without a fault: {share}, {len(told) - len(wrong)} warned, {len(mended)} mended")
    print(f"{time.process_time() - started:.0f} CPU s, simulating included")


def judged(seed: int, plays: int, fault_rate: float) -> tuple[Found, list[dict[str, Any]]]:
    """Simulate, read back through the door, mend and judge week by week; the findings and the planted faults."""
    weeks = math.ceil(plays / PASSES_PER_GAME / GAMES_PER_WEEK)
    games = math.ceil(plays / PASSES_PER_GAME / weeks)
    plan = SeasonPlan(
        seed=seed, weeks=weeks, games_per_week=games, passes_per_game=PASSES_PER_GAME, fault_rate=fault_rate
    )
    found = Found()
    with tempfile.TemporaryDirectory() as folder:
        season = write_season(Path(folder) / "raw", plan, lambda *_: None)
        for week in read_back([RawFile(path.name, path) for path in season.files]):
            found.add(judge(week))
        return found, pq.read_table(season.truth_folder / "faults.parquet").to_pylist()


def read_back(files: list[RawFile]) -> Iterator[Week]:
    """The canonical weeks of the simulated files."""
    family = family_named("big_data_bowl_2025")
    for week, own in sorted(family.weeks(files).files.items()):
        yield Week(week, *family.read(own, week).tables)


def print_kinds(found: Found, faults: list[dict[str, Any]]) -> None:
    """Recall by kind; precision of the rule it is found by: of the plays told of it, how many break it in truth."""
    kind_of = {(fault["game_id"], fault["play_id"]): fault["kind"] for fault in faults}
    may_break = {kind: {about.rule_id, *about.also} for kind, about in FAULTS.items() if about.fate != REPAIRED}
    right, told = Counter[str](), Counter[str]()
    for play, rules in found.rules.items():
        for rule in rules:
            told[rule] += 1
            right[rule] += rule in may_break.get(kind_of.get(play, ""), ())
    mends_told, mends_right = Counter[str](), Counter[str]()
    for play, mends in found.mends.items():
        for kind, *_ in mends:
            mends_told[kind] += 1
            mends_right[kind] += FAULTS[kind_of[play]].fate == REPAIRED if play in kind_of else 0
    print("| fault | fate | rule | planted | recall | precision |")
    print("|---|---|---|---|---|---|")
    for kind, about in FAULTS.items():
        own = [fault for fault in faults if fault["kind"] == kind]
        hits = sum(is_right(found, fault) for fault in own)
        if about.fate == REPAIRED:
            mend = "short_gap" if "gap" in kind else kind
            precision = mends_right[mend] / max(mends_told[mend], 1)
        else:
            precision = right[about.rule_id] / max(told[about.rule_id], 1)
        recall = f"{hits / len(own):.3f}" if own else "none planted"
        print(f"| {kind} | {about.fate} | {about.rule_id} | {len(own)} | {recall} | {precision:.3f} |")


def is_right(found: Found, fault: dict[str, Any]) -> bool:
    """Whether the planted fault was found by its rule with its fate, a mend at its very place."""
    play, fate = (fault["game_id"], fault["play_id"]), fault["fate"]
    if fate == REPAIRED:
        place = fault["nfl_id"] or 0, fault["frame_id"]
        return any((player, frame) == place for _, player, frame in found.mends.get(play, ())) and not (
            found.is_quarantined(play)
        )
    severity = {QUARANTINED: "error", WARNED: "warning"}[fate]
    return found.rules.get(play, {}).get(fault["rule_id"]) == severity


if __name__ == "__main__":
    main()
