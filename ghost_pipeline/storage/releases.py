"""Releases: a person's word that a quarantined play is sound. Immutable objects, so that every re-run keeps to them."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.storage.objects import Store

RELEASE, WITHDRAW = "release", "withdraw"
_PREFIX = "quality/releases/"
PlayKey = tuple[int, int]


@dataclass(frozen=True)
class Release:
    """One record: who let a play pass although it breaks `rules`, or took that back, when (ISO 8601, UTC) and why."""

    season_week: str
    game_id: int
    play_id: int
    rules: tuple[str, ...]
    action: str
    by: str
    reason: str
    at: str

    @property
    def play(self) -> PlayKey:
        return self.game_id, self.play_id


class Releases:
    """`quality/releases/<season-week>/<game>-<play>/<time>-<digest>.json`; undoing one is a further record."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def record(self, release: Release) -> str:
        """Store one record; returns its key."""
        content = json.dumps(asdict(release), indent=1, sort_keys=True).encode()
        moment = datetime.fromisoformat(release.at).strftime("%Y%m%dT%H%M%S%fZ")
        folder = f"{_PREFIX}{release.season_week}/{release.game_id}-{release.play_id}"
        key = f"{folder}/{moment}-{hashlib.sha256(content).hexdigest()[:8]}.json"
        self.store.put(key, content)
        return key

    def history(self, week: SeasonWeek | None = None) -> list[Release]:
        """Every record of a week (default: of all weeks), oldest first."""
        prefix = f"{_PREFIX}{week}/" if week else _PREFIX
        found = [json.loads(self.store.get(info.key)) for info in self.store.list(prefix)]
        records = [Release(**{**record, "rules": tuple(record["rules"])}) for record in found]
        return sorted(records, key=lambda record: (record.at, record.play))

    def in_force(self, week: SeasonWeek | None = None) -> dict[PlayKey, Release]:
        """By play its newest record, where that is a release."""
        newest = {record.play: record for record in self.history(week)}
        return {play: record for play, record in newest.items() if record.action == RELEASE}

    def rules_by_play(self, week: SeasonWeek) -> Mapping[PlayKey, frozenset[str]]:
        """The rules that each released play of a week may break. Any other rule still quarantines it."""
        return {play: frozenset(record.rules) for play, record in self.in_force(week).items()}
