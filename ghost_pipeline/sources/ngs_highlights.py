"""Highlight plays of Next Gen Stats, one tab-separated file per play and an index; see ngs_highlights.md."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pyarrow as pa

from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.domain.events import PassMoments
from ghost_pipeline.errors import BadInputError
from ghost_pipeline.sources.family import Canonical, Finding, RawFile, Weeks, assemble, set_aside
from ghost_pipeline.sources.frame_clock import number_by_time
from ghost_pipeline.sources.ngs_facts import NO_MOMENTS, Teams, is_pass, play_row, results_by_event
from ghost_pipeline.sources.ngs_index import INDEX_NAME, NO_STATS, PassStats, game_weeks, pass_stats
from ghost_pipeline.sources.ngs_play_file import PLAY_FILE, PlayFile, read_play, week_in
from ghost_pipeline.sources.old_sensors import without_old_facing
from ghost_pipeline.sources.targets import NO_TARGET, Candidate, derive_target, distances_to_ball_yd, target_by
from ghost_pipeline.sources.tracks import SAMPLES, PlayId, play_place, settle


class NgsHighlights:
    """One file per play; the index with the official statistics may be absent."""

    name = "ngs_highlights"
    expects = "<season>_<team>_<gameId>_<playId>.tsv or .tsv.gz, and ngs_highlights_index.tsv"
    licence_note = "NFL Next Gen Stats highlight tracking; no licence is given: for own use, not to be passed on."

    def recognises(self, files: Sequence[RawFile]) -> bool:
        return any(PLAY_FILE.fullmatch(file.name) for file in files)

    def weeks(self, files: Sequence[RawFile]) -> Weeks:
        """By the week in each play's first row; where that cannot be read, by the week of its game in the index."""
        weeks: dict[SeasonWeek, list[RawFile]] = defaultdict(list)
        unreadable: dict[RawFile, BadInputError] = {}
        for file in sorted(files):
            if PLAY_FILE.fullmatch(file.name):
                try:
                    weeks[week_in(file)].append(file)
                except BadInputError as error:
                    unreadable[file] = error
        index = _index_of(files)
        by_game = _weeks_by_game(index) if index and unreadable else {}
        findings = []
        for file, reason in unreadable.items():
            match = PLAY_FILE.fullmatch(file.name)
            week = by_game.get(int(match["game"])) if match else None
            if week is None:
                findings.append(set_aside(file, reason))
            else:
                weeks[week].append(file)
        if index:
            for found in weeks.values():
                found.append(index)
        return Weeks(dict(weeks), findings)

    def read(self, files: Sequence[RawFile], week: SeasonWeek) -> Canonical:
        """Read the plays of a week; a file that cannot be read becomes a finding and the others still come in."""
        plays: dict[PlayId, PlayFile] = {}
        findings: list[Finding] = []
        samples = [SAMPLES.empty_table()]
        for file in sorted(file for file in files if PLAY_FILE.fullmatch(file.name)):
            try:
                play = _read_play_of(file, week)
            except BadInputError as error:
                findings.append(set_aside(file, error))
                continue
            findings += play.findings
            known = plays.setdefault(play.id, play)
            if known.tells_of_another_play(play):
                message = f"another play than in {known.file.name} under the same ids: this one is left out"
                findings.append(Finding(file.name, play_place(*play.id), "two_plays_under_one_key", message))
                continue
            samples.append(play.samples)
            if known is not play:
                message = f"the same play as in {known.file.name}, whose facts are taken"
                findings.append(Finding(file.name, play_place(*play.id), "play_in_two_files", message))
        numbered, moved = number_by_time(pa.concat_tables(samples))
        trusted, old = without_old_facing(numbered, week)
        tracks = settle(trusted, week)
        stats, doubts = _statistics(_index_of(files), plays, week)
        moments, results = tracks.moments(), results_by_event(tracks)
        to_ball = distances_to_ball_yd(tracks.tracking, {play: found.arrival for play, found in moments.items()})
        rows = []
        for key, play in plays.items():
            row, found = _play_row(
                play,
                stats.get(key, NO_STATS),
                moments.get(key, NO_MOMENTS),
                results.get(key),
                to_ball.get(key, {}),
            )
            rows.append(row)
            doubts += found
        people = [player for play in plays.values() for player in play.players]
        findings += [*doubts, *moved, *old, *tracks.findings]
        return assemble(self.name, week, rows, people, tracks.events, tracks.tracking, findings)


def _index_of(files: Sequence[RawFile]) -> RawFile | None:
    return next((file for file in files if file.name.removesuffix(".gz") == INDEX_NAME), None)


def _weeks_by_game(index: RawFile) -> Mapping[int, SeasonWeek]:
    """Only a help for broken plays, so a broken index is no obstacle here; reading a week reports it."""
    try:
        return game_weeks(index)
    except BadInputError:
        return {}


def _read_play_of(file: RawFile, week: SeasonWeek) -> PlayFile:
    play = read_play(file)
    facts = play.facts
    found = f"{facts['season']}-{facts['seasonType']}-{facts['week']:02d}"
    if found != str(week):
        raise BadInputError(file.name, f"a play of {found}", f"one of {week}", "Land the file again.")
    return play


def _statistics(
    index: RawFile | None, plays: Collection[PlayId], week: SeasonWeek
) -> tuple[dict[PlayId, PassStats], list[Finding]]:
    if index is None:
        message = "did not come with the plays; targets and results come from the descriptions"
        return {}, [Finding(INDEX_NAME, "", "no_index", message, len(plays))]
    try:
        return pass_stats(index, plays, week)
    except BadInputError as error:
        return {}, [set_aside(index, error)]


def _play_row(
    play: PlayFile, stats: PassStats, moments: PassMoments, result_by_event: str | None, to_ball_yd: Mapping[int, float]
) -> tuple[dict[str, Any], list[Finding]]:
    """One row of the table plays. The target is the official one, else the derived one."""
    by_gsis = {player["gsis_id"]: player["nfl_id"] for player in play.offense if player["gsis_id"]}
    target = target_by("statistics", by_gsis.get(stats.target_gsis_id))
    doubts = []
    if stats.target_gsis_id and target is NO_TARGET:
        message = f"the official target {stats.target_gsis_id} is no tracked player of the offence"
        doubts.append(Finding(play.file.name, play_place(*play.id), "target_not_on_field", message))
    if target is NO_TARGET and is_pass(play.facts, moments):
        candidates = [
            Candidate(
                one["nfl_id"],
                one["position"],
                one["display_name"],
                to_ball_yd=to_ball_yd.get(one["nfl_id"], float("nan")),
            )
            for one in play.offense
        ]
        target = derive_target(play.facts["playDescription"], candidates)
    teams = Teams(play.home_team, play.visitor_team, play.team("offense"), play.team("defense"))
    passer = by_gsis.get(stats.passer_gsis_id)
    row, found = play_row(play.facts, teams, moments, target, passer, stats, result_by_event, play.file.name)
    return row, doubts + found
