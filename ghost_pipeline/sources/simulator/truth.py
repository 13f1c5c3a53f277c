"""What only the simulator knows, as Parquet beside the raw files: planted faults, true chances of every throw."""

from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ghost_pipeline.sources.simulator.game import Round
from ghost_pipeline.sources.simulator.league import League
from ghost_pipeline.sources.simulator.lineup import ELIGIBLE, QB, RECEIVERS
from ghost_pipeline.sources.simulator.play import RESULTS

Row = dict[str, Any]

FAULTS = pa.schema(
    {
        "game_id": pa.int64(),
        "play_id": pa.int64(),
        "kind": pa.string(),
        "rule_id": pa.string(),
        "fate": pa.string(),
        "frame_id": pa.int32(),
        "nfl_id": pa.int64(),
    }
)
"""One row per planted fault: the rule it breaks, what should become of its play, and where; null for no one place."""

PLAYS = pa.schema(
    {
        "game_id": pa.int64(),
        "play_id": pa.int64(),
        "passer_nfl_id": pa.int64(),
        "target_nfl_id": pa.int64(),
        "best_target_nfl_id": pa.int64(),
        "pass_result": pa.string(),
        "completion_probability": pa.float64(),
        "interception_probability": pa.float64(),
        "yards_gained_yd": pa.int32(),
        "coverage": pa.string(),
        "is_blitz": pa.bool_(),
        "pressure_yd": pa.float64(),
    }
)
"""One row per play; the best target has the highest expected yards."""

OPTIONS = pa.schema(
    {
        "game_id": pa.int64(),
        "play_id": pa.int64(),
        "target_nfl_id": pa.int64(),
        "is_actual_target": pa.bool_(),
        "route": pa.string(),
        "flight_frames": pa.int32(),
        "landing_x": pa.float64(),
        "landing_y": pa.float64(),
        "separation_at_arrival_yd": pa.float64(),
        "completion_probability": pa.float64(),
        "interception_probability": pa.float64(),
        "yards_if_caught_yd": pa.float64(),
        "expected_yards_yd": pa.float64(),
    }
)
"""One row per play and eligible target; landing in the offence's frame of reference (domain.field)."""

TABLES = {"faults": FAULTS, "plays": PLAYS, "options": OPTIONS}


def true_rows(league: League, batch: Round, row: int) -> tuple[Row, list[Row]]:
    """The rows of PLAYS and OPTIONS of one play."""
    played, options, calls = batch.played, batch.played.options, batch.played.calls
    ids = league.nfl_id(calls.player[row])
    receivers, target = ids[ELIGIBLE], int(played.target[row])
    key = {"game_id": int(calls.game_id[row]), "play_id": int(calls.play_id[row])}
    play = key | {
        "passer_nfl_id": int(ids[QB]),
        "target_nfl_id": int(receivers[target]),
        "best_target_nfl_id": int(receivers[options.best[row]]),
        "pass_result": str(RESULTS[played.result[row]]),
        "completion_probability": float(options.completion[row, target]),
        "interception_probability": float(options.interception[row, target]),
        "yards_gained_yd": int(played.yards_gained[row]),
        "coverage": str(calls.coverage[row]),
        "is_blitz": bool(calls.is_blitz[row]),
        "pressure_yd": float(played.pressure_yd[row]),
    }
    expected = options.expected_yards
    return play, [
        key
        | {
            "target_nfl_id": int(receivers[i]),
            "is_actual_target": i == target,
            "route": str(calls.route[row, i]),
            "flight_frames": int(options.flight_frames[row, i]),
            "landing_x": float(options.landing_xy[row, i, 0]),
            "landing_y": float(options.landing_xy[row, i, 1]),
            "separation_at_arrival_yd": float(options.separation_yd[row, i]),
            "completion_probability": float(options.completion[row, i]),
            "interception_probability": float(options.interception[row, i]),
            "yards_if_caught_yd": float(options.yards_if_caught[row, i]),
            "expected_yards_yd": float(expected[row, i]),
        }
        for i in np.arange(RECEIVERS).tolist()
    ]


class TruthFiles:
    """One growing Parquet file per table of TABLES in a folder; files of the same names are replaced. For a `with`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._stack = ExitStack()
        self._writers: dict[str, pq.ParquetWriter] = {}

    def __enter__(self) -> "TruthFiles":
        self.folder.mkdir(parents=True, exist_ok=True)
        for name, schema in TABLES.items():
            writer = pq.ParquetWriter(self.folder / f"{name}.parquet", schema)
            self._writers[name] = self._stack.enter_context(writer)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stack.close()

    def add(self, rows: dict[str, list[Row]]) -> None:
        """Append rows to their tables."""
        for name, new in rows.items():
            self._writers[name].write_table(pa.Table.from_pylist(new, schema=TABLES[name]))
