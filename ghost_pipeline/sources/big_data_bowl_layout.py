"""Columns of the Big Data Bowl's tables by our names, which are those of 2025, and the published ones without use."""

import pyarrow as pa

from ghost_pipeline.sources.delimited import COUNT, IDENTITY, NUMBER, TEXT, TIME, Layout

GAMES = Layout(
    required={"gameId": IDENTITY, "week": COUNT, "homeTeamAbbr": TEXT, "visitorTeamAbbr": TEXT},
    optional={"season": COUNT, "gameDate": TEXT},
    unused=(
        "gameTimeEastern homeFinalScore visitorFinalScore HomeScore VisitorScore homeDisplayName visitorDisplayName "
        "Stadium Location StadiumType Turf GameLength GameWeather Temperature Humidity WindSpeed WindDirection"
    ),
)

_PLAY_KEY = {"gameId": IDENTITY, "playId": IDENTITY}
_PLAY_FACTS: dict[str, pa.DataType] = {
    "playDescription": TEXT,
    "quarter": COUNT,
    "down": COUNT,
    "yardsToGo": COUNT,
    "possessionTeam": TEXT,
    "passResult": TEXT,
}
_SITUATION: dict[str, pa.DataType] = {
    "gameClock": TEXT,
    "preSnapHomeScore": COUNT,
    "preSnapVisitorScore": COUNT,
}
_LINE = {"absoluteYardlineNumber": NUMBER}
_LINE_BY_SIDE = {"yardlineSide": TEXT, "yardlineNumber": NUMBER}
_DEFENSE = {"defensiveTeam": TEXT}
_CHARTED: dict[str, pa.DataType] = {
    "passLength": NUMBER,
    "pff_manZone": TEXT,
    "yardsAfterCatch": NUMBER,
    "ballCarrierId": IDENTITY,
}
_PLAYS_UNUSED = (
    "playNullifiedByPenalty preSnapHomeTeamWinProbability preSnapVisitorTeamWinProbability expectedPoints "
    "offenseFormation receiverAlignment playClockAtSnap targetX targetY playAction dropbackType dropBackType "
    "typeDropback dropbackDistance passLocationType timeToThrow timeInTackleBox timeToSack passTippedAtLine "
    "unblockedPressure qbSpike qbKneel qbSneak rushLocationType penaltyYards prePenaltyYardsGained "
    "prePenaltyPlayResult yardsGained homeTeamWinProbabilityAdded visitorTeamWinProbilityAdded expectedPointsAdded "
    "isDropback pff_runConceptPrimary pff_runConceptSecondary pff_runPassOption pff_passCoverage pff_playAction "
    "personnel.offense personnel.defense personnelO personnelD defendersInTheBox defendersInBox numberOfPassRushers "
    "HomeScoreAfterPlay VisitorScoreAfterPlay isPenalty isSTPlay SpecialTeamsPlayType KickReturnYardage PlayResult "
    "playResult offensePlayResult playType penaltyCodes penaltyJerseyNumbers epa isDefensivePI ballCarrierDisplayName "
    "passProbability foulName1 foulName2 foulName3 foulNFLId1 foulNFLId2 foulNFLId3"
)


def plays_layout(
    line_by_side: bool = False, defense_named: bool = True, renamed: dict[str, str] | None = None
) -> Layout:
    """Columns of plays.csv of one year: where the line is told by side and number, and whether the defence is named."""
    required = {**_PLAY_KEY, **_PLAY_FACTS, **_SITUATION}
    required |= _LINE_BY_SIDE if line_by_side else _LINE
    required |= _DEFENSE if defense_named else {}
    optional = {**_LINE, **_LINE_BY_SIDE, **_DEFENSE, **_CHARTED}
    return Layout(
        required=required,
        optional={name: kind for name, kind in optional.items() if name not in required},
        unused=_PLAYS_UNUSED,
        renamed=renamed or {},
    )


PLAYERS = Layout(
    required={"nflId": IDENTITY, "position": TEXT},
    optional={"displayName": TEXT, "firstName": TEXT, "lastName": TEXT},
    unused=(
        "height weight birthDate collegeName EntryYear DraftRound DraftNumber Height Weight College "
        "heightInInches weightInPounds"
    ),
)

PLAYER_PLAY = Layout(
    required={**_PLAY_KEY, "nflId": IDENTITY, "wasTargettedReceiver": TEXT},
    optional={"hadDropback": TEXT, "yardageGainedAfterTheCatch": NUMBER, "routeRan": TEXT},
    unused=(
        "teamAbbr hadRushAttempt rushingYards passingYards sackYardsAsOffense hadPassReception receivingYards fumbles "
        "fumbleLost fumbleOutOfBounds assistedTackle forcedFumbleAsDefense halfSackYardsAsDefense passDefensed "
        "quarterbackHit sackYardsAsDefense safetyAsDefense soloTackle tackleAssist tackleForALoss "
        "tackleForALossYardage hadInterception interceptionYards fumbleRecoveries fumbleRecoveryYards penaltyYards "
        "penaltyNames wasInitialPassRusher causedPressure timeToPressureAsPassRusher getOffTimeAsPassRusher "
        "inMotionAtBallSnap shiftSinceLineset motionSinceLineset wasRunningRoute blockedPlayerNFLId1 "
        "blockedPlayerNFLId2 blockedPlayerNFLId3 pressureAllowedAsBlocker timeToPressureAllowedAsBlocker "
        "pff_defensiveCoverageAssignment pff_primaryDefensiveCoverageMatchupNflId "
        "pff_secondaryDefensiveCoverageMatchupNflId"
    ),
)
TARGETS = Layout(required={**_PLAY_KEY, "targetNflId": IDENTITY})

_SAMPLE: dict[str, pa.DataType] = {
    **_PLAY_KEY,
    "nflId": IDENTITY,
    "frameId": COUNT,
    "club": TEXT,
    "x": NUMBER,
    "y": NUMBER,
    "event": TEXT,
}
_DIRECTION = {"playDirection": TEXT}
_MEASURED: dict[str, pa.DataType] = {
    "time": TIME,
    "jerseyNumber": COUNT,
    "s": NUMBER,
    "a": NUMBER,
    "dis": NUMBER,
    "o": NUMBER,
    "dir": NUMBER,
}
_ABOUT_PLAYERS = {"displayName": TEXT, "position": TEXT, "route": TEXT}


def tracking_layout(
    directed: bool = True, tells_players: bool = False, renamed: dict[str, str] | None = None
) -> Layout:
    """Columns of a tracking file of one year: whether it gives the direction of play, and who the players are."""
    optional = {**_MEASURED, **({} if directed else _DIRECTION), **(_ABOUT_PLAYERS if tells_players else {})}
    return Layout(
        required={**_SAMPLE, **(_DIRECTION if directed else {})},
        optional=optional,
        unused="displayName frameType position",
        renamed=renamed or {},
    )
