"""Headings of warehouse tables, explained by the comments dbt gave their columns; records with addresses."""

from collections.abc import Mapping

import pyarrow as pa

from ghost_pipeline.publish.html import Heading

Meanings = Mapping[tuple[str, str], str]


def meanings_of(mart_columns: pa.Table) -> Meanings:
    """{(table, column): comment} of the warehouse's columns."""
    return {(row["table_name"], row["column_name"]): row["comment"] or "" for row in mart_columns.to_pylist()}


def mart_heading(
    meanings: Meanings, table: str, name: str, title: str, form: str = "text", is_filter: bool = False
) -> Heading:
    """A heading that says what the column means and leads to the dictionary where the warehouse explains it."""
    about = meanings.get((table, name), "")
    return Heading(name, title, form, about, f"{table}.{name}" if about else "", is_filter)


def play_path(game_id: int, play_id: int) -> str:
    """Address of a play's page within the site."""
    return f"play/{game_id}/{play_id}.html"


def player_plays_path(nfl_id: int) -> str:
    """Address of the list of a player's plays."""
    return f"plays.html#player={nfl_id}"


def week_path(season_week: str) -> str:
    """Address of a week's page."""
    return f"week/{season_week}.html"


def season_path(season: int) -> str:
    """Address of a season's page."""
    return f"season/{season}.html"
