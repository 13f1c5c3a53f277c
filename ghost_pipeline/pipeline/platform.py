"""What every step of the main job is given: the settings and the rooms they open."""

from dataclasses import dataclass
from functools import cached_property

from ghost_pipeline.settings import Settings
from ghost_pipeline.storage.artifacts import Artifacts
from ghost_pipeline.storage.objects import Store
from ghost_pipeline.storage.open import open_store
from ghost_pipeline.storage.partitions import Partitions
from ghost_pipeline.storage.raw import RawZone
from ghost_pipeline.storage.version import check
from ghost_pipeline.storage.warehouse import Warehouse


@dataclass(frozen=True)
class Platform:
    """One store with its tables, artifacts, raw zone and warehouse, opened when first used."""

    settings: Settings
    opened: Store | None = None

    def on(self, store: Store) -> "Platform":
        """The same on a store that is open already."""
        return Platform(self.settings, store)

    @cached_property
    def store(self) -> Store:
        """Raises StorageError when the store is of another version than this code."""
        if self.opened is None:
            found = open_store(self.settings)
            check(found)
            return found
        return self.opened

    @cached_property
    def partitions(self) -> Partitions:
        return Partitions(self.store)

    @cached_property
    def artifacts(self) -> Artifacts:
        return Artifacts(self.store)

    @cached_property
    def raw(self) -> RawZone:
        return RawZone(self.store)

    @cached_property
    def warehouse(self) -> Warehouse:
        return Warehouse(self.settings.warehouse_dir, self.store)
