"""Delimited files spoiled in their rows, columns and values."""

import csv
import io
import random
from collections.abc import Callable

from mutated_bytes import plain

Rows = list[list[str]]
Change = Callable[[random.Random, bytes], bytes]

_ODD = "|NA|nan|inf|-inf|-1|0|1e99|-1e308|2147483648|9007199254740993|0x10|1,5|1_000|+56| 56 |56.5|56.0|99"
_WORDS = 'True|left|LEFT|home|football|Offense|Passer|REG|ball_snap|pass_forward|C|say "pass"|2018-09-07T01:07:14.599Z'
VALUES = [*_ODD.split("|"), *_WORDS.split("|"), "2018-13-40 99:00:00", "24:00:00", "9" * 20, "x" * 2000, "a\nb", "\x00"]
VALUES += ["1899", "2100", "(((", "[{}]", "\ufeff56", "\u0663", "\U0001f3c8"]


def _on_rows(change: Callable[[random.Random, Rows], Rows]) -> Change:
    def changed(draw: random.Random, content: bytes) -> bytes:
        text = plain(content).decode("utf-8-sig")
        separator = "\t" if "\t" in text.split("\n", 1)[0] else ","
        rows = change(draw, list(csv.reader(io.StringIO(text, newline=""), delimiter=separator)))
        made = io.StringIO(newline="")
        quoting = csv.QUOTE_ALL if change is all_quoted else csv.QUOTE_MINIMAL
        csv.writer(made, delimiter=separator, lineterminator="\n", quoting=quoting).writerows(rows)
        return made.getvalue().encode()

    changed.__name__ = change.__name__
    return changed


def rows_dropped(draw: random.Random, rows: Rows) -> Rows:
    begin = draw.randrange(1, len(rows))
    return rows[:begin] + rows[begin + draw.choice((1, 5, 300)) :]


def rows_doubled(draw: random.Random, rows: Rows) -> Rows:
    begin = draw.randrange(1, len(rows))
    return rows + rows[begin : begin + draw.choice((1, 5, 300))]


def rows_shuffled(draw: random.Random, rows: Rows) -> Rows:
    return rows[:1] + draw.sample(rows[1:], len(rows) - 1)


def row_short(draw: random.Random, rows: Rows) -> Rows:
    at = draw.randrange(1, len(rows))
    rows[at] = rows[at][: draw.randrange(len(rows[at]))]
    return rows


def row_long(draw: random.Random, rows: Rows) -> Rows:
    rows[draw.randrange(1, len(rows))] += ["7"] * draw.choice((1, 3, 400))
    return rows


def header_lost(draw: random.Random, rows: Rows) -> Rows:
    return rows[1:]


def header_repeated(draw: random.Random, rows: Rows) -> Rows:
    rows.insert(draw.randrange(1, len(rows) + 1), rows[0])
    return rows


def only_header(draw: random.Random, rows: Rows) -> Rows:
    return rows[:1]


def column_dropped(draw: random.Random, rows: Rows) -> Rows:
    at = draw.randrange(len(rows[0]))
    return [row[:at] + row[at + 1 :] for row in rows]


def column_renamed(draw: random.Random, rows: Rows) -> Rows:
    at = draw.randrange(len(rows[0]))
    name = rows[0][at]
    rows[0][at] = draw.choice((name.upper(), f" {name}", f"{name} ", "", draw.choice(rows[0])))
    return rows


def column_order(draw: random.Random, rows: Rows) -> Rows:
    order = draw.sample(range(len(rows[0])), len(rows[0]))
    return [[row[at] for at in order] for row in rows]


def columns_swapped(draw: random.Random, rows: Rows) -> Rows:
    one, other = (draw.randrange(len(rows[0])) for _ in range(2))
    for row in rows[1:]:
        row[one], row[other] = row[other], row[one]
    return rows


def extra_column(draw: random.Random, rows: Rows) -> Rows:
    return [[*row, "new" if number == 0 else "7"] for number, row in enumerate(rows)]


def column_filled(draw: random.Random, rows: Rows) -> Rows:
    at, value = draw.randrange(len(rows[0])), draw.choice(VALUES)
    for row in rows[1:]:
        row[at] = value
    return rows


def values_replaced(draw: random.Random, rows: Rows) -> Rows:
    at, value = draw.randrange(len(rows[0])), draw.choice(VALUES)
    for _ in range(draw.choice((1, 1, 3, 50))):
        rows[draw.randrange(1, len(rows))][at] = value
    return rows


def numbers_nudged(draw: random.Random, rows: Rows) -> Rows:
    """Another play, player, frame, quarter or place."""
    at = draw.randrange(len(rows[0]))
    for _ in range(draw.choice((1, 1, 3, 50))):
        row = rows[draw.randrange(1, len(rows))]
        row[at] = str(int(row[at]) + draw.choice((-1, 1, 24))) if row[at].isdigit() else row[at] + "1"
    return rows


def values_exchanged(draw: random.Random, rows: Rows) -> Rows:
    """Values of one column in each other's rows, as when the rows of two plays are mixed."""
    at = draw.randrange(len(rows[0]))
    for _ in range(draw.choice((1, 3, 50))):
        one, other = (rows[draw.randrange(1, len(rows))] for _ in range(2))
        one[at], other[at] = other[at], one[at]
    return rows


def all_quoted(draw: random.Random, rows: Rows) -> Rows:
    return rows


ROWS = [
    _on_rows(change)
    for change in (
        *(rows_dropped, rows_doubled, rows_shuffled, row_short, row_long, header_lost, header_repeated, only_header),
        *(column_dropped, column_renamed, column_order, columns_swapped, extra_column, column_filled),
        *(values_replaced, values_replaced, values_replaced, numbers_nudged, numbers_nudged, values_exchanged),
        all_quoted,
    )
]
