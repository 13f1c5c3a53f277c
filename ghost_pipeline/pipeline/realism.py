"""The simulator held against the real passes that landed: how plays look, distribution by distribution."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ghost_pipeline.arrow import arrow_schema, empty
from ghost_pipeline.domain.counterfactual import Aim, actual_aim
from ghost_pipeline.domain.realism import (
    MEASURES,
    Array,
    Sample,
    kolmogorov_distance,
    look,
    percentiles,
    weights_like,
)
from ghost_pipeline.domain.result_schema import REALISM
from ghost_pipeline.domain.scene import Scenes
from ghost_pipeline.domain.schema import CLEAN_PLAYS
from ghost_pipeline.pipeline.featuring import read_scenes
from ghost_pipeline.pipeline.outcomes import is_simulated
from ghost_pipeline.pipeline.platform import Platform
from ghost_pipeline.sources.simulator.play import COMPLETE, RESULTS
from ghost_pipeline.sources.simulator.rehearsal import rehearse
from ghost_pipeline.sources.simulator.schedule import SeasonPlan

REHEARSED = {"season": 2002, "weeks": 2, "games_per_week": 16, "passes_per_game": 50}
"""1,600 passes: highlights fly far, and few passes of a whole game do."""
LANDED_PASSES = 1000
MIN_PASSES = 50
GOAL = 0.15
"""Kolmogorov distance up to which two distributions count as alike."""
PERCENTILES = np.arange(1.0, 100.0)
_DISTANCE_EDGES_YD = np.arange(5.0, 50.0, 5.0)
"""Simulated passes are weighted so that as many fly 5 to 10 yards, 10 to 15 ... with each result as of the landed."""


@dataclass(frozen=True)
class Compared:
    """Rows of `realism`, the distances by measure, and what to tell people."""

    rows: pa.Table
    distances: dict[str, float]
    said: str


def compare_with_simulator(platform: Platform) -> Compared:
    """Measure and store the table; without real passes it is empty."""
    parts, reaches, results = [], [], []
    for scenes, result in _real_passes(platform):
        aim = actual_aim(scenes)
        parts.append(look(scenes, aim))
        reaches.append(_air_distance(scenes, aim))
        results.append(result[aim.play])
    passes = sum(map(len, reaches))
    if passes < MIN_PASSES:
        table = empty(REALISM)
        platform.partitions.write(REALISM, table)
        said = f"The simulator is held against real passes, and {passes} have landed; at least {MIN_PASSES} are needed."
        return Compared(table, {}, said)
    landed = {name: np.concatenate([part[name].value for part in parts]) for name in MEASURES}

    simulated, flown, chance = _rehearsed(platform.settings.seed)
    weight = weights_like(np.concatenate(reaches), np.concatenate(results), flown, chance, _DISTANCE_EDGES_YD)
    rows, distances = [], {}
    for name, unit in MEASURES.items():
        distances[name] = kolmogorov_distance(landed[name], simulated[name].value, weight[simulated[name].row])
        counts = {"landed_passes": passes, "simulated_passes": int((weight > 0).sum())}
        about = {"measure": name, "unit": unit, "kolmogorov_distance": distances[name], **counts}
        for percent, ours, theirs in zip(PERCENTILES, *_curves(landed[name], simulated[name], weight), strict=True):
            rows.append({**about, "percentile": int(percent), "landed": float(ours), "simulated": float(theirs)})
    table = pa.Table.from_pylist(rows, arrow_schema(REALISM))
    platform.partitions.write(REALISM, table)
    alike = sum(distance <= GOAL for distance in distances.values())
    said = f"{alike} of {len(distances)} measures are alike: a Kolmogorov distance of at most {GOAL}."
    return Compared(table, distances, said)


def _curves(landed: Array, simulated: Sample, weight: Array) -> tuple[Array, Array]:
    """PERCENTILES of both."""
    return (
        percentiles(landed, np.ones(len(landed)), PERCENTILES),
        percentiles(simulated.value, weight[simulated.row], PERCENTILES),
    )


def _rehearsed(seed: int) -> tuple[dict[str, Sample], Array, Array]:
    """MEASURES, air distances [N] and chances of each of RESULTS [N, 3] of the simulated passes."""
    plan = SeasonPlan(seed=seed, **REHEARSED)
    looks, flown, chances = [], [], []
    before = 0
    for week in range(1, plan.weeks + 1):
        played = rehearse(plan, week)
        aim = actual_aim(played.scenes)
        looks.append({name: Sample(one.value, one.row + before) for name, one in look(played.scenes, aim).items()})
        flown.append(_air_distance(played.scenes, aim))
        caught, picked = (chance[played.is_thrown] for chance in (played.completion, played.interception))
        chances.append(np.stack([caught, 1 - caught - picked, picked], axis=1))
        before += len(aim)
    looked = {name: _joined([one[name] for one in looks]) for name in MEASURES}
    return looked, np.concatenate(flown), np.concatenate(chances)


def _joined(samples: list[Sample]) -> Sample:
    return Sample(np.concatenate([one.value for one in samples]), np.concatenate([one.row for one in samples]))


def _real_passes(platform: Platform) -> Iterator[tuple[Scenes, NDArray[np.int64]]]:
    """Scenes and results [P] (index in RESULTS) of the weeks of real plays, at most LANDED_PASSES passes and one week.

    A pass whose result the source does not tell is taken for a completion.
    """
    seen = 0
    for week in platform.partitions.weeks(CLEAN_PLAYS):
        plays = platform.partitions.read(CLEAN_PLAYS, week, ["game_id", "play_id", "home_team", "pass_result"])
        if seen >= LANDED_PASSES or pc.all(is_simulated(plays)).as_py():
            continue
        scenes = read_scenes(platform.store, week)
        if len(actual_aim(scenes)):
            seen += len(scenes)
            rows = plays.select(["game_id", "play_id", "pass_result"]).to_pylist()
            result = {(row["game_id"], row["play_id"]): row["pass_result"] or RESULTS[COMPLETE] for row in rows}
            keys = zip(scenes.game_id.tolist(), scenes.play_id.tolist(), strict=True)
            yield scenes, np.array([RESULTS.tolist().index(result[key]) for key in keys], np.int64)


def _air_distance(scenes: Scenes, aim: Aim) -> Array:
    """Yards [N] from the passer at the throw to where the ball comes down."""
    passer = scenes.xy[scenes.throw[aim.play], scenes.passer[aim.play]].astype(np.float64)
    return np.linalg.norm(aim.landing_xy - passer, axis=-1)
