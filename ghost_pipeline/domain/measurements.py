"""The ten on-field measurements of a pass (`result_schema.MEASUREMENTS`), from positions at the throw and the arrival.

There is one function for passes that were thrown and for those that were not; only where the players are at the
arrival differs. So an outcome model is served exactly what it was trained on. Seen from the throw, separations,
sideline and the way to the landing point are those of the throw.

Shape letters: N aims, J = 22 players (slots of `domain.scene`).
"""

import numpy as np
from numpy.typing import NDArray

from ghost_pipeline.domain.counterfactual import Aim
from ghost_pipeline.domain.field import FIELD_WIDTH_YD, FRAME_S
from ghost_pipeline.domain.scene import DEFENSE, PLAYERS, Scenes

Array = NDArray[np.float64]


def measure(scenes: Scenes, aim: Aim, arrival_xy: NDArray) -> dict[str, Array]:
    """The measurements [N] of each aim by column name, when the players are at `arrival_xy` [N, J, 2] yd at the end.

    With the players' places at the throw instead these are the measurements at the throw.

    NaN where a player that it needs is unknown.
    """
    row, throw, passer = np.arange(len(aim)), scenes.throw[aim.play], scenes.passer[aim.play]
    at_throw = scenes.xy[throw].astype(np.float64)
    velocity = scenes.velocity[throw].astype(np.float64)
    landing, arrived = aim.landing_xy.astype(np.float64), arrival_xy.astype(np.float64)
    passer_xy, target_xy = at_throw[row, passer], arrived[row, aim.target]
    nearest = np.sort(_distances(arrived[:, DEFENSE], target_xy), axis=1)  # NaN sorts last
    to_landing = landing - at_throw[row, aim.target]
    unit = to_landing / np.maximum(np.linalg.norm(to_landing, axis=-1, keepdims=True), 1e-6)
    return {
        "air_distance_yd": np.linalg.norm(landing - passer_xy, axis=-1),
        "air_yards_at_landing_yd": landing[:, 0] - scenes.scrimmage_x[aim.play],
        "target_separation_yd": nearest[:, 0],
        "second_separation_yd": nearest[:, 1],
        "rush_separation_yd": np.sort(_distances(at_throw[:, DEFENSE], passer_xy), axis=1)[:, 0],
        "passer_speed_yd_s": np.linalg.norm(velocity[row, passer], axis=-1),
        "time_to_throw_s": (throw - scenes.snap[aim.play]) * FRAME_S,
        "target_sideline_yd": np.minimum(target_xy[:, 1], FIELD_WIDTH_YD - target_xy[:, 1]),
        "target_speed_to_landing_yd_s": (velocity[row, aim.target] * unit).sum(axis=-1),
        "target_to_landing_yd": np.linalg.norm(target_xy - landing, axis=-1),
    }


def measure_actual(scenes: Scenes, aim: Aim) -> dict[str, NDArray]:
    """Key columns and measurements of passes that were thrown, with the players where they really were."""
    arrived = scenes.xy[scenes.throw[aim.play] + aim.flight_frames][:, PLAYERS]
    return {**aim_key(scenes, aim), **measure(scenes, aim, arrived)}


def measure_at_throw(scenes: Scenes, aim: Aim) -> dict[str, Array]:
    """The measurements [N] of each aim with the players where they are at the throw."""
    return measure(scenes, aim, scenes.xy[scenes.throw[aim.play]][:, PLAYERS])


def nearest_defender(scenes: Scenes, aim: Aim, arrival_xy: NDArray) -> NDArray[np.int64]:
    """`nfl_id` [N] of the defender nearest to the target at the arrival. He need not be the one in coverage."""
    target_xy = arrival_xy[np.arange(len(aim)), aim.target]
    distance = _distances(arrival_xy[:, DEFENSE], target_xy)
    slot = np.where(np.isnan(distance), np.inf, distance).argmin(axis=1) + DEFENSE.start
    return scenes.nfl_id[aim.play, slot]


def aim_key(scenes: Scenes, aim: Aim) -> dict[str, NDArray]:
    """Game, play and target of each aim, as columns."""
    return {
        "game_id": scenes.game_id[aim.play],
        "play_id": scenes.play_id[aim.play],
        "target_nfl_id": scenes.nfl_id[aim.play, aim.target],
    }


def _distances(xy: NDArray, to: NDArray) -> NDArray:
    return np.linalg.norm(xy - to[:, None, :], axis=-1)
