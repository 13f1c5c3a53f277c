"""A small made-up season, complete enough to fill every page of the site."""

from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa

from ghost_pipeline.arrow import arrow_schema, to_columns
from ghost_pipeline.domain.calendar import WHOLE_SEASON
from ghost_pipeline.domain.field import FIELD_WIDTH_YD, FRAME_S
from ghost_pipeline.domain.result_schema import (
    MEASUREMENTS,
    MODEL_ERRORS,
    TRAJECTORY_KINDS,
    TRAJECTORY_SCORES,
    WHAT_IF_OPTIONS,
    WHAT_IF_PATHS,
)
from ghost_pipeline.domain.scene import build_scenes
from ghost_pipeline.domain.schema import (
    CHECK_RESULTS,
    CLEAN_PARTICIPANTS,
    CLEAN_PLAYS,
    CLEAN_TRACKING,
    QUARANTINE,
    Table,
)
from ghost_pipeline.features.definitions import FRAME_FEATURES
from ghost_pipeline.features.ranking import Family, HorizonError, RankedFeatures, RankedGroup
from ghost_pipeline.publish.inputs import MART_COLUMNS, SiteData, SiteFacts

SNAP, THROW, ARRIVAL, LAST = 0, 27, 44, 48
SCRIMMAGE_X = 42.0
OFFENSE = ("QB", "T", "G", "C", "G", "T", "WR", "WR", "WR", "TE", "RB")
DEFENSE = ("DE", "DT", "DT", "DE", "MLB", "OLB", "CB", "CB", "CB", "FS", "SS")
ELIGIBLE = (6, 7, 8, 9, 10)
SPOTS = (-5, 0), (0, -3), (0, -1.5), (0, 0), (0, 1.5), (0, 3), (0, -20), (0, 19), (-1, 12), (0, 4.6), (-5, 2.5)
ROUTES = (0, 0), (0, 0), (0, 0), (0, 0), (0, 0), (0, 0), (7.8, 0.8), (5.2, -3.4), (4.1, 3.8), (3.9, -1.0), (1.2, 4.4)
COVERS = {6: 6, 7: 7, 8: 8, 9: 10, 4: 10}  # defender of DEFENSE -> receiver of OFFENSE
NAMES = (
    "Avery Stone",
    "Miles Carter",
    "Jonah Price",
    "Theo Grant",
    "Eli Marsh",
    "Owen Hale",
    "Cole Rivers",
    "Dre Fields",
)
NAMES += ("Ty Brooks", "Max Lowell", "Ray Dunn")


