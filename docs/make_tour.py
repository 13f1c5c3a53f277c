"""Make the pictures of docs/tour.md and docs/review.md from a finished demo. Nothing outside this machine is asked.

make demo && .venv/bin/python docs/make_tour.py .ghost
"""

import argparse
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from make_pictures import IMAGES, is_simulated
from PIL import Image
from playwright.sync_api import Page, Route, sync_playwright

from ghost_pipeline.review.serve import start as start_review
from ghost_pipeline.settings import Settings

PATIENCE_S = 300
COLOURS = 128
OWN = ("http://127.0.0.1:", "file:", "blob:", "data:")
GRAPH = "/locations/ghost_pipeline/asset-groups/models/lineage"
ASSET, CHECKS = "/assets/season_summary", "/assets/clean_tracks?view=checks"
HOME = "/home/you/.ghost"
HIDE = """([place, shown]) => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) texts.currentNode.data = texts.currentNode.data.replaceAll(place, shown);
}"""
"""Where the demo really lies is nobody's business: addresses in the pictures begin with HOME."""


def main() -> None:
    """Write the pictures; refuses reports of real plays, and fails when a page asks another host for something."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", type=Path, help="the demo's state folder")
    home = parser.parse_args().home.resolve()
    reports = home / "store" / "reports"
    if not is_simulated(reports):
        parser.error(f"{reports} does not show a simulated season; pictures of real plays may not be passed on")
    outside: list[str] = []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        size = {"width": 1280, "height": 860}
        page = browser.new_context(viewport=size, color_scheme="light", reduced_motion="reduce").new_page()
        page.set_default_timeout(1000 * PATIENCE_S)
        page.route("**/*", lambda route: refuse_outside(route, outside))
        picture_report(page, reports)
        with served(lambda port: start_ui(home, port), "/server_info") as address:
            picture_dagster(page, address, home)
        with served(lambda port: start_review(Settings(home=home), port), "/_stcore/health") as address:
            picture_review(page, address)
        browser.close()
    if outside:
        sys.exit(f"other hosts were asked: {', '.join(sorted(set(outside)))}")


def refuse_outside(route: Route, outside: list[str]) -> None:
    """Let through what this machine serves; remember and refuse the rest."""
    if route.request.url.startswith(OWN):
        route.continue_()
    else:
        outside.append(route.request.url)
        route.abort()


def picture_report(page: Page, reports: Path) -> None:
    """Leaderboard, newest week, proof and quality of the site on disk."""
    newest = max((reports / "week").glob("*.html"))
    for name, file in (
        ("leaderboard", reports / "leaderboard.html"),
        ("week", newest),
        ("proof", reports / "proof.html"),
        ("quality", reports / "quality.html"),
    ):
        page.goto(file.as_uri())
        if "data-live" in file.read_text(encoding="utf-8"):
            page.wait_for_selector("html[data-tables=ready]", state="attached")
        keep(page, name)


def picture_dagster(page: Page, address: str, home: Path) -> None:
    """The graph of the models, an asset with its metric report, and the checks of another."""
    page.goto(address + GRAPH)
    page.get_by_text("Materialized", exact=True).nth(4).wait_for()
    settle(page)
    keep(page, "dagster-graph")
    page.goto(address + ASSET)
    report = page.get_by_text("metric_report").first
    report.wait_for()
    report.scroll_into_view_if_needed()
    settle(page)
    page.evaluate(HIDE, [str(home), HOME])
    keep(page, "dagster-asset")
    page.goto(address + CHECKS)
    page.get_by_text("Latest execution").first.wait_for()
    settle(page)
    page.evaluate(HIDE, [str(home), HOME])
    keep(page, "dagster-checks")


def picture_review(page: Page, address: str) -> None:
    """The first clip of an expert, at the arrival."""
    page.goto(address)
    page.get_by_role("textbox").fill("Ann")
    page.get_by_role("button", name="Begin").click()
    clip = page.frame_locator("iframe")
    clip.locator("html[data-viewer=ready]").wait_for(state="attached")
    clip.locator("[data-moment=arrival]").click()
    settle(page)
    keep(page, "review")


def settle(page: Page) -> None:
    """Wait until what came last has been laid out and drawn."""
    page.wait_for_timeout(3000)


def keep(page: Page, name: str) -> None:
    """Save what is seen as docs/images/<name>.png, in few colours."""
    file = IMAGES / f"{name}.png"
    page.screenshot(path=file)
    with Image.open(file) as seen:
        few = seen.convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        few.save(file, optimize=True)
    print(f"{file} {file.stat().st_size / 1000:.0f} KB")


def start_ui(home: Path, port: int) -> subprocess.Popen:
    """`ghost ui` on a port."""
    command = [sys.executable, "-m", "ghost_pipeline.cli", "ui", "--port", str(port)]
    return subprocess.Popen(command, env={**os.environ, "GHOST_HOME": str(home)}, stdout=subprocess.DEVNULL)


@contextmanager
def served(start: Callable[[int], subprocess.Popen], health: str) -> Iterator[str]:
    """Address of a server on a free port, which is ended afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process, end = start(port), time.monotonic() + PATIENCE_S
    try:
        while not answers(f"http://127.0.0.1:{port}{health}"):
            if time.monotonic() > end:
                sys.exit(f"no answer from {process.args!r} within {PATIENCE_S} s")
            time.sleep(0.5)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def answers(url: str) -> bool:
    """Whether a server is there."""
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except OSError:
        return False


if __name__ == "__main__":
    main()
