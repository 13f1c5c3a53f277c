"""The order of records that are ordered by their time: clocks are set back, and what came last still counts."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta


def next_moment(before: Iterable[str]) -> str:
    """Now, or just after the latest of the moments before where the clock says that it is earlier; ISO 8601, UTC."""
    now = datetime.now(UTC)
    latest = max(map(datetime.fromisoformat, before), default=None)
    if latest is not None:
        now = max(now, latest + timedelta(microseconds=1))
    return now.isoformat(timespec="microseconds")
