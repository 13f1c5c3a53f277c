"""Time what-ifs from a warm process: one play's, and a season's from the plays at hand.

python benchmarks/inference.py .ghost       after `make demo`

A season is 18,000 passes with five targets each, all defenders, whole flights. Prints CPU seconds and their parts.
"""

import argparse
import os
import time
from pathlib import Path

import numpy as np

from ghost_pipeline.domain.schema import CLEAN_PLAYS
from ghost_pipeline.models.flight import hypothetical_aims
from ghost_pipeline.models.rollout import rollouts
from ghost_pipeline.pipeline.champion import load_ghost
from ghost_pipeline.pipeline.featuring import read_scenes
from ghost_pipeline.pipeline.outcomes import load_outcomes
from ghost_pipeline.pipeline.platform import Platform
from ghost_pipeline.pipeline.what_if import what_if_play, what_ifs
from ghost_pipeline.settings import Settings

SEASON_WHAT_IFS = 18_000 * 5
PLAYS = 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", type=Path, help="state folder, as .ghost or .ghost/real")
    platform = Platform(Settings(home=parser.parse_args().home))
    ghost, outcomes = load_ghost(platform.artifacts), load_outcomes(platform.artifacts)
    print(
        f"{len(ghost.members)} networks, {len(ghost.names)} features, {ghost.observed} frames, {os.cpu_count()} cores"
    )
    week = max(platform.partitions.weeks(CLEAN_PLAYS), key=lambda w: len(platform.partitions.read(CLEAN_PLAYS, w)))
    scenes = read_scenes(platform.store, week)
    what_ifs(scenes, ghost, ghost.names, outcomes, week)  # compiles kernels

    walls = []
    for game, play in zip(scenes.game_id[:PLAYS], scenes.play_id[:PLAYS], strict=True):
        began = time.perf_counter()
        what_if_play(platform, int(game), int(play))
        walls.append(1000 * (time.perf_counter() - began))
    median, slow = np.median(walls), np.percentile(walls, 90)
    print(f"one play, read from the store and answered: median {median:.0f} ms, 90 % within {slow:.0f} ms")

    aim = hypothetical_aims(scenes, outcomes.flight)
    began, cpu = time.perf_counter(), time.process_time()
    for _ in rollouts(scenes, aim, ghost, ghost.names):
        pass
    paths_cpu, paths_wall = time.process_time() - cpu, time.perf_counter() - began
    began, cpu = time.perf_counter(), time.process_time()
    what_ifs(scenes, ghost, ghost.names, outcomes, week)
    whole_cpu, whole_wall = time.process_time() - cpu, time.perf_counter() - began
    for name, cpu_s, wall_s in (("paths alone", paths_cpu, paths_wall), ("with outcomes", whole_cpu, whole_wall)):
        season = cpu_s / len(aim) * SEASON_WHAT_IFS
        print(
            f"{name}: {len(aim):,} what-ifs of {week} in {wall_s:.1f} s, {cpu_s:.1f} CPU s; "
            f"{1000 * cpu_s / len(aim):.2f} CPU ms each; a season {season:.0f} CPU s, {season / 120:.1f} minutes on 2 "
            "cores"
        )


if __name__ == "__main__":
    main()
