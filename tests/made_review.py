"""A store with the made-up season of `made_site`, as far as a review reads it, and the wait for its server."""

import time
import urllib.request
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from made_site import ARRIVAL, ELIGIBLE, THROW, MadePlay

from ghost_pipeline.arrow import arrow_schema
from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.domain.result_schema import TRAJECTORY_SCORES, WHAT_IF_DEFENDERS, WHAT_IF_OPTIONS, WHAT_IF_PATHS
from ghost_pipeline.domain.schema import CLEAN_PARTICIPANTS, CLEAN_PLAYS, CLEAN_TRACKING, Table
from ghost_pipeline.storage.objects import Store
from ghost_pipeline.storage.partitions import Partitions

SECRET_NAME = "Rutherford Quillfeather"


def fill(store: Store, games: int = 2, plays_each: int = 6) -> list[MadePlay]:
    """Write the tables; every game is a week of its own. Returns the plays."""
    random = np.random.default_rng(5)
    made = []
    for game in range(games):
        week = f"2021-REG-{game + 1:02d}"
        plays = [MadePlay(2021090900 + game, 55 + 20 * n, week, random, SECRET_NAME) for n in range(plays_each)]
        tables: dict[Any, list[dict[str, Any]]] = {
            CLEAN_PLAYS: [play.play_row() for play in plays],
            CLEAN_PARTICIPANTS: [row for play in plays for row in play.people_rows()],
            CLEAN_TRACKING: [row for play in plays for row in play.track_rows()],
            WHAT_IF_OPTIONS: [row for play in plays for row in play.option_rows()],
            WHAT_IF_PATHS: [row for play in plays for row in play.path_rows()],
            WHAT_IF_DEFENDERS: [row for play in plays for row in _defenders(play, random)],
            TRAJECTORY_SCORES: [row for play in plays for row in play.score_rows()],
        }
        for table, rows in tables.items():
            Partitions(store).write(table, _sparse(table, rows), SeasonWeek.parse(week))
        made += plays
    return made


def _sparse(table: Table, rows: list[dict[str, Any]]) -> pa.Table:
    """Rows that leave columns out which no review reads."""
    fields = [field.with_nullable(True) for field in arrow_schema(table)]
    return pa.Table.from_pylist(rows, pa.schema(fields))


def _defenders(play: MadePlay, random: np.random.Generator) -> list[dict[str, Any]]:
    return [
        {
            **play.week,
            "target_nfl_id": int(play.ids[target]),
            "nfl_id": int(play.ids[slot]),
            "is_defensive_back": slot > 16,
            "convergence_yd_step": -0.1,
            "late_convergence_yd_step": -0.05,
            "effort_ratio": 0.8,
            "superhuman_steps": 0,
            "off_field_steps": 0,
            "trajectory_score": float(random.normal(0, 0.3)),
            "play_weight": float(random.uniform(0.05, 1)),
            "final_distance_yd": 3.0,
            "time_to_intercept_s": 1.0,
            "is_in_time": True,
            "rules_broken": "",
        }
        for target in ELIGIBLE
        for slot in range(11, 22)
    ]


def let_ghosts_run_what_was_run(store: Store, plays: list[MadePlay]) -> None:
    """Make every ghost of the actual target repeat what the man himself ran: nothing else may tell the two apart."""
    partitions = Partitions(store)
    for week in partitions.weeks(WHAT_IF_PATHS):
        kept, repeated = partitions.read(WHAT_IF_PATHS, week), []
        for play in (play for play in plays if play.week["season_week"] == str(week)):
            of_target = (pc.field("game_id") == play.key["game_id"]) & (pc.field("play_id") == play.key["play_id"])
            of_target &= pc.field("target_nfl_id") == int(play.ids[play.target])
            for row in kept.filter(of_target).to_pylist():
                place = play.xy[THROW + row["step"], play.ids.tolist().index(row["nfl_id"])]
                repeated.append({**row, "ghost_x_yd": float(place[0]), "ghost_y_yd": float(place[1])})
            kept = kept.filter(~of_target)
        assert max(row["step"] for row in repeated) == ARRIVAL - THROW
        partitions.write(WHAT_IF_PATHS, pa.concat_tables([kept, _sparse(WHAT_IF_PATHS, repeated)]), week)


def wait_for(url: str, patience_s: float) -> None:
    """Until a server answers. Raises the last OSError when it does not in time."""
    end_s = time.monotonic() + patience_s
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            if time.monotonic() > end_s:
                raise
            time.sleep(0.2)
