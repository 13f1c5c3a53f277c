"""`ghost`: the command line. Thin: every command calls the pipeline or Dagster and prints what came out."""

import os
import signal
import subprocess
import sys
import time
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from ghost_pipeline import cli_alerts, cli_models, cli_quarantine, cli_review, cli_store, cli_whatif
from ghost_pipeline.console import AsJson, friendly, out, say_json
from ghost_pipeline.errors import GhostError
from ghost_pipeline.settings import PROJECT_DIR, Settings

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="Defender ghosting: where would the defensive backs have gone, had the ball been thrown to someone else?",
    epilog="Settings are GHOST_* environment variables or a .env file; see docs/settings.md.",
)
BEGIN, DATA, LOOK, KEEP = "Begin here", "Data and runs", "Look at the results", "Keep it well"
"""Parts of the help page."""
Progress = Callable[[str, int, int], None]
_SHOWN_LEFT_OUT = 3


class SeasonSize(StrEnum):
    """How big a simulated season is."""

    DEMO = "demo"
    FULL = "full"


class Steps:
    """Prints a line with its time for every finished step; on a terminal also shows what goes on inside it."""

    def __init__(self) -> None:
        self.began = self.step_began = time.monotonic()
        self.name = ""
        self.status = out.status("")

    def __call__(self, name: str, done: int, total: int) -> None:
        """Report that the step `name` begins, or with `done` equal to `total` that all steps have ended."""
        now = time.monotonic()
        if self.name:
            self.status.stop()
            out.print(f"  [green]✓[/] {self.name} [dim]{now - self.step_began:.1f} s[/]", highlight=False)
        self.name, self.step_began = (name, now) if done < total else ("", now)
        if self.name:
            self.status.update(self.name)
            self.status.start()

    def part(self, name: str, done: int, total: int) -> None:
        """Show how far the step at hand is."""
        self.detail(f"{name} {done} of {total}")

    def detail(self, text: str) -> None:
        """Show what the step at hand does."""
        self.status.update(f"{self.name} [dim]{escape(text)}[/]")

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began


@app.command(rich_help_panel=BEGIN)
def demo() -> None:
    """Run the whole main job on a small simulated season. Needs no network, no account, no server, no GPU."""
    with friendly() as settings:
        steps = Steps()
        folder = settings.home.resolve() / "simulated"
        _simulate(settings, folder / "raw", steps)
        _land(settings, str(folder / "raw"), None, steps)
        _refresh(settings, None, [], steps)


@app.command(rich_help_panel=DATA)
def simulate(
    folder: Annotated[Path, typer.Argument(help="Where the raw files are written.")],
    season_size: Annotated[
        SeasonSize,
        typer.Option(help="demo: as GHOST_DEMO_* say. full: 272 games, a hundred million rows, 14 GB of files."),
    ] = SeasonSize.DEMO,
    weeks: Annotated[int | None, typer.Option(min=1, max=22, help="Only the first weeks of that season.")] = None,
) -> None:
    """Write a simulated season as raw files in the Big Data Bowl layout, with planted faults."""
    with friendly() as settings:
        _simulate(settings, folder, Steps(), season_size, weeks)


def _simulate(
    settings: Settings,
    folder: Path,
    steps: Steps,
    season_size: SeasonSize = SeasonSize.DEMO,
    weeks: int | None = None,
) -> None:
    from ghost_pipeline.sources.simulator.schedule import FULL_SEASON, SeasonPlan
    from ghost_pipeline.sources.simulator.season import write_season

    if season_size is SeasonSize.FULL:
        plan = replace(FULL_SEASON, seed=settings.seed)
    else:
        plan = SeasonPlan(
            seed=settings.seed,
            weeks=settings.demo_weeks,
            games_per_week=settings.demo_games_per_week,
            passes_per_game=settings.demo_passes_per_game,
        )
    if weeks is not None:
        if weeks > plan.weeks:
            raise GhostError(f"the {season_size.value} season has {plan.weeks} weeks, not {weeks}")
        plan = plan.first_weeks(weeks)
    steps("simulate a season", 0, 1)
    season = write_season(folder, plan, steps.part)
    steps("done", 1, 1)
    out.print(f"    {season.plays:,} passes, {season.faults} of them with a planted fault, in {folder}", soft_wrap=True)


