"""Precision and recall of what a week is told of: drift, volume and schedule, and rules that a whole week breaks.

python benchmarks/planted_week_faults.py                     two seasons of twelve weeks, 320 plays a week
python benchmarks/planted_week_faults.py --seasons 1 --weeks 4   a quick look

Every week that has a season before it is judged as it is and once with each fault; the weeks before it are sound.
Recall: weeks with the fault that the check tells of. Precision: of all weeks the check tells of, those with a fault
that breaks it. A rule tells of a week in which a play breaks it.
"""

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pv

from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.domain.field import FIELD_LENGTH_YD, flip_angles, flip_positions
from ghost_pipeline.domain.rules import RULE_BY_ID
from ghost_pipeline.domain.week_checks import (
    MIN_EARLIER_PLAYS,
    SCHEDULE_TRACKED,
    STABLE_DISTRIBUTIONS,
    USUAL_VOLUME,
)
from ghost_pipeline.pipeline.cleaning import UNTRACKED
from ghost_pipeline.quality.facts import play_facts
from ghost_pipeline.quality.play_rows import PlayKey, without_plays
from ghost_pipeline.quality.season import week_profile, week_rows
from ghost_pipeline.sources.family import RawFile
from ghost_pipeline.sources.registry import family_named
from ghost_pipeline.sources.simulator.season import SeasonPlan, write_season

GAMES_PER_WEEK, PASSES_PER_GAME = 8, 40
TABLES = ("plays", "participants", "events", "tracking")
FAMILY = family_named("big_data_bowl_2025")
_TIMES_AS_TEXT = pv.ConvertOptions(column_types={"time": pa.string()})


@dataclass(frozen=True)
class Read:
    """What the door makes of one week's raw files; `untracked` plays are listed and have no tracking."""

    week: SeasonWeek
    files: list[RawFile]
    plays: pa.Table
    participants: pa.Table
    events: pa.Table
    tracking: pa.Table
    untracked: int = 0

    @property
    def keys(self) -> list[PlayKey]:
        return list(zip(*(self.plays[name].to_pylist() for name in ("game_id", "play_id")), strict=True))

    def changed(self, **columns: np.ndarray) -> "Read":
        """With other values in columns of tracking."""
        return replace(self, tracking=_changed(self.tracking, **columns))

    def without(self, plays: frozenset[PlayKey]) -> "Read":
        tables = {name: without_plays(getattr(self, name), plays) for name in TABLES}
        return replace(self, **tables)

    def numbers(self, name: str) -> np.ndarray:
        return self.tracking[name].to_numpy()


def _changed(table: pa.Table, **columns: np.ndarray) -> pa.Table:
    for name, values in columns.items():
        column = pa.array(values, table.schema.field(name).type, from_pandas=True)
        table = table.set_column(table.column_names.index(name), name, column)
    return table


Plant = Callable[[Read, np.random.Generator], Read]


def turned_directions(read: Read, rng: np.random.Generator) -> Read:
    """Directions of motion count from another axis."""
    return read.changed(dir=(read.numbers("dir") + 90) % 360)


def fixed_facing(read: Read, rng: np.random.Generator) -> Read:
    """Every player faces one way."""
    return read.changed(o=np.where(np.isnan(read.numbers("o")), np.nan, 90.0))


def unturned_plays(read: Read, rng: np.random.Generator) -> Read:
    """The label of every second offence's direction is wrong, so that the door turns its play the wrong way round."""
    odd = read.numbers("play_id") % 2 == 1
    turned = dict(zip("xy", flip_positions(read.numbers("x"), read.numbers("y")), strict=True))
    turned |= {name: flip_angles(read.numbers(name)) for name in ("o", "dir")}
    line_x = read.plays["scrimmage_x_yd"].to_numpy()
    line_x = np.where(read.plays["play_id"].to_numpy() % 2 == 1, FIELD_LENGTH_YD - line_x, line_x)
    tracking = {name: np.where(odd, values, read.numbers(name)) for name, values in turned.items()}
    return replace(read.changed(**tracking), plays=_changed(read.plays, scrimmage_x_yd=line_x))


