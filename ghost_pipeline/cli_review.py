"""`ghost review`: the page on which experts rate paths."""

import signal
from typing import Annotated

import typer

from ghost_pipeline.console import friendly, out


def review(port: Annotated[int, typer.Option(help="Port on this machine.")] = 8501) -> None:
    """Start the page on which experts rate paths without knowing whose they are. Stop it with Ctrl-C."""
    with friendly() as settings:
        from ghost_pipeline.orchestration.ratings import report_ratings
        from ghost_pipeline.review.serve import start

        out.print(f"Expert review on http://127.0.0.1:{port}; Ctrl-C ends it")
        process = start(settings, port)
        signal.signal(signal.SIGTERM, lambda *_: process.terminate())
        try:
            code = process.wait()
        except KeyboardInterrupt:
            code = process.wait()
        report_ratings(settings)
        raise typer.Exit(code)
