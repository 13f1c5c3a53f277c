"""The local copy of a remote store holds what the store holds, and fetches no more than it must."""

import os
from pathlib import Path
from typing import cast

from ghost_pipeline.storage.mirror import mirror
from ghost_pipeline.storage.objects import FolderStore, Store
from ghost_pipeline.storage.warehouse import Warehouse


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*.parquet")}


def test_mirror_follows_the_store(tmp_path: Path) -> None:
    store, copy = FolderStore(tmp_path / "store"), tmp_path / "copy"
    store.put("clean/plays/a.parquet", b"old")
    store.put("clean/plays/b.parquet", b"same")
    store.put("raw/c.parquet", b"not wanted")
    assert mirror(store, ["clean/"], copy) == 2
    assert mirror(store, ["clean/"], copy) == 0

    store.put("clean/plays/a.parquet", b"new")  # the size is the same
    os.utime(tmp_path / "store/clean/plays/a.parquet", ns=(1, 1))
    store.delete("clean/plays/b.parquet")
    store.put("clean/plays/d.parquet", b"more")
    assert mirror(store, ["clean/"], copy) == 2
    assert files(copy) == {"clean/plays/a.parquet": b"new", "clean/plays/d.parquet": b"more"}


def test_a_warehouse_on_a_remote_store_reads_its_copy(tmp_path: Path) -> None:
    class RemoteStore:
        """A folder that the warehouse cannot know to be one."""

        def __init__(self, folder: FolderStore) -> None:
            self.url, self.list, self.get = "remote", folder.list, folder.get

    store = FolderStore(tmp_path / "store")
    store.put("clean/plays/2019-REG-01.parquet", b"plays")
    store.put("clean/tracking/2019-REG-01.parquet", b"a hundred million rows")
    warehouse = Warehouse(tmp_path / "warehouse", cast(Store, RemoteStore(store)))
    warehouse.fetch_inputs()
    assert files(warehouse.input_folder) == {"clean/plays/2019-REG-01.parquet": b"plays"}
    assert warehouse.dbt_environment()["DBT_WAREHOUSE_INPUT"] == str(warehouse.input_folder)