def shifted_field(read: Read, rng: np.random.Generator) -> Read:
    """Positions lie eight yards nearer to one side line."""
    return read.changed(y=read.numbers("y") + 8)


def miles_an_hour(read: Read, rng: np.random.Generator) -> Read:
    """Speeds are in miles an hour."""
    return read.changed(s=read.numbers("s") * 3600 / 1760)


def metres(read: Read, rng: np.random.Generator) -> Read:
    """Positions, speeds and accelerations are in metres, 9 % smaller: the smallest fault here."""
    return read.changed(**{name: read.numbers(name) * 0.9144 for name in ("x", "y", "s", "a")})


def half_a_game(read: Read, rng: np.random.Generator) -> Read:
    """The files of one game end at half time."""
    game = rng.choice(sorted({game for game, _ in read.keys}))
    own = sorted(key for key in read.keys if key[0] == game)
    return read.without(frozenset(own[len(own) // 2 :]))


def game_twice(read: Read, rng: np.random.Generator) -> Read:
    """The plays of one game stand under another one's number, beside its own."""
    one, other = rng.choice(sorted({game for game, _ in read.keys}), 2, replace=False)
    return replace(read, **{name: _renamed(getattr(read, name), int(one), int(other)) for name in TABLES})


def _renamed(table: pa.Table, one: int, other: int) -> pa.Table:
    at = table.column_names.index("game_id")
    games = pc.if_else(pc.equal(table["game_id"], one), other, table["game_id"])
    shifted = pc.if_else(pc.equal(table["game_id"], one), pc.add(table["play_id"], 100_000), table["play_id"])
    table = table.set_column(table.column_names.index("play_id"), "play_id", shifted)
    return table.set_column(at, "game_id", games)


def game_without_tracking(read: Read, rng: np.random.Generator) -> Read:
    """The tracking file lacks one game."""
    game = rng.choice(sorted({game for game, _ in read.keys}))
    return _read_without(read, [key for key in read.keys if key[0] == game])


def three_plays_without_tracking(read: Read, rng: np.random.Generator) -> Read:
    """The tracking file lacks three plays."""
    return _read_without(read, [read.keys[row] for row in rng.choice(len(read.keys), 3, replace=False)])


def team_twice(read: Read, rng: np.random.Generator) -> Read:
    """One game names a team of another one as its visitor."""
    one, other = rng.choice(sorted({game for game, _ in read.keys}), 2, replace=False)
    teams = dict(zip(read.plays["game_id"].to_pylist(), read.plays["home_team"].to_pylist(), strict=True))
    visitor = pc.if_else(pc.equal(read.plays["game_id"], int(one)), teams[other], read.plays["visitor_team"])
    plays = read.plays.set_column(read.plays.column_names.index("visitor_team"), "visitor_team", visitor)
    return replace(read, plays=plays)


DRIFT, VOLUME, SCHEDULE = (check.id for check in (STABLE_DISTRIBUTIONS, USUAL_VOLUME, SCHEDULE_TRACKED))
FAULTS: dict[Plant, tuple[str, ...]] = {
    turned_directions: (DRIFT,),
    fixed_facing: (DRIFT,),
    unturned_plays: ("faces_defense",),
    shifted_field: (DRIFT,),
    miles_an_hour: (DRIFT,),
    metres: (DRIFT, "ball_on_line"),
    half_a_game: (VOLUME,),
    game_twice: (VOLUME,),
    game_without_tracking: (SCHEDULE,),
    three_plays_without_tracking: (SCHEDULE,),
    team_twice: (SCHEDULE,),
}
"""The checks and rules that should tell of each."""
CHECKS = tuple(dict.fromkeys(check for checks in FAULTS.values() for check in checks))
RULES_ASKED = tuple(RULE_BY_ID[check] for check in CHECKS if check in RULE_BY_ID)


def main() -> None:
    """Print one line per kind of fault, and how many sound weeks each check tells of."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seasons", type=int, default=2)
    parser.add_argument("--weeks", type=int, default=12)
    parser.add_argument("--seed", type=int, default=5)
    options = parser.parse_args()
    started = time.process_time()
    found: dict[Plant, Counter[str]] = {plant: Counter() for plant in FAULTS}
    sound, weeks = Counter[str](), 0
    for seed in range(options.seed, options.seed + options.seasons):
        rng, earlier = np.random.default_rng(seed), []
        with tempfile.TemporaryDirectory() as folder:
            for read in season(Path(folder), seed, options.weeks):
                if sum(one["plays"][0].as_py() for one in earlier) >= MIN_EARLIER_PLAYS:
                    weeks += 1
                    sound.update(told(read, earlier))
                    for plant in FAULTS:
                        found[plant].update(told(plant(read, rng), earlier))
                earlier.append(week_profile(read.week, read.plays, read.tracking))
    print("| fault | check | weeks | recall | precision of the check |")
    print("|---|---|---|---|---|")
    for plant, checks in FAULTS.items():
        for check in checks:
            all_told = sound[check] + sum(one[check] for one in found.values())
            right = sum(one[check] for kind, one in found.items() if check in FAULTS[kind])
            recall = found[plant][check] / weeks
            print(f"| {plant.__name__} | {check} | {weeks} | {recall:.3f} | {right / max(all_told, 1):.3f} |")
    print(f"\n{weeks} sound weeks told of: " + ", ".join(f"{check} {sound[check]}" for check in CHECKS))
    print(f"{time.process_time() - started:.0f} CPU s, simulating included")


def season(folder: Path, seed: int, weeks: int) -> Iterator[Read]:
    """The sound weeks of a simulated season, read through the door."""
    plan = SeasonPlan(
        seed=seed, weeks=weeks, games_per_week=GAMES_PER_WEEK, passes_per_game=PASSES_PER_GAME, fault_rate=0.0
    )
    files = write_season(folder / "raw", plan, lambda *_: None).files
    for week, own in sorted(FAMILY.weeks([RawFile(path.name, path) for path in files]).files.items()):
        yield read_week(own, week)


def read_week(files: list[RawFile], week: SeasonWeek) -> Read:
    """One week through the door."""
    canonical = FAMILY.read(files, week)
    untracked = sum(found.count for found in canonical.findings if found.kind == UNTRACKED)
    return Read(week, files, *canonical.tables, untracked)


def _read_without(read: Read, plays: list[PlayKey]) -> Read:
    """The week from raw files whose tracking lacks these plays."""
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for file in read.files:
            if file.name.startswith("tracking"):
                rows = pv.read_csv(file.path, convert_options=_TIMES_AS_TEXT)
                lost = pc.scalar(False)
                for game, play in plays:
                    lost |= (pc.field("gameId") == game) & (pc.field("playId") == play)
                pv.write_csv(rows.filter(~lost), Path(folder) / file.name)
                file = RawFile(file.name, Path(folder) / file.name)
            files.append(file)
        return read_week(files, read.week)


def told(read: Read, earlier: list[pa.Table]) -> list[str]:
    """The ids of the checks and rules that tell of a week."""
    profile = week_profile(read.week, read.plays, read.tracking)
    rows = week_rows(read.week, profile, earlier, read.plays, read.untracked)
    facts = play_facts(read.plays, read.participants, read.events, read.tracking)
    broken = [rule.id for rule in RULES_ASKED if any(map(rule.is_broken_by, facts[rule.fact].drop_null().to_pylist()))]
    return [row["check_id"] for row in rows if not row["success"]] + broken


if __name__ == "__main__":
    main()
