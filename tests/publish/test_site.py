"""The whole site: complete, closed in itself, escaped, small, the same every time."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from posixpath import join, normpath

import pyarrow as pa
import pytest
from made_site import made_site

from ghost_pipeline.arrow import empty
from ghost_pipeline.domain.result_schema import MODEL_ERRORS, TRAJECTORY_SCORES, WHAT_IF_OPTIONS, WHAT_IF_PATHS
from ghost_pipeline.domain.schema import CHECK_RESULTS, QUARANTINE
from ghost_pipeline.publish.site import interesting_plays, render_site

PLAY_LIMIT_BYTES = 120_000
ATTACK = '</script><script>alert("x")</script>'


@pytest.fixture(scope="module")
def site() -> dict[str, bytes]:
    return dict(render_site(made_site()))


class _Page(HTMLParser):
    """Collects addresses, anchors, scripts and visible text."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.anchors: set[str] = set()
        self.scripts = 0
        self.words: list[str] = []
        self.feed(content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.scripts += tag == "script"
        self.addresses += [value for name in ("href", "src") if (value := found.get(name))]
        if found.get("id"):
            self.anchors.add(str(found["id"]))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def _html(site: dict[str, bytes]) -> dict[str, _Page]:
    return {path: _Page(content) for path, content in site.items() if path.endswith(".html")}


def test_every_page_is_there(site: dict[str, bytes]) -> None:
    pages = {"index", "leaderboard", "plays", "model", "features", "proof", "realism", "quality", "dictionary"}
    pages |= {"glossary", "weeks", "week/2021-REG-01", "week/2021-REG-02", "season/2021"}
    assert {f"{page}.html" for page in pages} <= site.keys()
    assert sum(path.startswith("play/") for path in site) == 6
    assert len(site) == len(list(render_site(made_site()))), "no path is written twice"


def test_every_link_leads_to_a_file_and_an_anchor_of_the_site(site: dict[str, bytes]) -> None:
    pages = _html(site)
    for path, page in pages.items():
        for address in page.addresses:
            if address.startswith("data:"):
                continue
            assert not re.match(r"[a-z]+:|//", address), f"{path} leads outside: {address}"
            file, _, anchor = address.partition("#")
            target = normpath(join(path, "..", file)) if file else path
            assert target in site, f"{path} links {address}, which is not written"
            if anchor and "=" not in anchor:
                assert anchor in pages[target].anchors, f"{path} links {address}, but {target} has no such anchor"


def test_a_play_without_a_page_is_listed_but_not_linked() -> None:
    data = made_site()
    index = data.play_index.to_pylist()
    other = {**index[0], "play_id": 4321, "target_name": "Nobody Pictured"}
    page = dict(render_site(replace(data, play_index=pa.Table.from_pylist([*index, other]))))["plays.html"].decode()
    assert "Nobody Pictured" in page
    assert "/4321.html" not in page


def test_names_from_data_cannot_become_markup(site: dict[str, bytes]) -> None:
    attacked = _html(dict(render_site(made_site(first_name=ATTACK))))
    plain = _html(site)
    for path, page in attacked.items():
        assert page.scripts == plain[path].scripts, f"{path} has a script element made from data"
    assert any('alert("x")' in word for word in attacked["leaderboard.html"].words), "the name is still shown"


def test_a_play_page_stays_small(site: dict[str, bytes]) -> None:
    largest = max(len(content) for path, content in site.items() if path.startswith("play/"))
    assert largest <= PLAY_LIMIT_BYTES


def test_the_same_data_give_the_same_bytes(site: dict[str, bytes]) -> None:
    assert dict(render_site(made_site())) == site


def test_simulated_data_are_called_so_on_every_page(site: dict[str, bytes]) -> None:
    real = dict(render_site(made_site(is_simulated=False)))
    for path in site:
        if path.endswith(".html"):
            assert b"Simulated season" in site[path]
            assert b"Simulated season" not in real[path]
    assert b"learned on simulated plays" in real["plays.html"], "borrowed outcome models are marked"


def test_an_empty_platform_still_has_pages_that_say_what_is_missing() -> None:
    data = made_site(games=1, plays_each=1)
    nothing = pa.table({})
    bare = replace(
        data,
        scenes=made_site(games=0).scenes,
        check_results=empty(CHECK_RESULTS),
        quarantine=empty(QUARANTINE),
        model_errors=empty(MODEL_ERRORS),
        trajectory_scores=empty(TRAJECTORY_SCORES),
        what_if_options=empty(WHAT_IF_OPTIONS),
        what_if_paths=empty(WHAT_IF_PATHS),
        learning_curves={},
        ranked_features=None,
        play_index=nothing,
        week_summary=nothing,
        season_summary=nothing,
        defensive_back_weeks=nothing,
        defensive_back_leaderboard=nothing,
        passer_decisions=nothing,
        mart_columns=nothing,
        facts=replace(data.facts, champion=""),
    )
    pages = dict(render_site(bare))
    assert b"No week has landed yet" in pages["index.html"]
    assert b"No season has landed yet" in pages["weeks.html"]
    assert b"No champion yet" in pages["model.html"]
    assert b"Nothing is checked yet" in pages["quality.html"]
    assert not any(path.startswith("play/") for path in pages)


def test_interesting_plays_left_most_yards_with_another_receiver() -> None:
    options = made_site().what_if_options
    thrown = [row for row in options.to_pylist() if row["is_actual_target"]]
    worst = min(thrown, key=lambda row: row["decision_value_yd"])
    assert interesting_plays(options, 2)[0] == (worst["game_id"], worst["play_id"])
    assert len(interesting_plays(options, 2)) == 2


def test_every_page_forbids_the_browser_to_ask_any_other_host(site: dict[str, bytes]) -> None:
    """Nothing is allowed but the site's own files, on a server or on a disk, and what the page itself makes."""
    own = {"'none'", "'self'", "file:", "blob:", "data:"}
    for path, content in site.items():
        if not path.endswith(".html"):
            continue
        head = content.decode().split("<title>")[0]
        (policy,) = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]+)">', head)
        assert not re.search("<script|<style|<link", head), f"{path}: something is loaded before the policy"
        rules = {name: set(sources) for name, *sources in (rule.split() for rule in policy.split(";"))}
        assert rules.pop("style-src") <= own | {"'unsafe-inline'"}, path
        assert all(sources <= own for sources in rules.values()), path
        assert {rules[name] == {"'none'"} for name in ("default-src", "base-uri", "form-action")} == {True}, path
