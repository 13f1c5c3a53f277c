"""Trajectory scores of the passes of one week: every defensive back's actual path beside three that never happened."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ghost_pipeline.arrow import conform, empty
from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.domain.counterfactual import actual_aim
from ghost_pipeline.domain.measurements import aim_key
from ghost_pipeline.domain.metrics import distances
from ghost_pipeline.domain.result_schema import TRAJECTORY_KINDS, TRAJECTORY_SCORES
from ghost_pipeline.domain.scene import Scenes
from ghost_pipeline.domain.split import HELD_OUT_FOLD
from ghost_pipeline.domain.trajectory_score import distort, play_weight, score_paths
from ghost_pipeline.features.windows import BACK
from ghost_pipeline.models.baselines import BASELINES
from ghost_pipeline.models.forecast import Predictor
from ghost_pipeline.models.rollout import Rollout, rollouts
from ghost_pipeline.pipeline.champion import load_ghost
from ghost_pipeline.pipeline.featuring import read_scenes
from ghost_pipeline.pipeline.platform import Platform


@dataclass(frozen=True)
class ScoredWeek:
    """Rows of `trajectory_scores`, and what could not be scored."""

    rows: pa.Table
    passes: int
    flights_too_long: int
    paths_with_gaps: int

    @property
    def mean_scores(self) -> dict[str, float]:
        """Model score of each kind of path, where there is any; lower is better."""
        means = self.rows.group_by("kind").aggregate([("trajectory_score", "mean")]).to_pylist()
        return {f"mean_score_{row['kind']}": row["trajectory_score_mean"] for row in means}

    @property
    def held_out_errors(self) -> dict[str, float]:
        """ADE and FDE in yards of the ghosts and of constant velocity on the held-out games; nothing without any."""
        paths = self.rows.filter((pc.field("is_held_out")) & pc.field("kind").isin(["model", "constant_velocity"]))
        means = paths.group_by("kind").aggregate([("ade_yd", "mean"), ("fde_yd", "mean")]).to_pylist()
        names = {"model": "ghost", "constant_velocity": "constant_velocity"}
        return {
            f"held_out_{names[row['kind']]}_{error}_yd": row[f"{error}_yd_mean"]
            for row in means
            for error in ("ade", "fde")
        }


def score_week(
    scenes: Scenes, predictor: Predictor, names: Sequence[str], week: SeasonWeek, seed: int, late_share: float = 0.0
) -> ScoredWeek:
    """Score the defensive backs of every pass with a known target, four kinds of paths each.

    All kinds are judged against the target's actual path and have the weight of the actual one, so that they differ
    in the defender's path alone. Passes that fly longer than the model predicts are left out and counted.
    """
    aim = actual_aim(scenes)
    fits = aim.flight_frames <= predictor.horizon
    parts, gaps = [empty(TRAJECTORY_SCORES)], 0
    for number, rollout in enumerate(rollouts(scenes, aim.take(fits), predictor, names)):
        rows, missing = _score(scenes, rollout, week, [seed, number], late_share)
        parts.append(rows)
        gaps += missing
    rows = pa.concat_tables(parts).sort_by([(name, "ascending") for name in TRAJECTORY_SCORES.key])
    return ScoredWeek(rows, len(aim), int((~fits).sum()), gaps)


def score_trajectories(platform: Platform, week: SeasonWeek) -> ScoredWeek:
    """Compute and store `trajectory_scores` of one week with the champion."""
    ghost = load_ghost(platform.artifacts)
    scored = score_week(
        read_scenes(platform.store, week),
        ghost,
        ghost.names,
        week,
        platform.settings.seed,
        platform.settings.late_share,
    )
    platform.partitions.write(TRAJECTORY_SCORES, scored.rows, week)
    return scored


def _score(
    scenes: Scenes, rollout: Rollout, week: SeasonWeek, seed: Sequence[int], late_share: float
) -> tuple[pa.Table, int]:
    """Rows of one chunk, and how many actual paths have gaps that leave nothing to judge."""
    windows, here = rollout.windows, rollout.path[:, :, :1]
    aim_row, slot = np.nonzero(windows.role == BACK)

    def of_backs(future: NDArray) -> NDArray:
        return np.concatenate([here, future], axis=2)[aim_row, slot]  # [T, K + 1, 2]

    blind = of_backs(BASELINES["constant_velocity"].predict(windows).xy)
    paths = {
        "actual": of_backs(windows.future_xy),
        "model": rollout.path[aim_row, slot],
        "constant_velocity": blind,
        "distorted": distort(blind, seed),
    }
    steps = rollout.aim.flight_frames[aim_row]
    last = (np.arange(len(steps)), steps)
    everyone = np.concatenate([here, windows.future_xy], axis=2)
    target_path = everyone[aim_row, rollout.aim.target[aim_row]]
    scores = {kind: score_paths(paths[kind], target_path, steps, late_share) for kind in TRAJECTORY_KINDS}
    final = {kind: np.linalg.norm(paths[kind] - target_path, axis=-1)[last] for kind in TRAJECTORY_KINDS}
    error = {kind: distances(paths[kind][:, 1:], paths["actual"][:, 1:]) for kind in TRAJECTORY_KINDS}
    judged = ~np.isnan(scores["actual"].trajectory_score + final["actual"])

    key = {name: values[aim_row] for name, values in aim_key(scenes, rollout.aim).items()}
    about = {
        **key,
        "season_week": np.full(len(steps), str(week)),
        "nfl_id": windows.nfl_id[aim_row, slot],
        "is_held_out": windows.fold[aim_row] == HELD_OUT_FOLD,
        "frames": steps,
        "play_weight": play_weight(final["actual"]),
        "depth_yd": here[aim_row, slot, 0, 0] - scenes.scrimmage_x[rollout.aim.play[aim_row]],
    }
    tables = []
    for kind in TRAJECTORY_KINDS:
        columns = {
            **about,
            **vars(scores[kind]),
            "kind": np.full(len(steps), kind),
            "ade_yd": _row_mean(error[kind]),
            "fde_yd": error[kind][last[0], steps - 1],
            "final_distance_yd": final[kind],
        }
        kept = pa.table({name: values[judged] for name, values in columns.items()})
        tables.append(conform(TRAJECTORY_SCORES, kept, f"trajectory scores of {week}"))
    return pa.concat_tables(tables), int((~judged).sum())


def _row_mean(error: NDArray) -> NDArray:
    """Mean over the scored steps of each row of [T, K]; NaN for a row without any."""
    scored = ~np.isnan(error)
    total = np.where(scored, error, 0.0).sum(axis=1)
    return np.divide(total, scored.sum(axis=1), out=np.full(len(error), np.nan), where=scored.any(axis=1))
