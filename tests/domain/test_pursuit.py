"""Who can be there in time, by hand; and the rules a path may break."""

import numpy as np
import pytest

from ghost_pipeline.domain.path_rules import PATH_RULE_IDS, broken_rules, in_one_text, path_facts
from ghost_pipeline.domain.pursuit import REACTION_S, SPRINT_YD_S, time_to_intercept
from ghost_pipeline.domain.rules import RULE_BY_ID


def needed(xy, velocity, point) -> float:
    return float(time_to_intercept(np.array([xy]), np.array([velocity]), np.array([point]))[0])


def test_standing_ten_yards_away():
    assert needed((0, 0), (0, 0), (10, 0)) == pytest.approx(REACTION_S + 9 / SPRINT_YD_S)


def test_running_away_costs_the_way_back():
    assert needed((0, 0), (-5, 0), (10, 0)) == pytest.approx(REACTION_S + (9 + 5 * REACTION_S) / SPRINT_YD_S)


def test_within_reach_takes_no_time_and_who_is_unknown_has_none():
    assert needed((0, 0), (9, 9), (0.6, 0.8)) == 0
    assert np.isnan(needed((np.nan, 0), (0, 0), (1, 0)))


def test_rules_of_a_path_by_hand():
    steps = 10
    t = np.arange(steps + 1)[:, None]
    target = np.array([30.0, 20.0]) + t * [0.5, 0.0]
    closes = np.array([40.0, 20.0]) - t * [0.4, 0.0]
    stands = np.array([20.0, 20.0]) + t * [0.0, 0.0]
    leaps = closes + (t >= 5) * [-1.0, 0.0]
    leaves = np.array([32.0, 2.0]) - t * [0.0, 0.5]
    path = np.stack([closes, stands, leaps, leaves])
    facts = path_facts(path, np.broadcast_to(target, path.shape), np.full(4, steps))
    assert in_one_text(broken_rules(facts)) == [
        "",
        "closes_on_target, ends_closing, makes_effort",
        "step_limit",
        "on_field, closes_on_target, ends_closing",
    ]
    assert facts.off_field_steps.tolist() == [0, 0, 0, 6]
    assert set(PATH_RULE_IDS) & set(RULE_BY_ID) == {"step_limit", "on_field"}
