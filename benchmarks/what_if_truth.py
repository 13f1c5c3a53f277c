"""Compare the what-ifs of a simulated season with what the simulator knows would have happened.

make demo && python benchmarks/what_if_truth.py .ghost .ghost/simulated/raw_truth
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from ghost_pipeline.domain.result_schema import WHAT_IF_OPTIONS
from ghost_pipeline.pipeline.platform import Platform
from ghost_pipeline.settings import Settings

PLAY = ["game_id", "play_id"]


def main() -> None:
    """Print errors of thrown and imagined options, and how often the truly best target is found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", type=Path, help="state folder of the demo, as .ghost")
    parser.add_argument("truth", type=Path, help="the simulator's truth folder, as .ghost/simulated/raw_truth")
    arguments = parser.parse_args()
    partitions = Platform(Settings(home=arguments.home)).partitions
    predicted = partitions.read_weeks(WHAT_IF_OPTIONS, partitions.weeks(WHAT_IF_OPTIONS)).to_pandas()
    truth = pq.read_table(arguments.truth / "options.parquet").to_pandas()
    both = predicted.merge(truth, on=[*PLAY, "target_nfl_id"], suffixes=("", "_true"))
    for games, part in (("all games", both), ("held-out games", both[both["is_held_out"]])):
        for kind, options in part.groupby("is_actual_target"):
            print_errors(f"{games}, {'thrown' if kind else 'not thrown'}", options)
        print_choices(games, part)


def print_errors(name: str, options: pd.DataFrame) -> None:
    """Landing point, flight time, separation and completion probability against the truth."""
    landing = np.hypot(options["landing_x_yd"] - options["landing_x"], options["landing_y_yd"] - options["landing_y"])
    frames = options["flight_frames"] - options["flight_frames_true"]
    separation = options["target_separation_yd"] - options["separation_at_arrival_yd"]
    completion = options["completion_probability"] - options["completion_probability_true"]
    print(f"{name}: {len(options)} options")
    print(f"  landing point off by {landing.median():.1f} yd (median), flight by {frames.abs().mean():.1f} frames")
    print(f"  separation off by {separation.abs().mean():.2f} yd, {separation.mean():+.2f} on average")
    print(f"  completion probability off by {completion.abs().mean():.3f}, {completion.mean():+.3f} on average")


def print_choices(name: str, options: pd.DataFrame) -> None:
    """How often the best target is found, and what the choices cost."""
    worth = options.set_index([*PLAY, "target_nfl_id"])["expected_yards_yd_true"]
    best = worth.groupby(level=PLAY).max()
    thrown = options[options["is_actual_target"]].set_index(PLAY)["expected_yards_yd_true"]
    ranked = options.set_index(PLAY)
    first = ranked.loc[ranked["option_rank"] == 1, "expected_yards_yd_true"].groupby(level=PLAY).first()
    two = ranked.loc[ranked["option_rank"] <= 2, "expected_yards_yd_true"].groupby(level=PLAY).max()
    print(f"{name}: the truly best target is ranked first in {(first == best).mean():.0%} of the passes, in the first")
    print(f"  two in {(two == best).mean():.0%}, thrown to in {(thrown.reindex(best.index) == best).mean():.0%}")
    regret = f"{(best - first).mean():.1f} yd by the ranking, {(best - thrown.reindex(best.index)).mean():.1f} yd"
    print(f"  yards given away against the best: {regret} by the simulated passers")


if __name__ == "__main__":
    main()
