"""What if: every receiver who could have been targeted, predicted from what was known at the release only."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ghost_pipeline.arrow import conform, empty
from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.domain.counterfactual import Aim
from ghost_pipeline.domain.field import FRAME_S
from ghost_pipeline.domain.measurements import aim_key, measure, nearest_defender
from ghost_pipeline.domain.path_rules import broken_rules, in_one_text, path_facts
from ghost_pipeline.domain.pursuit import time_to_intercept
from ghost_pipeline.domain.result_schema import WHAT_IF_DEFENDERS, WHAT_IF_OPTIONS, WHAT_IF_PATHS
from ghost_pipeline.domain.scene import Scenes
from ghost_pipeline.domain.schema import Table
from ghost_pipeline.domain.split import HELD_OUT_FOLD, folds_of
from ghost_pipeline.domain.trajectory_score import play_score, play_weight
from ghost_pipeline.features.windows import BACK, DEFENDER, RECEIVER, TARGET
from ghost_pipeline.models.calibration import Calibration
from ghost_pipeline.models.decision import OutcomeModels, decision_values, worth
from ghost_pipeline.models.flight import hypothetical_aims
from ghost_pipeline.models.forecast import Predictor
from ghost_pipeline.models.rollout import Rollout, rollouts
from ghost_pipeline.models.samples import arrival_samples
from ghost_pipeline.pipeline.calibrating import load_calibration
from ghost_pipeline.pipeline.champion import load_ghost
from ghost_pipeline.pipeline.featuring import read_scenes
from ghost_pipeline.pipeline.outcomes import load_outcomes
from ghost_pipeline.pipeline.platform import Platform

SHOWN_ROLES = (TARGET, RECEIVER, DEFENDER, BACK)
"""Whose paths are kept: linemen and the passer change nothing in the picture."""


@dataclass(frozen=True)
class WhatIfs:
    """Tables what_if_options, what_if_defenders and what_if_paths of some passes."""

    options: pa.Table
    defenders: pa.Table
    paths: pa.Table


@dataclass(frozen=True)
class Judges:
    """What a what-if is judged with: outcome models, the calibrated score if there is one, the seed of samples."""

    outcomes: OutcomeModels
    calibration: Calibration | None = None
    seed: int = 0


def what_ifs(scenes: Scenes, predictor: Predictor, names: Sequence[str], judges: Judges, week: SeasonWeek) -> WhatIfs:
    """Every receiver who could have been targeted, of all passes of some scenes.

    The actual target is predicted like every other option. Raises GhostError for a model that is not at_release.
    """
    aim = hypothetical_aims(scenes, judges.outcomes.flight)
    found: list[dict[str, NDArray]] = []
    defenders, paths = [empty(WHAT_IF_DEFENDERS)], [empty(WHAT_IF_PATHS)]
    for rollout in rollouts(scenes, aim, predictor, names):
        option, rows = _defenders(scenes, rollout, judges.calibration)
        found.append(_predicted(scenes, rollout, judges, option, rows))
        defenders.append(_defender_table(scenes, rollout, option, rows, week))
        paths.append(_paths(scenes, rollout))
    return WhatIfs(
        _options(scenes, aim, found, judges.outcomes, week),
        _sorted(WHAT_IF_DEFENDERS, defenders),
        _sorted(WHAT_IF_PATHS, paths),
    )


def _sorted(table: Table, parts: Sequence[pa.Table]) -> pa.Table:
    return pa.concat_tables(parts).sort_by([(name, "ascending") for name in table.key])


def _defenders(
    scenes: Scenes, rollout: Rollout, calibration: Calibration | None
) -> tuple[NDArray[np.int64], dict[str, NDArray]]:
    """Option [D] and columns [D] of each option's defenders: how their predicted paths are judged."""
    aim, role, arrived = rollout.aim, rollout.windows.role, rollout.at_arrival
    option, slot = np.nonzero((role == BACK) | (role == DEFENDER))
    steps = aim.flight_frames[option]
    facts = path_facts(rollout.path[option, slot], rollout.target_path[option], steps)
    throw, play = scenes.throw[aim.play[option]], aim.play[option]
    needed_s = time_to_intercept(scenes.xy[throw, slot], scenes.velocity[throw, slot], aim.landing_xy[option])
    final = np.linalg.norm(arrived[option, slot] - arrived[option, aim.target[option]], axis=-1)
    return option, {
        "nfl_id": scenes.nfl_id[play, slot],
        "is_defensive_back": role[option, slot] == BACK,
        **vars(facts),
        "play_weight": play_weight(final),
        "final_distance_yd": final,
        "time_to_intercept_s": needed_s,
        "is_in_time": needed_s <= steps * FRAME_S,
        "rules_broken": np.array(in_one_text(broken_rules(facts)), object),
        "questionable_probability": np.full(len(option), np.nan)
        if calibration is None
        else calibration.probability(facts.parts),
    }


