"""Completion and yards after the catch: learned from passes whose true chance is known, and when not to learn."""

import numpy as np
import pytest
from passes_by_hand import GAME_IDS

from ghost_pipeline.domain.result_schema import MEASUREMENTS
from ghost_pipeline.errors import GhostError
from ghost_pipeline.models import completion, yards_after_catch
from ghost_pipeline.models.boosting import Sigmoid, cross_fitted, fit_sigmoid
from ghost_pipeline.models.completion import CompletionModel, train_completion
from ghost_pipeline.models.yards_after_catch import (
    LEAST_YD,
    MOST_YD,
    QUANTILES,
    YardsAfterCatchModel,
    train_yards_after_catch,
)

NAMES = [column.name for column in MEASUREMENTS]


def made_passes(count: int, seed: int = 0) -> tuple[dict[str, np.ndarray], np.ndarray, np.ndarray, np.ndarray]:
    """Measurements, the true chance of a catch, the result (a quarter of the misses is intercepted), and the game."""
    random = np.random.default_rng(seed)
    measured = {name: random.uniform(0, 10, count) for name in NAMES}
    measured["air_distance_yd"] = random.uniform(2, 40, count)
    logit = 1.0 + 0.5 * (measured["target_separation_yd"] - 4) - 0.07 * (measured["air_distance_yd"] - 15)
    chance = 1 / (1 + np.exp(-logit))
    missed = np.where(random.random(count) < 0.25, "IN", "I")
    result = np.where(random.random(count) < chance, "C", missed)
    return measured, chance, result, np.array(GAME_IDS)[np.arange(count) % len(GAME_IDS)]


@pytest.fixture(scope="module")
def learned() -> CompletionModel:
    measured, _, result, games = made_passes(900)
    return train_completion(measured, result, games, "simulated", seed=1)[0]


def test_completion_beats_the_base_rate_and_comes_near_the_true_chance(learned):
    metrics, base = learned.facts["metrics"], learned.facts["base_rate_metrics"]
    assert metrics["brier"] < 0.85 * base["brier"]
    assert metrics["log_loss"] < base["log_loss"]
    assert metrics["auc"] > 0.75
    fresh, chance, _, _ = made_passes(2000, seed=9)
    assert np.abs(completion_of(learned, fresh) - chance).mean() < 0.08


def completion_of(model: CompletionModel, measured: dict[str, np.ndarray]) -> np.ndarray:
    return model.chances(measured).completion


def test_the_three_chances_add_up_and_follow_the_shares(learned):
    measured, chance, *_ = made_passes(3000, seed=8)
    found = learned.chances(measured)
    assert np.allclose(found.completion + found.incompletion + found.interception, 1)
    assert (found.interception > 0).all()
    assert found.interception.mean() == pytest.approx(0.25 * (1 - chance).mean(), abs=0.03)


def test_the_facts_hold_intervals_and_reliability(learned):
    facts = learned.facts
    for name in ("brier", "log_loss", "auc"):
        low, high = facts["metric_intervals"][name]
        assert low < facts["metrics"][name] < high, name
    bins = facts["reliability"]
    assert sum(one["passes"] for one in bins) == 900
    assert all(abs(one["predicted"] - one["observed"]) < 0.2 for one in bins)
    assert [one["predicted"] for one in bins] == sorted(one["predicted"] for one in bins)


def test_every_pass_has_a_chance_from_a_model_that_has_not_seen_it():
    measured, _, result, games = made_passes(400)
    model, unseen = train_completion(measured, result, games, "real", seed=5)
    assert not np.allclose(model.chances(measured).completion, unseen.completion)
    assert model.facts["metrics"]["brier"] == pytest.approx(((unseen.completion - (result == "C")) ** 2).mean())


def test_few_interceptions_share_one_chance():
    measured, _, result, games = made_passes(300)
    result = np.where(result == "IN", "I", result)
    result[np.flatnonzero(result == "I")[:7]] = "IN"
    model, _ = train_completion(measured, result, games, "real", seed=5)
    found = model.chances(measured)
    missed = (result != "C").sum()
    assert np.allclose(found.interception / (1 - found.completion), 7 / missed)


def test_a_sigmoid_finds_what_was_distorted():
    random = np.random.default_rng(3)
    truth = random.uniform(0.05, 0.95, 20000)
    distorted = Sigmoid(0.5, 0.4)(truth)
    label = (random.random(20000) < truth).astype(float)
    found = fit_sigmoid(distorted, label)
    assert found.slope == pytest.approx(2.0, rel=0.06)
    assert found(distorted) == pytest.approx(truth, abs=0.03)
    fold = np.arange(20000) % 5
    assert np.abs(cross_fitted(distorted, label, fold) - truth).mean() < 0.02


