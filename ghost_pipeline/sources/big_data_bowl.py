"""The Big Data Bowl's layouts: tables of games, plays and players, and tracking by week or by game; see its page."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

import pyarrow as pa

from ghost_pipeline.arrow import empty
from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.domain.events import PassMoments
from ghost_pipeline.domain.schema import EVENTS, TRACKING
from ghost_pipeline.errors import BadInputError
from ghost_pipeline.parquet import Spool
from ghost_pipeline.sources.big_data_bowl_layout import GAMES
from ghost_pipeline.sources.big_data_bowl_rows import Charts, chart_rows
from ghost_pipeline.sources.big_data_bowl_tracking import Tracked, read_games, read_tracking
from ghost_pipeline.sources.big_data_bowl_years import PLAYER_PLAY_FILE, TARGETS_FILE, YEARS, Year
from ghost_pipeline.sources.delimited import Layout, head, is_big
from ghost_pipeline.sources.directions import infer_directions
from ghost_pipeline.sources.family import Canonical, Finding, RawFile, Weeks, assemble, set_aside
from ghost_pipeline.sources.keyed import Key, Row, read_keyed
from ghost_pipeline.sources.old_sensors import without_old_facing
from ghost_pipeline.sources.targets import distances_to_ball_yd
from ghost_pipeline.sources.tracks import SAMPLES, PlayId, in_plays, play_place, settle

_LAST_REGULAR_WEEK_OF_17 = 2020
_SEASON_STARTS_IN_MONTH = 6


class BigDataBowl:
    """The layout of one year; that of 2025 (season 2022) is what the simulator writes too."""

    licence_note = "Big Data Bowl: bound to the account that fetched it, not to be passed on; simulated files are free."

    def __init__(self, year: Year) -> None:
        self.year = year
        self.name = year.name
        self.expects = f"{', '.join(year.tables)} and {year.tracking_files}"

    def recognises(self, files: Sequence[RawFile]) -> bool:
        """By the names of the files and, where years share them, by the columns of plays.csv."""
        held = {file.name: file for file in files}
        if not set(self.year.tables) <= held.keys() or held.keys() & set(self.year.bars):
            return False
        if not any(self.year.tracking_name.fullmatch(name) for name in held):
            return False
        try:
            columns, _ = head(held["plays.csv"], ",")
        except BadInputError:
            return not (self.year.has or self.year.lacks)
        return set(self.year.has) <= set(columns) and not set(self.year.lacks) & set(columns)

    def weeks(self, files: Sequence[RawFile]) -> Weeks:
        """By the number in a tracking file's name, in every season that has games in that week, or by its game."""
        shared = [_named(files, name) for name in self.year.tables]
        shared += [file for file in files if file.name == TARGETS_FILE and self.year.targets]
        games, _ = read_keyed(_named(files, "games.csv"), GAMES, ("gameId",))
        week_of = {game: _season_week(row) for (game,), row in games.items()}
        weeks: dict[SeasonWeek, list[RawFile]] = defaultdict(list)
        findings = []
        for file in sorted(files):
            if match := self.year.tracking_name.fullmatch(file.name):
                its, found = _weeks_of(file, match.groupdict(), week_of)
                findings += found
                for week in its:
                    weeks[week].append(file)
        return Weeks({week: [*own, *shared] for week, own in weeks.items()}, findings)

    def read(self, files: Sequence[RawFile], week: SeasonWeek) -> Canonical:
        """Read one week. Rows that fit no game, play or team are left out and counted.

        Of several tracking files one that cannot be read is set aside. Raises BadInputError of a broken table, and when
        no tracking file can be read.
        """
        charts, findings = self._charts(files, week)
        if any(is_big(file) for file in self._tracking(files)):
            # Read game by game. What that cannot do, or where a game lies in several places, is read as a whole.
            with suppress(BadInputError, ValueError):
                groups = (
                    [game]
                    for file in self._tracking(files)
                    for game in read_games(file, charts.plays, self.year.tracking)
                )
                return self._assembled(groups, charts, week, findings)
        tracked, found = self._tracked(files, charts)
        return self._assembled([tracked], charts, week, [*findings, *found])

    def _assembled(
        self, groups: Iterable[Sequence[Tracked]], charts: Charts, week: SeasonWeek, findings: Sequence[Finding]
    ) -> Canonical:
        """The week from groups of whole games. Raises BadInputError, and ValueError when two groups share a game."""
        spool, events, tracked, told = Spool(TRACKING), [empty(EVENTS)], [], [*findings]
        moments: dict[PlayId, PassMoments] = {}
        to_ball: dict[PlayId, dict[int, float]] = {}
        for group in groups:
            if not all("playDirection" in layout.required for layout in self.year.tracking):
                group, found = _directed(group, charts)
                told += found
            samples = pa.concat_tables([SAMPLES.empty_table(), *(one.samples for one in group)])
            samples, old = without_old_facing(samples, week)
            tracks = settle(samples, week)
            here = tracks.moments()
            if charts.player_plays is None:  # The target has to be derived.
                to_ball |= distances_to_ball_yd(tracks.tracking, {play: found.arrival for play, found in here.items()})
            moments |= here
            spool.put(tracks.first_game, tracks.tracking)
            events.append(tracks.events)
            told += [*old, *tracks.findings, *(found for one in group for found in one.findings)]
            tracked += [replace(one, samples=SAMPLES.empty_table()) for one in group]
        rows, people, doubts = chart_rows(charts, tracked, moments, to_ball)
        in_order = pa.concat_tables(events).sort_by([(name, "ascending") for name in EVENTS.key])
        return assemble(self.name, week, rows, people, in_order, spool, [*told, *doubts])

    def _tracking(self, files: Sequence[RawFile]) -> list[RawFile]:
        return sorted(file for file in files if self.year.tracking_name.fullmatch(file.name))

    def _tracked(self, files: Sequence[RawFile], charts: Charts) -> tuple[list[Tracked], list[Finding]]:
        tracked: list[Tracked] = []
        findings: list[Finding] = []
        broken = BadInputError(self.year.tracking_files, "no such file", "it to be there", "Land it again.")
        for file in self._tracking(files):
            try:
                tracked.append(read_tracking(file, charts.plays, self.year.tracking))
            except BadInputError as error:
                broken = error
                findings.append(set_aside(file, error))
        if not tracked:
            raise broken
        return tracked, findings

    def _charts(self, files: Sequence[RawFile], week: SeasonWeek) -> tuple[Charts, list[Finding]]:
        findings: list[Finding] = []

        def table(
            name: str,
            layout: Layout,
            key: tuple[str, ...],
            games: list[int] | None = None,
            all_games: Iterable[Key] = (),
        ) -> dict[Key, Row]:
            rows, found = read_keyed(_named(files, name), layout, key, games, [game for (game,) in all_games])
            findings.extend(found)
            return rows

        all_games = table("games.csv", GAMES, ("gameId",))
        games = {key: row for key, row in all_games.items() if _season_week(row) == week}
        ids = [game for (game,) in games]
        play, player = ("gameId", "playId"), ("nflId",)
        charts = Charts(
            games=games,
            plays=table("plays.csv", self.year.plays, play, ids, all_games),
            players=table("players.csv", self.year.players, player),
            player_plays=table(PLAYER_PLAY_FILE, self.year.player_plays, (*play, *player), ids)
            if self.year.player_plays
            else None,
            targets=table(TARGETS_FILE, self.year.targets, play, ids)
            if self.year.targets and any(file.name == TARGETS_FILE for file in files)
            else None,
            tracked_part=self.year.tracked_part,
        )
        return charts, findings


