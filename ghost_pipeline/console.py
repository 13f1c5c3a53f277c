"""What all commands share: where they print, and how they end on an error."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from ghost_pipeline.errors import GhostError
from ghost_pipeline.settings import Settings, load_settings

out = Console(file=sys.stdout)
"""Bound to the real output, so that what libraries print during a run can go to a file."""
err = Console(stderr=True)
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")]


@contextmanager
def friendly() -> Iterator[Settings]:
    """Give the settings; print a GhostError without a traceback and exit with 1."""
    try:
        yield load_settings()
    except GhostError as error:
        err.print(f"[bold red]Error:[/] {escape(str(error))}", highlight=False, soft_wrap=True)
        raise typer.Exit(1) from error


def say_json(value: Any) -> None:
    """Print a value for other programs: JSON on standard output, nothing else."""
    typer.echo(json.dumps(value, indent=1, default=str, ensure_ascii=False))
