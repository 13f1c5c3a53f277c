"""Ways in which files go wrong, drawn by a seed."""

import csv
import random
import zlib
from collections.abc import Sequence

import pyarrow as pa
from mutated_bytes import BYTES, TEXT
from mutated_parquet import TABLES
from mutated_rows import ROWS, Change

HARMLESS = frozenset(
    {"crlf", "bom", "gzip", "gzip_members", "all_quoted", "column_order", "extra_column", "no_last_line_end"}
    | {"parquet_compression", "parquet_row_groups", "parquet_large_string", "parquet_extra_column"}
)
"""After these a file says what it said before."""


def mutated(draw: random.Random, name: str, content: bytes) -> tuple[bytes, str]:
    """The content after one to three mutations, and their names."""
    made = []
    for _ in range(draw.choice((1, 1, 1, 2, 3))):
        change = draw.choice(_ways(name))
        try:
            content = change(draw, content)
        except (ValueError, IndexError, KeyError, OSError, EOFError, zlib.error, csv.Error, pa.ArrowException):
            continue  # Spoiled before in a way that this one cannot work on.
        made.append(change.__name__)
    return content, " ".join(made)


def _ways(name: str) -> Sequence[Change]:
    return [*BYTES, *BYTES, *TABLES] if name.endswith(".parquet") else [*BYTES, *TEXT, *ROWS]
