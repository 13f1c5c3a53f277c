"""Pages from templates: escaping, numbers in words, tables whose headings explain themselves."""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ghost_pipeline.domain.glossary import TERM_BY_ID
from ghost_pipeline.domain.schema import Table

NOTHING = "–"
"""Stands where there is no value."""


def embedded_json(value: Any) -> Markup:
    """JSON that may stand inside a script element: no '<', '>' or '&' is left that HTML could read."""
    text = json.dumps(value, separators=(",", ":"), allow_nan=False, ensure_ascii=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)


def is_missing(value: Any) -> bool:
    return value is None or value == "" or (isinstance(value, float) and math.isnan(value))


def _signed(digits: int) -> Callable[[Any], str]:
    """With a sign, but none on what rounds to zero."""

    def form(value: Any) -> str:
        text = f"{value:+.{digits}f}"
        return text[1:] if float(text) == 0 else text

    return form


FORMS: Mapping[str, Callable[[Any], str]] = {
    "text": str,
    "count": lambda v: f"{v:,.0f}",
    "one": lambda v: f"{v:.1f}",
    "two": lambda v: f"{v:.2f}",
    "three": lambda v: f"{v:.3f}",
    "signed_one": _signed(1),
    "signed": _signed(2),
    "signed_three": _signed(3),
    "percent": lambda v: f"{100 * v:.0f} %",
    "change": lambda v: f"{100 * v:+.0f} %",
    "tenth_percent": lambda v: f"{100 * v:.1f} %",
    "tenth_change": lambda v: f"{_signed(1)(100 * v)} %",
    "moment": lambda v: f"{v:%Y-%m-%d %H:%M}",
}


def shown(value: Any, form: str = "text") -> str:
    """A value in words; `form` is a name of FORMS. Missing values become a dash, numbers get a true minus."""
    if is_missing(value):
        return NOTHING
    text = FORMS[form](value)
    return text.replace("-", "−") if isinstance(value, int | float) else text


def interval(low: float | None, high: float | None, form: str) -> str:
    """An interval in words."""
    return NOTHING if is_missing(low) or is_missing(high) else f"{shown(low, form)} to {shown(high, form)}"


@dataclass(frozen=True)
class Heading:
    """One column of a shown table. `name` is the column of the data, `about` the sentence behind the heading."""

    name: str
    title: str
    form: str = "text"
    about: str = ""
    term: str = ""  # anchor on the dictionary page
    is_filter: bool = False
    start: str = ""  # what a filter is set to at first; there is no "all" then, for the data has rows of the whole

    @property
    def is_number(self) -> bool:
        return self.form not in ("text", "moment")


def heading(table: Table, name: str, title: str, form: str = "text", is_filter: bool = False) -> Heading:
    """A heading explained by the table's declaration."""
    column = table.column(name)
    unit = f" ({column.unit})" if column.unit else ""
    return Heading(name, title, form, column.meaning + unit, f"{table.name}.{name}", is_filter)


@dataclass(frozen=True)
class Whisker:
    """A value and its interval as shares of a common scale, drawn as a dot on a line; `zero` is where 0 lies."""

    low: float
    value: float
    high: float
    zero: float


@dataclass(frozen=True)
class Spark:
    """A small picture drawn once on the page as the symbol `id`, `width` wide, with the bar number `now` marked."""

    id: str
    width: int
    now: int


@dataclass(frozen=True)
class Cell:
    """`order` is what the table sorts by, where the text will not do; `note` stands below the text, smaller."""

    text: str
    order: Any = None
    href: str = ""
    mark: str = ""
    whisker: Whisker | None = None
    spark: Spark | None = None
    note: str = ""


@dataclass(frozen=True)
class Row:
    cells: tuple[Cell, ...]
    mark: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Grid:
    """A table ready to be shown; `is_live` ones can be sorted, searched, filtered and saved as CSV."""

    id: str
    caption: str
    headings: tuple[Heading, ...]
    rows: tuple[Row, ...]
    is_live: bool = False


def cells(record: Mapping[str, Any], headings: Sequence[Heading], links: Mapping[str, str] | None = None) -> list[Cell]:
    """The cells of one record; `links` gives the address behind a column."""
    made = []
    for head in headings:
        value = record.get(head.name)
        order = ("" if is_missing(value) else value) if head.is_number else None
        made.append(Cell(shown(value, head.form), order, (links or {}).get(head.name, "")))
    return made


def grid(
    id: str, caption: str, headings: Sequence[Heading], records: Sequence[Mapping[str, Any]], is_live: bool = False
) -> Grid:
    """A table of plain records."""
    return Grid(id, caption, tuple(headings), tuple(Row(tuple(cells(r, headings))) for r in records), is_live)


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("ghost_pipeline.publish"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(shown=shown, embedded_json=embedded_json)
    made.globals.update(terms=TERM_BY_ID)
    return made


def render(template: str, page: str, root: str = "", **context: Any) -> bytes:
    """The page as UTF-8. `page` names the entry of the menu; `root` leads from the page to the site's folder."""
    return _environment().get_template(template).render(page=page, root=root, **context).encode()
