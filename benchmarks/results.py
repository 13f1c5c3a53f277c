"""Print the tables of docs/results.md and docs/trajectory-score.md from a finished state folder.

python benchmarks/results.py .ghost/real      after `make real DATA=...`
python benchmarks/results.py .ghost           after `make demo`
"""

import argparse
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from ghost_pipeline.domain.result_schema import MODEL_ERRORS, TRAJECTORY_KINDS, TRAJECTORY_SCORES
from ghost_pipeline.domain.schema import CLEAN_PLAYS
from ghost_pipeline.models.evaluate import TEN_STEPS, WHOLE_FLIGHT
from ghost_pipeline.pipeline.platform import Platform
from ghost_pipeline.settings import Settings

HORIZONS = (10, 15, 20)
DRAWS = 1000
PLAY = ["game_id", "play_id"]


def main() -> None:
    """Print every table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", type=Path, help="state folder, as .ghost or .ghost/real")
    platform = Platform(Settings(home=parser.parse_args().home))
    errors = platform.partitions.read(MODEL_ERRORS).to_pandas()
    print_errors(errors[errors["slice"] == "all"])
    weeks = platform.partitions.weeks(TRAJECTORY_SCORES)
    scores = platform.partitions.read_weeks(TRAJECTORY_SCORES, weeks).to_pandas()
    print_scores(scores)
    plays = platform.partitions.read_weeks(CLEAN_PLAYS, weeks).to_pandas()[[*PLAY, "air_yards_yd"]]
    print_slices(scores.merge(plays, on=PLAY))


def print_errors(errors: pd.DataFrame) -> None:
    """Errors of all models on the held-out games."""
    whole = errors[(errors["windows"] == TEN_STEPS) & (errors["step"] == 0)].sort_values("rmse_yd")
    row("ten steps", "protocol", "ADE yd", "FDE yd", "RMSE yd", "95 % interval by game", head=True)
    for found in whole.to_dict("records"):
        interval = f"{found['rmse_low_yd']:.3f} to {found['rmse_high_yd']:.3f}"
        numbers = [f"{found[name]:.3f}" for name in ("ade_yd", "fde_yd", "rmse_yd")]
        row(found["model"], found["protocol"], *numbers, interval)
    flight = errors[errors["windows"] == WHOLE_FLIGHT].pivot(
        index=["model", "protocol"], columns="step", values="rmse_yd"
    )
    horizons = [step for step in HORIZONS if step in flight]
    row("whole flight, RMSE yd", "protocol", *(f"at {step / 10} s" for step in horizons), "all steps", head=True)
    for (model, protocol), found in flight.sort_values(0).iterrows():
        row(model, protocol, *(f"{found[step]:.3f}" for step in (*horizons, 0)))


def print_scores(scores: pd.DataFrame) -> None:
    """Scores by kind of path with bootstrap intervals by game, and the steps of their order."""
    row("", *TRAJECTORY_KINDS, head=True)
    for name, part in (("all", scores), ("held out", scores[scores["is_held_out"]])):
        by_path = part.pivot(index=[*PLAY, "nfl_id"], columns="kind", values="trajectory_score")
        plays = play_scores(part)
        row(f"TS, mean of {len(by_path)} paths, {name}", *(interval(by_path[kind]) for kind in TRAJECTORY_KINDS))
        row(f"play score, {len(plays)} plays, {name}", *(interval(plays[kind]) for kind in TRAJECTORY_KINDS))
        steps = (plays[worse] - plays[better] for better, worse in pairwise(TRAJECTORY_KINDS))
        row(f"step of the order, {name}", "", *(interval(step) for step in steps))


def print_slices(scores: pd.DataFrame) -> None:
    """Mean trajectory score by flight time, air yards, depth and nearness, with intervals by game."""
    frames, air_yards = scores["frames"], scores["air_yards_yd"]
    actual = scores[scores["kind"] == "actual"].copy()
    actual["is_nearest"] = actual["final_distance_yd"] == actual.groupby(PLAY)["final_distance_yd"].transform("min")
    nearest = scores.merge(actual[[*PLAY, "nfl_id", "is_nearest"]], on=[*PLAY, "nfl_id"])["is_nearest"].to_numpy()
    slices = {
        "flight under 1 s": frames < 10,
        "flight 1 to 2 s": (frames >= 10) & (frames < 20),
        "flight from 2 s": frames >= 20,
        "under 10 air yards": air_yards < 10,
        "10 to 20": (air_yards >= 10) & (air_yards < 20),
        "from 20": air_yards >= 20,
        "under 5 yd deep at the throw": scores["depth_yd"] < 5,
        "5 to 12 yd deep": (scores["depth_yd"] >= 5) & (scores["depth_yd"] < 12),
        "from 12 yd deep": scores["depth_yd"] >= 12,
        "nearest back at the arrival": nearest,
        "other backs": ~nearest,
    }
    row("slice", "paths", *TRAJECTORY_KINDS, head=True)
    for name, chosen in slices.items():
        of_slice = scores[chosen].set_index("game_id")
        means = [interval(of_slice.loc[of_slice["kind"] == kind, "trajectory_score"]) for kind in TRAJECTORY_KINDS]
        row(name, f"{chosen.sum() // len(TRAJECTORY_KINDS):,}", *means)


def play_scores(scores: pd.DataFrame) -> pd.DataFrame:
    """Weighted mean of the backs' scores, one row per play and one column per kind."""
    weighted = scores.assign(product=scores["trajectory_score"] * scores["play_weight"])
    sums = weighted.groupby(["kind", *PLAY])[["product", "play_weight"]].sum()
    return (sums["product"] / sums["play_weight"]).unstack("kind")


def interval(values: pd.Series) -> str:
    """Mean with its 95 % bootstrap interval by game."""
    games = values.groupby("game_id").agg(["sum", "count"]).to_numpy()
    drawn = games[np.random.default_rng(0).integers(len(games), size=(DRAWS, len(games)))].sum(axis=1)
    low, high = np.percentile(drawn[:, 0] / drawn[:, 1], [2.5, 97.5])
    return f"{values.mean():+.3f} [{low:+.3f}, {high:+.3f}]"


def row(*cells: str, head: bool = False) -> None:
    """One line of a Markdown table."""
    lines: Sequence[Iterable[str]] = [cells, ["---"] * len(cells)] if head else [cells]
    if head:
        print()
    for line in lines:
        print("| " + " | ".join(line) + " |")


if __name__ == "__main__":
    main()
