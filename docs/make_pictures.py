"""Make the README's pictures from a finished demo: the play viewer in a what-if, and the report's first page.

make demo && .venv/bin/python docs/make_pictures.py .ghost/store/reports
"""

import argparse
import shutil
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

IMAGES = Path(__file__).parent / "images"


def main() -> None:
    """Write docs/images/play.png and docs/images/report.png; refuses reports of real plays."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reports", type=Path, help="the demo's reports folder")
    parser.add_argument("--play", type=Path, help="page of the play to picture; the first one by default")
    arguments = parser.parse_args()
    index = arguments.reports.resolve() / "index.html"
    if not is_simulated(arguments.reports):
        parser.error(f"{index} does not show a simulated season; pictures of real plays may not be passed on")
    play = (arguments.play or sorted(arguments.reports.glob("play/*/*.html"))[0]).resolve()
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_context(viewport={"width": 1400, "height": 1250}, color_scheme="light").new_page()
        page.goto(index.as_uri())
        page.screenshot(path=IMAGES / "report.png")
        picture_what_if(page, play)
        browser.close()


def is_simulated(reports: Path) -> bool:
    """Whether the pages of a report say that its season is simulated."""
    return "Simulated season" in (reports / "index.html").read_text(encoding="utf-8")


def picture_what_if(page: Page, play: Path) -> None:
    """The moment of arrival of the first option that was not thrown."""
    page.goto(play.as_uri())
    page.wait_for_selector("html[data-viewer=ready]", state="attached")
    page.locator("[data-target]", has_text="what-if").first.click()
    page.locator("[data-moment=arrival]").click()
    page.wait_for_timeout(800)
    page.locator(".viewer").screenshot(path=IMAGES / "play.png")


if __name__ == "__main__":
    main()
