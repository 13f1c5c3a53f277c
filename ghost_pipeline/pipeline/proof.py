"""What-ifs held against a truth: passes of a simulator that can be thrown again to somebody else; and landed passes,
where there is no truth but sense: who can reach the new point must turn to it, who cannot must hardly move.

The simulated passes are played for this alone, in a season that nobody trains on. Thrown and not thrown options are
predicted alike, so that the error on what never happened can be put beside the error on what did.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ghost_pipeline.arrow import conform, to_columns
from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.domain.counterfactual import Aim
from ghost_pipeline.domain.field import FRAME_S
from ghost_pipeline.domain.intervals import interval, mean_interval
from ghost_pipeline.domain.pursuit import time_to_intercept
from ghost_pipeline.domain.result_schema import WHAT_IF_PROOF
from ghost_pipeline.domain.scene import DEFENSE, PLAYERS, Scenes
from ghost_pipeline.domain.schema import CLEAN_PLAYS
from ghost_pipeline.features.windows import BACK, DEFENDER
from ghost_pipeline.models.flight import FlightModel, hypothetical_aims
from ghost_pipeline.models.forecast import Predictor
from ghost_pipeline.models.rollout import Paths, all_paths
from ghost_pipeline.pipeline.champion import load_ghost
from ghost_pipeline.pipeline.featuring import read_scenes
from ghost_pipeline.pipeline.platform import Platform
from ghost_pipeline.pipeline.what_if import Judges, load_judges, what_ifs
from ghost_pipeline.sources.simulator.rehearsal import Rehearsal, rehearse
from ghost_pipeline.sources.simulator.schedule import SeasonPlan
from ghost_pipeline.storage.partitions import Partitions

Array = NDArray[np.float64]

REHEARSED = {"season": 2001, "weeks": 1, "games_per_week": 8, "passes_per_game": 25}
"""200 passes, 1,000 options."""
LANDED_PASSES = 200
TURN_YD = 2.0
"""A defender answers for an option when the throw truly moves him this far from where another throw would have."""
MOVED_YD = 1.0
"""Of landed passes: a defender answers for an option when the throw moves his ghost this far, and he can be in time."""
FAR_S = 1.5
"""Who would come this much too late is far from an option."""
SIMULATED, LANDED = "simulated", "landed"
THROWN, NOT_THROWN, ALL = "thrown", "not thrown", "all"


@dataclass(frozen=True)
class Proof:
    """Rows of `what_if_proof`."""

    rows: pa.Table

    @property
    def numbers(self) -> dict[str, float]:
        """Of every goal the value, for people to read."""
        return {
            f"{row['plays']}: {row['measure']}, {row['options']}": row["value"]
            for row in self.rows.to_pylist()
            if row["goal"]
        }

    @property
    def missed(self) -> list[str]:
        """Goals that were not met."""
        return [f"{row['measure']}: {row['value']:.3g}" for row in self.rows.to_pylist() if row["is_met"] is False]


def prove_what_ifs(platform: Platform) -> Proof:
    """Measure the champion's what-ifs and store the table."""
    ghost, judges, seed = load_ghost(platform.artifacts), load_judges(platform), platform.settings.seed
    played = rehearse(SeasonPlan(seed=seed, **REHEARSED))
    rows = [*_against_truth(played, ghost, ghost.names, judges, seed)]
    landed = _some_scenes(platform)
    if landed is not None:
        rows += _sensitivity(landed, ghost, ghost.names, judges.outcomes.flight, seed)
    table = conform(WHAT_IF_PROOF, pa.Table.from_pylist(rows), "what-if proof")
    platform.partitions.write(WHAT_IF_PROOF, table)
    return Proof(table)


def _some_scenes(platform: Platform) -> Scenes | None:
    """Passes of the first landed weeks, at least LANDED_PASSES where there are as many; held-out games or not."""
    partitions = Partitions(platform.store)
    best: Scenes | None = None
    for week in partitions.weeks(CLEAN_PLAYS):
        scenes = read_scenes(platform.store, week)
        if best is None or len(scenes) > len(best):
            best = scenes
        if len(best) >= LANDED_PASSES:
            break
    return best if best is not None and len(best) else None