ALL_YEARS = tuple(BigDataBowl(year) for year in YEARS)


def _directed(tracked: Iterable[Tracked], charts: Charts) -> tuple[list[Tracked], list[Finding]]:
    """The same with the direction of every play inferred, and findings: one for each file, one for each doubt."""
    directed, findings = [], []
    for one in tracked:
        sides = {
            play: {
                person["nflId"]: side
                for person in people
                if (side := charts.side_and_team(play, person["club"])[0]) is not None
            }
            for play, people in one.players.items()
        }
        lines = {play: charts.line_x_yd(play) for play in one.direction}
        inferred = infer_directions(one.samples, sides, lines)
        message = "no playDirection in this layout: inferred from where the sides stand at the snap"
        findings.append(Finding(one.file.name, "", "direction_inferred", message, len(inferred)))
        for play, found in inferred.items():
            if found.doubt:
                findings.append(Finding(one.file.name, play_place(*play), "direction_doubtful", found.doubt))
        direction = {play: inferred[play].direction for play in one.direction}
        leftward = [play for play, found in inferred.items() if found.direction == "left"]
        left = in_plays(one.samples["game_id"], one.samples["play_id"], leftward)
        samples = one.samples.set_column(one.samples.column_names.index("leftward"), "leftward", left)
        directed.append(Tracked(one.file, samples, dict(direction), one.players, one.findings))
    return directed, findings


def _named(files: Sequence[RawFile], name: str) -> RawFile:
    for file in files:
        if file.name == name:
            return file
    raise BadInputError(name, "no such file", "it beside the tracking files", "Put it there and land the folder again.")


def _weeks_of(
    file: RawFile, named: dict[str, str], week_of: dict[int, SeasonWeek]
) -> tuple[list[SeasonWeek], list[Finding]]:
    """The weeks of a tracking file: of the game in its name; of the number in its name; or of its first row's game."""
    if "game" in named:
        game = int(named["game"])
        if game in week_of:
            return [week_of[game]], []
        return [], [Finding(file.name, "", "unknown_week", f"games.csv has no game {game}")]
    number = int(named["week"])
    its = sorted({week for week in week_of.values() if week.week == number})
    if its:
        return its, []
    first = week_of.get(_first_game(file))
    if first is None:
        return [], [Finding(file.name, "", "unknown_week", f"games.csv has no game in week {number}")]
    message = f"games.csv puts its game into week {first.week}, which is taken"
    return [first], [Finding(file.name, "", "week_differs", message)]


def _first_game(file: RawFile) -> int:
    """The game of a file's first row; -1 where it cannot be read, which reading the week will tell."""
    try:
        _, row = head(file, ",")
        return int(float(row["gameId"]))
    except (BadInputError, KeyError, ValueError, OverflowError):
        return -1


def _season_week(game: Row) -> SeasonWeek:
    """The files number the weeks on; those after the last regular one are playoffs."""
    place = f"game {game['gameId']}"
    season, week = game["season"], game["week"]
    try:
        if season is None:
            season = _season_of(game["gameDate"])
        last_regular = 17 if season <= _LAST_REGULAR_WEEK_OF_17 else 18
        return SeasonWeek(season, "REG" if week <= last_regular else "POST", week)
    except (ValueError, TypeError) as error:
        raise BadInputError("games.csv", str(error), "a season and a week", "Correct this row.", place) from error


def _season_of(game_date: str | None) -> int:
    """The season of a date such as 09/06/2018; January belongs to the year before. Raises ValueError."""
    if game_date is None:
        raise ValueError("neither season nor gameDate")
    day = datetime.strptime(game_date, "%m/%d/%Y")
    return day.year if day.month >= _SEASON_STARTS_IN_MONTH else day.year - 1
