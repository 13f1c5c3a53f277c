"""Clean tables of one week -> scenes -> frame features and pass measurements."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ghost_pipeline.arrow import arrow_schema, conform, to_columns
from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.domain.counterfactual import actual_aim
from ghost_pipeline.domain.measurements import measure_actual
from ghost_pipeline.domain.result_schema import PASS_MEASUREMENTS
from ghost_pipeline.domain.scene import Scenes, build_scenes, whole_plays
from ghost_pipeline.domain.schema import CLEAN_PARTICIPANTS, CLEAN_PLAYS, CLEAN_TRACKING
from ghost_pipeline.features.definitions import FRAME_FEATURES_TABLE, NAMES
from ghost_pipeline.features.frames import FrameRows, frame_rows
from ghost_pipeline.storage.objects import Store
from ghost_pipeline.storage.partitions import Partitions

_OF_PLAYERS = ("game_id", "play_id", "nfl_id", "side", "position")
_OF_SAMPLES = ("game_id", "play_id", "frame_id", "nfl_id", "x", "y", "s", "dir", "o")
"""The columns that scenes are built from; reading a week's others would take as long again."""


@dataclass(frozen=True)
class FeatureReport:
    """What one week gave, for people to read."""

    passes: int
    passes_without_target: int
    frames: int
    rows: int
    features: int


def read_scenes(store: Store, week: SeasonWeek, frames_after: int = 0, only: tuple[int, int] | None = None) -> Scenes:
    """The clean pass plays of a week as arrays, to `frames_after` frames past the arrival.

    `only` (game_id, play_id) leaves out all other plays.
    """
    partitions = Partitions(store)
    wanted = ((CLEAN_PLAYS, None), (CLEAN_PARTICIPANTS, _OF_PLAYERS), (CLEAN_TRACKING, _OF_SAMPLES))
    tables = [partitions.read(table, week, columns) for table, columns in wanted]
    if only is not None:
        this = (pc.field("game_id") == only[0]) & (pc.field("play_id") == only[1])
        tables = [table.filter(this) for table in tables]
    plays, participants, tracking = (to_columns(table) for table in tables)
    return build_scenes(plays, participants, tracking, frames_after)


def read_whole_plays(store: Store, week: SeasonWeek) -> Scenes:
    """The clean plays of a week, passes or not, each as one scene from the snap to its end."""
    partitions = Partitions(store)
    tables = (partitions.read(table, week) for table in (CLEAN_PLAYS, CLEAN_PARTICIPANTS, CLEAN_TRACKING))
    plays, participants, tracking = (to_columns(table) for table in tables)
    return build_scenes(whole_plays(plays, tracking), participants, tracking)


def feature_week(store: Store, week: SeasonWeek) -> FeatureReport:
    """Compute and store `frame_features` and `pass_measurements` of one week. Passes without a target are counted."""
    scenes = read_scenes(store, week)
    aim = actual_aim(scenes)
    partitions = Partitions(store)
    parts = (_as_table(scenes, part, week) for part in frame_rows(scenes, aim))
    rows, _version = partitions.write_parts(FRAME_FEATURES_TABLE, parts, week)

    weeks = pa.array([str(week)] * len(aim), pa.string())
    measured = pa.table({"season_week": weeks, **measure_actual(scenes, aim)})
    partitions.write(PASS_MEASUREMENTS, conform(PASS_MEASUREMENTS, measured, f"scenes of {week}"), week)
    return FeatureReport(
        passes=len(aim),
        passes_without_target=len(scenes) - len(aim),
        frames=int(np.diff(scenes.start)[aim.play].sum()),
        rows=rows,
        features=len(NAMES),
    )


def _as_table(scenes: Scenes, rows: FrameRows, week: SeasonWeek) -> pa.Table:
    """The rows under their keys; what is unknown is null."""
    count = len(rows.play)
    keys = {
        "season_week": pa.repeat(pa.scalar(str(week)), count),
        "game_id": scenes.game_id[rows.play],
        "play_id": scenes.play_id[rows.play],
        "frame_id": scenes.frame_id[rows.frame_row],
        "nfl_id": rows.nfl_id,
    }
    features = {name: _known(values) for name, values in zip(NAMES, rows.columns, strict=True)}
    return pa.table({**keys, **features}, schema=arrow_schema(FRAME_FEATURES_TABLE))


def _known(values: np.ndarray) -> pa.Array:
    """A column whose NaN are null; most have none and need no copy."""
    return pa.array(values, from_pandas=bool(np.isnan(values).any()))
