"""Calibrating the trajectory score to experts: a panel with known rules must be found again."""

import numpy as np
import pytest

from ghost_pipeline.domain.path_rules import PARTS, PathFacts, path_facts
from ghost_pipeline.domain.rating import QUESTIONABLE
from ghost_pipeline.errors import GhostError
from ghost_pipeline.models.calibration import (
    MIN_RATINGS,
    Calibration,
    Rated,
    calibration_facts,
    fit_calibration,
    is_better,
    reason_not_to_learn,
)
from ghost_pipeline.sources.simulator.raters import Panel

STEPS = 15


def some_paths(count: int, seed: int) -> PathFacts:
    """Defenders who first close in or fall back and then do the one or the other, with detours or without."""
    random = np.random.default_rng(seed)
    t = np.linspace(0, 1, STEPS + 1)[None, :]
    early, late = random.normal(-1, 5, (2, count, 1))
    apart = random.uniform(8, 14, (count, 1)) + early * np.minimum(t, 0.5) + late * np.maximum(t - 0.5, 0)
    angle = random.uniform(0, 2 * np.pi, (count, 1)) + random.normal(0, 1.0, (count, 1)) * t
    receiver = np.stack([60 + 9 * t, 26 + 2 * t], axis=-1)
    defender = receiver + apart[..., None] * np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    return path_facts(defender, np.broadcast_to(receiver, defender.shape), np.full(count, STEPS))


def rated_by_panel(count: int, seed: int, panel: Panel | None = None) -> Rated:
    facts = some_paths(count, seed)
    play = np.arange(count) // 4
    keys = np.stack([np.full(count, 2024090800), play, np.full(count, 7), np.arange(count) + 100], axis=1)
    ratings = (panel or Panel()).rate(facts, keys, seed)
    return Rated(
        parts=facts.parts,
        trajectory_score=facts.trajectory_score,
        is_questionable=np.array([rating.verdict == QUESTIONABLE for rating in ratings]),
        rater=np.array([rating.rater for rating in ratings]),
        play=play,
    )


def shares(weights, rated: Rated) -> np.ndarray:
    """Weights per standard deviation of each part that varies, as shares of their sum."""
    sized = np.array([weights[name] for name in PARTS[:3]]) * rated.parts[:, :3].std(axis=0)
    return sized / np.abs(sized).sum()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_weights_of_a_known_panel_are_found_again_from_400_ratings(seed):
    rated = rated_by_panel(400, seed)
    found, true = shares(fit_calibration(rated).weights, rated), shares(Panel().weights, rated)
    assert np.linalg.norm(found - true) / np.linalg.norm(true) < 0.10


def test_the_calibrated_score_agrees_more_with_its_experts_than_the_uncalibrated_one():
    rated = rated_by_panel(400, 1)
    calibration = fit_calibration(rated)
    facts = calibration_facts(rated, calibration, seed=7)
    assert facts["auc"] > 0.9
    assert facts["kappa"] > facts["kappa_uncalibrated"]
    assert facts["auc_gain_interval"][0] < facts["auc_gain"] < facts["auc_gain_interval"][1]
    assert is_better(facts)
    for name in PARTS[:3]:
        low, high = facts["weight_intervals"][name]
        assert low < calibration.weights[name] < high
    assert facts["raters"] == 5


def test_raters_who_throw_coins_do_not_replace_the_uncalibrated_score():
    coins = Panel(weights=dict.fromkeys(PARTS, 0.0), intercept=0.0)
    rated = rated_by_panel(400, 4, coins)
    assert not is_better(calibration_facts(rated, fit_calibration(rated), seed=7))


def test_a_strict_rater_does_not_shift_the_average_expert():
    facts = some_paths(600, 5)
    chance = 1 / (1 + np.exp(-(facts.parts @ np.array(list(Panel().weights.values())) + Panel().intercept)))
    rater = np.where(np.arange(600) % 3 == 0, "strict", np.where(np.arange(600) % 3 == 1, "fair", "mild"))
    random = np.random.default_rng(5)
    verdict = np.where(rater == "strict", True, np.where(rater == "mild", False, random.random(600) < chance))
    rated = Rated(facts.parts, facts.trajectory_score, verdict, rater, np.arange(600) // 4)
    found = fit_calibration(rated).probability(facts.parts)
    assert np.corrcoef(found, chance)[0, 1] > 0.9


def test_few_ratings_or_one_verdict_are_not_enough():
    rated = rated_by_panel(400, 1)
    assert reason_not_to_learn(rated) is None
    few = rated.take(np.arange(MIN_RATINGS - 1))
    assert "199 ratings" in reason_not_to_learn(few)
    with pytest.raises(GhostError, match="at least 200"):
        fit_calibration(few)
    agreeing = Rated(rated.parts, rated.trajectory_score, np.ones(400, bool), rated.rater, rated.play)
    assert "400 of them questionable" in reason_not_to_learn(agreeing)
    one_play = Rated(rated.parts, rated.trajectory_score, rated.is_questionable, rated.rater, np.zeros(400, int))
    assert "of 1 plays" in reason_not_to_learn(one_play)


def test_the_artifact_reads_back_equal_and_says_how_much_the_end_counts():
    calibration = Calibration(-1.0, dict(zip(PARTS, (8.0, 2.0, 1.0, 3.0), strict=True)))
    assert Calibration.from_json(calibration.to_json()) == calibration
    assert calibration.late_share == pytest.approx(0.25)
    assert Calibration(0.0, dict(zip(PARTS, (8.0, -2.0, 1.0, 3.0), strict=True))).late_share is None
    # -1 + 8 * -0.1 + 2 * -0.1 + 1 * 0.5 + 3 * 1 = 1.5
    assert calibration.log_odds(np.array([[-0.1, -0.1, 0.5, 1.0]]))[0] == pytest.approx(1.5)
    assert calibration.probability(np.array([[-0.1, -0.1, 0.5, 1.0]]))[0] == pytest.approx(1 / (1 + np.exp(-1.5)))
