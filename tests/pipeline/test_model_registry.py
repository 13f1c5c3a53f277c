"""The gate, the card and the registry on a small simulated season with a network of a few steps."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ghost_pipeline.cli import app
from ghost_pipeline.domain.result_schema import MODEL_ERRORS
from ghost_pipeline.domain.split import HELD_OUT_FOLD, fold_of
from ghost_pipeline.errors import GhostError, MissingObjectError
from ghost_pipeline.features.ranking import RankedFeatures
from ghost_pipeline.models.fit import TrainPlan
from ghost_pipeline.models.train import ghost_plan
from ghost_pipeline.pipeline import training
from ghost_pipeline.pipeline.champion import GHOST
from ghost_pipeline.pipeline.cleaning import clean_week
from ghost_pipeline.pipeline.examination import BEFORE, IN_USE, REFUSED, evaluation_of, examine
from ghost_pipeline.pipeline.landing import canonical_week, land
from ghost_pipeline.pipeline.learning import held_out, parts_of, training_moments
from ghost_pipeline.pipeline.platform import Platform
from ghost_pipeline.pipeline.ranking import RANKED
from ghost_pipeline.pipeline.registry import compared, described, listed, promoted
from ghost_pipeline.pipeline.training import (
    SIMULATED_BUDGET,
    Budget,
    budget_of,
    train_ghost,
    train_paper_models,
)
from ghost_pipeline.settings import Settings
from ghost_pipeline.sources.simulator.season import SeasonPlan, write_season

pytestmark = pytest.mark.slow
NAMES = ("velocity_x_yd_s", "velocity_y_yd_s", "acceleration_x_yd_s2", "acceleration_y_yd_s2", "target_distance_yd")


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Platform:
    """A clean simulated week with a ranking."""
    home = tmp_path_factory.mktemp("home")
    plan = SeasonPlan(seed=5, weeks=1, games_per_week=12, passes_per_game=16)
    write_season(home / "raw", plan, lambda *_: None)
    platform = Platform(Settings(home=home, seed=5, train_seconds=2, train_members=2))
    for week in land(platform.store, home / "raw").season_weeks:
        canonical_week(platform.store, week)
        clean_week(platform.store, week)
    ranked = RankedFeatures(NAMES, (), (), (), (), {}, 0.01, rows=1, games=1, seed=5)
    platform.artifacts.promote(RANKED, platform.artifacts.save(RANKED, {"ranking.json": ranked.to_json()}, {}), "test")
    train_paper_models(platform)
    return platform


@pytest.fixture(scope="module")
def first(platform: Platform) -> str:
    """A version that was trained and examined."""
    version = train_ghost(platform).version
    assert examine(platform, version).verdict.version == version
    return version


def test_a_version_that_passes_becomes_champion_and_gets_its_card(platform: Platform, first: str):
    evaluation = evaluation_of(platform, first)
    assert evaluation is not None
    assert {condition["name"] for condition in evaluation["conditions"]} >= {
        "beats physics on ten_steps",
        "90 % regions on whole_flight",
        "human steps on whole_flight",
    }
    assert evaluation["passed"] == all(condition["holds"] for condition in evaluation["conditions"])
    usable = all(condition["holds"] for condition in evaluation["conditions"] if condition["essential"])
    assert (platform.artifacts.champion(GHOST) == first) == usable
    assert first in described(platform, first[:6])["card"]
    assert not list(platform.store.list("checkpoints/"))


def test_an_equal_version_is_not_worse_and_a_spoilt_one_is_refused(platform: Platform, first: str, monkeypatch):
    platform.artifacts.promote(GHOST, first, "for this test")

    def two_steps(*given: int) -> TrainPlan:
        plan = ghost_plan(*given)
        return TrainPlan(2, plan.batch, 0.3, looks=1, seed=plan.seed)

    monkeypatch.setattr(training, "ghost_plan", two_steps)
    spoilt = train_ghost(platform).version
    examined = examine(platform, spoilt)
    assert not examined.verdict.passed
    assert "not worse than the champion" in examined.verdict.reason
    assert platform.artifacts.champion(GHOST) == first
    models = set(platform.partitions.read(MODEL_ERRORS)["model"].to_pylist())
    assert {IN_USE, REFUSED} <= models
    assert BEFORE not in models

    rows = compared(platform, spoilt, first)
    assert all(row["low_yd"] > 0 for row in rows)
    with pytest.raises(GhostError, match=r"the gate did not pass .*--despite-gate"):
        promoted(platform, spoilt, "I like it")
    assert promoted(platform, spoilt, "I like it", despite_gate=True) == spoilt
    assert platform.artifacts.roll_back(GHOST) == first
    assert platform.artifacts.withdrawn(GHOST) == [spoilt]
    assert {row["version"]: row["is_champion"] for row in listed(platform)} == {first: True, spoilt: False}


def test_no_game_is_both_learned_from_and_examined(platform: Platform):
    learned = training_moments(platform, NAMES, seed=0).game_id
    examined = [game for windows, _ in parts_of(platform, NAMES) for game in windows.game_id]
    assert {fold_of(game) for game in examined} == {HELD_OUT_FOLD}
    assert HELD_OUT_FOLD not in {fold_of(game) for game in learned}
    assert held_out(learned).sum() == 0


def test_the_commands(platform: Platform, first: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GHOST_HOME", str(Path(platform.settings.home)))
    platform.artifacts.promote(GHOST, first, "for this test")

    def run(*command: str, code: int = 0) -> str:
        result = CliRunner().invoke(app, ["models", *command])
        assert result.exit_code == code, result.output
        return result.output

    rows = json.loads(run("list", "--json"))
    assert next(row for row in rows if row["is_champion"])["version"] == first
    assert json.loads(run("show", "--json"))["version"] == first
    assert json.loads(run("compare", first, first[:5], "--json"))[0]["difference_yd"] == 0
    run("promote", "nonesuch", "--reason", "x", code=1)


def test_versions_are_found_by_their_first_letters(platform: Platform, first: str):
    with pytest.raises(MissingObjectError, match="no version starts with zz"):
        described(platform, "zz")


def test_simulated_plays_get_the_small_budget_unless_settings_say_more(platform: Platform):
    assert budget_of(platform) == Budget(2, 2)
    left_open = Platform(Settings(home=platform.settings.home, seed=5))
    assert budget_of(left_open) == SIMULATED_BUDGET
