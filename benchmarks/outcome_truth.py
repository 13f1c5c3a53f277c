"""How near the outcome models come to the true chances, which the simulator knows, by how many passes they learn from.

python benchmarks/outcome_truth.py                 up to 16,000 passes, some minutes
python benchmarks/outcome_truth.py --passes 2000
"""

import argparse
from itertools import product

import numpy as np

from ghost_pipeline.domain.counterfactual import actual_aim
from ghost_pipeline.domain.measurements import measure_actual, measure_at_throw
from ghost_pipeline.models.boosting import NAMES
from ghost_pipeline.models.completion import Chances, train_completion
from ghost_pipeline.sources.simulator.play import RESULTS
from ghost_pipeline.sources.simulator.rehearsal import rehearse
from ghost_pipeline.sources.simulator.schedule import SeasonPlan

SIZES = (800, 2000, 4000, 8000, 16000)
PER_WEEK = {"games_per_week": 16, "passes_per_game": 50}
UNSEEN_WEEKS = 2
GOAL = 0.03


def main() -> None:
    """Print mean absolute errors on passes that no model has seen, beside those of the same chance for all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passes", type=int, default=max(SIZES), help="most passes to learn from")
    most = parser.parse_args().passes
    weeks = -(-most // (PER_WEEK["games_per_week"] * PER_WEEK["passes_per_game"]))
    learn, unseen = passes(3, weeks), passes(4, UNSEEN_WEEKS)
    print("| passes | seen at | learns from | completion, MAE | interception, MAE | same chance for all, MAE | AUC |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for size in (size for size in SIZES if size <= most):
        chances = Chances(learn["completion"][:size], learn["interception"][:size])
        for moment, (teacher, known) in product(MOMENTS, (("results", None), ("chances", chances))):
            shown = {name: learn[moment][name][:size] for name in NAMES}
            games = learn["game_id"][:size]
            model, _ = train_completion(shown, learn["result"][:size], games, "simulated", 1, known)
            found = model.chances(unseen[moment])
            errors = (
                np.abs(found.completion - unseen["completion"]).mean(),
                np.abs(found.interception - unseen["interception"]).mean(),
                np.abs(unseen["completion"].mean() - unseen["completion"]).mean(),
            )
            cells = " | ".join(f"{error:.4f}" for error in errors)
            print(f"| {size:,} | {moment} | {teacher} | {cells} | {model.facts['metrics']['auc']:.3f} |", flush=True)
    print(f"goal: {GOAL} at the arrival")


def passes(seed: int, weeks: int) -> dict:
    """Measurements at both moments, results and true chances of simulated passes."""
    plan = SeasonPlan(seed=seed, weeks=weeks, **PER_WEEK)
    parts = []
    for week in range(1, weeks + 1):
        played = rehearse(plan, week)
        aim = actual_aim(played.scenes)
        parts.append(
            {
                "arrival": measure_actual(played.scenes, aim),
                "throw": measure_at_throw(played.scenes, aim),
                "result": RESULTS[played.result],
                "game_id": played.scenes.game_id,
                "completion": played.completion[played.is_thrown],
                "interception": played.interception[played.is_thrown],
            }
        )
    flat = {name: np.concatenate([part[name] for part in parts]) for name in parts[0] if name not in MOMENTS}
    measured = {m: {name: np.concatenate([part[m][name] for part in parts]) for name in NAMES} for m in MOMENTS}
    return flat | measured


MOMENTS = ("arrival", "throw")

if __name__ == "__main__":
    main()
