"""The paths that could be shown, drawn from the store for three reasons; the same for every expert."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ghost_pipeline.arrow import to_columns
from ghost_pipeline.domain.counterfactual import Aim
from ghost_pipeline.domain.rating import ACTUAL, CONTROL, DISAGREEMENT, MODEL, WORST
from ghost_pipeline.domain.result_schema import TRAJECTORY_SCORES, WHAT_IF_DEFENDERS, WHAT_IF_OPTIONS
from ghost_pipeline.domain.scene import Scenes
from ghost_pipeline.errors import GhostError
from ghost_pipeline.features.windows import BACK
from ghost_pipeline.models.flight import hypothetical_aims
from ghost_pipeline.models.ghost_predictor import GhostPredictor
from ghost_pipeline.models.rollout import rollouts
from ghost_pipeline.pipeline.champion import GHOST, load_ghost
from ghost_pipeline.pipeline.featuring import read_scenes
from ghost_pipeline.pipeline.outcomes import load_outcomes
from ghost_pipeline.pipeline.platform import Platform
from ghost_pipeline.review.queue import ROUND, ROUNDS, Candidate

PASSES_COMPARED, OF_ONE_WEEK = 60, 30
"""The networks of the model are asked again for this many passes: seconds, not minutes."""
LEAST_FRAMES = 6
"""Shorter flights leave nothing to see."""
_KEY = ("game_id", "play_id", "target_nfl_id", "nfl_id")


@dataclass(frozen=True)
class Paths:
    """Columns of the defensive backs' paths of one kind, all weeks."""

    kind: str
    columns: Mapping[str, NDArray]

    def __len__(self) -> int:
        return len(self.columns["nfl_id"])

    def candidates(self, rows: NDArray[np.int64], drawn_as: str) -> list[Candidate]:
        """The paths in those rows, in their order."""
        named = {name: self.columns[name][rows].tolist() for name in ("season_week", *_KEY, "trajectory_score")}
        return [
            Candidate(**dict(zip(named, values, strict=True)), kind=self.kind, drawn_as=drawn_as)
            for values in zip(*named.values(), strict=True)
        ]


def draw(platform: Platform, seed: int) -> dict[str, list[Candidate]]:
    """Candidates by reason, the most wanted first. Raises GhostError when there is no what-if to rate yet."""
    ghosts, actual = _ghosts(platform), _actual(platform)
    if not len(ghosts):
        raise GhostError(f"{platform.store.url} holds no what-ifs to rate: run `ghost demo` or `ghost refresh` first")
    random = np.random.default_rng([seed, 1])
    return {
        WORST: _mixed([paths.candidates(_worst(paths), WORST) for paths in (ghosts, actual)], ghosts_each=2),
        DISAGREEMENT: ghosts.candidates(_disagreeing(platform, ghosts, random), DISAGREEMENT),
        CONTROL: _controls(ghosts, actual, random),
    }


def _ghosts(platform: Platform) -> Paths:
    wanted = ["season_week", *_KEY, "is_defensive_back", "trajectory_score", "play_weight"]
    option = ["game_id", "play_id", "target_nfl_id"]
    weeks = platform.partitions.weeks(WHAT_IF_DEFENDERS)
    flights = platform.partitions.stream(WHAT_IF_OPTIONS, weeks, [*option, "flight_frames"])
    paths = platform.partitions.stream(WHAT_IF_DEFENDERS, weeks, wanted)
    parts = [
        rows.filter(pc.field("is_defensive_back")).join(options.rename_columns([*option, "frames"]), option)
        for (_, rows), (_, options) in zip(paths, flights, strict=True)
    ]
    return _paths(MODEL, parts)


def _actual(platform: Platform) -> Paths:
    wanted = ["season_week", *_KEY, "kind", "trajectory_score", "play_weight", "frames"]
    weeks = platform.partitions.weeks(TRAJECTORY_SCORES)
    stream = platform.partitions.stream(TRAJECTORY_SCORES, weeks, wanted)
    return _paths(ACTUAL, [rows.filter(pc.field("kind") == ACTUAL) for _, rows in stream])


def _paths(kind: str, weeks: Sequence[pa.Table]) -> Paths:
    long_enough = [rows.filter(pc.field("frames") >= LEAST_FRAMES) for rows in weeks]
    if not long_enough:
        return Paths(kind, {name: np.empty(0) for name in (*_KEY, "play_weight")})
    ordered = pa.concat_tables(long_enough).sort_by([(name, "ascending") for name in _KEY])
    return Paths(kind, to_columns(ordered))


