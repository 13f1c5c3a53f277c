"""Trains what turns paths into yards: flight, completion, yards after the catch; on real plays where they can teach it.

Highlights are nearly all completions and teach nothing about incompletions. Then the outcome models learn from
simulated plays, landed or simulated on the spot, and carry that origin wherever their numbers show.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ghost_pipeline.arrow import conform, to_columns
from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.domain.counterfactual import actual_aim
from ghost_pipeline.domain.measurements import measure_actual, measure_at_throw
from ghost_pipeline.domain.result_schema import PASS_OUTCOMES
from ghost_pipeline.domain.scene import Scenes
from ghost_pipeline.domain.schema import CLEAN_PARTICIPANTS, CLEAN_PLAYS, CLEAN_TRACKING
from ghost_pipeline.errors import MissingObjectError
from ghost_pipeline.models import completion, flight, yards_after_catch
from ghost_pipeline.models.boosting import NAMES, Measured
from ghost_pipeline.models.completion import Chances, CompletionModel, train_completion
from ghost_pipeline.models.decision import OutcomeModels
from ghost_pipeline.models.flight import FlightModel, fit_flight, releases
from ghost_pipeline.models.yards_after_catch import YardsAfterCatchModel, train_yards_after_catch
from ghost_pipeline.pipeline.featuring import read_scenes
from ghost_pipeline.pipeline.platform import Platform
from ghost_pipeline.pipeline.provenance import provenance
from ghost_pipeline.pipeline.school import SCHOOL_WEEKS, school_weeks
from ghost_pipeline.sources.simulator.league import TEAMS
from ghost_pipeline.sources.simulator.play import RESULTS
from ghost_pipeline.storage.artifacts import Artifacts

Progress = Callable[[str, int, int], None]
SIMULATED, REAL = "simulated", "real"
CHANCES = ("completion", "interception")
"""Columns of the true chances, which only passes that are simulated on the spot have."""
_AT_THROW = "at_throw_"
"""Measurements at the throw stand beside those at the arrival under this prefix."""


@dataclass(frozen=True)
class Learned:
    """The three outcome models, and the chances of the passes they learned from by models that had not seen them."""

    at_arrival: CompletionModel
    at_throw: CompletionModel
    yards_after_catch: YardsAfterCatchModel
    chances: dict[str, Chances]


def train_outcomes(platform: Platform, progress: Progress = lambda *_: None) -> tuple[OutcomeModels, str]:
    """Train, store and promote the three models; also says in words what they learned from.

    Raises MissingObjectError without a clean week, and GhostError when not even a simulated season can teach.
    """
    partitions, seed = platform.partitions, platform.settings.seed
    weeks = partitions.weeks(CLEAN_PLAYS)
    rows, released = [], []
    for done, week in enumerate(weeks):
        progress("measure passes", done, len(weeks))
        scenes = read_scenes(platform.store, week)
        released.append(releases(scenes))
        rows.append(outcome_rows(scenes, partitions.read(CLEAN_PLAYS, week)))
    if not rows:
        raise MissingObjectError(f"{platform.store.url} holds no clean week: refresh one first")
    progress("train outcome models", 0, 1)
    teacher, origin, said = _teacher(pa.concat_tables(rows), seed, progress)
    learned = _learn(teacher, origin, seed)
    models = OutcomeModels(fit_flight(released), learned.at_arrival, learned.at_throw, learned.yards_after_catch)
    _save(platform, models, said)
    for week, passes in zip(weeks, rows, strict=True):
        partitions.write(PASS_OUTCOMES, _pass_outcomes(passes, week, models, teacher, learned.chances), week)
    progress("train outcome models", 1, 1)
    return models, said


def load_outcomes(artifacts: Artifacts) -> OutcomeModels:
    """The models in use. Raises MissingObjectError before they are trained."""
    names = (flight.NAME, completion.NAME, completion.AT_THROW, yards_after_catch.NAME)
    lines, arrival, throw, gain = (artifacts.load(name) for name in names)
    return OutcomeModels(
        FlightModel.from_json(lines.files[flight.FILE]),
        CompletionModel.from_files(arrival.files, arrival.facts),
        CompletionModel.from_files(throw.files, throw.facts),
        YardsAfterCatchModel.from_files(gain.files, gain.facts),
    )


def outcome_rows(scenes: Scenes, plays: pa.Table) -> pa.Table:
    """Measurements and outcome of the passes with a known target and result, and whether a play is simulated."""
    aim = actual_aim(scenes)
    at_throw = {_AT_THROW + name: values for name, values in measure_at_throw(scenes, aim).items()}
    measured = pa.table({**measure_actual(scenes, aim), **at_throw})
    outcome = plays.select(["game_id", "play_id", "pass_result", "yards_after_catch_yd"])
    outcome = outcome.append_column("is_simulated", is_simulated(plays))
    rows = measured.join(outcome, ["game_id", "play_id"], join_type="inner")
    known = rows.filter(pc.is_valid(rows["pass_result"]))
    return known.sort_by([("game_id", "ascending"), ("play_id", "ascending")])


def is_simulated(plays: pa.Table) -> pa.Array:
    """Of each play whether the invented league played it."""
    home = pc.fill_null(plays["home_team"], "").combine_chunks()
    return pc.is_in(home, value_set=pa.array(TEAMS))


def reason_not_to_learn(rows: pa.Table) -> str | None:
    """Why `outcome_rows` cannot teach the outcome of passes, or None."""
    passes = to_columns(rows)
    caught = passes["pass_result"] == "C"
    gained = caught & ~np.isnan(passes["yards_after_catch_yd"])
    return completion.reason_not_to_learn(caught, passes["game_id"]) or yards_after_catch.reason_not_to_learn(
        passes["game_id"][gained]
    )


def _teacher(rows: pa.Table, seed: int, progress: Progress) -> tuple[pa.Table, str, str]:
    """The rows to learn from, their origin, and what to tell the user: real plays, simulated ones, a new season."""
    real, simulated = rows.filter(pc.invert(rows["is_simulated"])), rows.filter(rows["is_simulated"])
    reason = reason_not_to_learn(real)
    if reason is None:
        return real, REAL, f"The outcome models learned from {len(real)} real passes."
    excuse = f"Real plays: {reason} " if len(real) else ""
    if reason_not_to_learn(simulated) is None:
        return simulated, SIMULATED, f"{excuse}The outcome models learned from {len(simulated)} simulated passes."
    taught = simulated_rows(seed, progress)
    said = (
        f"{excuse}The outcome models learned from the chances of {len(taught)} passes simulated for them, and say so."
    )
    return taught, SIMULATED, said


def simulated_rows(seed: int, progress: Progress) -> pa.Table:
    """`outcome_rows` of the season that is played in memory, and the true chances of each pass.

    Chances teach more than results, which are chances and luck.
    """
    rows = []
    progress("simulate passes to learn outcomes from", 0, SCHOOL_WEEKS)
    for done, played in enumerate(school_weeks(seed), 1):
        progress("simulate passes to learn outcomes from", done, SCHOOL_WEEKS)
        plays = {
            "game_id": played.scenes.game_id,
            "play_id": played.scenes.play_id,
            "home_team": np.full(len(played.scenes), TEAMS[0]),
            "pass_result": RESULTS[played.result],
            "yards_after_catch_yd": pa.array(played.yards_after_catch, from_pandas=True),
        }
        known = {"game_id": plays["game_id"], "play_id": plays["play_id"]}
        known |= {name: getattr(played, name)[played.is_thrown] for name in CHANCES}
        rows.append(outcome_rows(played.scenes, pa.table(plays)).join(pa.table(known), ["game_id", "play_id"]))
    return pa.concat_tables(rows).sort_by([("game_id", "ascending"), ("play_id", "ascending")])


def _learn(rows: pa.Table, origin: str, seed: int) -> Learned:
    passes = to_columns(rows)
    result, game_id = passes["pass_result"], passes["game_id"]
    gained = (result == completion.COMPLETE) & ~np.isnan(passes["yards_after_catch_yd"])
    catches = {name: values[gained] for name, values in passes.items()}
    known = Chances(*(passes[name] for name in CHANCES)) if set(CHANCES) <= passes.keys() else None
    at_arrival, seen_late = train_completion(passes, result, game_id, origin, seed, known)
    at_throw, seen_early = train_completion(_at_throw(passes), result, game_id, origin, seed, known)
    after = train_yards_after_catch(catches, catches["yards_after_catch_yd"], catches["game_id"], origin, seed)
    return Learned(at_arrival, at_throw, after, {"arrival": seen_late, "throw": seen_early})


def _at_throw(passes: Measured) -> Measured:
    """The measurements at the throw under their own names."""
    return {name: passes[_AT_THROW + name] for name in NAMES}


def _pass_outcomes(
    rows: pa.Table, week: SeasonWeek, models: OutcomeModels, teacher: pa.Table, unseen: dict[str, Chances]
) -> pa.Table:
    """Rows of `pass_outcomes`; a pass that taught a model has its chances from a model that did not see its game."""
    passes = to_columns(rows)
    chances = {
        "throw": models.completion_at_throw.chances(_at_throw(passes)),
        "arrival": models.completion.chances(passes),
    }
    taught = {key: row for row, key in enumerate(_keys(teacher))}
    row_in_teacher = np.array([taught.get(key, -1) for key in _keys(rows)], np.int64)
    known = row_in_teacher >= 0
    columns: dict[str, object] = {
        "season_week": np.full(len(rows), str(week)),
        **{name: rows[name] for name in ("game_id", "play_id", "target_nfl_id")},
        "expected_yards_after_catch_yd": models.yards_after_catch.expected_yd(passes),
        "separation_at_throw_yd": passes[_AT_THROW + "target_separation_yd"],
        "separation_at_arrival_yd": passes["target_separation_yd"],
        "outcome_model_origin": np.full(len(rows), models.completion.origin),
    }
    for moment, of_models in chances.items():
        for name in ("completion", "interception"):
            values = getattr(of_models, name).copy()
            values[known] = getattr(unseen[moment], name)[row_in_teacher[known]]
            columns[f"{name}_at_{moment}"] = values
    return conform(PASS_OUTCOMES, pa.table(columns), f"outcomes of {week}")


def _keys(rows: pa.Table) -> list[tuple[int, int]]:
    return list(zip(rows["game_id"].to_pylist(), rows["play_id"].to_pylist(), strict=True))


def _save(platform: Platform, models: OutcomeModels, said: str) -> None:
    about = {**provenance(platform, [CLEAN_PLAYS, CLEAN_PARTICIPANTS, CLEAN_TRACKING]), "learned_from": said}
    for name, files, facts in (
        (flight.NAME, {flight.FILE: models.flight.to_json()}, asdict(models.flight)),
        (completion.NAME, models.completion.to_files(), models.completion.facts),
        (completion.AT_THROW, models.completion_at_throw.to_files(), models.completion_at_throw.facts),
        (yards_after_catch.NAME, models.yards_after_catch.to_files(), models.yards_after_catch.facts),
    ):
        version = platform.artifacts.save(name, files, {**about, **facts})
        platform.artifacts.promote(name, version, "newest training")
