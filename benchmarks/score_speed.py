"""Score a million trajectories of 17 steps, the mean flight of the real plays, and say how long it takes.

python benchmarks/score_speed.py
"""

import time

import numpy as np

from ghost_pipeline.domain.trajectory_score import score_paths

TRAJECTORIES, STEPS, CHUNK = 1_000_000, 17, 10_000
GOAL_S = 3.0


def main() -> None:
    """Print the processor time of one thread beside the goal."""
    random = np.random.default_rng(0)
    start = random.uniform(0, 50, (CHUNK, 1, 2))
    path, target = (
        (start + np.cumsum(random.normal(0, 0.4, (CHUNK, STEPS + 1, 2)), axis=1)).astype(np.float32) for _ in range(2)
    )
    steps = np.full(CHUNK, STEPS)
    score_paths(path, target, steps)
    began = time.process_time()
    for _ in range(TRAJECTORIES // CHUNK):
        score_paths(path, target, steps)
    print(f"{TRAJECTORIES:,} trajectories of {STEPS} steps: {time.process_time() - began:.2f} s (goal {GOAL_S} s)")


if __name__ == "__main__":
    main()