@app.command(rich_help_panel=DATA)
def land(
    path_or_url: Annotated[
        str, typer.Argument(help="Folder, file or address of tracking files of one source; nfl-ngs: public seasons.")
    ],
    source: Annotated[str | None, typer.Option(help="Format family; recognised from the files by default.")] = None,
    season: Annotated[int | None, typer.Option(help="Land only this season.")] = None,
    week: Annotated[int | None, typer.Option(help="Land only this week, of every season that lands.")] = None,
    seasons: Annotated[str, typer.Option(help="With nfl-ngs: the seasons to download, as 2018-2026.")] = "",
) -> None:
    """Copy raw tracking files into the store as immutable objects; landing the same bytes again changes nothing.

    `ghost land nfl-ngs --seasons 2018-2026` downloads the public season files of NGS highlights first; run again it
    fetches what has changed.
    """
    with friendly() as settings:
        if path_or_url == "nfl-ngs":
            from ghost_pipeline.cli_public import land_seasons

            with _telling_what_changed(settings):
                land_seasons(settings, seasons or str(season or ""), week)
        else:
            _land(settings, path_or_url, source, Steps(), season, week)


def _land(
    settings: Settings,
    place: str,
    source: str | None,
    steps: Steps,
    season: int | None = None,
    week: int | None = None,
) -> None:
    from ghost_pipeline.pipeline.landing import land_from
    from ghost_pipeline.pipeline.platform import Platform

    with _telling_what_changed(settings):
        steps("land raw files", 0, 1)
        manifest = land_from(Platform(settings).store, place, source, steps.part, season, week)
        steps("done", 1, 1)
        weeks = [str(one) for one in sorted(manifest.season_weeks)]
        out.print(f"    {len(manifest.files):,} files, family {manifest.family}, weeks {weeks[0]} to {weeks[-1]}")
        for name, why in list(manifest.left_out.items())[:_SHOWN_LEFT_OUT]:
            out.print(f"    left out: {escape(name)}: {escape(why)}", soft_wrap=True)
        if (more := len(manifest.left_out) - _SHOWN_LEFT_OUT) > 0:
            out.print(
                f"    left out: {more} more; the landing's manifest under raw/manifests names them", soft_wrap=True
            )


@contextmanager
def _telling_what_changed(settings: Settings) -> Iterator[None]:
    """After what is done inside: print the season-weeks that a refresh would take up, and report them to Dagster."""
    from ghost_pipeline.pipeline.platform import Platform

    raw = Platform(settings).raw
    before = raw.week_versions()
    yield
    changed = [str(one) for one, version in raw.week_versions().items() if before.get(one) != version]
    out.print(f"    to refresh: {', '.join(changed)}" if changed else "    nothing new: these bytes had landed before")
    if changed:
        from ghost_pipeline.orchestration.landings import report_landing

        report_landing(settings, raw)


@app.command(rich_help_panel=DATA)
def refresh(
    season: Annotated[int | None, typer.Option(help="Only the weeks of this season.")] = None,
    week: Annotated[list[str] | None, typer.Option(help="Only this season-week, as 2019-REG-05; repeatable.")] = None,
    again: Annotated[bool, typer.Option("--again", help="Compute everything, also what nothing changed for.")] = False,
) -> None:
    """Run the main job on what has landed: clean, features, models, what-ifs, reports. What is up to date is skipped.

    Season-weeks are worked on side by side, as many as there are cores (GHOST_THREADS).
    """
    with friendly() as settings:
        _refresh(settings, season, week or [], Steps(), again)


def _refresh(settings: Settings, season: int | None, only: list[str], steps: Steps, again: bool = False) -> None:
    from ghost_pipeline.orchestration.runner import log_file
    from ghost_pipeline.orchestration.runner import refresh as run_jobs
    from ghost_pipeline.pipeline.platform import Platform

    landed = [str(found) for found in sorted(Platform(settings).raw.week_versions())]
    if missing := sorted(set(only) - set(landed)):
        raise GhostError(f"these weeks have not landed: {', '.join(missing)}; landed are {', '.join(landed) or 'none'}")
    weeks = [
        found for found in landed if (not only or found in only) and (season is None or found.startswith(f"{season}-"))
    ]
    if not weeks:
        raise GhostError("nothing to refresh: no season-week has landed. Run `ghost land FOLDER` or `ghost demo`.")
    log = log_file(settings)
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("a", encoding="utf-8") as file, redirect_stdout(file):
        run_jobs(settings, weeks, steps, steps.detail, again)
    _where_to_look(settings, steps)


