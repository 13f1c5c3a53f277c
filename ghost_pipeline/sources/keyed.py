"""Small tables by their key."""

from collections.abc import Collection
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ghost_pipeline.sources.delimited import IDENTITY, Layout, read_rows, require_values
from ghost_pipeline.sources.family import Finding, RawFile
from ghost_pipeline.sources.tracks import play_place

Row = dict[str, Any]
Key = tuple[int, ...]


def read_keyed(
    file: RawFile,
    layout: Layout,
    key: tuple[str, ...],
    games: Collection[int] | None = None,
    all_games: Collection[int] = (),
) -> tuple[dict[Key, Row], list[Finding]]:
    """Rows by `key`, of these games only if given; of rows with one key the first is kept. Where `all_games` are given,
    a row of any further game is a finding. Raises BadInputError."""
    rows, findings = read_rows(file, layout)
    require_values(file, rows, key)
    if all_games:
        strange = rows.filter(pc.invert(pc.is_in(rows[key[0]], pa.array(sorted(all_games), IDENTITY))))
        for at in sorted(set(zip(*(strange[name].to_pylist() for name in key), strict=True))):
            message = f"of game {at[0]}, which games.csv does not have; left out of every week"
            findings.append(Finding(file.name, play_place(*at), "unknown_game", message))
    if games is not None:
        rows = rows.filter(pc.is_in(rows[key[0]], pa.array(sorted(games), IDENTITY)))
    found: dict[Key, Row] = {}
    keys = zip(*(rows[name].to_pylist() for name in key), strict=True)
    for at, row in zip(keys, rows.to_pylist(), strict=True):
        known = found.setdefault(at, row)
        if known is not row:
            alike = "an exact copy, left out" if known == row else "a row that contradicts the first, which is kept"
            place = " ".join(f"{name} {value}" for name, value in zip(key, at, strict=True))
            findings.append(Finding(file.name, place, "duplicate_rows", alike))
    return found, findings
