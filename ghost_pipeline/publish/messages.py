"""The messages people get, and their delivery through Apprise (Slack, e-mail, webhooks and a hundred more)."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from ghost_pipeline.domain.sighting import Sighting
from ghost_pipeline.errors import AlertError

if TYPE_CHECKING:
    from apprise import NotifyBase

SAMPLES = 3
SENDER = "ghost_pipeline"


@dataclass(frozen=True)
class Message:
    """`kind` is Apprise's: failure, warning or success."""

    title: str
    body: str
    kind: str


def problem_message(problem: Sighting) -> Message:
    """What, where, how many, three samples, since when, owner, links."""
    return Message(f"{problem.severity.upper()}: {_headline(problem)}", _details(problem), "failure")


def digest(title: str, problems: Sequence[Sighting], kind: str) -> Message:
    """Many problems in one message, a line each."""
    page = next((problem.page for problem in problems if problem.page), "")
    lines = [f"- {_headline(problem)}. Since {_moment(problem.since)}." for problem in problems]
    return Message(title, "\n".join([*lines, *([f"\n{page}"] if page else [])]), kind)


def recovery_message(problem: Sighting, mended: Sighting) -> Message:
    """The problem people were told of is gone."""
    lines = [
        problem.sentence,
        f"Was wrong since {_moment(problem.since)}, mended {_moment(mended.at)}.",
        *_links(mended),
    ]
    return Message(f"MENDED: {_place(problem)}", "\n".join(lines), "success")


def _place(problem: Sighting) -> str:
    return f"{problem.what} in {problem.where}" + (f", {problem.partition}" if problem.partition else "")


def _headline(problem: Sighting) -> str:
    if problem.count is None:
        return _place(problem)
    return f"{_place(problem)}: {problem.count:,}" + (f" of {problem.looked_at:,}" if problem.looked_at else "")


def _details(problem: Sighting) -> str:
    seen = f"Seen: {problem.observed}" + (f"; expected: {problem.expected}" if problem.expected else "")
    lines = [
        problem.sentence,
        *([seen] if problem.observed else []),
        *(f"- {sample}" for sample in problem.samples[:SAMPLES]),
        f"Since {_moment(problem.since)}. Owner {problem.owner}.",
        *_links(problem),
    ]
    return "\n".join(lines)


def _links(problem: Sighting) -> list[str]:
    return [link for link in (problem.page, problem.run) if link]


def _moment(iso: str) -> str:
    return f"{datetime.fromisoformat(iso):%Y-%m-%d %H:%M} UTC"


@dataclass
class Mailbox:
    """Everybody who is told. `failed` names the services that refused a message that others took."""

    services: list["NotifyBase"]
    failed: list[str] = field(default_factory=list)

    def send(self, message: Message) -> None:
        """Deliver to every service. Raises AlertError when none took it; the addresses are never named."""
        refused = [name for name, service in self._named() if not self._deliver(service, message)]
        if len(refused) == len(self.services):
            raise AlertError(f"no service took the message '{message.title}': {', '.join(refused)} refused it")
        self.failed += refused

    def _named(self) -> list[tuple[str, "NotifyBase"]]:
        return [(f"{service.service_name} (number {n})", service) for n, service in enumerate(self.services, 1)]

    @staticmethod
    def _deliver(service: "NotifyBase", message: Message) -> bool:
        return bool(service.notify(body=message.body, title=message.title, notify_type=_kind(message.kind)))


def open_mailbox(urls: str) -> Mailbox:
    """The services behind comma separated Apprise URLs. Raises AlertError naming the number of one nobody can read."""
    from apprise import Apprise, AppriseAsset, NotifyBase

    # Apprise logs the address of a service that it cannot read or reach, and the address is a secret.
    logging.getLogger("apprise").disabled = True
    asset = AppriseAsset(app_id=SENDER, app_desc=SENDER, app_url="")
    services = []
    for number, url in enumerate(filter(None, map(str.strip, urls.split(","))), 1):
        service = Apprise.instantiate(url, asset=asset)
        if not isinstance(service, NotifyBase):
            raise AlertError(
                f"address {number} in GHOST_ALERT_URLS is none that Apprise knows, such as slack://... or json://..."
            )
        services.append(service)
    return Mailbox(services)


def _kind(name: str) -> "object":
    from apprise import NotifyType

    return NotifyType(name)
