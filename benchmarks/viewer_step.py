"""Time one animation step of the play viewer in headless Chromium, beside an empty frame of the same page.

python benchmarks/viewer_step.py .ghost/store/reports/play/<game>/<play>.html
"""

import argparse
import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

GOAL_MS = 70
STEPS = """async (moves) => {
  const box = document.querySelector("[data-scrub]"), times = [];
  const last = Number(box.max), first = Math.max(Number(box.min), last - 60);
  for (let frame = first; frame <= last; frame++) {
    const began = performance.now();
    if (moves) { box.value = frame; box.dispatchEvent(new Event("input")); }
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    times.push(performance.now() - began);
  }
  return times.sort((a, b) => a - b);
}"""


def main() -> None:
    """Print median and 90th percentile of a step and of an empty frame, in milliseconds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("page", type=Path, help="a play's page on disk")
    page_file = parser.parse_args().page.resolve()
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_context(viewport={"width": 1400, "height": 900}).new_page()
        page.goto(page_file.as_uri())
        page.wait_for_selector("html[data-viewer=ready]", state="attached")
        for name, moves in (("empty frame", False), ("step", True)):
            times = page.evaluate(STEPS, moves)
            median, high = times[len(times) // 2], times[len(times) * 9 // 10]
            print(f"{name:12} median {median:6.1f} ms, 90th percentile {high:6.1f} ms (goal {GOAL_MS} ms)")
        browser.close()


if __name__ == "__main__":
    main()
