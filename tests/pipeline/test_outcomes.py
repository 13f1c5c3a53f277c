"""Outcome models: what they learn from, and what a store with a simulated season makes of it."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from passes_by_hand import GAME_IDS

from ghost_pipeline.arrow import to_columns
from ghost_pipeline.domain.path_rules import PathFacts
from ghost_pipeline.domain.result_schema import (
    MEASUREMENTS,
    PASS_OUTCOMES,
    WHAT_IF_DEFENDERS,
    WHAT_IF_OPTIONS,
    WHAT_IF_PROOF,
)
from ghost_pipeline.domain.schema import CLEAN_PLAYS, QUARANTINE
from ghost_pipeline.domain.split import HELD_OUT_FOLD, folds_of
from ghost_pipeline.errors import GhostError, MissingObjectError
from ghost_pipeline.models.ghost_net import GhostConfig, GhostNet, Scaler
from ghost_pipeline.models.ghost_predictor import GhostPredictor, Member
from ghost_pipeline.pipeline import outcomes, proof, school
from ghost_pipeline.pipeline.calibrating import calibrate_score, read_rated
from ghost_pipeline.pipeline.champion import GHOST
from ghost_pipeline.pipeline.cleaning import clean_week
from ghost_pipeline.pipeline.featuring import read_scenes
from ghost_pipeline.pipeline.landing import canonical_week, land
from ghost_pipeline.pipeline.outcomes import load_outcomes, outcome_rows, reason_not_to_learn, train_outcomes
from ghost_pipeline.pipeline.platform import Platform
from ghost_pipeline.pipeline.realism import compare_with_simulator
from ghost_pipeline.pipeline.scoring import score_trajectories
from ghost_pipeline.pipeline.what_if import what_if_week
from ghost_pipeline.pipeline.what_if_play import draw, what_if_play
from ghost_pipeline.settings import Settings
from ghost_pipeline.sources.simulator.raters import Panel
from ghost_pipeline.sources.simulator.season import SeasonPlan, write_season
from ghost_pipeline.storage.ratings import Ratings

MOMENTS = ("", "at_throw_")


def made_rows(count: int, caught: int, is_simulated: bool) -> pa.Table:
    """Rows as of `outcome_rows`: the first `caught` passes are completions."""
    random = np.random.default_rng(1)
    result = np.where(np.arange(count) < caught, "C", "I")
    return pa.table(
        {
            "game_id": np.array(GAME_IDS)[np.arange(count) % len(GAME_IDS)],
            **{moment + column.name: random.uniform(0, 10, count) for column in MEASUREMENTS for moment in MOMENTS},
            "pass_result": result,
            "yards_after_catch_yd": np.where(result == "C", random.uniform(0, 10, count), np.nan),
            "is_simulated": np.full(count, is_simulated),
        }
    )


def silent(name: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


def test_real_passes_teach_where_they_can():
    rows = pa.concat_tables([made_rows(300, 200, False), made_rows(300, 200, True)])
    taught, origin, said = outcomes._teacher(rows, 7, silent)
    assert (origin, len(taught)) == ("real", 300)
    assert "300 real passes" in said


def test_landed_simulated_passes_teach_where_there_are_no_real_ones():
    taught, origin, said = outcomes._teacher(made_rows(300, 200, True), 7, silent)
    assert (origin, len(taught)) == ("simulated", 300)
    assert "Real" not in said


def test_highlights_fall_back_to_passes_simulated_for_them(monkeypatch):
    monkeypatch.setattr(outcomes, "simulated_rows", lambda seed, progress: made_rows(400, 300, True))
    highlights = made_rows(280, 275, False)
    assert "nearly all completions" in reason_not_to_learn(highlights)
    taught, origin, said = outcomes._teacher(highlights, 7, silent)
    assert (origin, len(taught)) == ("simulated", 400)
    assert "275 were caught and 5 were not" in said
    assert "simulated" in said


def test_a_store_without_weeks_says_what_to_do(tmp_path: Path):
    with pytest.raises(MissingObjectError, match="no clean week"):
        train_outcomes(Platform(Settings(home=tmp_path)))


NAMES = ("velocity_x_yd_s", "velocity_y_yd_s")


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Platform:
    """A small simulated season, clean, with a ghost network that has learned nothing: its prior alone."""
    home = tmp_path_factory.mktemp("home")
    plan = SeasonPlan(seed=11, weeks=1, games_per_week=8, passes_per_game=30)
    write_season(home / "raw", plan, silent)
    platform = Platform(Settings(home=home, seed=11))
    for week in land(platform.store, home / "raw").season_weeks:
        canonical_week(platform.store, week)
        clean_week(platform.store, week)
    network = GhostNet(GhostConfig(observed=6, features=2))
    member = Member(network, np.ones(network.config.steps, np.float32))
    ghost = GhostPredictor((member,), NAMES, Scaler(np.zeros(2, np.float32), np.ones(2, np.float32)))
    platform.artifacts.promote(GHOST, platform.artifacts.save(GHOST, ghost.to_files(), {}), "for this test")
    train_outcomes(platform)
    return platform


@pytest.fixture(scope="module")
def week(platform: Platform):
    return platform.partitions.weeks(CLEAN_PLAYS)[0]


def test_the_models_read_back_with_their_facts(platform):
    models = load_outcomes(platform.artifacts)
    facts = models.completion.facts
    assert facts["origin"] == models.yards_after_catch.origin == "simulated"
    assert facts["passes"] == models.flight.passes + _held_out(platform)
    assert facts["metrics"]["brier"] < facts["base_rate_metrics"]["brier"]
    assert {"code_version", "data", "seed", "made_at", "learned_from"} <= set(facts)


def _held_out(platform: Platform) -> int:
    """Passes of the held-out games, which the flight model has not seen."""
    week = platform.partitions.weeks(CLEAN_PLAYS)[0]
    plays = platform.partitions.read(CLEAN_PLAYS, week)
    thrown = plays.filter(pc.is_valid(plays["arrival_frame"]))
    return int((folds_of(thrown["game_id"].to_numpy()) == HELD_OUT_FOLD).sum())


def test_the_chances_come_near_the_true_ones(platform, week):
    """The simulator knows the chance of every pass; 230 passes are few, so this asks for the direction only."""
    rows = outcome_rows(read_scenes(platform.store, week), platform.partitions.read(CLEAN_PLAYS, week))
    truth = pq.read_table(platform.settings.home / "raw_truth" / "plays.parquet")
    truth = truth.select(["game_id", "play_id", "completion_probability"])
    both = to_columns(rows.join(truth, ["game_id", "play_id"], join_type="inner"))
    chance = load_outcomes(platform.artifacts).completion.chances(both).completion
    true_chance = both["completion_probability"]
    assert np.corrcoef(chance, true_chance)[0, 1] > 0.6
    assert np.abs(chance - true_chance).mean() < np.abs(true_chance.mean() - true_chance).mean()


def test_a_week_is_scored_and_imagined(platform, week):
    scored = score_trajectories(platform, week)
    report = what_if_week(platform, week)
    assert scored.rows.num_rows == 4 * len(set(zip(*_keys(scored.rows), strict=True)))
    assert scored.mean_scores["mean_score_actual"] < scored.mean_scores["mean_score_distorted"]
    assert report.options == 5 * report.passes
    assert 0 < report.best_target_chosen < 1
    assert report.origin == "simulated"


def _keys(rows: pa.Table) -> list[list[int]]:
    return [rows[name].to_pylist() for name in ("game_id", "play_id", "nfl_id")]


def test_one_play_has_its_options_best_first_with_names(platform, week):
    game, play = (platform.partitions.read(CLEAN_PLAYS, week)[name][0].as_py() for name in ("game_id", "play_id"))
    found = what_if_play(platform, game, play)
    options = found.options()
    assert options["option_rank"].to_pylist() == [1, 2, 3, 4, 5]
    assert all(options["target_name"].to_pylist())
    third = options["target_nfl_id"][2].as_py()
    assert found.options(third).to_pylist() == options.slice(2, 1).to_pylist()
    defenders = found.defenders(third)
    assert len(defenders) == 11
    assert all(defenders["name"].to_pylist())
    assert defenders["time_to_intercept_s"].to_pylist() == sorted(defenders["time_to_intercept_s"].to_pylist())
    with pytest.raises(GhostError, match="could not have been targeted"):
        found.options(1)


def test_one_play_is_the_same_alone_as_within_its_week(platform, week):
    what_if_week(platform, week)
    together = platform.partitions.read(WHAT_IF_OPTIONS, week).to_pandas()
    row = together.iloc[7]
    alone = what_if_play(platform, row["game_id"], row["play_id"]).found.options.to_pandas()
    same = alone[alone["target_nfl_id"] == row["target_nfl_id"]].iloc[0]
    for name in ("completion_probability", "expected_points", "target_separation_low_yd", "decision_value_yd"):
        assert same[name] == pytest.approx(row[name], abs=1e-4), name


def test_one_play_is_drawn_as_a_page_that_opens_from_disk(platform, week, tmp_path):
    game, play = (platform.partitions.read(CLEAN_PLAYS, week)[name][0].as_py() for name in ("game_id", "play_id"))
    page = draw(platform, what_if_play(platform, game, play), tmp_path)
    assert page == tmp_path / f"play/{game}/{play}.html"
    assert "If thrown to" in page.read_text()
    assert (tmp_path / "assets/play_viewer.js").is_file()


def test_thrown_passes_have_their_chances(platform, week):
    rows = platform.partitions.read(PASS_OUTCOMES, week).to_pandas()
    plays = platform.partitions.read(CLEAN_PLAYS, week).to_pandas()
    both = rows.merge(plays, on=["game_id", "play_id"])
    caught = both["pass_result"] == "C"
    assert len(rows) == plays["pass_result"].notna().sum()
    assert both["completion_at_arrival"][caught].mean() > both["completion_at_arrival"][~caught].mean() + 0.02
    assert both["completion_at_throw"].mean() == pytest.approx(caught.mean(), abs=0.08)


def test_questions_about_other_plays_are_answered_with_a_reason(platform, week):
    game = platform.partitions.read(CLEAN_PLAYS, week)["game_id"][0].as_py()
    with pytest.raises(GhostError, match="no play 999999"):
        what_if_play(platform, game, 999999)
    broken = next(row for row in platform.partitions.read(QUARANTINE, week).to_pylist() if row["severity"] == "error")
    with pytest.raises(GhostError, match=f"in quarantine: {broken['rule_id']}"):
        what_if_play(platform, broken["game_id"], broken["play_id"])


def test_what_ifs_are_held_against_the_truth(platform, monkeypatch):
    small = {"season": 2001, "weeks": 1, "games_per_week": 4, "passes_per_game": 10}
    monkeypatch.setattr(proof, "REHEARSED", small)
    rows = proof.prove_what_ifs(platform).rows.to_pandas()
    assert rows.equals(platform.partitions.read(WHAT_IF_PROOF).to_pandas())
    found = rows.set_index(["plays", "measure", "options"])["value"]
    of = found["simulated"]
    assert of["ADE of defensive backs", "thrown"] < of["FDE of defensive backs", "thrown"] < 6
    assert of["ADE, not thrown against thrown", "all"] == pytest.approx(
        of["ADE of defensive backs", "not thrown"] / of["ADE of defensive backs", "thrown"]
    )
    assert of["the best receiver is ranked first", "all"] < of["the best receiver is among the first two", "all"] <= 1
    assert of["truth: responsible defenders nearer to the new target", "not thrown"] > 0.6
    # This ghost is its prior alone: it does not know who is targeted, so no throw moves anybody.
    assert of["responsible defenders who turn the right way", "not thrown"] == 0
    assert found["landed", "ghosts: moved by far defenders", "not thrown"] == pytest.approx(0, abs=1e-5)
    assert set(rows.loc[rows["goal"] != "", "is_met"]) <= {True, False, None}


def test_without_real_passes_the_simulator_is_compared_with_nothing(platform):
    compared = compare_with_simulator(platform)
    assert len(compared.rows) == 0
    assert "0 have landed" in compared.said


def test_ratings_calibrate_the_score_and_the_ghosts_are_judged_by_it(platform, week):
    assert "0 ratings" in calibrate_score(platform).said
    what_if_week(platform, week)
    defenders = platform.partitions.read(WHAT_IF_DEFENDERS, week)
    chosen = defenders.take(np.random.default_rng(1).permutation(len(defenders))[:400])
    columns = to_columns(chosen)
    names = list(PathFacts.__dataclass_fields__)
    facts = PathFacts(**{name: columns[name] for name in names})
    keys = np.stack([columns[name] for name in ("game_id", "play_id", "target_nfl_id", "nfl_id")], axis=1)
    ratings = Ratings(platform.store)
    for rating in Panel().rate(facts, keys, seed=2):
        ratings.add(rating)
    calibrated = calibrate_score(platform)
    assert calibrated.facts["ratings"] == 400
    assert calibrated.version in platform.artifacts.versions("score_calibration")
    assert calibrated.in_use == (calibrated.facts["auc_gain_interval"][0] > 0)
    assert calibrated.facts["auc"] > 0.8
    platform.artifacts.promote("score_calibration", calibrated.version, "for this test")
    what_if_week(platform, week)
    chance = platform.partitions.read(WHAT_IF_DEFENDERS, week)["questionable_probability"].to_numpy()
    assert ((chance >= 0) & (chance <= 1)).all()
    assert chance.std() > 0.2


def test_the_last_verdict_of_an_expert_counts(platform):
    rating = next(Ratings(platform.store).all())
    before = read_rated(platform)
    other = "good" if rating.verdict == "questionable" else "questionable"
    Ratings(platform.store).add(replace(rating, verdict=other, rated_at=rating.rated_at + timedelta(days=1)))
    after = read_rated(platform)
    assert len(after) == len(before)
    assert abs(int(after.is_questionable.sum()) - int(before.is_questionable.sum())) == 1


def test_a_season_can_be_simulated_to_learn_from(monkeypatch):
    monkeypatch.setattr(school, "_SEASON", {"season": 2000, "weeks": 5, "games_per_week": 2, "passes_per_game": 12})
    rows = outcomes.simulated_rows(3, silent)
    assert len(rows) == 120
    assert all(rows["is_simulated"].to_pylist())
