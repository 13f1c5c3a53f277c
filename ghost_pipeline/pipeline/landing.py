"""The front door: a folder of raw files -> immutable objects -> canonical tables of one season-week."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.domain.schema import EVENTS, FINDINGS, PARTICIPANTS, PLAYS, TRACKING
from ghost_pipeline.errors import BadInputError, GhostError
from ghost_pipeline.pipeline.fetching import fetch, is_url
from ghost_pipeline.sources.download import shown
from ghost_pipeline.sources.family import Finding, RawFile, findings_table
from ghost_pipeline.sources.registry import family_named, recognise
from ghost_pipeline.storage.held import Scratch
from ghost_pipeline.storage.objects import Store
from ghost_pipeline.storage.partitions import Partitions
from ghost_pipeline.storage.raw import Manifest, RawZone

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many are done and how many there are."""


@dataclass(frozen=True)
class CanonicalReport:
    """What one week's raw files gave: rows and data version (sha256) per table, and what the reader noticed."""

    week: SeasonWeek
    family: str
    rows: dict[str, int]
    versions: dict[str, str]
    passes: int
    targets: int
    findings: tuple[Finding, ...]

    @property
    def numbers(self) -> dict[str, int]:
        """For people to read."""
        return {**self.rows, "passes": self.passes, "targets": self.targets, "findings": len(self.findings)}


def land_from(
    store: Store,
    place: str,
    source: str | None = None,
    progress: Progress = lambda name, done, total: None,
    season: int | None = None,
    week: int | None = None,
) -> Manifest:
    """Land a folder or file of this machine, or one file from the web. Raises as `land` and `fetch`."""
    if not is_url(place):
        return land(store, Path(place), source, progress, season, week)
    scratch = Scratch()
    file = fetch(place, scratch.path, progress)
    return land(store, file, source, progress, season, week, origin=shown(place))


def land(
    store: Store,
    folder: Path,
    source: str | None = None,
    progress: Progress = lambda name, done, total: None,
    season: int | None = None,
    week: int | None = None,
    origin: str = "",
) -> Manifest:
    """Copy a folder of raw files (with its subfolders) into the store; a file of no week is named in `left_out`.

    `season` and `week` leave out the season-weeks of any other; `origin` says where the files are from, if not from
    that folder. Raises GhostError when the folder is not there, is empty, or holds nothing that a known source can
    read.
    """
    store.tidy()
    files = _files_in(folder)
    raw_files = [RawFile(name, path) for name, path in sorted(files.items())]
    family = recognise(raw_files, source)
    weeks = family.weeks(raw_files)
    if not weeks.files:
        reasons = "".join(f"\n  {found.file}: {found.message}" for found in weeks.findings[:5])
        raise GhostError(f"no file in {folder} belongs to a season-week of {family.name}{reasons}")
    wanted = [one for one in weeks.files if season in (None, one.season) and week in (None, one.week)]
    if not wanted:
        found = ", ".join(map(str, sorted(weeks.files)))
        raise GhostError(f"{folder} holds nothing of season {season or 'any'} and week {week or 'any'}; it has {found}")
    names = {one: [file.name for file in weeks.files[one]] for one in wanted}
    used = {name for found in names.values() for name in found}
    left_out = dict.fromkeys(sorted(files.keys() - used), f"no file of {family.name} in the season-weeks that land")
    left_out |= {", ".join(filter(None, (found.file, found.place))): found.message for found in weeks.findings}
    return RawZone(store).land(
        {name: files[name] for name in used},
        family.name,
        names,
        origin=origin or str(folder.resolve()),
        licence_note=family.licence_note,
        left_out=left_out,
        contents=weeks.contents,
        progress=progress,
    )


def canonical_week(store: Store, week: SeasonWeek) -> CanonicalReport:
    """Read a landed week into its canonical tables and replace those partitions, findings included.

    Raises MissingObjectError when the week has not landed and BadInputError when a file all plays need is broken.
    """
    name, landed = RawZone(store).files_for(week)
    canonical = family_named(name).read([RawFile(file.name, store.local(file.key)) for file in landed], week)
    partitions = Partitions(store)
    tables = {
        PLAYS: canonical.plays,
        PARTICIPANTS: canonical.participants,
        EVENTS: canonical.events,
        FINDINGS: findings_table(canonical.findings, week),
    }
    rows = {declared.name: len(table) for declared, table in tables.items()}
    versions = {declared.name: partitions.write(declared, table, week) for declared, table in tables.items()}
    rows[TRACKING.name], versions[TRACKING.name] = partitions.write_spool(canonical.tracking_parts, week)
    plays = canonical.plays
    return CanonicalReport(
        week=week,
        family=name,
        rows=rows,
        versions=versions,
        passes=len(plays) - plays["throw_frame"].null_count,
        targets=len(plays) - plays["target_nfl_id"].null_count,
        findings=canonical.findings,
    )


def _files_in(folder: Path) -> dict[str, Path]:
    """Every file by its own name. Raises GhostError, also when two different files have one name."""
    if not folder.exists():
        raise GhostError(f"{folder} does not exist: give the folder that holds the tracking files")
    files: dict[str, Path] = {}
    for path in sorted(folder.rglob("*")) if folder.is_dir() else [folder]:
        if not path.is_file():
            continue
        twin = files.setdefault(path.name, path)
        if twin is not path and twin.read_bytes() != path.read_bytes():
            raise BadInputError(
                str(path), f"another file of this name, {twin}", "one", "Land the two folders one after the other."
            )
    if not files:
        raise GhostError(f"{folder} holds no files: give the folder that holds the tracking files")
    return files