def _where_to_look(settings: Settings, steps: Steps) -> None:
    from ghost_pipeline.pipeline.platform import Platform
    from ghost_pipeline.pipeline.publishing import headline

    for line in headline(Platform(settings)):
        out.print(f"    {line}", highlight=False, soft_wrap=True)
    elsewhere = "" if settings.home == Settings.model_fields["home"].default else f"GHOST_HOME={settings.home} "
    command = os.path.relpath(sys.argv[0])
    out.print(f"\n[bold]Done in {steps.seconds / 60:.1f} minutes.[/] Where to look:")
    for name, place in (
        ("report", _report_index(settings)),
        ("open it", f"{elsewhere}{command} open"),
        ("runs", f"{elsewhere}{command} ui    (Dagster on http://127.0.0.1:3000)"),
        ("objects", settings.store_url),
    ):
        out.print(f"  {name:8} {place}", soft_wrap=True, highlight=False)


def _report_index(settings: Settings) -> str:
    return f"{settings.store_url}/reports/index.html"


@app.command("open", rich_help_panel=LOOK)
def open_report() -> None:
    """Open the newest report in a browser."""
    with friendly() as settings:
        from ghost_pipeline.pipeline.links import page_address
        from ghost_pipeline.pipeline.platform import Platform
        from ghost_pipeline.pipeline.publishing import INDEX

        if not Platform(settings).store.exists(INDEX):
            raise GhostError(f"no report at {_report_index(settings)}: run `ghost demo` or `ghost refresh` first")
        address = page_address(settings, "index.html")
        if not address.startswith(("file:", "http")):
            raise GhostError(f"no browser opens {address}: serve the folder and name its address in GHOST_SITE_URL")
        webbrowser.open(address)
        out.print(address, soft_wrap=True, highlight=False)


@app.command(rich_help_panel=LOOK)
def ui(
    port: Annotated[int, typer.Option(help="Port on this machine.")] = 3000,
    host: Annotated[str, typer.Option(help="Address to listen on; the default is this machine only.")] = "127.0.0.1",
) -> None:
    """Start the Dagster UI on the runs and assets of this state folder. Stop it with Ctrl-C."""
    with friendly() as settings:
        from ghost_pipeline.orchestration.instance import dagster_home

        home = dagster_home(settings)
        command = [sys.executable, "-m", "dagster", "dev", "-w", str(PROJECT_DIR / "workspace.yaml")]
        environment = {**os.environ, "DAGSTER_HOME": str(home), "GHOST_HOME": str(settings.home.resolve())}
        out.print(f"Dagster on http://{host}:{port} (state in {home}); Ctrl-C ends it", soft_wrap=True)
        # In the background of a shell interrupts are ignored, and Dagster would then ignore SIGTERM as well.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        process = subprocess.Popen([*command, "-h", host, "-p", str(port)], env=environment)
        signal.signal(signal.SIGTERM, lambda *_: process.terminate())
        try:
            raise typer.Exit(process.wait())
        except KeyboardInterrupt:
            process.wait()


@app.command(rich_help_panel=BEGIN)
def doctor(as_json: AsJson = False) -> None:
    """Check settings, store, disk and versions, and say what to do."""
    with friendly() as settings:
        from ghost_pipeline.pipeline.doctor import Finding, examine

        findings: list[Finding] = examine(settings)
        if as_json:
            say_json([vars(finding) for finding in findings])
        for finding in () if as_json else findings:
            mark = "[green]ok[/]" if finding.ok else "[bold red]bad[/]"
            out.print(f"{mark:>12} {finding.what}: {escape(finding.found)}", soft_wrap=True)
            if not finding.ok:
                out.print(f"             {escape(finding.cure)}", soft_wrap=True)
        if any(not finding.ok for finding in findings):
            raise typer.Exit(1)


app.command(rich_help_panel=LOOK)(cli_whatif.whatif)
app.command(rich_help_panel=LOOK)(cli_review.review)
app.add_typer(cli_quarantine.app, name="quarantine", rich_help_panel=DATA)
app.add_typer(cli_models.app, name="models", rich_help_panel=KEEP)
app.add_typer(cli_alerts.app, name="alerts", rich_help_panel=KEEP)
for _command in (cli_store.backup, cli_store.restore, cli_store.migrate):
    app.command(rich_help_panel=KEEP)(_command)


def main() -> Any:
    """Entry point for `python -m ghost_pipeline.cli`."""
    return app()


if __name__ == "__main__":
    main()
