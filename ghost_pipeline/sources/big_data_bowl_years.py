"""The Big Data Bowl's years: which files they have, how they rename columns, what they leave out."""

import re
from dataclasses import dataclass

from ghost_pipeline.domain.tracked_part import EVERYONE, NO_LINEMEN
from ghost_pipeline.sources.big_data_bowl_layout import (
    PLAYER_PLAY,
    PLAYERS,
    TARGETS,
    plays_layout,
    tracking_layout,
)
from ghost_pipeline.sources.delimited import Layout

_BY_WEEK = re.compile(r"(?:tracking_)?week_?(?P<week>\d{1,2})\.csv(?:\.gz)?")
_BY_GAME = re.compile(r"tracking_gameId_(?P<game>\d+)\.csv(?:\.gz)?")
PLAYER_PLAY_FILE, TARGETS_FILE = "player_play.csv", "targetedReceiver.csv"


@dataclass(frozen=True)
class Year:
    """One year's layout. Of several tracking layouts the first fits whose columns a file has.

    `has` and `lacks` are columns of plays.csv that tell years with the same files apart; `needs` and `bars` are files.
    """

    year: int
    tracking_files: str
    tracking_name: re.Pattern[str]
    plays: Layout
    tracking: tuple[Layout, ...]
    players: Layout = PLAYERS
    needs: tuple[str, ...] = ()
    bars: tuple[str, ...] = ()
    has: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    player_plays: Layout | None = None
    targets: Layout | None = None
    tracked_part: str = EVERYONE

    @property
    def name(self) -> str:
        return f"big_data_bowl_{self.year}"

    @property
    def tables(self) -> tuple[str, ...]:
        """Files that every week needs."""
        return ("games.csv", "plays.csv", "players.csv", *self.needs)


YEARS = (
    Year(
        2019,
        "tracking_gameId_<gameId>.csv",
        _BY_GAME,
        plays_layout(
            line_by_side=True,
            defense_named=False,
            renamed={
                "gameClock": "GameClock",
                "passResult": "PassResult",
                "passLength": "PassLength",
                "yardsAfterCatch": "YardsAfterCatch",
                "preSnapHomeScore": "HomeScoreBeforePlay",
                "preSnapVisitorScore": "VisitorScoreBeforePlay",
            },
        ),
        (tracking_layout(directed=False, renamed={"club": "team", "frameId": "frame.id"}),),
        players=Layout(
            required={"nflId": PLAYERS.required["nflId"], "position": PLAYERS.required["position"]},
            optional=PLAYERS.optional,
            unused=PLAYERS.unused,
            renamed={"position": "PositionAbbr", "firstName": "FirstName", "lastName": "LastName"},
        ),
    ),
    Year(
        2021,
        "week<n>.csv, perhaps targetedReceiver.csv",
        _BY_WEEK,
        plays_layout(defense_named=False),
        (tracking_layout(tells_players=True, renamed={"club": "team"}),),
        bars=(PLAYER_PLAY_FILE,),
        lacks=("defensiveTeam",),
        targets=TARGETS,
        tracked_part=NO_LINEMEN,
    ),
    Year(
        2023,
        "week<n>.csv or tracking_week_<n>.csv",
        _BY_WEEK,
        plays_layout(renamed={"pff_manZone": "pff_passCoverageType"}),
        (tracking_layout(), tracking_layout(renamed={"club": "team"})),
        bars=(PLAYER_PLAY_FILE,),
        has=("defensiveTeam",),
        lacks=("ballCarrierId", "pff_manZone"),
    ),
    Year(
        2024,
        "tracking_week_<n>.csv, plays.csv with ballCarrierId",
        _BY_WEEK,
        plays_layout(),
        (tracking_layout(),),
        bars=(PLAYER_PLAY_FILE,),
        has=("defensiveTeam", "ballCarrierId"),
    ),
    Year(
        2025,
        "player_play.csv and tracking_week_<n>.csv",
        _BY_WEEK,
        plays_layout(),
        (tracking_layout(),),
        needs=(PLAYER_PLAY_FILE,),
        player_plays=PLAYER_PLAY,
    ),
)
