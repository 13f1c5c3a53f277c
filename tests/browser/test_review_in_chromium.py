"""An expert at work in a real browser that may talk to the review server and to nobody else."""

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from made_review import SECRET_NAME, fill, wait_for

from ghost_pipeline.domain.rating import GOOD, QUESTIONABLE
from ghost_pipeline.review.serve import start
from ghost_pipeline.settings import Settings
from ghost_pipeline.storage.objects import FolderStore
from ghost_pipeline.storage.ratings import Ratings

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium found on the path: install it to run the browser tests"),
]
PATIENCE_S = 60


@pytest.fixture
def home(tmp_path: Path) -> Path:
    fill(FolderStore(tmp_path / "store"))
    return tmp_path


@pytest.fixture
def address(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Of a review server on a free port."""
    for name in [name for name in os.environ if name.startswith("GHOST_")]:
        monkeypatch.delenv(name)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = start(Settings(home=home), port)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/_stcore/health", PATIENCE_S)
        yield address
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def _clip_of(page):
    """The clip, when it is the only one and has drawn itself: the one before stays until the next has come."""
    playwright.expect(page.locator("iframe")).to_have_count(1, timeout=1000 * PATIENCE_S)
    clip = page.frame_locator("iframe")
    clip.locator("html[data-viewer=ready]").wait_for(state="attached")
    return clip


def test_an_expert_rates_by_keyboard_and_looks_at_the_agreement(home: Path, address: str) -> None:
    ratings, outside, complaints = Ratings(FolderStore(home / "store")), [], []

    def decide(route) -> None:
        if route.request.url.startswith((address, "blob:", "data:")):
            route.continue_()
        else:
            outside.append(route.request.url)
            route.abort()

    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce").new_page()
        page.set_default_timeout(1000 * PATIENCE_S)
        page.route("**/*", decide)
        page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address)
        page.get_by_role("textbox").fill("Ann")
        page.get_by_role("button", name="Begin").click()

        clip = _clip_of(page)
        assert clip.locator("[data-field]").evaluate(
            "field => field.data.find((layer) => layer.meta === 'rated_ring').x.length"
        )
        before = clip.locator("[data-clock]").inner_text()
        page.locator("body").press("ArrowRight")
        playwright.expect(clip.locator("[data-clock]")).not_to_have_text(before, timeout=1000 * PATIENCE_S)
        shown = page.locator("body").inner_text() + clip.locator("body").inner_text()
        assert not [word for word in (SECRET_NAME, "OAK", "ELM", "actual", "ghost", "what-if") if word in shown]

        for key, label in (("g", "1 of"), ("q", "2 of")):
            page.locator("body").press(key)
            page.get_by_text(label).wait_for()
            _clip_of(page)
        clip.locator("[data-clock]").click()
        clip.locator("body").press("u")  # The keys of the page work inside the clip too.
        page.get_by_text("You said questionable").wait_for()
        _clip_of(page)
        page.locator("body").press("g")
        page.get_by_text("You said questionable").wait_for(state="detached")
        given = sorted(ratings.all(), key=lambda one: one.rated_at)
        assert [one.verdict for one in given] == [GOOD, QUESTIONABLE, GOOD]
        assert given[2].replaces == given[1].id

        page.get_by_text("Progress and agreement").click()
        playwright.expect(page.get_by_text("not calibrated: 2 ratings")).to_be_visible(timeout=1000 * PATIENCE_S)
        page.set_viewport_size({"width": 390, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, "the page is wider than a phone"
        assert (outside, complaints) == ([], [])
        browser.close()
