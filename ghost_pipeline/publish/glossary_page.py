"""The words of this field, each with the columns that hold it."""

from ghost_pipeline.domain.glossary import GROUPS, TERMS, Term
from ghost_pipeline.publish.dictionary_page import TABLES
from ghost_pipeline.publish.html import render
from ghost_pipeline.publish.inputs import SiteData
from ghost_pipeline.publish.shown_tables import meanings_of


def glossary_page(data: SiteData) -> bytes:
    """Terms by group; a column is linked where the dictionary has it, which of the warehouse takes a warehouse."""
    declared = {f"{table.name}.{name}" for table in TABLES for name in table.column_names}
    commented = {".".join(key) for key, comment in meanings_of(data.mart_columns).items() if comment}
    groups: list[tuple[str, list[Term]]] = [(group, [t for t in TERMS if t.group == group]) for group in GROUPS]
    return render("glossary.html", "Glossary", facts=data.facts, groups=groups, explained=declared | commented)
