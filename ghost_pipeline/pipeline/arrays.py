"""Training arrays: the windows of all passes in memory-mapped files, cut by the function that also serves what-ifs.

They are a cache under `<home>/arrays`: a folder is named by what it holds and by the content it was made from, so it
can be deleted at any time and is never wrong.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import numpy as np

from ghost_pipeline.domain.counterfactual import actual_aim
from ghost_pipeline.domain.schema import CLEAN_PARTICIPANTS, CLEAN_PLAYS, CLEAN_TRACKING
from ghost_pipeline.errors import GhostError
from ghost_pipeline.features.windows import HISTORY, HORIZON, Windows, make_windows
from ghost_pipeline.pipeline.code_hash import code_hash
from ghost_pipeline.pipeline.featuring import read_scenes
from ghost_pipeline.pipeline.platform import Platform
from ghost_pipeline.storage.array_files import ArrayFiles, mapped

Progress = Callable[[str, int, int], None]
INPUTS = (CLEAN_PLAYS, CLEAN_PARTICIPANTS, CLEAN_TRACKING)
PASSES_AT_ONCE = 100
"""Windows of this many passes are in memory at a time."""
_FACTS = "made_from.json"


@dataclass(frozen=True)
class ArrayPlan:
    """What the windows hold: features, observed steps, steps to predict, and anchors as in `make_windows`."""

    names: tuple[str, ...]
    history: int = HISTORY
    horizon: int = HORIZON
    anchors: tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        if not (3 <= self.history <= 20 and 1 <= self.horizon <= HORIZON):
            raise ValueError(
                f"found {self.history} steps in, {self.horizon} out; expected 3 to 20 in, 1 to {HORIZON} out"
            )


def training_arrays(platform: Platform, plan: ArrayPlan, progress: Progress = lambda *_: None) -> Windows:
    """Windows of every pass with a known target and a flight of at most HORIZON frames, weeks in order.

    The fields are read-only memory maps; `take` brings the chosen rows into memory. `fold` holds each game's fold, from
    the hash of its id. `aim_row` counts the week's passes with a known target. Made when the cache has none of this
    plan and content; sets of the same plan from other content are then removed. Raises GhostError when there is no such
    pass.
    """
    made_from = _made_from(platform)
    wanted = _short(json.dumps(asdict(plan)))
    folder = platform.settings.home.resolve() / "arrays" / f"{wanted}-{_short(json.dumps(made_from))}"
    if not (folder / _FACTS).is_file():
        for stale in folder.parent.glob(f"{wanted}-*"):
            shutil.rmtree(stale)
        _make(platform, plan, folder, {"plan": asdict(plan), "made_from": made_from}, progress)
    return Windows(**{field.name: mapped(folder, field.name) for field in fields(Windows)})


def _made_from(platform: Platform) -> dict[str, str]:
    """Everything that decides what the arrays hold: content of the tables, and code."""
    keys = [platform.partitions.key(table, week) for week in platform.partitions.weeks(CLEAN_PLAYS) for table in INPUTS]
    return {"code": code_hash(__name__), **{key: platform.store.sha256(key) for key in keys}}


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _make(platform: Platform, plan: ArrayPlan, folder: Path, facts: dict, progress: Progress) -> None:
    """Write beside the place and rename into it, so that a set is there whole or not at all."""
    writing = folder.with_name(f"{folder.name}.{os.getpid()}")
    weeks = platform.partitions.weeks(CLEAN_PLAYS)
    count = 0
    with ArrayFiles(writing) as files:
        for done, week in enumerate(weeks):
            progress("week of windows", done, len(weeks))
            scenes = read_scenes(platform.store, week)
            aim = actual_aim(scenes)
            fits = np.flatnonzero(aim.flight_frames <= HORIZON)
            for first in range(0, len(fits), PASSES_AT_ONCE):
                rows = fits[first : first + PASSES_AT_ONCE]
                windows = make_windows(scenes, aim.take(rows), plan.names, plan.history, plan.horizon, plan.anchors)
                for field in fields(Windows):
                    values = getattr(windows, field.name)
                    files.append(field.name, rows[values] if field.name == "aim_row" else values)
                count += len(windows)
    progress("week of windows", len(weeks), len(weeks))
    if not count:
        shutil.rmtree(writing)
        raise GhostError(f"{platform.store.url} holds no clean pass with a known target: land plays with passes")
    (writing / _FACTS).write_text(json.dumps({**facts, "windows": count}, indent=1), encoding="utf-8")
    os.replace(writing, folder)
