"""Sightings -> messages: each problem is told once, warnings together, and each mended problem once more."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from ghost_pipeline.domain.sighting import ERROR, Sighting
from ghost_pipeline.publish.messages import Message, digest, problem_message, recovery_message
from ghost_pipeline.storage.problems import Problems

MOST_SINGLE = 10
"""More new errors at one time than these have one cause, and come as one message."""


@dataclass(frozen=True)
class Told:
    """How many problems people heard of."""

    errors: int
    warnings: int
    mended: int
    still_open: int

    def __str__(self) -> str:
        return (
            f"{self.errors} new errors, {self.warnings} new warnings, {self.mended} mended; "
            f"{self.still_open} problems are open"
        )


def tell(problems: Problems, sightings: Iterable[Sighting], send: Callable[[Message], None]) -> Told:
    """Send what is new and remember it; of several sightings of one thing the last one counts.

    A problem is remembered as soon as its message is delivered, so that telling again after a failed delivery repeats
    nothing. What `send` raises goes through.
    """
    known = problems.open()
    newest = {sighting.key: sighting for sighting in sightings}
    new = [one for key, one in newest.items() if one.is_problem and _is_news(one, known.get(key))]
    errors = [one for one in new if one.severity == ERROR]
    warnings = [one for one in new if one.severity != ERROR]
    mended = [(known[key], one) for key, one in newest.items() if not one.is_problem and key in known]

    if len(errors) > MOST_SINGLE:
        send(digest(f"ERROR: {len(errors)} new problems", errors, "failure"))
        _remember(problems, errors, known)
    else:
        for problem in errors:
            send(problem_message(problem))
            _remember(problems, [problem], known)
    if warnings:
        send(digest(f"WARNING: {len(warnings)} new", warnings, "warning"))
        _remember(problems, warnings, known)
    for problem, sighting in mended:
        if problem.severity == ERROR:
            send(recovery_message(problem, sighting))
        problems.forget(problem)
    return Told(len(errors), len(warnings), len(mended), len(problems.open()))


def _is_news(sighting: Sighting, known: Sighting | None) -> bool:
    """Whether people have not heard of it, or only as a warning."""
    return known is None or (sighting.severity == ERROR and known.severity != ERROR)


def _remember(problems: Problems, told: Iterable[Sighting], known: dict[str, Sighting]) -> None:
    for problem in told:
        before = known.get(problem.key)
        problems.remember(replace(problem, since=before.since) if before else problem)
