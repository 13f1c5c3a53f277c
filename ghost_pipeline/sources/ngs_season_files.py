"""Highlight plays of Next Gen Stats as Parquet files of whole seasons, positions only; see ngs_season_files.md."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.errors import BadInputError
from ghost_pipeline.sources.columnar import week_contents
from ghost_pipeline.sources.family import Canonical, Finding, RawFile, Weeks, assemble
from ghost_pipeline.sources.frame_clock import number_by_time
from ghost_pipeline.sources.ngs_season_rows import line_up_rows, week_of
from ghost_pipeline.sources.ngs_season_tables import read_participation, read_plays, read_tracked
from ghost_pipeline.sources.tracks import PlayId, in_plays, play_place, settle

PLAYS, TRACKING, EVENTS, PARTICIPATION = DATASETS = (
    "highlights",
    "highlight_tracking",
    "highlight_events",
    "highlight_participation",
)
OPTIONAL = (PARTICIPATION,)
_FILE = re.compile(rf"ngs_(?P<dataset>{'|'.join(DATASETS)})_(?P<season>\d{{4}})\.parquet")


class NgsSeasonFiles:
    """Files of a season hold all its weeks; participation may be absent."""

    name = "ngs_season_files"
    expects = "ngs_highlights_<season>.parquet, ngs_highlight_tracking_<season>.parquet and the _events_ beside them"
    licence_note = "NFL Next Gen Stats highlight tracking; no licence is given: for own use, not to be passed on."

    def recognises(self, files: Sequence[RawFile]) -> bool:
        return any((match := _FILE.fullmatch(file.name)) and match["dataset"] == TRACKING for file in files)

    def weeks(self, files: Sequence[RawFile]) -> Weeks:
        """The weeks of each season's tracking file; a season that lacks a file and a week that has plays only are left
        out and told."""
        seasons: dict[str, dict[str, RawFile]] = defaultdict(dict)
        for file in files:
            if match := _FILE.fullmatch(file.name):
                seasons[match["season"]][match["dataset"]] = file
        weeks: dict[SeasonWeek, list[RawFile]] = {}
        findings = []
        contents: dict[SeasonWeek, dict[str, str]] = {}
        for season, held in sorted(seasons.items()):
            missing = [name for name in DATASETS if name not in held and name not in OPTIONAL]
            if missing:
                message = f"season {season} lacks {', '.join(f'ngs_{name}_{season}.parquet' for name in missing)}"
                findings += [Finding(file.name, "", "incomplete_season", message) for file in held.values()]
                continue
            of_weeks = {file.name: week_contents(file) for file in held.values()}
            for week in sorted(of_weeks[held[TRACKING].name]):
                weeks[week] = sorted(held.values())
                contents[week] = {name: found.get(week, "none") for name, found in of_weeks.items()}
            for week in sorted(of_weeks[held[PLAYS].name].keys() - weeks.keys()):
                message = f"plays of {week}, of which {held[TRACKING].name} holds nothing, left out"
                findings.append(Finding(held[PLAYS].name, str(week), "week_without_tracking", message))
        return Weeks(weeks, findings, contents)

    def read(self, files: Sequence[RawFile], week: SeasonWeek) -> Canonical:
        """Read one week out of its season's files; plays that cannot be told are findings. Raises BadInputError."""
        held = {match["dataset"]: file for file in files if (match := _FILE.fullmatch(file.name))}
        if missing := [name for name in DATASETS if name not in held and name not in OPTIONAL]:
            name = f"ngs_{missing[0]}_{week.season}.parquet"
            raise BadInputError(name, "no such file", "it beside the others", "Land the folder again.")
        facts, findings = read_plays(held[PLAYS])
        charted, found = read_participation(held.get(PARTICIPATION), week)
        findings += found
        numbers = {gsis_id: one.nfl_id for people in charted.values() for gsis_id, one in people.items() if one.nfl_id}
        tracked = read_tracked(held[TRACKING], held[EVENTS], week, facts, numbers)
        samples, moved = number_by_time(tracked.samples)
        tracks = settle(samples, week)
        of_week = {play: row for play, row in facts.items() if play in tracked.players or week_of(row) == str(week)}
        names = held[PLAYS].name, held[TRACKING].name
        rows, people, doubts = line_up_rows(*names, week, of_week, tracked, charted, tracks)
        findings = [found for found in findings if found.kind != "duplicate_rows" or found.place in _places(of_week)]
        findings += [*doubts, *tracked.findings, *moved, *tracks.findings]
        events, tracking = tracks.events, tracks.tracking
        if any(doubt.kind == "play_without_tracking" for doubt in doubts):  # Its ball may be there all the same.
            plays = {(row["game_id"], row["play_id"]) for row in rows}
            events, tracking = (
                table.filter(in_plays(table["game_id"], table["play_id"], plays)) for table in (events, tracking)
            )
        return assemble(self.name, week, rows, people, events, tracking, findings)


def _places(plays: Iterable[PlayId]) -> set[str]:
    return {play_place(*play) for play in plays}