def _worst(ghosts: Paths) -> NDArray[np.int64]:
    """Rows that cost the play score most, one of each play: score times weight, so that nearness counts."""
    cost = np.nan_to_num(ghosts.columns["trajectory_score"] * ghosts.columns["play_weight"], nan=-np.inf)
    return _first_of_plays(ghosts, np.argsort(-cost, kind="stable"))


def _first_of_plays(paths: Paths, order: NDArray[np.int64]) -> NDArray[np.int64]:
    """The first row of each play, in the order given; as many as all rounds need."""
    keys = np.stack([paths.columns["game_id"][order], paths.columns["play_id"][order]], axis=1)
    _, first = np.unique(keys, axis=0, return_index=True)
    return order[np.sort(first)][: max(ROUND.values()) * ROUNDS]


def _controls(ghosts: Paths, actual: Paths, random: np.random.Generator) -> list[Candidate]:
    """Paths drawn by chance, a ghost and one that was run in turn; the weight in the play score is the chance."""
    drawn = [paths.candidates(_first_of_plays(paths, _by_chance(paths, random)), CONTROL) for paths in (ghosts, actual)]
    return _mixed(drawn, ghosts_each=1)


def _mixed(drawn: Sequence[Sequence[Candidate]], ghosts_each: int) -> list[Candidate]:
    """Some ghosts before each path that was run, as long as there are any: a bad path must not give a ghost away."""
    ghosts, actual = drawn
    made, left = [], list(actual)
    for number, ghost in enumerate(ghosts, 1):
        made.append(ghost)
        if number % ghosts_each == 0 and left:
            made.append(left.pop(0))
    return made


def _by_chance(paths: Paths, random: np.random.Generator) -> NDArray[np.int64]:
    """All rows in the order of a draw without replacement (Efraimidis, Spirakis 2006)."""
    waited = random.exponential(size=len(paths)) / np.maximum(paths.columns["play_weight"], 1e-12)
    return np.argsort(waited, kind="stable")


def _disagreeing(platform: Platform, ghosts: Paths, random: np.random.Generator) -> NDArray[np.int64]:
    """Rows on whose end the networks of the model disagree most, one of each play, among passes drawn by chance.

    A model of one network agrees with itself, and without a champion there is nobody to ask: then there are none.
    """
    if platform.artifacts.champion(GHOST) is None:
        return np.empty(0, np.int64)
    ghost = load_ghost(platform.artifacts)
    if len(ghost.members) < 2:
        return np.empty(0, np.int64)
    flight = load_outcomes(platform.artifacts).flight
    weeks = platform.partitions.weeks(WHAT_IF_DEFENDERS)
    spread: dict[tuple[int, ...], float] = {}
    left = PASSES_COMPARED
    for number in random.permutation(len(weeks)):
        scenes = read_scenes(platform.store, weeks[number])
        aim = hypothetical_aims(scenes, flight)
        chosen = random.permutation(len(scenes))[: min(left, OF_ONE_WEEK)]
        spread |= _spread(scenes, aim.take(np.isin(aim.play, chosen)), ghost)
        left -= len(chosen)
        if not left:
            break
    keys = np.stack([ghosts.columns[name] for name in _KEY], axis=1).tolist()
    apart = np.array([spread.get(tuple(key), -1.0) for key in keys])
    order = np.argsort(-apart, kind="stable")
    return _first_of_plays(ghosts, order[apart[order] >= 0])


def _spread(scenes: Scenes, aim: Aim, ghost: GhostPredictor) -> dict[tuple[int, ...], float]:
    """Mean distance in yards of the networks' ends of each back's path from their middle, by key."""
    alone = [replace(ghost, members=(member,)) for member in ghost.members]
    found: dict[tuple[int, ...], float] = {}
    for of_members in zip(*(rollouts(scenes, aim, member, ghost.names) for member in alone), strict=True):
        windows, part = of_members[0].windows, of_members[0].aim
        ends = np.stack([rollout.at_arrival for rollout in of_members])  # [members, N, J, 2]
        apart = np.linalg.norm(ends - ends.mean(axis=0), axis=-1).mean(axis=0)
        option, slot = np.nonzero(windows.role == BACK)
        play = part.play[option]
        target = scenes.nfl_id[play, part.target[option]]
        keys = np.stack([scenes.game_id[play], scenes.play_id[play], target, windows.nfl_id[option, slot]], axis=1)
        found |= dict(zip(map(tuple, keys.tolist()), apart[option, slot].tolist(), strict=True))
    return found
