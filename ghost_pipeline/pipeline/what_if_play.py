"""The what-ifs of a single pass, for the command line: found by its numbers, and drawn as a page of its own."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.domain.result_schema import TRAJECTORY_SCORES
from ghost_pipeline.domain.scene import Scenes
from ghost_pipeline.domain.schema import CLEAN_PARTICIPANTS, CLEAN_PLAYS, QUARANTINE
from ghost_pipeline.errors import GhostError, MissingObjectError
from ghost_pipeline.pipeline.champion import GHOST, load_ghost
from ghost_pipeline.pipeline.featuring import read_scenes
from ghost_pipeline.pipeline.outcomes import is_simulated
from ghost_pipeline.pipeline.platform import Platform
from ghost_pipeline.pipeline.provenance import code_version
from ghost_pipeline.pipeline.what_if import WhatIfs, load_judges, what_ifs
from ghost_pipeline.publish.bundle import bundled_files
from ghost_pipeline.publish.inputs import SiteFacts
from ghost_pipeline.publish.play_motion import paths_by_play
from ghost_pipeline.publish.play_page import PlayRecords, play_page
from ghost_pipeline.publish.shown_tables import play_path

FRAMES_AFTER_ARRIVAL = 10


@dataclass(frozen=True)
class WhatIfPlay:
    """One pass: its scene, its what-ifs, and who is who."""

    week: SeasonWeek
    scenes: Scenes
    found: WhatIfs
    names: dict[int, str]

    def options(self, target_nfl_id: int | None = None) -> pa.Table:
        """Rows of what_if_options, best first, with `target_name`; all of them or that of one receiver.

        Raises GhostError when the receiver could not have been targeted, naming those who could.
        """
        options = self.found.options
        ids = options["target_nfl_id"].to_pylist()
        named = pa.array([self.names.get(nfl_id, "") for nfl_id in ids], pa.string())
        options = options.append_column("target_name", named).sort_by("option_rank")
        if target_nfl_id is None:
            return options
        if target_nfl_id not in ids:
            known = ", ".join(f"{nfl_id} {self.names.get(nfl_id, '')}".strip() for nfl_id in ids)
            play = int(self.scenes.play_id[0])
            raise GhostError(f"{target_nfl_id} could not have been targeted in play {play}; could have been: {known}")
        return options.filter(pc.field("target_nfl_id") == target_nfl_id)

    def defenders(self, target_nfl_id: int) -> pa.Table:
        """Rows of what_if_defenders for one receiver with `name`, who could be first at the ball first."""
        rows = self.found.defenders.filter(pc.field("target_nfl_id") == target_nfl_id)
        named = pa.array([self.names.get(nfl_id, "") for nfl_id in rows["nfl_id"].to_pylist()], pa.string())
        return rows.append_column("name", named).sort_by("time_to_intercept_s")


def what_if_play(platform: Platform, game_id: int, play_id: int) -> WhatIfPlay:
    """The what-ifs of one pass with the champion. Raises GhostError when the play is no clean pass, saying why."""
    week = week_of_play(platform, game_id, play_id)
    scenes = read_scenes(platform.store, week, FRAMES_AFTER_ARRIVAL, only=(game_id, play_id))
    if not len(scenes):
        raise GhostError(f"play {play_id} of game {game_id} is no pass: it has no throw followed by an arrival")
    ghost = load_ghost(platform.artifacts)
    found = what_ifs(scenes, ghost, ghost.names, load_judges(platform), week)
    return WhatIfPlay(week, scenes, found, _names(platform, week, game_id))


def draw(platform: Platform, play: WhatIfPlay, folder: Path) -> Path:
    """Write the play's page and what it needs into `folder`, so that it opens from disk; returns the page."""
    game_id, play_id = int(play.scenes.game_id[0]), int(play.scenes.play_id[0])
    this = (pc.field("game_id") == game_id) & (pc.field("play_id") == play_id)
    plays = platform.partitions.read(CLEAN_PLAYS, play.week).filter(this)
    people = platform.partitions.read(CLEAN_PARTICIPANTS, play.week).filter(this)
    records = PlayRecords(
        play=plays.to_pylist()[0],
        people={row["nfl_id"]: row for row in people.to_pylist()},
        options=play.options().to_pylist(),
        paths=paths_by_play(play.found.paths.to_pylist())[game_id, play_id],
        scores=_scores(platform, play.week, this),
    )
    facts = SiteFacts(
        made_at=datetime.now(UTC),
        source=records.play["source"],
        is_simulated=bool(pc.all(is_simulated(plays)).as_py()),
        code_version=code_version(),
        champion="ghost_net",
        champion_version=platform.artifacts.champion(GHOST) or "",
    )
    page = folder / play_path(game_id, play_id)
    for path, content in ((play_path(game_id, play_id), play_page(facts, play.scenes, 0, records)), *bundled_files()):
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    return page


def _scores(platform: Platform, week: SeasonWeek, this: pc.Expression) -> list[dict]:
    """The play's trajectory scores where they have been computed."""
    try:
        return platform.partitions.read(TRAJECTORY_SCORES, week).filter(this).to_pylist()
    except MissingObjectError:
        return []


def week_of_play(platform: Platform, game_id: int, play_id: int) -> SeasonWeek:
    """The week whose clean tables hold the play. Raises GhostError saying why none does."""
    this = (pc.field("game_id") == game_id) & (pc.field("play_id") == play_id)
    for week in platform.partitions.weeks(CLEAN_PLAYS):
        if platform.partitions.read(CLEAN_PLAYS, week, ["game_id", "play_id"]).filter(this).num_rows:
            return week
    for week in platform.partitions.weeks(QUARANTINE):
        broken = platform.partitions.read(QUARANTINE, week).filter(this).to_pylist()
        if broken:
            rules = "; ".join(f"{row['rule_id']} ({row['sample']})" for row in broken)
            raise GhostError(f"play {play_id} of game {game_id} is in quarantine: {rules}")
    raise GhostError(f"no play {play_id} of game {game_id} has been refreshed: check the numbers, or land its week")


def _names(platform: Platform, week: SeasonWeek, game_id: int) -> dict[int, str]:
    players = platform.partitions.read(CLEAN_PARTICIPANTS, week, ["game_id", "nfl_id", "display_name"])
    players = players.filter(pc.field("game_id") == game_id)
    return dict(zip(players["nfl_id"].to_pylist(), players["display_name"].fill_null("").to_pylist(), strict=True))
