"""What the trajectory models learn from and what they are examined on, read week by week: no game is in both."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from ghost_pipeline.domain.counterfactual import Aim, actual_aim
from ghost_pipeline.domain.scene import Scenes
from ghost_pipeline.domain.schema import CLEAN_PLAYS
from ghost_pipeline.domain.split import HELD_OUT_FOLD, folds_of
from ghost_pipeline.errors import GhostError
from ghost_pipeline.features.windows import HISTORY, HORIZON, Windows, make_windows
from ghost_pipeline.models import moments
from ghost_pipeline.models.evaluate import Part
from ghost_pipeline.models.moments import Moments
from ghost_pipeline.models.slices import aim_facts
from ghost_pipeline.pipeline.arrays import ArrayPlan, training_arrays
from ghost_pipeline.pipeline.featuring import read_scenes, read_whole_plays
from ghost_pipeline.pipeline.platform import Platform
from ghost_pipeline.pipeline.school import SCHOOL_WEEKS, school_weeks

Games = Callable[[NDArray[np.int64]], NDArray[np.bool_]]
"""Says of game ids [N] which are meant, [N]."""

Progress = Callable[[str, int, int], None]

MAX_FRAMES = 300_000
"""Frames of each kind, flights and whole plays, that are learned from: about 1 GB. A training on a season sees less."""


def learned_from(game_id: NDArray[np.int64]) -> NDArray[np.bool_]:
    """The games that models may learn from."""
    return folds_of(game_id) != HELD_OUT_FOLD


def held_out(game_id: NDArray[np.int64]) -> NDArray[np.bool_]:
    """The games that models are examined on."""
    return folds_of(game_id) == HELD_OUT_FOLD


def training_moments(platform: Platform, names: Sequence[str], seed: int, games: Games = learned_from) -> Moments:
    """Every moment of every play of the games, with the features `names`: flights, and whole plays without an aim.

    From more than MAX_FRAMES every week gives some plays, drawn by seed.
    """
    weeks = platform.partitions.weeks(CLEAN_PLAYS)
    allowed = MAX_FRAMES // max(len(weeks), 1)
    parts = []
    for number, week in enumerate(weeks):
        random = np.random.default_rng([seed, number])
        scenes, aim = _passes(read_scenes(platform.store, week), games)
        length = np.diff(scenes.start)[aim.play]
        parts.append(moments.flights(scenes, aim.take(_some(length, allowed, random)), names))
        whole = read_whole_plays(platform.store, week)
        chosen = _some(np.diff(whole.start) * games(whole.game_id), allowed, random)
        parts.append(moments.free_runs(whole, names, chosen))
    parts = [part for part in parts if len(part)]
    if not parts:
        raise _nothing(platform)
    return moments.concatenate(parts)


def school_moments(names: Sequence[str], seed: int, frames: int, progress: Progress = lambda *_: None) -> Moments:
    """Moments of simulated passes, with and without their aim, from at least one week and at most `frames` of each."""
    parts: list[Moments] = []
    for played in school_weeks(seed):
        progress("simulate passes to learn motion from", len(parts) // 2, SCHOOL_WEEKS)
        aim = actual_aim(played.scenes)
        parts += [
            moments.flights(played.scenes, aim.take(aim.flight_frames <= HORIZON), names),
            moments.free_runs(played.scenes, names),
        ]
        if sum(len(part) for part in parts) >= 2 * frames:
            break
    progress("simulate passes to learn motion from", SCHOOL_WEEKS, SCHOOL_WEEKS)
    return moments.concatenate(parts)


def training_windows(
    platform: Platform,
    names: Sequence[str],
    games: Games = learned_from,
    history: int = HISTORY,
    horizon: int = HORIZON,
) -> Windows:
    """Every in-air window of the games, from the training arrays. Raises GhostError when there is none."""
    arrays = training_arrays(platform, ArrayPlan(tuple(names), history, horizon))
    windows = arrays.take(games(arrays.game_id))
    if not len(windows):
        raise _nothing(platform)
    return windows


def parts_of(
    platform: Platform, names: Sequence[str], games: Games = held_out, history: int = HISTORY, horizon: int = HORIZON
) -> Iterator[Part]:
    """Every in-air window of the games with what errors are grouped by, week after week."""
    for week in platform.partitions.weeks(CLEAN_PLAYS):
        scenes, aim = _passes(read_scenes(platform.store, week), games)
        if len(aim):
            yield make_windows(scenes, aim, names, history, horizon), aim_facts(scenes, aim)


def _passes(scenes: Scenes, games: Games) -> tuple[Scenes, Aim]:
    """Passes of the games whose target is known and whose flight is not too long to predict."""
    aim = actual_aim(scenes)
    return scenes, aim.take((aim.flight_frames <= HORIZON) & games(scenes.game_id[aim.play]))


def _some(length: NDArray[np.int64], allowed: int, random: np.random.Generator) -> NDArray[np.int64]:
    """Indexes of plays that together have at most `allowed` frames; those without a frame are left out."""
    order = random.permutation(np.flatnonzero(length))
    return np.sort(order[np.cumsum(length[order]) <= allowed])


def _nothing(platform: Platform) -> GhostError:
    return GhostError(f"{platform.store.url} holds no clean pass with a known target: land plays with passes")
