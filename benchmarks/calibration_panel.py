"""How well the weights of a known panel of simulated experts are found again, by how many of the ghosts they rate.

make demo && python benchmarks/calibration_panel.py .ghost
"""

import argparse
from pathlib import Path

import numpy as np

from ghost_pipeline.arrow import to_columns
from ghost_pipeline.domain.path_rules import PARTS, PathFacts
from ghost_pipeline.domain.rating import QUESTIONABLE
from ghost_pipeline.domain.result_schema import WHAT_IF_DEFENDERS
from ghost_pipeline.models.calibration import Rated, agreement, fit_calibration
from ghost_pipeline.pipeline.platform import Platform
from ghost_pipeline.settings import Settings
from ghost_pipeline.sources.simulator.raters import Panel

SIZES, REPEATS, AGREED = (200, 400, 800, 1600), 20, 3


def main() -> None:
    """Print the error of the weights, as shares of their sum per standard deviation of a part, and the agreement."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", type=Path, help="state folder, as .ghost")
    partitions = Platform(Settings(home=parser.parse_args().home)).partitions
    weeks = partitions.weeks(WHAT_IF_DEFENDERS)
    columns = to_columns(partitions.read_weeks(WHAT_IF_DEFENDERS, weeks))
    backs = columns["is_defensive_back"]
    everything = PathFacts(**{name: columns[name][backs] for name in PathFacts.__dataclass_fields__})
    keys = np.stack([columns[name][backs] for name in ("game_id", "play_id", "target_nfl_id", "nfl_id")], axis=1)
    weighed = everything.parts @ np.array(list(Panel().weights.values()))
    panel = Panel(intercept=-float(np.median(weighed)))  # the middle path has even odds
    print(
        "| ratings | error of the weights, median | 90 % of panels below | AUC | uncalibrated | kappa | uncalibrated |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for size in SIZES:
        errors, agreed = [], []
        for seed in range(REPEATS):
            rows = np.random.default_rng(seed).choice(len(keys), size, replace=False)
            rated = by_panel(panel, everything.take(rows), keys[rows], seed)
            errors.append(error(fit_calibration(rated).weights, rated))
            if seed < AGREED:
                agreed.append(agreement(rated, seed))
        names = ("auc", "auc_uncalibrated", "kappa", "kappa_uncalibrated")
        means = " | ".join(f"{np.mean([one[name] for one in agreed]):.3f}" for name in names)
        print(f"| {size:,} | {np.median(errors):.1%} | {np.quantile(errors, 0.9):.1%} | {means} |")


def by_panel(panel: Panel, facts: PathFacts, keys: np.ndarray, seed: int) -> Rated:
    """The panel's verdicts on these paths."""
    ratings = panel.rate(facts, keys, seed)
    return Rated(
        parts=facts.parts,
        trajectory_score=facts.trajectory_score,
        is_questionable=np.array([rating.verdict == QUESTIONABLE for rating in ratings]),
        rater=np.array([rating.rater for rating in ratings]),
        play=np.unique(keys[:, :2], axis=0, return_inverse=True)[1].reshape(-1),
    )


def error(weights: dict[str, float], rated: Rated) -> float:
    """Length of the difference of the found and the true shares, relative to that of the true ones."""
    spread = rated.parts.std(axis=0)
    found, true = (np.array([given[name] for name in PARTS]) * spread for given in (weights, Panel().weights))
    found, true = found / np.abs(found).sum(), true / np.abs(true).sum()
    return float(np.linalg.norm(found - true) / np.linalg.norm(true))


if __name__ == "__main__":
    main()