@dataclass(frozen=True)
class _Served:
    """The options of a rehearsal as a what-if predicts them, in the rehearsal's order."""

    aim: Aim
    paths: Paths
    columns: dict[str, NDArray]


def _served(played: Rehearsal, predictor: Predictor, names: tuple[str, ...], judges: Judges) -> _Served:
    aim = hypothetical_aims(played.scenes, judges.outcomes.flight)
    slots = PLAYERS.stop
    order = np.searchsorted(aim.play * slots + aim.target, played.aim.play * slots + played.aim.target)
    aim = aim.take(order)
    options = to_columns(
        what_ifs(played.scenes, predictor, names, judges, SeasonWeek(REHEARSED["season"], "REG", 1)).options
    )
    receiver = played.scenes.nfl_id[aim.play, aim.target]
    keys = list(zip(*(options[name].tolist() for name in ("game_id", "play_id", "target_nfl_id")), strict=True))
    row_of = {key: row for row, key in enumerate(keys)}
    game, play = played.scenes.game_id[aim.play].tolist(), played.scenes.play_id[aim.play].tolist()
    rows = np.array([row_of[key] for key in zip(game, play, receiver.tolist(), strict=True)])
    paths = all_paths(played.scenes, aim, predictor, names)
    return _Served(aim, paths, {name: values[rows] for name, values in options.items()})


