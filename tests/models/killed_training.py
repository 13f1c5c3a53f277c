"""Trains on passes by hand with its checkpoint in a file, and prints a hash of the weights: a test kills it on the way.

python killed_training.py CHECKPOINT [SECONDS_PER_STEP]
"""

import hashlib
import sys
import time
from pathlib import Path

from pursuit_passes import pursuit_passes

from ghost_pipeline.domain.counterfactual import actual_aim
from ghost_pipeline.models.fit import Keeper, TrainPlan
from ghost_pipeline.models.ghost_training import Recipe, train_ghost
from ghost_pipeline.models.moments import concatenate, flights, free_runs

NAMES = ["velocity_x_yd_s", "velocity_y_yd_s", "needed_velocity_x_yd_s", "needed_velocity_y_yd_s"]
PLAN = TrainPlan(steps=40, batch=8, learning_rate=5e-3, looks=10, seed=3)
RECIPE = Recipe(observed=3, width=16, layers=1, members=1)


def main(checkpoint: Path, seconds_per_step: float) -> None:
    scenes = pursuit_passes(24)
    moments = concatenate([flights(scenes, actual_aim(scenes), NAMES), free_runs(scenes, NAMES)])

    def save(data: bytes) -> None:
        checkpoint.with_suffix(".new").write_bytes(data)
        checkpoint.with_suffix(".new").replace(checkpoint)

    def progress(label: str, done: int, of: int) -> None:
        print(f"step {done}", flush=True)
        time.sleep(seconds_per_step)

    keeper = Keeper(lambda: checkpoint.read_bytes() if checkpoint.exists() else None, save)
    predictor, _ = train_ghost(moments, NAMES, RECIPE, PLAN, progress, lambda _: keeper)
    print(hashlib.sha256(b"".join(predictor.to_files().values())).hexdigest())


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]) if len(sys.argv) > 2 else 0.0)
