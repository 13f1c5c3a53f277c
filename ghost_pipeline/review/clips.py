"""From a candidate to what the expert sees, and to what is stored with his verdict."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.domain.field import FRAME_S
from ghost_pipeline.domain.path_rules import path_facts
from ghost_pipeline.domain.rating import ACTUAL, SEEN
from ghost_pipeline.domain.result_schema import WHAT_IF_DEFENDERS, WHAT_IF_PATHS
from ghost_pipeline.domain.scene import PLAYERS_PER_SIDE, Scenes
from ghost_pipeline.domain.schema import CLEAN_PARTICIPANTS, CLEAN_PLAYS
from ghost_pipeline.errors import GhostError
from ghost_pipeline.pipeline.featuring import read_scenes
from ghost_pipeline.pipeline.platform import Platform
from ghost_pipeline.publish.clip import blind_motion, called, run_paths, shown_slots
from ghost_pipeline.publish.play_figure import play_figure
from ghost_pipeline.publish.plays_page import down_and_distance
from ghost_pipeline.review.queue import Candidate


@dataclass(frozen=True)
class Clip:
    """One play with one target. Only `rows`, which are never shown, know whose paths these are."""

    scenes: Scenes
    people: Mapping[int, Mapping[str, Any]]
    situation: str
    target: int  # slot
    paths: Mapping[int, NDArray]  # by slot, [K, 2]
    rows: Mapping[int, Mapping[str, Any]]
    """By player number: key and SEEN of each defender who can be rated."""

    def slot(self, nfl_id: int) -> int:
        """Where a player stands in the line-up."""
        return int(np.flatnonzero(self.scenes.nfl_id[0] == nfl_id)[0])

    def called(self, nfl_id: int) -> str:
        """A player without his name, as '24, CB'."""
        return called(self.scenes, 0, self.slot(nfl_id), self.people)

    @property
    def target_called(self) -> str:
        return called(self.scenes, 0, self.target, self.people)

    @property
    def flight_s(self) -> float:
        return len(self.paths[self.target]) * FRAME_S

    def shown(self, nfl_id: int) -> dict[str, Any]:
        """What the viewer is given, with that defender ringed."""
        motion = blind_motion(self.scenes, 0, self.people, self.target, self.slot(nfl_id), self.paths)
        return {
            "motion": motion,
            "figure": play_figure(motion["scrimmage"], motion["firstDown"]),
            "story": self.story(nfl_id),
        }

    def story(self, nfl_id: int) -> str:
        """The clip in a sentence, for those who cannot see it."""
        path, target = self.paths[self.slot(nfl_id)], self.paths[self.target]
        start = self.scenes.xy[self.scenes.throw[0]]
        apart = [np.linalg.norm(one - other) for one, other in
                 ((start[self.slot(nfl_id)], start[self.target]), (path[-1], target[-1]))]  # fmt: skip
        return (
            f"The ball flies {self.flight_s:.1f} seconds to {self.target_called}. Defender {self.called(nfl_id)} is "
            f"{apart[0]:.1f} yards from him at the throw and {apart[1]:.1f} yards at the arrival."
        )


def read_clip(platform: Platform, path: Candidate) -> Clip:
    """The clip of a candidate. Raises GhostError when the store no longer holds his play or path."""
    week = SeasonWeek.parse(path.season_week)
    scenes = read_scenes(platform.store, week, only=path.play)
    this = (pc.field("game_id") == path.game_id) & (pc.field("play_id") == path.play_id)
    plays = platform.partitions.read(CLEAN_PLAYS, week).filter(this).to_pylist()
    people = platform.partitions.read(CLEAN_PARTICIPANTS, week).filter(this).to_pylist()
    if not len(scenes) or path.target_nfl_id not in scenes.nfl_id[0]:
        raise _gone(platform, path)
    target = int(np.flatnonzero(scenes.nfl_id[0] == path.target_nfl_id)[0])
    slots = shown_slots(scenes, 0, target)
    if path.kind == ACTUAL:
        paths = run_paths(scenes, 0, slots)
        rows = _measured(scenes, paths, target)
    else:
        paths = _predicted(platform, week, path, scenes, slots)
        this = this & (pc.field("target_nfl_id") == path.target_nfl_id)
        defenders = platform.partitions.read(WHAT_IF_DEFENDERS, week).filter(this).to_pylist()
        rows = {row["nfl_id"]: row for row in defenders}
    if path.nfl_id not in rows or target not in paths:
        raise _gone(platform, path)
    shown = {row["nfl_id"]: row for row in people}
    return Clip(scenes, shown, down_and_distance(plays[0]), target, paths, rows)


def _gone(platform: Platform, path: Candidate) -> GhostError:
    return GhostError(
        f"{platform.store.url} no longer holds this path (play {path.play_id} of game {path.game_id}): it was "
        "refreshed since the review began. Start `ghost review` again."
    )


def _predicted(
    platform: Platform, week: SeasonWeek, path: Candidate, scenes: Scenes, slots: list[int]
) -> dict[int, NDArray]:
    """Predicted places by slot."""
    this = (
        (pc.field("game_id") == path.game_id)
        & (pc.field("play_id") == path.play_id)
        & (pc.field("target_nfl_id") == path.target_nfl_id)
    )
    rows = (
        platform.partitions.read(WHAT_IF_PATHS, week)
        .filter(this)
        .sort_by([("nfl_id", "ascending"), ("step", "ascending")])
    )
    nfl_id = rows["nfl_id"].to_numpy()
    xy = np.stack([rows["ghost_x_yd"].to_numpy(), rows["ghost_y_yd"].to_numpy()], axis=1)
    found = {slot: xy[nfl_id == scenes.nfl_id[0, slot]] for slot in slots}
    return {slot: places for slot, places in found.items() if len(places)}


def _measured(scenes: Scenes, paths: Mapping[int, NDArray], target: int) -> dict[int, dict[str, Any]]:
    """Key and SEEN of the defenders' own paths, measured as a ghost's are."""
    defenders = [slot for slot in paths if slot >= PLAYERS_PER_SIDE]
    here = scenes.xy[scenes.throw[0]]
    whole = {slot: np.concatenate([here[None, slot], paths[slot]]) for slot in (*defenders, target)}
    path = np.stack([whole[slot] for slot in defenders])
    steps = np.full(len(defenders), path.shape[1] - 1)
    facts = path_facts(path, np.broadcast_to(whole[target], path.shape), steps)
    key = {
        "game_id": int(scenes.game_id[0]),
        "play_id": int(scenes.play_id[0]),
        "target_nfl_id": int(scenes.nfl_id[0, target]),
    }
    found = {}
    for number, slot in enumerate(defenders):
        seen = {name: getattr(facts, name)[number].item() for name in SEEN}
        if not np.isnan(seen["trajectory_score"]):
            nfl_id = int(scenes.nfl_id[0, slot])
            found[nfl_id] = {**key, "nfl_id": nfl_id, **seen}
    return found
