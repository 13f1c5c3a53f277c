"""The smallest pass play that keeps every rule, to be broken by tests in one way at a time.

Frames 0..9, snap 2, throw 4, arrival 7. Players 1..11 attack (1 throws, 2 is the target), 12..22 defend; everybody and
the ball move 0.5 yd a frame toward +x, so 5 yd/s.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from ghost_pipeline.arrow import conform
from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.domain.schema import BALL_ID, CANONICAL

WEEK = SeasonWeek(2019, "REG", 5)
FRAMES, SNAP, THROW, ARRIVAL = 10, 2, 4, 7
PASSER, TARGET, RECEIVER, DEFENDER, LAST_DEFENDER, STRANGER = 1, 2, 3, 12, 22, 99


@dataclass
class Play:
    """One play as four pandas frames, free to be changed."""

    plays: pd.DataFrame
    participants: pd.DataFrame
    events: pd.DataFrame
    tracking: pd.DataFrame

    def put(self, player: int, frame: int | Sequence[int], **values: float | Sequence[float] | None) -> None:
        """Overwrite columns of one player's samples in one or several frames, with one value or one per frame."""
        rows = self._at(player, frame)
        for name, value in values.items():
            self.tracking.loc[rows, name] = value

    def drop(self, player: int, frame: int | Sequence[int]) -> None:
        """Remove samples."""
        self.tracking = self.tracking[~self._at(player, frame)]

    def copy_sample(self, player: int, frame: int, **changes: float) -> None:
        """Add a changed copy of a sample, in its place in the order."""
        copies = self.tracking[self._at(player, frame)].assign(**changes)
        rows = pd.concat([self.tracking, copies])
        self.tracking = rows.sort_values(["game_id", "play_id", "frame_id", "nfl_id"], kind="stable")

    def set(self, **values: object) -> None:
        """Overwrite columns of the row in plays."""
        for name, value in values.items():
            self.plays[name] = value

    def add_event(self, frame: int, event: str) -> None:
        row = self.events.iloc[:1].assign(frame_id=frame, event=event)
        self.events = pd.concat([self.events, row], ignore_index=True)

    def _at(self, player: int, frame: int | Sequence[int]) -> pd.Series:
        return (self.tracking["nfl_id"] == player) & self.tracking["frame_id"].isin(np.atleast_1d(frame))


def smallest_play(play_id: int = 1, game_id: int = 2019100600, *changes: Callable[[Play], None]) -> Play:
    """The play, after `changes`."""
    key = {"game_id": game_id, "play_id": play_id}
    entities = np.arange(LAST_DEFENDER + 1)
    frame, entity = (grid.ravel() for grid in np.meshgrid(np.arange(FRAMES), entities, indexing="ij"))
    motion = {"s": 5.0, "dir": 90.0, "o": 90.0}
    tracking = pd.DataFrame(
        {**key, "frame_id": frame, "nfl_id": entity, "x": 40 + entity + 0.5 * frame, "y": 10.0 + entity, **motion}
    )
    players = entities[entities != BALL_ID]
    sides = np.where(players < DEFENDER, "offense", "defense")
    week = {"season_week": str(WEEK)}
    about = {"season": WEEK.season, "season_type": WEEK.season_type, "week": WEEK.week, "play_direction": "right"}
    moments = {"snap_frame": SNAP, "throw_frame": THROW, "arrival_frame": ARRIVAL}
    people = {"passer_nfl_id": PASSER, "target_nfl_id": TARGET}
    origin = {"play_type": "pass", "source": "hand", "source_object": f"raw/{play_id}.csv"}
    events = {"frame_id": [SNAP, THROW, ARRIVAL], "event": ["ball_snap", "pass_forward", "pass_arrived"]}
    play = Play(
        plays=pd.DataFrame([{**week, **key, **about, **moments, **people, **origin}]),
        participants=pd.DataFrame({**week, **key, "nfl_id": players, "side": sides}),
        events=pd.DataFrame({**week, **key, **events}),
        tracking=tracking,
    )
    for change in changes:
        change(play)
    return play


def tables_of(plays: Sequence[Play]) -> tuple[pa.Table, pa.Table, pa.Table, pa.Table]:
    """The canonical tables of some plays: plays, participants, events, tracking."""
    plays_, participants, events, tracking = (
        conform(
            table,
            pa.Table.from_pandas(pd.concat([getattr(play, table.name) for play in plays]), preserve_index=False),
            table.name,
        )
        for table in CANONICAL
    )
    return plays_, participants, events, tracking