def _predicted(
    scenes: Scenes, rollout: Rollout, judges: Judges, option: NDArray[np.int64], defenders: dict[str, NDArray]
) -> dict[str, NDArray]:
    """Measurements, worth, who is nearest and who could be first, and the play score of the options of one chunk."""
    aim, arrived, N = rollout.aim, rollout.at_arrival, len(rollout.aim)
    back = defenders["is_defensive_back"]
    weight = np.where(back, defenders["play_weight"], 0.0)
    by_need = np.lexsort((defenders["nfl_id"], defenders["time_to_intercept_s"], option))
    first = by_need[np.searchsorted(option[by_need], np.arange(N))]
    return {
        **measure(scenes, aim, arrived),
        **worth(scenes, aim, arrival_samples(rollout, judges.seed), judges.outcomes),
        "nearest_defender_nfl_id": nearest_defender(scenes, aim, arrived),
        "first_defender_nfl_id": defenders["nfl_id"][first],
        "first_intercept_s": defenders["time_to_intercept_s"][first],
        "defenders_in_time": np.bincount(option, defenders["is_in_time"], N).astype(np.int64),
        "play_score": play_score(defenders["trajectory_score"], weight, option, N),
    }


def _defender_table(
    scenes: Scenes, rollout: Rollout, option: NDArray[np.int64], rows: dict[str, NDArray], week: SeasonWeek
) -> pa.Table:
    key = {name: values[option] for name, values in aim_key(scenes, rollout.aim).items()}
    chance = pa.array(rows["questionable_probability"], from_pandas=True)
    columns = {**key, **rows, "season_week": np.full(len(option), str(week)), "questionable_probability": chance}
    return conform(WHAT_IF_DEFENDERS, pa.table(columns), f"what-if defenders of {week}")


def _options(
    scenes: Scenes, aim: Aim, found: Sequence[dict[str, NDArray]], outcomes: OutcomeModels, week: SeasonWeek
) -> pa.Table:
    if not found:
        return empty(WHAT_IF_OPTIONS)
    predicted = {name: np.concatenate([part[name] for part in found]) for name in found[0]}
    value, rank = decision_values(aim, predicted["expected_yards_yd"])
    points, _ = decision_values(aim, predicted["expected_points"])
    columns = {
        **aim_key(scenes, aim),
        **predicted,
        "season_week": np.full(len(aim), str(week)),
        "is_actual_target": aim.target == scenes.target[aim.play],
        "is_held_out": folds_of(scenes.game_id[aim.play]) == HELD_OUT_FOLD,
        "landing_x_yd": aim.landing_xy[:, 0],
        "landing_y_yd": aim.landing_xy[:, 1],
        "flight_frames": aim.flight_frames,
        "decision_value_yd": value,
        "decision_value_points": points,
        "option_rank": rank,
        "outcome_model_origin": np.full(len(aim), outcomes.completion.origin),
    }
    for name in _MAY_BE_UNKNOWN:
        columns[name] = pa.array(columns[name], from_pandas=True)
    ordered = [(name, "ascending") for name in WHAT_IF_OPTIONS.key]
    return conform(WHAT_IF_OPTIONS, pa.table(columns), f"what-ifs of {week}").sort_by(ordered)


_MAY_BE_UNKNOWN = tuple(column.name for column in WHAT_IF_OPTIONS.columns if column.nullable)


def _paths(scenes: Scenes, rollout: Rollout) -> pa.Table:
    """Steps 1 to the arrival of the players in SHOWN_ROLES, one chunk."""
    shown = np.isin(rollout.windows.role, SHOWN_ROLES)
    step = np.arange(1, rollout.path.shape[2])
    in_flight = shown[:, :, None] & (step <= rollout.aim.flight_frames[:, None, None])
    option, slot, k = np.nonzero(in_flight)
    xy = rollout.path[option, slot, k + 1]
    columns = {
        **{name: values[option] for name, values in aim_key(scenes, rollout.aim).items()},
        "nfl_id": rollout.windows.nfl_id[option, slot],
        "step": step[k],
        "ghost_x_yd": xy[:, 0],
        "ghost_y_yd": xy[:, 1],
    }
    if rollout.sd is not None:
        sd = rollout.sd[option, slot, k]
        columns |= {"ghost_sd_x_yd": sd[:, 0], "ghost_sd_y_yd": sd[:, 1]}
    return conform(WHAT_IF_PATHS, pa.table(columns), "what-if paths")


@dataclass(frozen=True)
class WhatIfReport:
    """What one week gave, for people to read."""

    passes: int
    options: int
    path_rows: int
    origin: str
    best_target_chosen: float | None
    """Share of passes that went to the receiver with the most expected yards; None without known targets."""


def what_if_week(platform: Platform, week: SeasonWeek) -> WhatIfReport:
    """Compute and store the tables of `WhatIfs` of one week with the champion and the outcome models."""
    scenes = read_scenes(platform.store, week)
    ghost, judges = load_ghost(platform.artifacts), load_judges(platform)
    found = what_ifs(scenes, ghost, ghost.names, judges, week)
    options, paths = found.options, found.paths
    for table, rows in ((WHAT_IF_OPTIONS, options), (WHAT_IF_DEFENDERS, found.defenders), (WHAT_IF_PATHS, paths)):
        platform.partitions.write(table, rows, week)
    chosen = options.filter(options["is_actual_target"])
    best = pc.mean(pc.equal(chosen["option_rank"], 1)).as_py()
    return WhatIfReport(len(scenes), len(options), len(paths), judges.outcomes.completion.origin, best)


def load_judges(platform: Platform) -> Judges:
    """The models in use. Raises MissingObjectError before the outcome models are trained."""
    artifacts = platform.artifacts
    calibration = load_calibration(artifacts)
    return Judges(load_outcomes(artifacts), calibration, platform.settings.seed)