def test_more_separation_never_lowers_the_chance_and_distance_never_raises_it(learned):
    measured, *_ = made_passes(50, seed=3)
    before = completion_of(learned, measured)
    for name, change in (("target_separation_yd", 2.0), ("air_distance_yd", -8.0), ("rush_separation_yd", 3.0)):
        assert (completion_of(learned, {**measured, name: measured[name] + change}) >= before - 1e-9).all(), name


def test_the_artifact_reads_back_equal(learned):
    measured, *_ = made_passes(50, seed=4)
    again = CompletionModel.from_files(learned.to_files(), learned.facts)
    for name in ("completion", "interception", "incompletion"):
        assert np.array_equal(getattr(again.chances(measured), name), getattr(learned.chances(measured), name))
    assert again.origin == "simulated"


def test_the_same_seed_gives_the_same_model():
    measured, _, result, games = made_passes(300)
    one, two = (train_completion(measured, result, games, "real", seed=5)[0] for _ in range(2))
    assert one.to_files() == two.to_files()


def test_no_passes_no_predictions(learned):
    assert completion_of(learned, {name: np.zeros(0) for name in NAMES}).shape == (0,)


def test_a_missing_measurement_is_named(learned):
    measured, *_ = made_passes(5)
    del measured["target_to_landing_yd"]
    with pytest.raises(GhostError, match="target_to_landing_yd"):
        completion_of(learned, measured)


def test_highlights_are_no_school_for_completion():
    games = np.array(GAME_IDS)[np.arange(287) % len(GAME_IDS)]
    caught = np.arange(287) >= 9
    reason = completion.reason_not_to_learn(caught, games)
    assert "278 were caught and 9 were not" in reason
    assert "nearly all completions" in reason
    with pytest.raises(GhostError, match="nearly all completions"):
        train_completion(made_passes(287)[0], np.where(caught, "C", "I"), games, "real", seed=1)


def test_few_passes_or_few_games_are_no_school_either():
    _, _, result, games = made_passes(300)
    caught = result == "C"
    assert completion.reason_not_to_learn(caught, games) is None
    assert "at least 200" in completion.reason_not_to_learn(caught[:50], games[:50])
    assert "1 games" in completion.reason_not_to_learn(caught, np.zeros_like(games))
    assert "at least 120" in yards_after_catch.reason_not_to_learn(games[:30])
    assert "at least 120" in yards_after_catch.reason_not_to_learn(games[:0])


def test_yards_after_catch_follow_the_room_and_stay_in_bounds():
    measured, _, _, games = made_passes(900)
    random = np.random.default_rng(2)
    gained = 0.8 * measured["target_separation_yd"] + random.exponential(2.0, 900)
    model = train_yards_after_catch(measured, gained, games, "real", seed=1)
    metrics, base = model.facts["metrics"], model.facts["base_rate_metrics"]
    assert metrics["rmse_yd"] < 0.9 * base["rmse_yd"]
    expected = model.expected_yd(measured)
    assert np.corrcoef(expected, measured["target_separation_yd"])[0, 1] > 0.9
    tenths = model.quantiles_yd(measured)
    assert (np.diff(tenths, axis=1) >= 0).all()
    assert [one["observed"] for one in model.facts["reliability"]] == pytest.approx(QUANTILES, abs=0.06)
    assert (gained <= tenths[:, 4]).mean() == pytest.approx(0.45, abs=0.06)
    again = YardsAfterCatchModel.from_files(model.to_files(), model.facts)
    assert np.array_equal(again.quantiles_yd(measured), tenths)
    far = train_yards_after_catch(measured, 500 * gained - 2000, games, "real", seed=1).expected_yd(measured)
    assert far.min() == LEAST_YD
    assert far.max() == MOST_YD


def test_known_chances_teach_more_than_results():
    measured, chance, result, games = made_passes(900)
    known = completion.Chances(chance, 0.25 * (1 - chance))
    taught, unseen = train_completion(measured, result, games, "simulated", 1, known)
    fresh, truth, _, _ = made_passes(2000, seed=9)
    found = taught.chances(fresh)
    assert np.abs(found.completion - truth).mean() < 0.03
    assert np.abs(found.interception - 0.25 * (1 - truth)).mean() < 0.01
    assert np.abs(unseen.completion - chance).mean() < 0.03
    again = CompletionModel.from_files(taught.to_files(), taught.facts)
    assert np.array_equal(again.chances(fresh).completion, found.completion)
