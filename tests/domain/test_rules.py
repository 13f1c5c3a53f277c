import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ghost_pipeline.domain.rules import ANOMALIES, PLAY_FACTS, RULE_BY_ID, RULES, Rule

NUMBER = st.floats(allow_nan=False)


def test_ids_and_facts_are_unique_and_every_rule_bounds_something():
    assert len({rule.id for rule in RULES}) == len({rule.fact for rule in RULES}) == len(RULES)
    assert all(rule.low is not None or rule.high is not None for rule in RULES)
    assert {rule.severity for rule in RULES} <= {"error", "warning"}
    assert {rule.scope for rule in RULES} <= {"air_window", "snap_to_arrival", "snap", "play", "game"}
    assert all(rule.sentence.endswith(".") and rule.source for rule in RULES)


def test_anomalies_never_quarantine():
    assert {anomaly.severity for anomaly in ANOMALIES} == {"warning"}


def test_every_fact_is_a_column_with_its_place():
    for rule in RULES:
        assert PLAY_FACTS.column(rule.fact).unit == rule.unit
        assert PLAY_FACTS.column(f"{rule.fact}_at").nullable


@pytest.mark.parametrize(
    ("rule_id", "kept", "broken"),
    [
        ("speed_limit", 12.5, 12.51),
        ("step_limit", 1.247, 1.25),
        ("on_field", 0, 1),
        ("eleven_offense", 11, 10),
        ("eleven_defense", 11, 12),
        ("unique_samples", 0, 1),
        ("acceleration_limit", 12, 12.01),
        ("turn_limit", 12, 12.01),
        ("ball_in_step", -4, -5),
        ("faces_defense", 0, -0.01),
        ("ball_on_line", 5, 5.01),
        ("ball_on_line", -5, -5.01),
    ],
)
def test_the_bounds_are_the_methods(rule_id, kept, broken):
    assert not RULE_BY_ID[rule_id].is_broken_by(kept)
    assert RULE_BY_ID[rule_id].is_broken_by(broken)


@given(NUMBER, NUMBER, NUMBER)
def test_a_rule_is_broken_exactly_outside_its_bounds(low, high, value):
    rule = Rule("r", "error", "play", "f", "", "s", "by hand", low=low, high=high)
    assert rule.is_broken_by(value) == (not low <= value <= high)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_nothing_measured_breaks_nothing(rule):
    assert not rule.is_broken_by(math.nan)


def test_expected_in_words():
    assert RULE_BY_ID["speed_limit"].expected == "<= 12.5 yd/s"
    assert RULE_BY_ID["eleven_offense"].expected == "= 11 players"
    assert Rule("r", "error", "play", "f", "yd", "s", "by hand", low=1, high=2.5).expected == ">= 1 yd and <= 2.5 yd"
