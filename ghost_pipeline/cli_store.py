"""`ghost backup`, `ghost restore`, `ghost migrate`: the store as a whole."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from ghost_pipeline.console import friendly, out
from ghost_pipeline.settings import Settings
from ghost_pipeline.storage.copies import Copied, copy_store
from ghost_pipeline.storage.copies import restore as restore_store
from ghost_pipeline.storage.objects import Store
from ghost_pipeline.storage.open import open_store
from ghost_pipeline.storage.version import VERSION
from ghost_pipeline.storage.version import migrate as migrate_store

Place = Annotated[str, typer.Argument(help="A folder, or s3://bucket/prefix on the server of the settings.")]


def backup(target: Place) -> None:
    """Copy the whole store to another place; what is there already is not copied again."""
    with friendly() as settings, out.status("reading") as status:
        made = copy_store(open_store(settings), _at(settings, target), lambda key: status.update(escape(key)))
        _tell(made, target)


def restore(source: Place) -> None:
    """Fill the empty store of the settings from a backup."""
    with friendly() as settings, out.status("reading") as status:
        made = restore_store(_at(settings, source), open_store(settings), lambda key: status.update(escape(key)))
        _tell(made, settings.store_url)


def migrate() -> None:
    """Bring a store of an older version of the code to the form that this one needs."""
    with friendly() as settings:
        changed = migrate_store(open_store(settings))
        for key in changed:
            out.print(f"  {escape(key)}", highlight=False)
        out.print(f"{escape(settings.store_url)} is of version {VERSION}; {len(changed)} objects were changed")


def _at(settings: Settings, place: str) -> Store:
    return open_store(settings, place if place.startswith("s3://") else str(Path(place).resolve()))


def _tell(made: Copied, place: str) -> None:
    out.print(
        f"{escape(place)}: {made.objects} objects copied ({made.size_bytes / 1e6:.1f} MB), "
        f"{made.unchanged} were there, {made.removed} removed",
        soft_wrap=True,
    )
