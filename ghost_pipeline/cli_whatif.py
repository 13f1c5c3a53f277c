"""`ghost whatif`: one pass and every receiver it could have gone to, in words and as a page to look at."""

import webbrowser
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table

from ghost_pipeline.console import friendly, out, say_json
from ghost_pipeline.domain.field import FRAME_S

Row = Mapping[str, Any]
FOLDER = "whatif"
"""Under the state folder: where the pages are drawn."""
WIDE = 130
"""Characters a line that all columns of the options take."""


def whatif(
    game: Annotated[int, typer.Argument(help="Game id.")],
    play: Annotated[int, typer.Argument(help="Play id.")],
    target: Annotated[int | None, typer.Option(help="nfl_id of the receiver; all eligible ones by default.")] = None,
    browse: Annotated[bool, typer.Option("--open", help="Open the page in a browser.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for other programs and draw nothing.")] = False,
) -> None:
    """Say what would have happened, had the pass gone to another receiver, and draw it."""
    with friendly() as settings:
        from ghost_pipeline.pipeline.platform import Platform
        from ghost_pipeline.pipeline.what_if_play import draw, what_if_play

        platform = Platform(settings)
        found = what_if_play(platform, game, play)
        options = found.options(target).to_pylist()
        defenders = {row["target_nfl_id"]: found.defenders(row["target_nfl_id"]).to_pylist() for row in options}
        if as_json:
            say_json([{**row, "defenders": defenders[row["target_nfl_id"]]} for row in options])
            return
        out.print(_option_table(options, out.width))
        for row in options if target is not None else ():
            out.print(_defender_table(row, defenders[row["target_nfl_id"]]))
        if options[0]["outcome_model_origin"] == "simulated":
            out.print("Chances and yards come from models that learned from simulated plays.", style="dim")
        page = draw(platform, found, settings.home.resolve() / FOLDER)
        out.print(f"drawn in {page}", soft_wrap=True, highlight=False)
        if browse:
            webbrowser.open(page.as_uri())


def _option_table(options: Sequence[Row], width: int) -> Table:
    """Best option first. A narrow terminal gets fewer columns; `--json` has them all."""
    is_wide = width >= WIDE
    table = Table(box=SIMPLE_HEAD, caption="* thrown to", caption_justify="left")
    for heading in ("target", "nfl_id"):
        table.add_column(heading, no_wrap=True)
    for heading in ("separation\nyd", "complete", "yards\nafter\ncatch", "yards", "value\nyd"):
        table.add_column(heading, justify="right")
    for heading in ("intercepted", "first down", "touchdown", "points") if is_wide else ():
        table.add_column(heading, justify="right")
    for row in options:
        more = (
            f"{row['interception_probability']:.0%}",
            _number(row["first_down_probability"], ".0%"),
            f"{row['touchdown_probability']:.0%}",
            _number(row["expected_points"], "+.2f"),
        )
        table.add_row(
            f"{row['target_name']}{' *' if row['is_actual_target'] else ''}",
            str(row["target_nfl_id"]),
            _with_range(row, "target_separation", "_yd", ".1f", is_wide),
            _with_range(row, "completion_probability", "", ".0%", is_wide),
            f"{row['expected_yards_after_catch_yd']:.1f}",
            f"{row['expected_yards_yd']:.1f}",
            _number(row["decision_value_yd"], "+.1f"),
            *(more if is_wide else ()),
        )
    return table


def _with_range(row: Row, name: str, unit: str, form: str, is_wide: bool) -> str:
    """The value, and, where there is room, what eight of ten samples lie between."""
    if not is_wide:
        return f"{row[f'{name}{unit}']:{form}}"
    low, high = row[f"{name}_low{unit}"], row[f"{name}_high{unit}"]
    return f"{row[f'{name}{unit}']:{form}} ({low:{form}}-{high:{form}})"


def _number(value: float | None, form: str) -> str:
    return "" if value is None else f"{value:{form}}"


def _defender_table(option: Row, defenders: Sequence[Row]) -> Table:
    flight_s = option["flight_frames"] * FRAME_S
    title = f"thrown to {option['target_name']}: {flight_s:.1f} s in the air"
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD)
    for heading in ("defender", "nfl_id"):
        table.add_column(heading, no_wrap=True)
    for heading in ("there in, s", "in time", "score", "away at arrival, yd"):
        table.add_column(heading, justify="right")
    table.add_column("rules broken")
    for row in defenders:
        table.add_row(
            row["name"],
            str(row["nfl_id"]),
            f"{row['time_to_intercept_s']:.1f}",
            "yes" if row["is_in_time"] else "",
            f"{row['trajectory_score']:+.2f}",
            f"{row['final_distance_yd']:.1f}",
            row["rules_broken"],
        )
    return table
