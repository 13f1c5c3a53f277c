"""The raw landing zone: files as they came, immutable and named by their content, with a manifest per landing."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.errors import MissingObjectError, StorageError
from ghost_pipeline.storage.moments import next_moment
from ghost_pipeline.storage.objects import ObjectInfo, Store

_MANIFESTS = "raw/manifests/"


@dataclass(frozen=True)
class LandedFile:
    """One raw file: its own name without folders, and the object that holds its bytes."""

    name: str
    sha256: str
    size: int
    key: str
    content: str = ""
    """Hash of what it holds of one week, in the files of a week where the reader could tell; else empty."""


@dataclass(frozen=True)
class Manifest:
    """One landing. `season_weeks` says which files, by name, each week needs; `left_out` what is in none; `contents`
    what shared files hold of a week, as hashes by week and name."""

    id: str
    family: str
    files: tuple[LandedFile, ...]
    season_weeks: dict[SeasonWeek, tuple[str, ...]]
    left_out: dict[str, str]
    origin: str
    licence_note: str
    landed: str
    contents: dict[SeasonWeek, dict[str, str]] = field(default_factory=dict)

    def to_json(self) -> bytes:
        weeks = {str(week): names for week, names in self.season_weeks.items()}
        files = [asdict(file) for file in self.files]
        contents = {str(week): held for week, held in self.contents.items()}
        return json.dumps(vars(self) | {"files": files, "season_weeks": weeks, "contents": contents}, indent=1).encode()

    @classmethod
    def from_json(cls, text: bytes) -> "Manifest":
        about = json.loads(text)
        files = tuple(LandedFile(**file) for file in about.pop("files"))
        weeks = {SeasonWeek.parse(week): tuple(names) for week, names in about.pop("season_weeks").items()}
        contents = {SeasonWeek.parse(week): held for week, held in about.pop("contents", {}).items()}
        return cls(files=files, season_weeks=weeks, contents=contents, **about)


class RawZone:
    """`raw/objects/<2 of sha256>/<sha256>/<name>` and `raw/manifests/<id>.json`."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._known: dict[ObjectInfo, Manifest] = {}

    def land(
        self,
        files: Mapping[str, Path],
        family: str,
        weeks: Mapping[SeasonWeek, Sequence[str]],
        origin: str,
        licence_note: str,
        left_out: Mapping[str, str] | None = None,
        contents: Mapping[SeasonWeek, Mapping[str, str]] | None = None,
        progress: Callable[[str, int, int], None] = lambda name, done, total: None,
    ) -> Manifest:
        """Store the files and, last, their manifest; what was landed before and is still the newest is a no-op.

        A landing that was cut off leaves objects that nobody sees and that the next attempt uses. `progress` is called
        with a file's name, how many are done and how many there are.
        """
        landed = []
        for done, (name, path) in enumerate(sorted(files.items())):
            progress(name, done, len(files))
            landed.append(self._put(name, path))
        season_weeks = {week: tuple(sorted(weeks[week])) for week in sorted(weeks)}
        content = [family, [(file.name, file.sha256) for file in landed], {str(w): n for w, n in season_weeks.items()}]
        identity = hashlib.sha256(json.dumps(content).encode()).hexdigest()[:16]
        known = self._manifest(identity)
        if known is not None and self._is_current(known):
            return known
        held = {week: dict(found) for week, found in (contents or {}).items() if week in season_weeks}
        now = next_moment(one.landed for one in self.manifests())
        manifest = Manifest(
            identity, family, tuple(landed), season_weeks, dict(left_out or {}), origin, licence_note, now, held
        )
        self.store.put(self._key(identity), manifest.to_json())
        return manifest

    def manifests(self) -> list[Manifest]:
        """Every landing, oldest first."""
        found = [self._read(info) for info in self.store.list(_MANIFESTS)]
        return sorted(found, key=lambda manifest: (manifest.landed, manifest.id))

    def version(self) -> str:
        """Changes whenever anything lands; one listing, without reading a manifest."""
        text = "\n".join(f"{info.key} {info.version}" for info in self.store.list(_MANIFESTS))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def _read(self, info: ObjectInfo) -> Manifest:
        """A manifest, from memory when it is still this version."""
        if info not in self._known:
            self._known[info] = Manifest.from_json(self.store.get(info.key))
        return self._known[info]

    def files_for(self, week: SeasonWeek) -> tuple[str, list[LandedFile]]:
        """The family and the files of a week, sorted by name. Raises MissingObjectError when it has not landed."""
        weeks = self._weeks()
        if week not in weeks:
            raise MissingObjectError(f"{self.store.url} holds no raw files of {week}: land them first")
        return weeks[week]

    def week_versions(self) -> dict[SeasonWeek, str]:
        """Of every landed week a short hash of its family and files: it changes when any of their bytes do, those of
        other weeks in shared files left out where the reader can tell."""
        return {week: _version(family, files) for week, (family, files) in self._weeks().items()}

    def week_version(self, week: SeasonWeek) -> str:
        """The same of one week. Raises MissingObjectError when it has not landed."""
        return _version(*self.files_for(week))

    def _weeks(self) -> dict[SeasonWeek, tuple[str, list[LandedFile]]]:
        """A week is of the family that landed it last, and holds the newest landing of each of its files' names."""
        weeks: dict[SeasonWeek, tuple[str, dict[str, LandedFile]]] = {}
        for manifest in self.manifests():
            by_name = {file.name: file for file in manifest.files}
            for week, names in manifest.season_weeks.items():
                family, files = weeks.get(week, ("", {}))
                kept = files if family == manifest.family else {}
                held = manifest.contents.get(week, {})
                of_week = {name: replace(by_name[name], content=held.get(name, "")) for name in names}
                weeks[week] = manifest.family, kept | of_week
        return {
            week: (family, [files[name] for name in sorted(files)]) for week, (family, files) in sorted(weeks.items())
        }

    def _is_current(self, manifest: Manifest) -> bool:
        weeks = self._weeks()
        sha256 = {file.name: file.sha256 for file in manifest.files}
        return all(
            weeks[week][0] == manifest.family
            and {(name, sha256[name]) for name in names} <= {(file.name, file.sha256) for file in weeks[week][1]}
            for week, names in manifest.season_weeks.items()
        )

    def _manifest(self, identity: str) -> Manifest | None:
        key = self._key(identity)
        return Manifest.from_json(self.store.get(key)) if self.store.exists(key) else None

    @staticmethod
    def _key(identity: str) -> str:
        return f"{_MANIFESTS}{identity}.json"

    def _put(self, name: str, path: Path) -> LandedFile:
        try:
            with path.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            size = path.stat().st_size
        except OSError as error:
            raise StorageError(f"cannot read {path}: {error.strerror}. Check the file and your rights.") from error
        key = f"raw/objects/{sha256[:2]}/{sha256}/{name}"
        if not self.store.exists(key):
            self.store.put_file(key, path)
        return LandedFile(name, sha256, size, key)


def _version(family: str, files: Sequence[LandedFile]) -> str:
    text = "\n".join([family, *(f"{file.name} {file.content or file.sha256}" for file in files)])
    return hashlib.sha256(text.encode()).hexdigest()[:16]
