"""A mutated folder for every seed, and what is wrong with how it is read; benchmarks/fuzz.py draws many of them."""

import contextlib
import random
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from accounts import Answer, complaints, read_folder
from fuzz_samples import LAYOUTS, sample
from mutations import HARMLESS, mutated

from ghost_pipeline.domain.schema import CANONICAL
from ghost_pipeline.errors import GhostError
from ghost_pipeline.pipeline.landing import canonical_week, land
from ghost_pipeline.sources import delimited
from ghost_pipeline.storage.objects import FolderStore
from ghost_pipeline.storage.partitions import Partitions

LAND_EVERY, RUNS_EVERY = 20, 7


@dataclass(frozen=True)
class Case:
    """What a seed stands for; `how` by the names of the mutated files."""

    seed: int
    layout: str
    files: dict[str, bytes]
    how: dict[str, str]

    @property
    def harmless(self) -> bool:
        made = " ".join(self.how.values()).split()
        return set(made) <= HARMLESS and len(set(made)) == len(made)

    def __str__(self) -> str:
        return f"seed {self.seed}, {self.layout}, " + ", ".join(f"{file}: {how}" for file, how in self.how.items())


def case_of(seed: int, source: str | None = None) -> Case:
    """Drawn by the seed alone."""
    draw = random.Random(seed)
    layout = source or draw.choice(sorted(LAYOUTS))
    files, how = dict(sample(layout)), {}
    for name in draw.sample(sorted(files), draw.choice((1, 1, 1, 2))):
        files[name], how[name] = mutated(draw, name, files[name])
    return Case(seed, layout, files, how)


def faults_of(case: Case, folder: Path) -> list[str]:
    """What is wrong with how the readers answer. Raises what they should not raise."""
    for name, content in case.files.items():
        (folder / name).write_bytes(content)
    answer = read_folder(folder)
    faults = complaints(folder, sample(case.layout), answer)
    if case.harmless and answer.tables != whole(case.layout).tables:
        faults.append("says the same in another form, and is read as something else")
    if case.layout.startswith("big_data_bowl") and case.seed % RUNS_EVERY == 0:
        with in_runs():
            faults += _differences("read in runs", read_folder(folder), answer)
    if case.seed % LAND_EVERY == 0:
        with tempfile.TemporaryDirectory(dir=folder.parent) as store:
            faults += _differences("landed", landed(folder, FolderStore(Path(store))), answer)
    return faults


@cache
def whole(layout: str) -> Answer:
    """What the sample gives as it is."""
    with tempfile.TemporaryDirectory() as text:
        for name, content in sample(layout).items():
            (Path(text) / name).write_bytes(content)
        return read_folder(Path(text))


@contextlib.contextmanager
def in_runs() -> Iterator[None]:
    """Small files are read as big ones."""
    given = delimited._THREADED_BYTES, delimited._BLOCK_BYTES
    delimited._THREADED_BYTES, delimited._BLOCK_BYTES = 0, 4096
    try:
        yield
    finally:
        delimited._THREADED_BYTES, delimited._BLOCK_BYTES = given


def landed(folder: Path, store: FolderStore) -> Answer:
    """As `read_folder`, through the store."""
    answer = Answer()
    try:
        manifest = land(store, folder)
    except GhostError as error:
        answer.errors.append(str(error))
        return answer
    partitions = Partitions(store)
    for week in manifest.season_weeks:
        try:
            canonical_week(store, week)
            answer.tables[str(week)] = tuple(partitions.read(table, week) for table in CANONICAL)
        except GhostError as error:
            answer.errors.append(str(error))
    return answer


def _differences(way: str, found: Answer, expected: Answer) -> list[str]:
    return [] if found.tables == expected.tables else [f"{way}, it gives other tables"]
