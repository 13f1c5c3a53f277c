"""What a week and a season come to, in words; the words of the glossary."""

import re
from dataclasses import replace

import pyarrow as pa
import pytest
from made_site import made_site

from ghost_pipeline.domain.glossary import GROUPS, TERMS
from ghost_pipeline.publish.dictionary_page import TABLES
from ghost_pipeline.publish.site import render_site
from ghost_pipeline.storage.dbt_sources import DBT_DIR


@pytest.fixture(scope="module")
def site() -> dict[str, str]:
    return {path: content.decode() for path, content in render_site(made_site()) if path.endswith(".html")}


def _cards(page: str) -> dict[str, tuple[str, str]]:
    """{title: (value, what stands beside it)}"""
    cards = re.findall(r'<div class="card number">(.*?)</div>', page, re.DOTALL)
    texts = [[part.strip() for part in re.sub(r"<[^>]+>", "\n", card).split("\n") if part.strip()] for card in cards]
    return {title: (value, " ".join(rest)) for title, value, *rest in texts}


def test_a_week_says_what_landed_and_how_it_was_played(site: dict[str, str]) -> None:
    cards = _cards(site["week/2021-REG-01.html"])
    assert cards["Plays landed"] == ("160", "151 clean, 9 quarantined")
    assert cards["Ghost ADE / FDE, yd"] == (
        "0.41 / 0.93",
        "constant velocity 1.12 / 2.61; 612 paths of held-out games",
    )
    assert cards["Play score"] == ("−0.100", "the ghosts −0.080; lower is better")
    assert cards["Expectations not met"] == ("1", "of 48; besides, warnings: 1")


def test_without_a_held_out_game_a_week_has_no_error(site: dict[str, str]) -> None:
    assert _cards(site["week/2021-REG-02.html"])["Ghost ADE / FDE, yd"] == ("–", "no game of it is held out")


def test_a_week_leads_to_its_neighbours_its_checks_and_its_leaders(site: dict[str, str]) -> None:
    page = site["week/2021-REG-02.html"]
    assert '<a href="../week/2021-REG-01.html" rel="prev">' in page
    assert 'rel="next"' not in page
    assert '<a href="../quality.html#week=2021-REG-02&amp;check=speed_limit">' in page
    assert "week=2021-REG-01" not in page
    assert page.count("plays.html#player=") == 34, "all who have a place"
    assert site["season/2021.html"].count("plays.html#player=") == 10, "the leaderboard has the others"


def test_a_season_shows_its_weeks_in_order(site: dict[str, str]) -> None:
    page = site["season/2021.html"]
    assert _cards(page)["Plays landed"][0] == "320"
    assert page.index("week/2021-REG-02.html") < page.index("week/2021-REG-01.html"), "the newest first"
    assert page.count('class="chart"') == 1, "errors are known of one week only: a line takes two"


def test_who_has_too_few_passes_is_no_leader() -> None:
    data = made_site()
    few = [{**row, "place": None, "is_ranked": False} for row in data.defensive_back_weeks.to_pylist()]
    page = dict(render_site(replace(data, defensive_back_weeks=pa.Table.from_pylist(few))))["week/2021-REG-01.html"]
    assert b"Nobody has the 10 passes that a place takes." in page


def test_every_column_of_a_term_exists() -> None:
    declared = {f"{table.name}.{name}" for table in TABLES for name in table.column_names}
    marts = (DBT_DIR / "models" / "marts" / "marts.yml").read_text(encoding="utf-8")
    for model in re.split(r"\n  - name: ", marts)[1:]:
        name = model.split("\n")[0]
        declared |= {f"{name}.{column}" for column in re.findall(r"\n      - name: (\w+)", model)}
    assert not {column for term in TERMS for column in term.columns} - declared
    assert {term.group for term in TERMS} == set(GROUPS)
    assert len({term.id for term in TERMS}) == len(TERMS)


def test_the_dictionary_tells_where_a_table_comes_from(site: dict[str, str]) -> None:
    page = site["dictionary.html"]
    assert 'Made from defended_passes, <a href="#plays">plays</a>.' in page, "only what the page explains is linked"
    assert "where 1 &lt; 2</code>" in page


def test_pages_explain_their_words_in_place(site: dict[str, str]) -> None:
    (title,) = re.findall(r'href="glossary.html#decision_value" title="([^"]+)"', site["index.html"])
    assert title.startswith("Expected yards minus those of the best other receiver.")
    assert 'href="../../glossary.html#ghost"' in next(page for path, page in site.items() if path.startswith("play/"))
