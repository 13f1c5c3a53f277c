"""The page driven without a browser: rate, undo, skip, look at the agreement, come back."""

from pathlib import Path

import pytest
from made_review import SECRET_NAME, fill
from streamlit.testing.v1 import AppTest

from ghost_pipeline.domain.rating import GOOD, QUESTIONABLE
from ghost_pipeline.review.serve import APP, OPTIONS
from ghost_pipeline.storage.objects import FolderStore
from ghost_pipeline.storage.ratings import Ratings


@pytest.fixture
def ratings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ratings:
    """Those of a filled store that the page works on."""
    import streamlit as st

    monkeypatch.setenv("GHOST_HOME", str(tmp_path))
    st.cache_resource.clear()
    store = FolderStore(tmp_path / "store")
    fill(store)
    return Ratings(store)


def opened(rater: str | None = None) -> AppTest:
    page = AppTest.from_file(str(APP), default_timeout=60)
    if rater:
        page.query_params["rater"] = rater
    page.run()
    assert not page.exception
    return page


def press(page: AppTest, label: str) -> None:
    next(button for button in page.button if button.label == label).click()
    page.run()
    assert not page.exception


def text_of(page: AppTest) -> str:
    parts = [one.value for kind in (page.markdown, page.caption, page.info, page.error) for one in kind]
    return "\n".join([*parts, *(str(option) for box in page.selectbox for option in box.options)])


def test_rate_undo_and_correct(ratings: Ratings) -> None:
    page = opened()
    page.text_input[0].input(" Ann  Lee ")
    press(page, "Begin")
    assert SECRET_NAME not in text_of(page)
    page.text_area[0].input("lazy")
    page.button_group[-1].set_value(["makes_effort"]).run()
    press(page, "Questionable")
    (first,) = ratings.all()
    assert (first.rater, first.verdict, first.reasons, first.text) == (
        "Ann Lee", QUESTIONABLE, ("makes_effort",), "lazy")  # fmt: skip
    assert page.text_area[0].value == "", "a clean form for the next path"

    press(page, "Undo")
    assert "You said *questionable*" in page.info[0].value
    assert page.text_area[0].value == "lazy"
    press(page, "Good")
    corrected = [one for one in ratings.all() if one.replaces]
    assert [(one.replaces, one.verdict, one.path_id) for one in corrected] == [(first.id, GOOD, first.path_id)]


def test_words_and_verdict_that_come_together_are_both_stored(ratings: Ratings) -> None:
    """As on a busy server, where the click comes before the page was drawn with the words."""
    page = opened("Ann")
    page.text_area[0].input("lazy")
    page.button_group[-1].set_value(["makes_effort"])
    press(page, "Questionable")
    (one,) = ratings.all()
    assert (one.verdict, one.reasons, one.text) == (QUESTIONABLE, ("makes_effort",), "lazy")


def test_a_second_click_says_nothing_of_the_next_path(ratings: Ratings) -> None:
    page = opened("Ann")
    box, words, reasons = page.selectbox[0], page.text_area[0], page.button_group[-1]
    box.set_value(box.value), words.input(""), reasons.set_value([])  # What the page that is clicked twice holds.
    good = next(button for button in page.button if button.label == "Good")
    good.click().run()
    good.click().run()
    assert not page.exception
    assert len(list(ratings.all())) == 1


def test_skip_costs_nothing_and_another_defender_can_be_rated(ratings: Ratings) -> None:
    page = opened("Ann")
    asked = page.session_state.desk.current
    box = page.selectbox[0]
    box.set_value(next(one for one in box.options if one != box.options[0])).run()
    press(page, "Questionable")
    (other,) = ratings.all()
    assert other.nfl_id != asked.nfl_id
    assert page.session_state.desk.current == asked
    press(page, "Skip")
    assert page.session_state.desk.current != asked
    assert len(list(ratings.all())) == 1


def test_who_comes_back_goes_on_and_sees_the_agreement(ratings: Ratings) -> None:
    for rater in ("Ann", "Ben"):
        page = opened(rater)
        for _ in range(3):
            press(page, "Good")
    page = opened("Ann")
    assert page.session_state.desk.done == 3
    page.segmented_control[0].set_value("Progress and agreement").run()
    assert not page.exception
    assert [one.value for one in page.subheader] == ["Progress", "Agreement", "Controls"]
    assert "6 ratings" in text_of(page) or "not calibrated" in text_of(page)
    assert page.table[0].value["Expert"].tolist() == ["Ann", "Ben", "all"]


def test_without_what_ifs_the_page_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import streamlit as st

    monkeypatch.setenv("GHOST_HOME", str(tmp_path))
    st.cache_resource.clear()
    assert "run `ghost demo`" in opened("Ann").error[0].value


def test_the_server_is_for_this_machine_and_tells_nobody() -> None:
    assert OPTIONS["server.address"] == "127.0.0.1"
    assert OPTIONS["browser.gatherUsageStats"] == "false"
