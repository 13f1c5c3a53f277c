"""What every expectation saw over the weeks: since when it fails, whether it gets worse, and a small picture of it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Record = Mapping[str, Any]
MARKED_CHANGE = 0.25
"""Relative change of the share that is called rising or falling."""

BAR_WIDTH, HEIGHT = 5, 16
LEAST_BAR = 4


@dataclass(frozen=True)
class History:
    """One expectation over all weeks of the store; `shares` [weeks] broke it, None where it was not looked at."""

    id: str
    shares: tuple[float | None, ...]

    @property
    def width(self) -> int:
        return BAR_WIDTH * len(self.shares)

    @property
    def path(self) -> str:
        """SVG path of a bar per week: a line where it held, higher the more broke it, nothing where it was not run."""
        most = max((share for share in self.shares if share), default=1.0)
        bars = []
        for week, share in enumerate(self.shares):
            if share is not None:
                height = 1 if share == 0 else max(LEAST_BAR, round(HEIGHT * share / most))
                bars.append(f"M{week * BAR_WIDTH} {HEIGHT}v-{height}h{BAR_WIDTH - 1}v{height}z")
        return "".join(bars)

    def failing_weeks(self, week: int) -> int:
        """Weeks in a row, up to and including this one, in which it failed."""
        count = 0
        while count <= week and self.shares[week - count]:
            count += 1
        return count

    def trend(self, week: int) -> str:
        """The week against the one before it in which the expectation was looked at, in a word."""
        now = self.shares[week] or 0.0
        earlier = [share for share in self.shares[:week] if share is not None]
        before = earlier[-1] if earlier else 0.0
        if not now:
            return "mended" if before else ""
        if not before:
            return "new"
        change = now / before - 1
        return "rising" if change > MARKED_CHANGE else "falling" if change < -MARKED_CHANGE else "steady"


def histories(checks: Sequence[Record], weeks: Sequence[str]) -> dict[tuple[str, str], History]:
    """By (table, check); `weeks` in their order."""
    place = {week: number for number, week in enumerate(weeks)}
    shares: dict[tuple[str, str], list[float | None]] = defaultdict(lambda: [None] * len(weeks))
    for check in checks:
        share = 0.0 if check["success"] else check["unexpected_count"] / max(check["row_count"], 1)
        shares[check["table_name"], check["check_id"]][place[check["season_week"]]] = share or float(
            not check["success"]
        )
    return {key: History(f"history-{number}", tuple(seen)) for number, (key, seen) in enumerate(sorted(shares.items()))}


def _share(failed: Record) -> float:
    """Of what was looked at; 1 when the check as a whole failed and nothing was counted."""
    return failed["unexpected_count"] / max(failed["row_count"], 1) or 1.0