def rows_of(table: Table, rows: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(rows, arrow_schema(table))


def made_site(
    games: int = 2, plays_each: int = 3, first_name: str = "Cole Rivers", is_simulated: bool = True
) -> SiteData:
    """A season of `games` games; `first_name` is the name of the first receiver of every team."""
    rng = np.random.default_rng(5)
    plays, people, tracks, options, paths, scores, index = [], [], [], [], [], [], []
    for game in range(games):
        for play in range(plays_each):
            made = MadePlay(2021090900 + game, 55 + 20 * play, f"2021-REG-{game + 1:02d}", rng, first_name)
            plays.append(made.play_row())
            people += made.people_rows()
            tracks += made.track_rows()
            play_options = made.option_rows()
            options += play_options
            paths += made.path_rows()
            scores += made.score_rows()
            index.append(made.index_row(play_options))
    tables = rows_of(CLEAN_PLAYS, plays), rows_of(CLEAN_PARTICIPANTS, people), rows_of(CLEAN_TRACKING, tracks)
    scenes = build_scenes(*map(to_columns, tables), frames_after=LAST - ARRIVAL)
    backs = _backs(rng, first_name)
    return SiteData(
        facts=SiteFacts(
            made_at=datetime(2026, 2, 3, 9, 30),
            source="simulator",
            is_simulated=is_simulated,
            code_version="0.1.0",
            champion="ghost_net",
            champion_version="3f0c9a1b77de",
            champion_facts={
                "seed": 7,
                "windows": 18422,
                "made_at": "2026-02-03T09:12:00+00:00",
                "data": {"clean/plays": "ab12"},
            },
            min_ranked_passes=20,
            min_ranked_passes_of_a_week=10,
        ),
        scenes=scenes,
        plays=tables[0],
        participants=tables[1],
        check_results=_checks(games),
        quarantine=_quarantine(games),
        model_errors=_errors(),
        trajectory_scores=rows_of(TRAJECTORY_SCORES, scores),
        what_if_options=rows_of(WHAT_IF_OPTIONS, options),
        what_if_paths=rows_of(WHAT_IF_PATHS, paths),
        learning_curves=_learning_curves(),
        ranked_features=_ranked(),
        play_index=pa.Table.from_pylist(index),
        week_summary=_weeks(games),
        season_summary=_season(games) if games else pa.table({}),
        defensive_back_weeks=_week_leaders(backs, games),
        defensive_back_leaderboard=backs,
        passer_decisions=_passers(rng),
        mart_columns=_mart_columns(),
        mart_models={
            "defensive_back_leaderboard": {
                "meaning": "One row per season, team and defensive back.",
                "made_from": ["defended_passes", "plays"],
                "sql": "select 1 as passes\nwhere 1 < 2",
            }
        },
    )


class MadePlay:
    """One pass: receivers run straight routes, their defenders trail them, the rush goes to the passer."""

    def __init__(self, game_id: int, play_id: int, week: str, rng: np.random.Generator, first_name: str) -> None:
        self.rng, self.first_name = rng, first_name
        self.key = {"game_id": game_id, "play_id": play_id}
        self.week = {"season_week": week, **self.key}
        self.target = int(rng.choice(ELIGIBLE))
        self.middle = 26 + rng.uniform(-3, 3)
        self.ids = 1000 * (game_id % 100 + 1) + np.arange(1, 23)
        self.xy = self._move()

    def _move(self) -> np.ndarray:
        """[frames, 23, 2]"""
        t = np.arange(LAST + 1) * FRAME_S
        run = np.minimum(t, 4.2) + np.minimum(0, t - 0.6) * 0.5
        xy = np.zeros((len(t), 23, 2))
        origin = np.array([SCRIMMAGE_X, self.middle])
        for slot, (spot, route) in enumerate(zip(SPOTS, ROUTES, strict=True)):
            bend = self.rng.uniform(-0.25, 0.25) * t[:, None] ** 2 if slot in ELIGIBLE else 0
            xy[:, slot] = origin + spot + run[:, None] * np.array(route) + bend
        xy[:, 0, 0] -= 3 * np.minimum(t, 1.2)
        start = np.array(
            [(1, -4), (1, -1), (1, 1), (1, 4), (5, 0), (5, 5), (6, -20), (6, 19), (6, 12), (14, -8), (12, 7)]
        )
        for number in range(11):
            covered = COVERS.get(number)
            own = origin + start[number] + self.rng.normal(0, 0.4, 2)
            if covered is not None:
                pull = np.minimum(t / 3.5, 0.9)[:, None]
                xy[:, 11 + number] = (1 - pull) * own + pull * (xy[:, covered] + (1.2, -0.6))
            elif number < 4:
                pull = np.minimum(t / 5, 0.75)[:, None]
                xy[:, 11 + number] = (1 - pull) * own + pull * xy[:, 0]
            else:
                pull = np.clip(t - 2.2, 0, 2)[:, None] / 6
                xy[:, 11 + number] = (1 - pull) * own + pull * xy[:, self.target]
        flight = np.clip((np.arange(len(t)) - THROW) / (ARRIVAL - THROW), 0, 1)[:, None]
        xy[:, 22] = (1 - flight) * xy[:, 0] + flight * (xy[ARRIVAL, self.target] + (0.4, 0.1))
        xy[..., 1] = np.clip(xy[..., 1], 0.5, FIELD_WIDTH_YD - 0.5)
        return xy

    def play_row(self) -> dict[str, Any]:
        return {
            **self.week,
            "season": 2021,
            "season_type": "REG",
            "week": int(self.week["season_week"][-2:]),
            "home_team": "OAK",
            "visitor_team": "ELM",
            "offense_team": "ELM",
            "defense_team": "OAK",
            "play_type": "pass",
            "play_direction": "right",
            "quarter": 2,
            "game_clock_s": 421,
            "down": 3,
            "yards_to_go": 8,
            "scrimmage_x_yd": SCRIMMAGE_X,
            "snap_frame": SNAP,
            "throw_frame": THROW,
            "arrival_frame": ARRIVAL,
            "passer_nfl_id": int(self.ids[0]),
            "target_nfl_id": int(self.ids[self.target]),
            "pass_result": "C",
            "description": f"Pass by A.Stone to {self.first_name}",
            "source": "simulator",
            "source_object": "raw/week.csv",
        }

    def people_rows(self) -> list[dict[str, Any]]:
        return [
            {
                **self.week,
                "nfl_id": int(self.ids[slot]),
                "side": "offense" if slot < 11 else "defense",
                "team": "ELM" if slot < 11 else "OAK",
                "position": (*OFFENSE, *DEFENSE)[slot],
                "jersey_number": (
                    12,
                    71,
                    66,
                    52,
                    64,
                    78,
                    11,
                    80,
                    14,
                    87,
                    28,
                    91,
                    98,
                    95,
                    56,
                    54,
                    57,
                    24,
                    21,
                    29,
                    31,
                    33,
                )[slot],
                "display_name": self._name(slot),
            }
            for slot in range(22)
        ]

    def _name(self, slot: int) -> str:
        return self.first_name if slot == 6 else NAMES[slot % 11] + ("" if slot < 11 else " Jr.")

    def track_rows(self) -> list[dict[str, Any]]:
        ids = [*self.ids.tolist(), 0]
        return [
            {**self.key, "frame_id": frame, "nfl_id": ids[slot], "x": float(x), "y": float(y)}
            for frame, places in enumerate(self.xy)
            for slot, (x, y) in enumerate(places)
        ]

    def option_rows(self) -> list[dict[str, Any]]:
        chance = self.rng.uniform(0.25, 0.85, len(ELIGIBLE))
        yards = chance * (self.xy[ARRIVAL, ELIGIBLE, 0] - SCRIMMAGE_X + 3)
        rows = []
        for number, slot in enumerate(ELIGIBLE):
            landing = self.xy[ARRIVAL, slot] + 0.3
            rows.append(
                {
                    **self.week,
                    "target_nfl_id": int(self.ids[slot]),
                    "is_actual_target": slot == self.target,
                    "is_held_out": True,
                    "landing_x_yd": float(landing[0]),
                    "landing_y_yd": float(landing[1]),
                    "flight_frames": ARRIVAL - THROW + (0 if slot == self.target else number),
                    **{column.name: 2.5 for column in MEASUREMENTS},
                    "nearest_defender_nfl_id": int(self.ids[17]),
                    "play_score": -0.08,
                    "completion_probability": float(chance[number]),
                    "expected_yards_after_catch_yd": 3.1 + number,
                    "expected_yards_yd": float(yards[number]),
                    "decision_value_yd": float(yards[number] - np.delete(yards, number).max()),
                    "option_rank": int((yards > yards[number]).sum()) + 1,
                    "outcome_model_origin": "simulated",
                }
            )
        return rows

    def path_rows(self) -> list[dict[str, Any]]:
        rows = []
        for option, slot in enumerate(ELIGIBLE):
            steps = ARRIVAL - THROW + (0 if slot == self.target else option)
            for player in (*range(11, 22), *ELIGIBLE):
                start = self.xy[THROW, player]
                aim = (
                    0.7 * self.xy[ARRIVAL, player] + 0.3 * self.xy[ARRIVAL, slot]
                    if player > 16
                    else self.xy[ARRIVAL, player]
                )
                drift = self.rng.normal(0, 0.8, 2)
                for step in range(1, steps + 1):
                    share = step / steps
                    place = start + share * (aim - start) + drift * step / steps
                    rows.append(
                        {
                            **self.key,
                            "target_nfl_id": int(self.ids[slot]),
                            "nfl_id": int(self.ids[player]),
                            "step": step,
                            "ghost_x_yd": float(place[0]),
                            "ghost_y_yd": float(place[1]),
                            "ghost_sd_x_yd": 0.06 * step,
                            "ghost_sd_y_yd": 0.04 * step,
                        }
                    )
        return rows

    def score_rows(self) -> list[dict[str, Any]]:
        level = {"actual": -0.11, "model": -0.08, "constant_velocity": -0.01, "distorted": 0.05}
        return [
            {
                **self.week,
                "target_nfl_id": int(self.ids[self.target]),
                "nfl_id": int(self.ids[slot]),
                "kind": kind,
                "is_held_out": True,
                "frames": ARRIVAL - THROW,
                "convergence_yd_step": -0.1,
                "effort_ratio": 0.8,
                "superhuman_steps": 0,
                "trajectory_score": level[kind] + float(self.rng.normal(0, 0.03)),
                "play_weight": 0.2,
                "ade_yd": 0.0 if kind == "actual" else 0.7,
                "fde_yd": 0.0 if kind == "actual" else 1.4,
                "final_distance_yd": 3.0,
            }
            for slot in range(17, 22)
            for kind in TRAJECTORY_KINDS
        ]

    def index_row(self, options: list[dict[str, Any]]) -> dict[str, Any]:
        chosen = next(option for option in options if option["is_actual_target"])
        best = min(options, key=lambda option: option["option_rank"])
        slot = {int(self.ids[slot]): slot for slot in range(22)}
        row = self.play_row()
        names = (
            "season_week game_id play_id season week offense_team defense_team quarter game_clock_s down yards_to_go"
        )
        return {
            **{name: row[name] for name in names.split()},
            "passer_nfl_id": row["passer_nfl_id"],
            "passer_name": self._name(0),
            "target_nfl_id": row["target_nfl_id"],
            "target_name": self._name(self.target),
            "pass_result": row["pass_result"],
            "air_yards_yd": float(chosen["landing_x_yd"] - SCRIMMAGE_X),
            "play_score": chosen["play_score"],
            "option_count": len(options),
            "option_rank": chosen["option_rank"],
            "completion_probability": chosen["completion_probability"],
            "expected_yards_yd": chosen["expected_yards_yd"],
            "decision_value_yd": chosen["decision_value_yd"],
            "best_option_name": self._name(slot[best["target_nfl_id"]]),
            "outcome_model_origin": "simulated",
            "description": row["description"],
        }


def _checks(games: int) -> pa.Table:
    checks = [("plays", "speed_limit", False, "3 plays over 12.5 yd/s"), ("tracking", "x between", True, "-3.1 to 121")]
    return rows_of(
        CHECK_RESULTS,
        [
            {
                "season_week": f"2021-REG-{game + 1:02d}",
                "table_name": table,
                "check_id": check,
                "severity": "error",
                "success": success,
                "observed": observed,
                "expected": "<= 12.5 yd/s",
                "unexpected_count": 0 if success else 3,
                "row_count": 160,
                "sample": None if success else "game 2021090900, play 55, frame 31, player 1018: 14.2",
            }
            for game in range(games)
            for table, check, success, observed in checks
        ],
    )


def _quarantine(games: int) -> pa.Table:
    return rows_of(
        QUARANTINE,
        [
            {
                "season_week": f"2021-REG-{game + 1:02d}",
                "game_id": 2021090900 + game,
                "play_id": 900 + number,
                "rule_id": rule,
                "severity": "error",
                "observed": 14.2,
                "expected": "<= 12.5 yd/s",
                "sample": "frame 31, player 1018: 14.2",
                "source_object": "raw/simulator/week.csv",
                "offense_team": "ELM",
                "defense_team": "OAK",
                "is_released": False,
            }
            for game in range(games)
            for number, rule in enumerate(("speed_limit", "one_ball"))
        ],
    )


def _errors() -> pa.Table:
    level = {
        ("constant_velocity", "at_release"): 0.78,
        ("cnn_lstm", "known_context"): 0.45,
        ("ghost_net", "at_release"): 0.31,
        ("ghost_net", "known_context"): 0.30,
    }
    return rows_of(
        MODEL_ERRORS,
        [
            {
                "model": model,
                "protocol": protocol,
                "windows": windows,
                "slice": slice_name,
                "step": step,
                "n": 2730,
                "ade_yd": rmse * 0.65,
                "fde_yd": rmse * 1.8,
                "rmse_yd": rmse * (step / 6 if step else 1),
                "rmse_low_yd": rmse * (step / 6 if step else 1) * 0.94,
                "rmse_high_yd": rmse * (step / 6 if step else 1) * 1.07,
                "coordinate_rmse_yd": rmse * (step / 6 if step else 1) * 0.71,
                "median_yd": rmse * 0.4,
                "miss_rate": min(rmse / 4, 1.0),
                "superhuman_rate": 0.0,
            }
            for windows, steps in (("ten_steps", 10), ("whole_flight", 24))
            for (model, protocol), rmse in level.items()
            for slice_name in ("all", "nearest_back", "flight_under_1_s")
            for step in range(steps + 1)
        ],
    )


def _learning_curves() -> dict[str, list[dict[str, float]]]:
    return {
        model: [
            {"step": step, "train_loss": 1 / (step + 50), "inner_rmse_yd": floor + 60 / (step + 90)}
            for step in range(0, 2001, 200)
        ]
        for model, floor in (("ghost_net", 0.28), ("cnn_lstm", 0.42))
    }


def _ranked() -> RankedFeatures:
    names = list(dict.fromkeys(feature.group for feature in FRAME_FEATURES))
    share = 0.8 ** np.arange(len(names))
    share = (share / share.sum()).tolist()
    groups = tuple(
        RankedGroup(
            name,
            tuple(feature.name for feature in FRAME_FEATURES if feature.group == name),
            number // 2,
            *(one, one / 9, one * 1.4 - 0.001, one / 5, one * 0.9, one / 7, one, one / 8),
        )
        for number, (name, one) in enumerate(zip(names, share, strict=True))
    )
    counts = np.cumsum([len(group.features) for group in groups]).tolist()
    sizes = (2, 4, 8, 12, 16, 24, len(groups))
    return RankedFeatures(
        chosen=tuple(name for group in groups[:8] for name in group.features),
        groups=groups,
        families=(Family((names[0], names[1]), 0.6), Family((names[4], names[5], names[6]), 0.1)),
        horizons=(HorizonError("0.3 s", 6000, 0.16, 0.055, 0.056), HorizonError("arrival", 6000, 3.1, 1.66, 1.68)),
        curve=tuple({"groups": n, "features": counts[n - 1], "error": 0.4 + 0.3 / n} for n in sizes),
        stability={"gain": 0.97, "permutation": 0.86, "shap": 0.96, "importance": 0.97},
        tolerance=0.01,
        rows=18_422,
        games=12,
        seed=7,
    )


def _weeks(games: int) -> pa.Table:
    return pa.Table.from_pylist(
        [
            {
                "season_week": f"2021-REG-{game + 1:02d}",
                "landed_plays": 160,
                "clean_plays": 151,
                "passes": 142,
                "passes_with_target": 140,
                "quarantined_plays": 9,
                "warned_plays": 2,
                "checks": 48,
                "failed_checks": 1,
                "failed_warnings": 1,
                **_judged(game),
            }
            for game in range(games)
        ]
    )


def _judged(game: int) -> dict[str, Any]:
    """How the passes of a week were played; no game of the second one is held out."""
    is_examined = game != 1
    return {
        "scored_passes": 140,
        "mean_play_score": -0.10 - 0.01 * game,
        "mean_ghost_play_score": -0.08,
        "examined_paths": 612 if is_examined else 0,
        "ghost_ade_yd": 0.41 if is_examined else None,
        "ghost_fde_yd": 0.93 if is_examined else None,
        "constant_velocity_ade_yd": 1.12 if is_examined else None,
        "constant_velocity_fde_yd": 2.61 if is_examined else None,
        "valued_passes": 140,
        "best_option_share": 0.44,
        "mean_decision_value_yd": -1.3,
    }


def _season(games: int) -> pa.Table:
    """The weeks of `_weeks` together."""
    weeks = _weeks(games).to_pylist()
    counts = {name: sum(week[name] for week in weeks) for name in weeks[0] if isinstance(weeks[0][name], int)}
    return pa.Table.from_pylist([{"season": 2021, "weeks": games, **_judged(0), **counts}])


def _week_leaders(backs: pa.Table, games: int) -> pa.Table:
    """The leaderboard again, as if every week had gone like the season."""
    dropped = {"season", "season_type", "held_out_passes", "mean_final_distance_yd", "mean_ghost_final_distance_yd"}
    season = [row for row in backs.to_pylist() if row["season_type"] == WHOLE_SEASON]
    rows = [{name: value for name, value in row.items() if name not in dropped} for row in season]
    return pa.Table.from_pylist([{"season_week": f"2021-REG-{n + 1:02d}", **row} for n in range(games) for row in rows])


def _backs(rng: np.random.Generator, first_name: str) -> pa.Table:
    rows = []
    for number in range(40):
        over = round(float(rng.normal(0, 0.02)), 3)
        actual = -0.1 + over
        rows.append(
            {
                "season": 2021,
                "season_type": WHOLE_SEASON,
                "team": ("OAK", "ELM", "ASH", "FIR")[number % 4],
                "nfl_id": 1018 + number,
                "display_name": first_name if number == 0 else f"{NAMES[number % 11]} {number}",
                "position": ("CB", "FS", "SS")[number % 3],
                "place": number // 2 * 2 + 1 if number < 34 else None,
                "is_ranked": number < 34,
                "passes": 60 - number,
                "held_out_passes": 12,
                "nearest_passes": 20,
                "mean_trajectory_score": actual,
                "mean_ghost_trajectory_score": -0.1,
                "score_over_expected": over,
                "score_over_expected_low": over - 0.03,
                "score_over_expected_high": over + 0.03,
                "mean_final_distance_yd": 4.2,
                "mean_ghost_final_distance_yd": 4.6,
            }
        )
    playoffs = [{**row, "season_type": "POST", "place": None, "is_ranked": False, "passes": 3} for row in rows[:2]]
    return pa.Table.from_pylist([*rows, *playoffs])


def _passers(rng: np.random.Generator) -> pa.Table:
    return pa.Table.from_pylist(
        [
            {
                "season": 2021,
                "season_type": WHOLE_SEASON,
                "team": ("OAK", "ELM", "ASH", "FIR")[number],
                "passer_nfl_id": 1001 + number,
                "passer_name": f"Passer {number}",
                "place": number + 1 if number < 3 else None,
                "is_ranked": number < 3,
                "passes": 140 - 30 * number,
                "held_out_passes": 30,
                "best_option_share": 0.4,
                "mean_expected_yards_yd": 6.2,
                "mean_decision_value_yd": -0.5 * number,
                "mean_decision_value_low_yd": -0.5 * number - 0.4,
                "mean_decision_value_high_yd": -0.5 * number + 0.4,
                "mean_decision_value_points": -0.04 * number if number != 1 else None,
                "mean_decision_value_low_points": -0.04 * number - 0.03 if number != 1 else None,
                "mean_decision_value_high_points": -0.04 * number + 0.03 if number != 1 else None,
                "completion_share": 0.63,
                "completion_over_expected": 0.02,
            }
            for number in range(4)
        ]
    )


def _mart_columns() -> pa.Table:
    return rows_of(
        MART_COLUMNS,
        [
            {"table_name": "defensive_back_leaderboard", "column_name": name, "data_type": "DOUBLE", "comment": about}
            for name, about in (
                ("passes", "Passes defended and scored."),
                ("score_over_expected", "Mean of the actual minus the ghost score; lower is better."),
            )
        ],
    )
