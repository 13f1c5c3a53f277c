"""The simulator held against the real passes that landed: how plays look, distribution by distribution."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

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
from ghost_pipeline.sources.simulator.play import COMPLETE
from ghost_pipeline.sources.simulator.rehearsal import rehearse
from ghost_pipeline.sources.simulator.schedule import SeasonPlan

REHEARSED = {"season": 2002, "weeks": 1, "games_per_week": 12, "passes_per_game": 40}
"""480 passes, of which the completions are compared: highlights are nearly all completions."""
LANDED_PASSES = 1000
MIN_PASSES = 50
GOAL = 0.15
"""Kolmogorov distance up to which two distributions count as alike."""
PERCENTILES = np.arange(1.0, 100.0)
_DISTANCE_EDGES_YD = np.arange(5.0, 50.0, 5.0)
"""Simulated passes are weighted so that as many fly 5 to 10 yards, 10 to 15 ... as of the landed ones."""


@dataclass(frozen=True)
class Compared:
    """Rows of `realism`, the distances by measure, and what to tell people."""

    rows: pa.Table
    distances: dict[str, float]
    said: str


def compare_with_simulator(platform: Platform) -> Compared:
    """Measure and store the table; without real passes it is empty."""
    parts, reaches = [], []
    for scenes in _real_scenes(platform):
        aim = actual_aim(scenes)
        parts.append(look(scenes, aim))
        reaches.append(_air_distance(scenes, aim))
    passes = sum(map(len, reaches))
    if passes < MIN_PASSES:
        table = empty(REALISM)
        platform.partitions.write(REALISM, table)
        said = f"The simulator is held against real passes, and {passes} have landed; at least {MIN_PASSES} are needed."
        return Compared(table, {}, said)
    landed = {name: np.concatenate([part[name].value for part in parts]) for name in MEASURES}

    played = rehearse(SeasonPlan(seed=platform.settings.seed, **REHEARSED))
    aim = actual_aim(played.scenes)
    weight = weights_like(np.concatenate(reaches), _air_distance(played.scenes, aim), _DISTANCE_EDGES_YD)
    weight = weight * (played.result == COMPLETE)
    simulated = look(played.scenes, aim)
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


def _real_scenes(platform: Platform) -> Iterator[Scenes]:
    """Scenes of the weeks of real plays, at most LANDED_PASSES passes and one week."""
    seen = 0
    for week in platform.partitions.weeks(CLEAN_PLAYS):
        plays = platform.partitions.read(CLEAN_PLAYS, week, ["home_team"])
        if seen >= LANDED_PASSES or pc.all(is_simulated(plays)).as_py():
            continue
        scenes = read_scenes(platform.store, week)
        if len(actual_aim(scenes)):
            seen += len(scenes)
            yield scenes


def _air_distance(scenes: Scenes, aim: Aim) -> Array:
    """Yards [N] from the passer at the throw to where the ball comes down."""
    passer = scenes.xy[scenes.throw[aim.play], scenes.passer[aim.play]].astype(np.float64)
    return np.linalg.norm(aim.landing_xy - passer, axis=-1)
