"""Numbers in words, JSON in pages, ranks, intervals: small cases worked out by hand."""

import json
import math
from dataclasses import replace

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_site import made_site

from ghost_pipeline.publish.html import embedded_json, shown
from ghost_pipeline.publish.leaderboard_page import leaderboard_page
from ghost_pipeline.publish.trajectory_summary import summarise


@given(st.text())
def test_embedded_json_holds_no_markup_and_reads_back(text: str) -> None:
    made = embedded_json({"name": text})
    assert not set("<>&") & set(made)
    assert json.loads(made) == {"name": text}


@pytest.mark.parametrize(
    ("value", "form", "words"),
    [
        (None, "two", "–"),
        (math.nan, "two", "–"),
        (1234.0, "count", "1,234"),
        (0.256, "percent", "26 %"),
        (-0.004, "signed", "0.00"),
        (-1.25, "signed", "−1.25"),
        (2.0, "signed_one", "+2.0"),
        (-3.14, "one", "−3.1"),
        ("2021-REG-05", "text", "2021-REG-05"),
    ],
)
def test_values_in_words(value: object, form: str, words: str) -> None:
    assert shown(value, form) == words


def _scores(rows: list[tuple[int, str, bool, float]]) -> pa.Table:
    names = ("game_id", "kind", "is_held_out", "trajectory_score")
    columns = {name: [row[n] for row in rows] for n, name in enumerate(names)}
    return pa.table({**columns, "play_id": list(range(len(rows))), "play_weight": [0.5] * len(rows)})


def test_scores_are_summed_up_on_held_out_games_only() -> None:
    rows = [(1, "actual", True, -0.2), (2, "actual", True, -0.4), (3, "actual", False, 9.0), (1, "model", True, 0.1)]
    actual, model = summarise(_scores(rows))
    assert actual["n"] == 2
    assert actual["mean"] == pytest.approx(-0.3)
    # residuals ±0.1 in two games: se² = 2 * (0.01 + 0.01) / 4
    assert actual["high"] - actual["mean"] == pytest.approx(1.96 * math.sqrt(0.01))
    assert model["low"] is None, "one game tells nothing about spread"


def test_near_backs_count_more_in_the_play_score() -> None:
    rows = _scores([(1, "actual", True, -1.0), (1, "actual", True, 1.0)])
    one_play = rows.set_column(rows.column_names.index("play_id"), "play_id", pa.array([7, 7]))
    weighted = one_play.set_column(rows.column_names.index("play_weight"), "play_weight", pa.array([0.75, 0.25]))
    (found,) = summarise(weighted)
    assert (found["n"], found["mean"], found["path_mean"]) == (1, pytest.approx(-0.5), pytest.approx(0.0))


def test_passes_of_one_game_count_as_one_cluster() -> None:
    alone = summarise(_scores([(game, "actual", True, value) for game, value in enumerate((0.0, 1.0) * 8)]))[0]
    together = summarise(_scores([(int(value), "actual", True, value) for value in (0.0, 1.0) * 8]))[0]
    assert together["high"] - together["low"] > 2 * (alone["high"] - alone["low"])


def test_ties_share_a_rank_and_the_unranked_come_last() -> None:
    data = made_site()
    rows = [
        {**row, "place": place, "is_ranked": place is not None, "display_name": name}
        for row, place, name in zip(
            data.defensive_back_leaderboard.to_pylist(),
            (None, 1, 2, 2),
            ("Few", "First", "Tied A", "Tied B"),
            strict=False,
        )
    ]
    page = leaderboard_page(replace(data, defensive_back_leaderboard=pa.Table.from_pylist(rows))).decode()
    assert [page.index(f">{name}<") for name in ("First", "Tied A", "Tied B", "Few")] == sorted(
        page.index(f">{name}<") for name in ("First", "Tied A", "Tied B", "Few")
    )
    assert page.count(">2 =</td>") == 2
    assert ">1</td>" in page
    assert "at least <strong>20 passes</strong>" in page
