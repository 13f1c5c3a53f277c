"""Event names of the tracking feed and the moments of a pass derived from them."""

from collections.abc import Mapping
from dataclasses import dataclass

SNAP_EVENTS = ("ball_snap", "autoevent_ballsnap", "snap_direct")
THROW_EVENTS = ("pass_forward", "autoevent_passforward")
ARRIVAL_EVENTS = (
    "pass_arrived",
    "pass_outcome_caught",
    "pass_outcome_touchdown",
    "pass_outcome_incomplete",
    "pass_outcome_interception",
    "pass_tipped",
    "autoevent_passinterrupted",
)
"""The flight ends at the first of these after the throw: not every pass has `pass_arrived` (method, formats)."""
WHISTLE_EVENTS = ("tackle", "out_of_bounds", "touchdown", "touchback", "qb_sack", "qb_kneel")
"""The play is over."""
KICK_EVENTS = ("kickoff", "kickoff_play", "punt")
KICK_RECEIVED_EVENTS = ("kick_received", "punt_received", "fair_catch")
ORDERS = (
    (SNAP_EVENTS, THROW_EVENTS),
    (THROW_EVENTS, ARRIVAL_EVENTS),
    (SNAP_EVENTS, WHISTLE_EVENTS),
    (ARRIVAL_EVENTS, WHISTLE_EVENTS),
    (KICK_EVENTS, KICK_RECEIVED_EVENTS),
)
"""No event of the later kind comes before the first of the earlier kind, where the play has one."""


@dataclass(frozen=True)
class PassMoments:
    """Frame ids of one play; None where the feed does not say."""

    snap: int | None
    throw: int | None
    arrival: int | None

    @property
    def is_pass(self) -> bool:
        return self.throw is not None and self.arrival is not None


def pass_moments(events: Mapping[int, list[str]]) -> PassMoments:
    """Find snap, throw and arrival in {frame_id: [event, ...]}.

    Snap is the first snap event, throw the first throw after it, arrival the first arrival event after the throw.
    """

    def first(names: tuple[str, ...], after: int) -> int | None:
        frames = [frame for frame, found in events.items() if frame > after and any(name in names for name in found)]
        return min(frames, default=None)

    snap = first(SNAP_EVENTS, -(10**9))
    throw = first(THROW_EVENTS, -(10**9) if snap is None else snap)
    arrival = None if throw is None else first(ARRIVAL_EVENTS, throw)
    return PassMoments(snap, throw, arrival)
