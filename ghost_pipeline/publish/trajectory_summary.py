"""Mean play score of each kind of path, with an interval that knows that passes of one game are alike.

The plain mean over paths is given beside it: most backs are far from the play, and it can hardly tell actual paths from
predicted ones (docs/trajectory-score.md).
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ghost_pipeline.domain.result_schema import TRAJECTORY_KINDS
from ghost_pipeline.domain.trajectory_score import play_score

Z_95 = 1.96


def summarise(trajectory_scores: pa.Table) -> list[Mapping[str, Any]]:
    """One record per kind present: kind, n plays, mean, low, high, path_mean; held-out games where there are any.

    The 95 % interval is mean ± 1.96 se with the cluster-robust se of a mean, games being the clusters:
    se² = G/(G-1) Σ_g (Σ_i∈g (x_i - mean))² / n² (Liang and Zeger 1986). low and high are None with one game only.
    """
    held_out = trajectory_scores.filter(trajectory_scores["is_held_out"])
    rows = held_out if held_out.num_rows else trajectory_scores
    found: list[Mapping[str, Any]] = []
    for kind in TRAJECTORY_KINDS:
        of_kind = rows.filter(pc.equal(rows["kind"], kind))
        if not of_kind.num_rows:
            continue
        keys = np.stack([of_kind["game_id"].to_numpy(), of_kind["play_id"].to_numpy()], axis=1)
        plays, play = np.unique(keys, axis=0, return_inverse=True)
        of_path = of_kind["trajectory_score"].to_numpy()
        score = play_score(of_path, of_kind["play_weight"].to_numpy(), play.ravel(), len(plays))
        mean, half = float(score.mean()), None
        games, game = np.unique(plays[:, 0], return_inverse=True)
        if len(games) > 1:
            by_game = np.bincount(game, score - mean)
            half = Z_95 * float(np.sqrt(len(games) / (len(games) - 1) * (by_game**2).sum())) / len(score)
        found.append(
            {
                "kind": kind,
                "n": len(score),
                "mean": mean,
                "low": None if half is None else mean - half,
                "high": None if half is None else mean + half,
                "path_mean": float(of_path.mean()),
            }
        )
    return found
