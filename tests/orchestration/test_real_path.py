"""The main job on real plays: the same runs, with outcome models borrowed from simulation and saying so."""

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from main_job import Finished

from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.domain.result_schema import MODEL_ERRORS, TRAJECTORY_SCORES, WHAT_IF_OPTIONS
from ghost_pipeline.domain.schema import CLEAN_PLAYS, PLAYS, QUARANTINE
from ghost_pipeline.models.evaluate import TEN_STEPS, WHOLE_FLIGHT
from ghost_pipeline.pipeline.champion import GHOST
from ghost_pipeline.pipeline.examination import rmse_yd
from ghost_pipeline.pipeline.registry import described

pytestmark = pytest.mark.slow


def rows(finished: Finished, table) -> pa.Table:
    return finished.platform.partitions.read_weeks(table, map(SeasonWeek.parse, finished.weeks))


def test_real_plays_go_all_the_way(finished_real: Finished) -> None:
    landed, clean, broken = (rows(finished_real, table) for table in (PLAYS, CLEAN_PLAYS, QUARANTINE))
    passes = pc.sum(pc.is_valid(clean["target_nfl_id"])).as_py()
    quarantined = broken.filter(pc.equal(broken["severity"], "error")).group_by(["game_id", "play_id"]).aggregate([])
    assert passes > 20
    assert len(landed) == len(clean) + len(quarantined)
    options = rows(finished_real, WHAT_IF_OPTIONS)
    assert pc.sum(options["is_actual_target"]).as_py() == passes
    assert len(rows(finished_real, TRAJECTORY_SCORES)) > 4 * 2 * passes


def test_the_ghosts_beat_constant_velocity_on_real_held_out_games(finished_real: Finished) -> None:
    errors = finished_real.platform.partitions.read(MODEL_ERRORS)
    for windows in (TEN_STEPS, WHOLE_FLIGHT):
        assert rmse_yd(errors, "ghost_net", windows) < 0.8 * rmse_yd(errors, "constant_velocity", windows)


def test_the_ghosts_of_real_plays_went_to_school(finished_real: Finished) -> None:
    assert finished_real.platform.artifacts.load(GHOST).facts["simulated_frames"] > 0
    assert "simulated for this training" in described(finished_real.platform)["card"]


def test_borrowed_outcome_models_say_so(finished_real: Finished) -> None:
    platform = finished_real.platform
    assert set(rows(finished_real, WHAT_IF_OPTIONS)["outcome_model_origin"].to_pylist()) == {"simulated"}
    learned_from = platform.artifacts.load("completion").facts["learned_from"]
    assert learned_from.startswith("Real plays: completion is not learned from these")
    assert "simulated for them" in learned_from
    index = platform.store.get("reports/index.html").decode()
    assert "Simulated season" not in index
    plays = [info.key for info in platform.store.list("reports/play/")]
    assert plays
    assert all("simulated" in platform.store.get(key).decode() for key in plays)