def _against_truth(
    played: Rehearsal, predictor: Predictor, names: tuple[str, ...], judges: Judges, seed: int
) -> Iterator[dict]:
    served = _served(played, predictor, names, judges)
    report = _Reporter(SIMULATED, played.scenes.game_id[played.aim.play], seed)
    thrown = played.is_thrown

    landing = np.linalg.norm(served.aim.landing_xy - played.aim.landing_xy, axis=-1).astype(np.float64)
    frames = np.abs(served.aim.flight_frames - played.aim.flight_frames).astype(np.float64)
    yield from report.both("landing point, error", landing, thrown, "yd")
    yield from report.both("time of flight, error", frames * FRAME_S, thrown, "s")

    ade, fde = _path_errors(served, played)
    yield from report.both("ADE of defensive backs", ade, thrown, "yd")
    yield from report.both("FDE of defensive backs", fde, thrown, "yd")
    yield report.ratio("ADE, not thrown against thrown", ade, ~thrown, thrown, "<= 1.25")
    yield report.ratio("FDE, not thrown against thrown", fde, ~thrown, thrown, "<= 1.25")

    option, right = _turns(served.paths, played)
    share = right.astype(np.float64)
    yield report.of("responsible defenders who turn the right way", share, NOT_THROWN, "", ">= 0.95", option)

    separation = served.columns["target_separation_yd"] - _separation(played)
    yield from report.both("separation at the arrival, error", np.abs(separation), thrown, "yd", "<= 0.75")
    yield from report.both("separation at the arrival, bias", separation, thrown, "yd")
    completion = served.columns["completion_probability"] - played.completion
    yield from report.both("completion probability, error", np.abs(completion), thrown, "")
    yield from report.both("completion probability, bias", completion, thrown, "")
    to_thrown = np.repeat(np.flatnonzero(thrown), len(thrown) // len(played.scenes))
    for whose, path in (("ghosts: ", served.paths.path), ("truth: ", played.path)):
        yield from _pulls(report, played.scenes, served.aim, path, ~thrown, to_thrown, whose)
    yield from _choices(played, served.columns["expected_yards_yd"], seed)


def _path_errors(served: _Served, played: Rehearsal) -> tuple[Array, Array]:
    """ADE and FDE [N] of the defensive backs over the frames in which both balls fly."""
    path, true = served.paths.path, played.path
    K = min(path.shape[2], true.shape[2])
    until = np.minimum(served.aim.flight_frames, played.aim.flight_frames)
    error = np.linalg.norm(path[:, :, 1:K].astype(np.float64) - true[:, :, 1:K], axis=-1)
    is_back = served.paths.role == BACK
    scored = (np.arange(1, K) <= until[:, None])[:, None, :] & is_back[:, :, None]
    ade = np.where(scored, error, 0.0).sum(axis=(1, 2)) / np.maximum(scored.sum(axis=(1, 2)), 1)
    last = error[np.arange(len(until)), :, until - 1]
    fde = np.where(is_back, last, 0.0).sum(axis=1) / np.maximum(is_back.sum(axis=1), 1)
    return np.where(is_back.any(axis=1), ade, np.nan), np.where(is_back.any(axis=1), fde, np.nan)


def _turns(paths: Paths, played: Rehearsal) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Option [T] of every responsible defender, and whether he is predicted to turn the right way [T].

    Where he goes for this option against where he goes for the thrown one: the predicted difference must point to the
    side of the true one. Compared in the last frame in which both balls fly.
    """
    N = len(played.aim)
    thrown = np.repeat(np.flatnonzero(played.is_thrown), N // len(played.scenes))
    frame = np.minimum(played.aim.flight_frames, played.aim.flight_frames[thrown])
    frame = np.minimum(frame, paths.path.shape[2] - 1)
    row = np.arange(N)
    true = played.path[row, :, frame] - played.path[thrown, :, frame]
    ours = paths.path[row, :, frame] - paths.path[thrown, :, frame]
    is_defender = (paths.role == BACK) | (paths.role == DEFENDER)
    known = ~np.isnan(ours).any(axis=-1)
    responsible = is_defender & known & ~played.is_thrown[:, None] & (np.linalg.norm(true, axis=-1) >= TURN_YD)
    option, slot = np.nonzero(responsible)
    return option, (true[option, slot] * ours[option, slot]).sum(axis=-1) > 0


def _separation(played: Rehearsal) -> Array:
    """True separation [N] of each option at its arrival."""
    arrived = played.at_arrival.astype(np.float64)
    target = arrived[np.arange(len(arrived)), played.aim.target]
    return np.linalg.norm(arrived[:, DEFENSE] - target[:, None], axis=-1).min(axis=1)


def _choices(played: Rehearsal, worth: Array, seed: int) -> Iterator[dict]:
    """How often the truly best receiver is found, and the yards that are given away against him."""
    P = len(played.scenes)
    true, ours = played.expected_yards.reshape(P, -1), worth.reshape(P, -1)
    best, order, row = true.argmax(axis=1), np.argsort(-ours, axis=1, kind="stable"), np.arange(P)
    report = _Reporter(SIMULATED, played.scenes.game_id, seed)
    yield report.of("the best receiver is ranked first", (order[:, 0] == best) * 1.0, ALL, "")
    yield report.of("the best receiver is among the first two", (order[:, :2] == best[:, None]).any(1) * 1.0, ALL, "")
    yield report.of("given away by following the ranking", true[row, best] - true[row, order[:, 0]], ALL, "yd")
    thrown = true[played.is_thrown.reshape(P, -1)]
    yield report.of("given away by the simulated passers", true[row, best] - thrown, ALL, "yd")


def _sensitivity(
    scenes: Scenes, predictor: Predictor, names: tuple[str, ...], flight: FlightModel, seed: int
) -> Iterator[dict]:
    """Of landed passes with a known target: do the ghosts go where the ball goes?"""
    aim = hypothetical_aims(scenes, flight)
    aim = aim.take(np.isin(aim.play, aim.play[aim.target == scenes.target[aim.play]]))
    is_thrown = aim.target == scenes.target[aim.play]
    _, play = np.unique(aim.play, return_inverse=True)
    paths = all_paths(scenes, aim, predictor, names)
    report = _Reporter(LANDED, scenes.game_id[aim.play], seed)
    yield from _pulls(report, scenes, aim, paths.path, ~is_thrown, np.flatnonzero(is_thrown)[play], "ghosts: ")


def _pulls(
    report: "_Reporter",
    scenes: Scenes,
    aim: Aim,
    path: NDArray[np.float32],
    kept: NDArray[np.bool_],
    thrown: NDArray[np.int64],
    whose: str,
) -> Iterator[dict]:
    """A defender whom the throw moves although he can reach the ball must be nearer to it than if it went to the thrown
    target (option `thrown` [N]); who is far away must hardly move for it."""
    row, throw, flies = np.arange(len(aim)), scenes.throw[aim.play], aim.flight_frames * FRAME_S
    landing = aim.landing_xy[:, None].astype(np.float64)
    needed = time_to_intercept(scenes.xy[throw][:, DEFENSE], scenes.velocity[throw][:, DEFENSE], landing)
    both = np.minimum(np.minimum(aim.flight_frames, aim.flight_frames[thrown]), path.shape[2] - 1)
    here = path[row, :, both][:, DEFENSE].astype(np.float64)
    there = path[thrown, :, both][:, DEFENSE].astype(np.float64)
    drawn = np.linalg.norm(there - landing, axis=-1) - np.linalg.norm(here - landing, axis=-1)
    moved = np.linalg.norm(here - there, axis=-1)

    known = kept[:, None] & ~np.isnan(moved) & ~np.isnan(needed)
    option, slot = np.nonzero(known & (needed <= flies[:, None]) & (moved >= MOVED_YD))
    goal = ">= 0.90" if report.plays == LANDED else ""
    nearer = (drawn[option, slot] > 0) * 1.0
    yield report.of(f"{whose}responsible defenders nearer to the new target", nearer, NOT_THROWN, "", goal, option)
    yield report.of(f"{whose}by how much nearer", drawn[option, slot], NOT_THROWN, "yd", "", option)
    option, slot = np.nonzero(known & (needed > flies[:, None] + FAR_S))
    yield report.of(f"{whose}moved by far defenders", moved[option, slot], NOT_THROWN, "yd", "", option)


@dataclass(frozen=True)
class _Reporter:
    """Makes rows with intervals by game; `game_id` [N] is that of each option (or pass)."""

    plays: str
    game_id: NDArray[np.int64]
    seed: int

    def of(
        self, measure: str, values: Array, options: str, unit: str, goal: str = "", rows: NDArray | None = None
    ) -> dict:
        """The mean of `values`, of the options `rows` (all by default)."""
        game_id = self.game_id if rows is None else self.game_id[rows]
        return self._row(measure, options, mean_interval(values, game_id, self.seed), len(values), unit, goal)

    def both(self, measure: str, values: Array, thrown: NDArray[np.bool_], unit: str, goal: str = "") -> list[dict]:
        """The means over the options thrown and not thrown; the goal is for the latter."""
        made = ((THROWN, thrown, ""), (NOT_THROWN, ~thrown, goal))
        return [self.of(measure, values[rows], name, unit, aim, np.flatnonzero(rows)) for name, rows, aim in made]

    def ratio(self, measure: str, values: Array, above: NDArray, below: NDArray, goal: str) -> dict:
        """The mean over `above` divided by that over `below`."""
        known = ~np.isnan(values)

        def of(times: NDArray) -> float:
            up, down = times * (above & known), times * (below & known)
            if not up.sum() or not down.sum():
                return float("nan")
            clean = np.nan_to_num(values)
            return float((up @ clean / up.sum()) / (down @ clean / down.sum()))

        ends = interval(of, self.game_id, self.seed)
        return self._row(measure, ALL, (of(np.ones(len(values))), *ends), int(known.sum()), "", goal)

    def _row(self, measure: str, options: str, found: tuple[float, float, float], n: int, unit: str, goal: str) -> dict:
        value, low, high = (None if np.isnan(number) else number for number in found)
        return {
            "plays": self.plays,
            "measure": measure,
            "options": options,
            "value": value,
            "low": low,
            "high": high,
            "n": n,
            "unit": unit,
            "goal": goal,
            "is_met": None if not goal or value is None else _meets(goal)(value),
        }


def _meets(goal: str) -> Callable[[float], bool]:
    """'<= 1.25' as a question."""
    sign, bound = goal.split()
    return (lambda value: value <= float(bound)) if sign == "<=" else (lambda value: value >= float(bound))
