"""Print how far the two readers of Next Gen Stats highlights agree on the plays that both of them hold.

python benchmarks/reader_agreement.py ../shared/data/ngs_highlights/play_data ../shared/data/ngs_releases

Players are matched by their game statistics id. Targets are compared in the passes whose target the official statistics
beside the tab-separated files name; the season files give none, so theirs are derived. The methods of deriving are also
tried one by one, which is where their confidence comes from.
"""

import argparse
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.domain.schema import BALL_ID
from ghost_pipeline.sources.family import Canonical, RawFile
from ghost_pipeline.sources.registry import family_named
from ghost_pipeline.sources.targets import Candidate, derive_target, distances_to_ball_yd

MOMENTS = ("snap_frame", "throw_frame", "arrival_frame")
FACTS = (*MOMENTS, "offense_team", "home_team", "play_type", "play_direction", "scrimmage_x_yd", "down", "pass_result")
OTHER_FACTS = ("game_clock_s", "yards_to_go", "offense_score", "defense_score", "description")
Play = tuple[int, int]


@dataclass
class Agreement:
    """Counts over all weeks; `one` counts what only one of the readers has. Targets are [same, all] by method."""

    plays: int = 0
    plays_of_one: int = 0
    samples: int = 0
    samples_of_one: int = 0
    events: int = 0
    events_of_one: int = 0
    people_of_one: int = 0
    greatest_difference_yd: float = 0.0
    plays_with_other: Counter[str] = field(default_factory=Counter)
    targets: dict[str, list[int]] = field(default_factory=dict)

    def saw_target(self, method: str, same: bool) -> None:
        """Count one pass whose target is known."""
        counts = self.targets.setdefault(method, [0, 0])
        counts[0] += same
        counts[1] += 1

    def share(self, *methods: str) -> float:
        """Of the passes with a known target those in which these methods (by default all) named it."""
        counts = [found for method, found in self.targets.items() if method in (methods or self.targets)]
        return sum(same for same, _ in counts) / sum(total for _, total in counts)


def weeks(family: str, folder: Path) -> Iterator[tuple[SeasonWeek, Canonical]]:
    """Every week of a folder, in order."""
    reader = family_named(family)
    held = reader.weeks([RawFile(path.name, path) for path in sorted(folder.iterdir())]).files
    for week in sorted(held):
        yield week, reader.read(held[week], week)


def measure(plays: Path, season_files: Path) -> tuple[Agreement, Agreement]:
    """The agreement of the readers, and of the single methods of deriving a target with the official one."""
    found, methods = Agreement(), Agreement()
    theirs = dict(weeks("ngs_season_files", season_files))
    for week, mine in weeks("ngs_highlights", plays):
        compare(mine, theirs[week], found)
        try_methods(theirs[week], official_targets(mine), methods)
    return found, methods


def compare(mine: Canonical, theirs: Canonical, found: Agreement) -> None:
    """Count one week into `found`."""
    my_plays, their_plays = (
        {(row["game_id"], row["play_id"]): row for row in one.plays.to_pylist()} for one in (mine, theirs)
    )
    found.plays += len(my_plays.keys() & their_plays.keys())
    found.plays_of_one += len(my_plays.keys() ^ their_plays.keys())
    who = [people(one) for one in (mine, theirs)]
    described = [{(*key[:2], *about) for key, about in one.items()} for one in who]
    found.people_of_one += len(described[0] ^ described[1])

    my_samples, their_samples = (samples(one, names) for one, names in zip((mine, theirs), who, strict=True))
    both = my_samples.keys() & their_samples.keys()
    found.samples += len(both)
    found.samples_of_one += len(my_samples.keys() ^ their_samples.keys())
    apart = [np.subtract(my_samples[key], their_samples[key]) for key in both]
    found.greatest_difference_yd = max(found.greatest_difference_yd, float(np.abs(apart).max(initial=0)))

    my_events, their_events = ({tuple(row.values()) for row in one.events.to_pylist()} for one in (mine, theirs))
    found.events += len(my_events & their_events)
    found.events_of_one += len(my_events ^ their_events)
    known = official_targets(mine)
    for key in my_plays.keys() & their_plays.keys():
        row, other = my_plays[key], their_plays[key]
        found.plays_with_other.update(name for name in (*FACTS, *OTHER_FACTS) if row[name] != other[name])
        if key in known:
            target = who[1].get((*key, other["target_nfl_id"]), ("",))[0]
            found.saw_target(other["target_method"] or "none", target == known[key])


def people(one: Canonical) -> dict[tuple[int, int, int], tuple[str, str, str]]:
    """gsis_id, side and team by play and player number."""
    return {
        (row["game_id"], row["play_id"], row["nfl_id"]): (row["gsis_id"], row["side"], row["team"])
        for row in one.participants.to_pylist()
    }


def samples(one: Canonical, who: dict[tuple[int, int, int], tuple[str, str, str]]) -> dict[tuple, tuple[float, float]]:
    """Positions by play, frame and gsis_id."""
    columns = (one.tracking[name].to_pylist() for name in ("game_id", "play_id", "frame_id", "nfl_id", "x", "y"))
    return {
        (game, play, frame, "ball" if number == BALL_ID else who[game, play, number][0]): (x, y)
        for game, play, frame, number, x, y in zip(*columns, strict=True)
    }


def official_targets(one: Canonical) -> dict[Play, str]:
    """gsis_id of the target of every pass where the official statistics name one."""
    who = people(one)
    return {
        (row["game_id"], row["play_id"]): who[row["game_id"], row["play_id"], row["target_nfl_id"]][0]
        for row in one.plays.to_pylist()
        if row["target_method"] == "statistics"
    }


def try_methods(one: Canonical, known: dict[Play, str], found: Agreement) -> None:
    """Derive every known target from the arrival of the ball alone."""
    arrivals = {(row["game_id"], row["play_id"]): row["arrival_frame"] for row in one.plays.to_pylist()}
    to_ball = distances_to_ball_yd(one.tracking, arrivals)
    for play, official in known.items():
        offense = [
            row
            for row in one.participants.to_pylist()
            if (row["game_id"], row["play_id"], row["side"]) == (*play, "offense")
        ]
        gsis = {row["nfl_id"]: row["gsis_id"] for row in offense}
        near = to_ball.get(play, {})
        candidates = [
            Candidate(row["nfl_id"], row["position"], to_ball_yd=near.get(row["nfl_id"], float("nan")))
            for row in offense
        ]
        nearest = derive_target(None, candidates).nfl_id
        found.saw_target("arrival alone", gsis.get(nearest) == official)


def main() -> None:
    """Print every count."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("plays", type=Path, help="folder of the tab-separated files and their index")
    parser.add_argument("season_files", type=Path, help="folder of the season files")
    given = parser.parse_args()
    found, methods = measure(given.plays, given.season_files)
    for name in ("plays", "samples", "events"):
        print(f"{name:22} {getattr(found, name):>9,} of both readers, {getattr(found, f'{name}_of_one'):,} of one")
    print(f"{'people, side and team':22} {found.people_of_one:>9,} told differently")
    print(f"{'greatest difference':22} {found.greatest_difference_yd:>9g} yd in x or y")
    print(
        "plays with another " + ", ".join(f"{name} {found.plays_with_other[name]}" for name in (*FACTS, *OTHER_FACTS))
    )
    print(f"targets: the official one in {found.share():.1%}")
    for agreement in (found, methods):
        for method, (same, total) in sorted(agreement.targets.items()):
            print(f"  {method:24} {same:>4} of {total}")


if __name__ == "__main__":
    main()
