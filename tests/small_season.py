"""A season of two weeks and four plays, small enough to work out every row of the warehouse by hand."""

from typing import Any

import pyarrow as pa

from ghost_pipeline.arrow import conform
from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.domain.result_schema import PASS_MEASUREMENTS, PASS_OUTCOMES, TRAJECTORY_SCORES, WHAT_IF_OPTIONS
from ghost_pipeline.domain.rules import PLAY_FACTS
from ghost_pipeline.domain.schema import (
    CHECK_RESULTS,
    CLEAN_EVENTS,
    CLEAN_PARTICIPANTS,
    CLEAN_PLAYS,
    QUARANTINE,
    Column,
    Table,
)
from ghost_pipeline.features.definitions import FRAME_FEATURES_TABLE
from ghost_pipeline.storage.objects import FolderStore
from ghost_pipeline.storage.partitions import Partitions

FIRST, SECOND = SeasonWeek(2019, "REG", 1), SeasonWeek(2019, "REG", 2)
Row = dict[str, Any]

LINE_UP = {10: "QB", 11: "WR", 12: "TE", 13: "LT", 14: None, 21: "CB", 22: "FS", 23: "MLB"}
"""Player number -> position; from 20 on they defend."""


def _filler(column: Column) -> object:
    """Any allowed value for a column that a test does not care about."""
    if column.nullable:
        return None
    if column.values:
        return column.values[0]
    return {"VARCHAR": "x", "BOOLEAN": False}.get(column.type, 1)


def table_of(table: Table, rows: list[Row]) -> pa.Table:
    """A table as declared, from rows that name only the columns that matter."""
    fillers = {column.name: _filler(column) for column in table.columns}
    filled = [{**fillers, **row} for row in rows]
    return conform(
        table, pa.table({name: [row[name] for row in filled] for name in fillers}), f"{table.name} of a test"
    )


class SmallSeason:
    """Writes the season's objects, as the steps before the warehouse do."""

    def __init__(self, store: FolderStore) -> None:
        self.partitions = Partitions(store)

    def write(self, table: Table, week: SeasonWeek, rows: list[Row]) -> None:
        self.partitions.write(table, table_of(table, [{"season_week": str(week), **row} for row in rows]), week)

    def write_clean(self, week: SeasonWeek, plays: list[Row]) -> None:
        """Clean plays of a week with the same line-up in each, and what the kernels measured on the passes."""
        teams = {"home_team": "BUF", "visitor_team": "MIA", "offense_team": "MIA", "defense_team": "BUF"}
        about = {"season": 2019, "week": week.week, **teams}
        self.write(CLEAN_PLAYS, week, [{**about, **play} for play in plays])
        keys = [{"game_id": play["game_id"], "play_id": play["play_id"]} for play in plays]
        targeted = [
            {**key, "target_nfl_id": play["target_nfl_id"]}
            for key, play in zip(keys, plays, strict=True)
            if play.get("target_nfl_id")
        ]
        players = [
            {"nfl_id": n, "position": position, "side": "defense" if n > 20 else "offense", "display_name": f"P{n}"}
            for n, position in LINE_UP.items()
        ]
        self.write(CLEAN_PARTICIPANTS, week, [{**key, **player} for key in keys for player in players])
        self.write(CLEAN_EVENTS, week, [{**key, "frame_id": 5, "event": "ball_snap"} for key in keys])
        self.write(PLAY_FACTS, week, keys)
        self.write(CHECK_RESULTS, week, [{"check_id": "speed_limit", "table_name": "plays", "success": True}])
        self.write(PASS_MEASUREMENTS, week, [{**row, "air_distance_yd": 14.5} for row in targeted])
        frames = [
            {
                **{"game_id": row["game_id"], "play_id": row["play_id"], "frame_id": 20 + step, "nfl_id": back},
                **{"is_defense": 1, "is_defensive_back": 1, "target_distance_yd": 6.0 - step},
                **{"speed_yd_s": 5.0, "time_since_throw_s": step / 10, "time_to_land_s": (2 - step) / 10},
            }
            for row in targeted
            for back in (21, 22)
            for step in range(3)
        ]
        self.write(FRAME_FEATURES_TABLE, week, frames)

    def write_what_ifs(self, week: SeasonWeek, passes: list[Row]) -> None:
        """Scores of two backs and the options of two receivers for each (game_id, play_id, target_nfl_id)."""
        scores = [
            {
                **row,
                **{"nfl_id": back, "kind": kind, "trajectory_score": score, "play_weight": 0.5},
                **{"final_distance_yd": float(back - 20), "is_held_out": week == SECOND},
            }
            for row in passes
            for back in (21, 22)
            for kind, score in (("actual", -0.2), ("model", -0.1))
        ]
        self.write(TRAJECTORY_SCORES, week, scores)
        options = [
            {
                **row,
                **{"target_nfl_id": receiver, "is_actual_target": receiver == row["target_nfl_id"]},
                **{"option_rank": rank, "completion_probability": 0.5, "expected_yards_yd": 8.0 / rank},
                **{"decision_value_yd": 4.0 if rank == 1 else -4.0, "is_held_out": week == SECOND},
            }
            for row in passes
            for rank, receiver in ((1, 11), (2, 12))
        ]
        self.write(WHAT_IF_OPTIONS, week, options)
        seen = {"completion_at_throw": 0.5, "separation_at_arrival_yd": 3.0, "outcome_model_origin": "simulated"}
        self.write(PASS_OUTCOMES, week, [{**row, **seen} for row in passes])

    def write_quarantine(self, week: SeasonWeek, plays: list[Row]) -> None:
        self.write(QUARANTINE, week, [{"rule_id": "speed_limit", "severity": "error", **play} for play in plays])


COMPLETED = {"passer_nfl_id": 10, "target_nfl_id": 11, "throw_frame": 20, "arrival_frame": 32, "pass_result": "C"}
MISSED = {"target_nfl_id": 12, "throw_frame": 18, "arrival_frame": 30, "pass_result": "I"}
FIRST_PLAYS: list[Row] = [
    {"game_id": 1, "play_id": 1, **COMPLETED},
    {"game_id": 1, "play_id": 2, **MISSED},
    {"game_id": 1, "play_id": 3, "play_type": "rush"},
]
