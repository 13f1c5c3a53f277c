"""Experts' ratings in the store: one immutable object each, so that many raters can write at once without a lock."""

from collections.abc import Iterator

import pyarrow as pa

from ghost_pipeline.arrow import arrow_schema
from ghost_pipeline.domain.rating import RATINGS, Rating
from ghost_pipeline.storage.objects import Store
from ghost_pipeline.storage.traced import hash_of_names

PREFIX = "ratings/"


class Ratings:
    """`ratings/<game>/<play>/<hash of the content>.json`; nothing is ever overwritten or deleted."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def add(self, rating: Rating) -> str:
        """Store a rating and return its key; adding the same one again changes nothing."""
        key = f"{PREFIX}{rating.game_id}/{rating.play_id}/{rating.id}.json"
        if not self.store.exists(key):
            self.store.put(key, rating.to_json())
        return key

    def version(self) -> str:
        """Changes whenever a rating is added."""
        return hash_of_names(self.store, PREFIX, ())[:16]

    def all(self) -> Iterator[Rating]:
        """Every rating, in order of game, play and hash. Raises GhostError for one that could not be used."""
        for info in self.store.list(PREFIX):
            yield Rating.from_json(self.store.get(info.key))

    def table(self) -> pa.Table:
        """Every rating as rows of `RATINGS`."""
        return pa.Table.from_pylist([rating.row() for rating in self.all()], arrow_schema(RATINGS))
