"""`ghost alerts`: who is told of problems, and which are open."""

import typer
from rich.markup import escape
from rich.table import Column, Table

from ghost_pipeline.console import AsJson, friendly, out, say_json
from ghost_pipeline.errors import GhostError
from ghost_pipeline.pipeline.platform import Platform

app = typer.Typer(no_args_is_help=True, help="Messages about failed checks and runs; see docs/alerts.md.")


@app.command("list")
def list_problems(as_json: AsJson = False) -> None:
    """List the problems that people were told of and that are not mended yet."""
    with friendly() as settings:
        from ghost_pipeline.storage.problems import Problems

        problems = list(Problems(Platform(settings).store).open().values())
        if as_json:
            say_json([vars(problem) for problem in problems])
            return
        table = Table(*(Column(name, no_wrap=True) for name in ("since", "severity", "what", "where", "week")), "seen")
        for problem in problems:
            place = problem.what, problem.where, problem.partition
            table.add_row(problem.since[:16].replace("T", " "), problem.severity, *place, escape(problem.observed))
        if problems:
            out.print(table)
        out.print(f"{len(problems)} open; {_who(settings.alert_urls.get_secret_value())}")


@app.command("test")
def send_test() -> None:
    """Send a test message to everybody in GHOST_ALERT_URLS."""
    with friendly() as settings:
        from ghost_pipeline.publish.messages import Message, open_mailbox

        urls = settings.alert_urls.get_secret_value()
        if not urls:
            raise GhostError(_who(urls))
        mailbox = open_mailbox(urls)
        mailbox.send(
            Message("TEST: ghost_pipeline can reach you", "Nothing is wrong. Sent by `ghost alerts test`.", "info")
        )
        if mailbox.failed:
            raise GhostError(f"some services took no message: {', '.join(mailbox.failed)}")
        out.print(f"sent to {len(mailbox.services)}")


def _who(urls: str) -> str:
    if not urls:
        return "GHOST_ALERT_URLS is not set: nobody is told of problems (docs/alerts.md)"
    return f"{len(urls.split(','))} addresses are told while the sensor `alerts` runs"
