"""`ghost models`: versions of the ghost model, how good they are, and which one is in use."""

from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from ghost_pipeline.console import AsJson, friendly, out, say_json
from ghost_pipeline.pipeline.platform import Platform

app = typer.Typer(no_args_is_help=True, help="Versions of the ghost model: how good they are, which one is in use.")

Version = Annotated[str, typer.Argument(help="Version, or its first letters.")]


@app.command("list")
def list_versions(as_json: AsJson = False) -> None:
    """List all versions, the newest first, with their errors on the held-out games."""
    with friendly() as settings:
        from ghost_pipeline.pipeline.registry import listed

        versions = listed(Platform(settings))
        if as_json:
            say_json(versions)
            return
        table = Table("", "version", "made", "gate", "RMSE yd", "95 % interval", "in 90 % region", "code", "seed")
        for one in versions:
            interval = "" if one["rmse_yd"] is None else f"{one['rmse_low_yd']:.3f} to {one['rmse_high_yd']:.3f}"
            table.add_row(
                "champion" if one["is_champion"] else "",
                one["version"],
                one["made_at"],
                {True: "passed", False: "failed", None: "not examined"}[one["passed"]],
                _number(one["rmse_yd"], ".3f"),
                interval,
                _number(one["coverage_90"], ".1%"),
                escape(one["code_version"]),
                str(one["seed"]),
            )
        out.print(table)
        out.print("RMSE: joint, ten steps, at release, defensive backs of the held-out games.")


@app.command()
def show(version: Version = "", as_json: AsJson = False) -> None:
    """Show the card of a version, by default the champion's."""
    with friendly() as settings:
        from ghost_pipeline.pipeline.registry import described

        found = described(Platform(settings), version)
        if as_json:
            say_json(found)
        else:
            out.print(found["card"], markup=False, highlight=False, soft_wrap=True)


@app.command()
def compare(one: Version, other: Version, as_json: AsJson = False) -> None:
    """Compare two versions on the held-out games, path by path, with the interval of the difference."""
    with friendly() as settings:
        from ghost_pipeline.pipeline.registry import compared

        rows = compared(Platform(settings), one, other)
        if as_json:
            say_json(rows)
            return
        table = Table("windows", "first, RMSE yd", "second, RMSE yd", "difference", "95 % interval")
        for row in rows:
            numbers = f"{row['one_rmse_yd']:.3f}", f"{row['other_rmse_yd']:.3f}", f"{row['difference_yd']:+.3f}"
            table.add_row(row["windows"], *numbers, f"{row['low_yd']:+.3f} to {row['high_yd']:+.3f}")
        out.print(table)


@app.command()
def promote(
    version: Version,
    reason: Annotated[str, typer.Option(help="Why; kept for good.")],
    despite_gate: Annotated[bool, typer.Option("--despite-gate", help="Also when the gate did not pass it.")] = False,
) -> None:
    """Make a version the champion that the next what-ifs use. It must have passed the gate."""
    with friendly() as settings:
        from ghost_pipeline.pipeline.registry import promoted

        out.print(f"champion is now {promoted(Platform(settings), version, reason, despite_gate)}")


@app.command()
def rollback() -> None:
    """Make the champion of before the champion again."""
    with friendly() as settings:
        from ghost_pipeline.pipeline.champion import GHOST

        out.print(f"champion is now {Platform(settings).artifacts.roll_back(GHOST)}")


def _number(value: Any, form: str) -> str:
    return "" if value is None else format(value, form)
