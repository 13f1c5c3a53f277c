"""The quality page on a few weeks by hand: histories, trends, and who is counted where."""

from typing import Any

import pyarrow as pa
import pytest
from made_site import made_site, rows_of

from ghost_pipeline.domain.schema import CHECK_RESULTS, QUARANTINE
from ghost_pipeline.publish.check_history import HEIGHT, History, histories
from ghost_pipeline.publish.quality_page import quality_page

WEEKS = ["2021-REG-01", "2021-REG-02", "2021-REG-03", "2021-REG-04"]


def _check(week: str, broken: int, check_id: str = "speed_limit", severity: str = "error") -> dict[str, Any]:
    return {
        "season_week": week, "table_name": "play_facts", "check_id": check_id, "severity": severity,
        "success": not broken, "observed": "0 to 14 yd/s", "expected": "<= 12.5 yd/s",
        "unexpected_count": broken, "row_count": 100, "sample": "game 1, play 7: 14 yd/s" if broken else None,
    }  # fmt: skip


def _found(play: int, rule: str = "speed_limit", released: bool = False, severity: str = "error") -> dict[str, Any]:
    return {
        "season_week": WEEKS[0], "game_id": 1, "play_id": play, "rule_id": rule, "severity": severity, "observed": 14.0,
        "expected": "<= 12.5 yd/s", "sample": "14 yd/s at frame 3", "source_object": "raw.csv", "offense_team": "OAK",
        "defense_team": "ELM", "is_released": released,
    }  # fmt: skip


def _page(checks: list[dict[str, Any]], found: list[dict[str, Any]], releases: list[dict[str, Any]]) -> str:
    tables: tuple[pa.Table, pa.Table] = rows_of(CHECK_RESULTS, checks), rows_of(QUARANTINE, found)
    return quality_page(made_site(games=1, plays_each=1).facts, *tables, releases).decode()


def _card(page: str, name: str) -> str:
    return page.split(f'<span class="name">{name}</span>')[1].split("</strong>")[0].split(">")[-2].split("<")[0]


@pytest.mark.parametrize(
    ("broken", "trends", "failing"),
    [
        ([0, 0, 0, 0], ["", "", "", ""], [0, 0, 0, 0]),
        ([0, 2, 2, 0], ["", "new", "steady", "mended"], [0, 1, 2, 0]),
        ([4, 8, 2, 2], ["new", "rising", "falling", "steady"], [1, 2, 3, 4]),
    ],
)
def test_trend_and_streak(broken: list[int], trends: list[str], failing: list[int]) -> None:
    (history,) = histories([_check(week, n) for week, n in zip(WEEKS, broken, strict=True)], WEEKS).values()
    assert [history.trend(week) for week in range(4)] == trends
    assert [history.failing_weeks(week) for week in range(4)] == failing


def test_a_week_without_the_check_has_no_bar_and_breaks_no_trend() -> None:
    (history,) = histories([_check(WEEKS[0], 4), _check(WEEKS[2], 4)], WEEKS).values()
    assert history.shares == (0.04, None, 0.04, None)
    assert history.trend(2) == "steady"
    assert history.path.count("M") == 2


def test_bars_are_as_high_as_the_share() -> None:
    path = History("h", (0.0, 0.5, 1.0)).path
    assert [bar.split("h")[0] for bar in path.split("v-")[1:]] == ["1", str(HEIGHT // 2), str(HEIGHT)]


def test_plays_are_counted_once_and_released_ones_are_not_kept_out() -> None:
    found = [_found(1), _found(1, "one_ball"), _found(2, released=True), _found(3, "positions", severity="warning")]
    release = {
        "at": "2026-02-03T09:30:00+00:00", "action": "release", "by": "Sam <b>", "reason": "a real run",
        "season_week": WEEKS[0], "game_id": 1, "play_id": 2, "rules": ("speed_limit",),
    }  # fmt: skip
    page = _page([_check(WEEKS[0], 1), _check(WEEKS[0], 0, "one_ball")], found, [release])
    assert _card(page, "Quarantined plays") == "1"
    assert _card(page, "Plays kept with a finding") == "2"
    assert _card(page, "Failed, error") == "1"
    assert "1 of them released by a person" in page
    assert "Sam &lt;b&gt;" in page
    assert "a real run" in page
    assert "✗ 1 of 2" in page


def test_failures_of_the_newest_week_come_first() -> None:
    page = _page([_check(WEEKS[0], 1, "first"), _check(WEEKS[1], 0, "second"), _check(WEEKS[1], 3, "third")], [], [])
    table = page.split('id="checks"')[1].split("</table>")[0]
    assert table.index("third") < table.index("first") < table.index("second")
    assert "failing since 2021-REG-02" in table


def test_playoffs_come_after_the_regular_season() -> None:
    page = _page([_check("2021-POST-19", 1, "playoff"), _check("2021-REG-18", 1, "regular")], [], [])
    table = page.split('id="checks"')[1].split("</table>")[0]
    assert "2021-POST-19" in page.split("Newest week")[1].split("</strong>")[0]
    assert table.index("playoff") < table.index("regular")
