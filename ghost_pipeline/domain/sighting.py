"""A thing that was wrong, or was looked at and found right: what the messages to people are made of."""

from dataclasses import dataclass

ERROR, WARNING = "error", "warning"


@dataclass(frozen=True)
class Sighting:
    """One look, in one run, at one thing that can be wrong: a check of a partition, or the run itself.

    `count` of `looked_at` things broke it, where that was counted. `since` is when the problem was first seen, `at`
    when it was seen last, both in ISO 8601, UTC.
    """

    what: str
    where: str
    partition: str
    is_problem: bool
    severity: str
    sentence: str
    at: str
    since: str
    owner: str
    run: str
    page: str = ""
    observed: str = ""
    expected: str = ""
    count: int | None = None
    looked_at: int | None = None
    samples: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The same for every look at the same thing, whichever run took it."""
        return f"{self.where}:{self.what}:{self.partition}"
