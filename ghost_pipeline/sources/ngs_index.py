"""The index of the highlight plays: official statistics per play, the best word on who was targeted."""

import ast
from collections.abc import Collection
from dataclasses import dataclass

import pyarrow as pa

from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.errors import BadInputError
from ghost_pipeline.sources.delimited import COUNT, IDENTITY, TEXT, Layout, read_rows
from ghost_pipeline.sources.family import Finding, RawFile
from ghost_pipeline.sources.tracks import PlayId, play_place

INDEX_NAME = "ngs_highlights_index.tsv"

_LAYOUT = Layout(
    required={"gameId": IDENTITY, "playId": IDENTITY, "play.playStats": TEXT},
    optional={"season": COUNT, "seasonType": TEXT, "week": COUNT},
    unused=(
        "playKey teamId teamAbbr players play.playDirection play.absoluteYardlineNumber play.yardsToGo "
        "play.yardlineSide play.yardlineNumber play.yardline play.visitorScore play.timeOfDayUTC play.quarter "
        "play.preSnapVisitorScore play.preSnapHomeScore play.possessionTeamId play.playTypeCode play.playType "
        "play.playState play.playDescription play.isScoring play.isSTPlay play.isPenalty play.isGoalToGo "
        "play.isEndQuarter play.isBigPlay play.homeScore play.gameKey play.gameClock play.down play.sequence "
        "play.playId play.gameId"
    ),
    delimiter="\t",
)
_TARGET, _YARDS_AFTER_CATCH, _INTERCEPTION = 115, 113, 19
_AIR_YARDS = {111, 112}
_PASSER = {14, 15, 16, 19}
_COMPLETE, _INCOMPLETE = {15, 16}, {14, 112}


@dataclass(frozen=True)
class PassStats:
    """The official statistics of one pass; None where there is no such entry."""

    target_gsis_id: str | None
    passer_gsis_id: str | None
    air_yards_yd: float | None
    yards_after_catch_yd: float | None
    result: str | None


NO_STATS = PassStats(None, None, None, None, None)


def game_weeks(index: RawFile) -> dict[int, SeasonWeek]:
    """The season-week of every game in the index. Raises BadInputError."""
    rows, _ = read_rows(index, _LAYOUT)
    found = {}
    for row in rows.select(["gameId", "season", "seasonType", "week"]).to_pylist():
        if None not in row.values():
            try:
                found[row["gameId"]] = SeasonWeek(row["season"], row["seasonType"], row["week"])
            except ValueError as error:
                raise BadInputError(
                    index.name, str(error), "a season-week", "Correct it.", f"game {row['gameId']}"
                ) from error
    return found


def pass_stats(
    index: RawFile, plays: Collection[PlayId], week: SeasonWeek
) -> tuple[dict[PlayId, PassStats], list[Finding]]:
    """The statistics of these plays of a week; plays that the index lacks, garbles or puts into another week are
    findings. Raises BadInputError."""
    rows, findings = read_rows(index, _LAYOUT)
    findings += _other_weeks(index, rows, {game for game, _ in plays}, week)
    stats: dict[PlayId, PassStats] = {}
    columns = (rows.column(name).to_pylist() for name in ("gameId", "playId", "play.playStats"))
    for game, play, text in zip(*columns, strict=True):
        if (game, play) in plays and (game, play) not in stats:
            try:
                stats[game, play] = _parse(text)
            except (ValueError, SyntaxError, TypeError, AttributeError) as error:
                message = f"play.playStats cannot be read ({error}); the description is used instead"
                findings.append(Finding(index.name, play_place(game, play), "unreadable_statistics", message))
    for game, play in sorted(set(plays) - stats.keys()):
        if not any(finding.place == play_place(game, play) for finding in findings):
            message = "no row in the index; target and result come from the description"
            findings.append(Finding(index.name, play_place(game, play), "not_in_index", message))
    return stats, findings


def _other_weeks(index: RawFile, rows: pa.Table, games: Collection[int], week: SeasonWeek) -> list[Finding]:
    columns = (rows[name].to_pylist() for name in ("gameId", "season", "seasonType", "week"))
    said = {
        (game, f"{season}-{kind}-{number:02d}")
        for game, season, kind, number in zip(*columns, strict=True)
        if game in games and None not in (season, kind, number)
    }
    return [
        Finding(index.name, f"game {game}", "week_differs", f"the index says {name}, the plays {week}, which is kept")
        for game, name in sorted(said)
        if name != str(week)
    ]


def _parse(text: str) -> PassStats:
    entries = ast.literal_eval(text)

    def first(value: str, kind: type, ids: Collection[int]):
        found = next((entry.get(value) for entry in entries if entry.get("statId") in ids), None)
        return None if found is None else kind(found)

    ids = {entry.get("statId") for entry in entries}
    result = "IN" if _INTERCEPTION in ids else "C" if ids & _COMPLETE else "I" if ids & _INCOMPLETE else None
    return PassStats(
        target_gsis_id=first("gsisId", str, {_TARGET}),
        passer_gsis_id=first("gsisId", str, _PASSER),
        air_yards_yd=first("yards", float, _AIR_YARDS),
        yards_after_catch_yd=first("yards", float, {_YARDS_AFTER_CATCH}),
        result=result,
    )
