"""The page of data quality tells the rules as they are declared."""

import pytest

from ghost_pipeline.domain.rules import GLITCH_YD, MAX_GAP_FRAMES, RULES, Rule
from ghost_pipeline.domain.week_checks import CHANCE, MAX_STABILITY_INDEX
from ghost_pipeline.quality.scan import KINDS
from ghost_pipeline.settings import PROJECT_DIR

PAGE = (PROJECT_DIR / "docs" / "quality.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_the_table_of_rules_has_each_rule_as_declared(rule: Rule):
    row = f"| `{rule.id}` | {rule.severity} | {rule.scope} | {rule.sentence} | {rule.expected} | {rule.source} |"
    assert row in PAGE.splitlines()


def test_the_table_has_no_other_rules():
    told = [line for line in PAGE.splitlines() if line.startswith("| `") and line.count("|") == 7]
    assert len(told) == len(RULES)


def test_mending_and_drift_are_told_with_their_limits():
    assert all(f"| `{kind}` |" in PAGE for kind in KINDS)
    assert f"over {GLITCH_YD} yd off" in PAGE
    assert MAX_GAP_FRAMES == 3
    assert f"above {MAX_STABILITY_INDEX}, or above what chance" in PAGE
    assert CHANCE == 1 / 1000
