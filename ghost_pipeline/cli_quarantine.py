"""`ghost quarantine`: which plays are kept out and why, and a person's word that one is sound."""

import getpass
from dataclasses import asdict
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Column, Table

from ghost_pipeline.console import AsJson, friendly, out, say_json
from ghost_pipeline.pipeline.platform import Platform

app = typer.Typer(no_args_is_help=True, help="Plays kept out of the clean tables: why, and letting one pass.")

Game = Annotated[int, typer.Argument(help="Game id.")]
Play = Annotated[int, typer.Argument(help="Play id.")]
Reason = Annotated[str, typer.Option(help="Why; kept for good and shown on the quality page.")]
By = Annotated[str, typer.Option(help="Who decides.", default_factory=getpass.getuser, show_default="you")]


@app.command("list")
def list_plays(
    rule: Annotated[str, typer.Option(help="Only plays that broke this rule, as speed_limit.")] = "",
    week: Annotated[str, typer.Option(help="Only this season-week, as 2019-REG-05.")] = "",
    team: Annotated[str, typer.Option(help="Only plays of this team, on either side.")] = "",
    season: Annotated[int, typer.Option(help="Only this season.")] = 0,
    as_json: AsJson = False,
) -> None:
    """List the plays that broke a rule, with what was seen."""
    with friendly() as settings:
        from ghost_pipeline.pipeline.quarantine import Which, quarantined_plays

        plays = quarantined_plays(Platform(settings), Which(rule, week, team, season))
        if as_json:
            say_json(plays)
            return
        whole = (Column(name, no_wrap=True) for name in ("week", "game", "play", "teams", "state"))
        table = Table(*whole, "rules", "sample")
        for play in plays:
            teams = " v ".join(play[side] or "?" for side in ("offense_team", "defense_team"))
            numbers = str(play["game_id"]), str(play["play_id"])
            sample = next((text for text in play["samples"] if text), "")
            table.add_row(play["season_week"], *numbers, teams, play["state"], "\n".join(play["rules"]), escape(sample))
        if plays:
            out.print(table)
        out.print(f"{len(plays):,} play{'' if len(plays) == 1 else 's'}; `ghost quarantine show GAME PLAY` tells more")


@app.command("show")
def show_play(game: Game, play: Play, as_json: AsJson = False) -> None:
    """Show one play: every rule it broke with what was seen and where, and who released it."""
    with friendly() as settings:
        from ghost_pipeline.pipeline.quarantine import quarantined_play

        found = quarantined_play(Platform(settings), game, play)
        if as_json:
            say_json(found)
            return
        teams = " v ".join(found[side] or "?" for side in ("offense_team", "defense_team"))
        out.print(f"[bold]game {game}, play {play}[/] {found['season_week']}, {teams}: [bold]{found['state']}[/]")
        out.print(f"raw file {found['source_object'] or 'unknown'}", soft_wrap=True, highlight=False)
        table = Table("rule", "severity", "what it wants", "expected", "seen")
        for row in found["found"]:
            table.add_row(row["rule_id"], row["severity"], row["rule"], row["expected"], escape(row["sample"] or ""))
        out.print(table)
        for record in found["releases"]:
            said = (
                f"{record['at'][:16].replace('T', ' ')} UTC  {record['action']} by {record['by']}: {record['reason']}"
            )
            out.print(escape(said), highlight=False, soft_wrap=True)


@app.command("release")
def release_play(game: Game, play: Play, reason: Reason, by: By, as_json: AsJson = False) -> None:
    """Let a play pass for the rules it breaks now. It is clean from the next refresh of its week on."""
    _decide("release", game, play, by, reason, as_json)


@app.command("withdraw")
def withdraw_release(game: Game, play: Play, reason: Reason, by: By, as_json: AsJson = False) -> None:
    """Take a release back. The play is kept out again from the next refresh of its week on."""
    _decide("withdraw", game, play, by, reason, as_json)


def _decide(action: str, game: int, play: int, by: str, reason: str, as_json: bool) -> None:
    with friendly() as settings:
        from ghost_pipeline.pipeline import quarantine

        decide = {"release": quarantine.release, "withdraw": quarantine.withdraw}[action]
        made = decide(Platform(settings), game, play, by, reason)
        if as_json:
            say_json(asdict(made))
            return
        out.print(f"{action}: game {game}, play {play}, for {', '.join(made.rules)}, by {escape(made.by)}")
        out.print(f"`ghost refresh --week {made.season_week}` makes it so", highlight=False)
