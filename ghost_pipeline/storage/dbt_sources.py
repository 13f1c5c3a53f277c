"""Writes the parts of the dbt project that the declared tables and the domain's constants decide.

`python -m ghost_pipeline.storage.dbt_sources` after a change of a table; a test holds the committed files to this.
"""

from collections.abc import Iterable
from pathlib import Path

import yaml

from ghost_pipeline.domain.calendar import WHOLE_SEASON
from ghost_pipeline.domain.field import FRAME_S, GOAL_LINE_X_YD
from ghost_pipeline.domain.positions import DEFENSIVE_BACKS, INELIGIBLE, QUARTERBACK
from ghost_pipeline.domain.result_schema import (
    PASS_MEASUREMENTS,
    PASS_OUTCOMES,
    TRAJECTORY_SCORES,
    WHAT_IF_OPTIONS,
)
from ghost_pipeline.domain.rules import PLAY_FACTS
from ghost_pipeline.domain.schema import (
    CHECK_RESULTS,
    CLEAN_EVENTS,
    CLEAN_PARTICIPANTS,
    CLEAN_PLAYS,
    PLAY_KEY,
    QUARANTINE,
    Column,
    Table,
)
from ghost_pipeline.features.definitions import FRAME_FEATURES_TABLE
from ghost_pipeline.settings import PROJECT_DIR

DBT_DIR = PROJECT_DIR / "dbt_like_sql"

STAGED = (
    CLEAN_PLAYS,
    CLEAN_PARTICIPANTS,
    CLEAN_EVENTS,
    QUARANTINE,
    CHECK_RESULTS,
    PASS_MEASUREMENTS,
    PASS_OUTCOMES,
    TRAJECTORY_SCORES,
    WHAT_IF_OPTIONS,
    FRAME_FEATURES_TABLE,
)
"""Tables with a staging model of their own, `stg_<name>`."""
SOURCES = (*STAGED, PLAY_FACTS)
"""Tables the warehouse reads from the store. Tracking stays out: a hundred million rows that no model needs."""

_NOTE = "Written by `python -m ghost_pipeline.storage.dbt_sources`; change the declared tables instead.\n"
_LAYERS = {
    "clean": "Tables that passed the cardinal rules, and what was kept out.",
    "features": "Measured from the tracks by the feature kernels.",
    "what_if": "Worked out by the ghost model: scores of trajectories and the receivers who could have been targeted.",
}


def project_variables() -> dict:
    """The dbt project's variables with their defaults, as the passes a player needs for a place in a ranking."""
    return yaml.safe_load((DBT_DIR / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]


def mart_names() -> list[str]:
    """Names of the marts, in order."""
    return sorted(model.stem for model in (DBT_DIR / "models" / "marts").glob("*.sql"))


def describe(column: Column) -> str:
    """Meaning, unit, range and allowed values in one sentence or two."""
    parts = [column.meaning]
    if column.unit:
        parts.append(f"Unit: {column.unit}.")
    if column.low is not None and column.high is not None:
        parts.append(f"From {column.low:g} to {column.high:g}.")
    if column.values:
        parts.append(f"One of {', '.join(column.values)}.")
    return " ".join(parts)


def _columns(table: Table) -> list[dict]:
    return [{"name": c.name, "description": describe(c), "data_type": c.type.lower()} for c in table.columns]


def _source(layer: str) -> dict:
    folder = "{{ env_var('DBT_WAREHOUSE_INPUT', '../.ghost/store') }}"
    return {
        "name": layer,
        "description": _LAYERS[layer],
        "config": {"meta": {"external_location": f"read_parquet('{folder}/{layer}/{{name}}/*.parquet')"}},
        "tables": [
            {"name": table.name, "description": f"{table.grain.capitalize()}.", "columns": _columns(table)}
            for table in SOURCES
            if table.layer == layer
        ],
    }


def _staging_model(table: Table) -> dict:
    by_week = {"by_week": True} if table is FRAME_FEATURES_TABLE else {}
    tests: list[dict] = [{"unique_key": {"arguments": {"columns": list(table.key), **by_week}}}]
    play_key = [column.name for column in PLAY_KEY]
    if table not in (CLEAN_PLAYS, QUARANTINE) and set(play_key) <= set(table.key):
        tests.append({"refers_to": {"arguments": {"to": "ref('stg_plays')", "columns": play_key, **by_week}}})
    return {
        "name": f"stg_{table.name}",
        "description": f"{table.grain.capitalize()}. The table {table.layer}/{table.name} of the store, as it is.",
        "data_tests": tests,
        "columns": _columns(table),
    }


def _staging_sql(table: Table) -> str:
    columns = ",\n".join(f"    {name}" for name in table.column_names)
    return f"-- {table.grain}\nselect\n{columns}\nfrom {{{{ source('{table.layer}', '{table.name}') }}}}\n"


def _yaml(content: dict) -> str:
    return f"# {_NOTE}" + yaml.safe_dump({"version": 2, **content}, sort_keys=False, width=120, allow_unicode=True)


def _sql_list(values: Iterable[str]) -> str:
    return "(" + ", ".join(f"'{value}'" for value in sorted(values)) + ")"


def _macros() -> str:
    constants = {
        "defensive_backs": _sql_list(DEFENSIVE_BACKS),
        "ineligible_positions": _sql_list(INELIGIBLE),
        "quarterback": f"'{QUARTERBACK}'",
        "goal_line_x_yd": f"{GOAL_LINE_X_YD:g}",
        "frame_s": f"{FRAME_S:g}",
        "whole_season": f"'{WHOLE_SEASON}'",
    }
    macros = (f"{{% macro {name}() -%}}{value}{{%- endmacro %}}\n" for name, value in constants.items())
    return f"{{#- {_NOTE.strip()} -#}}\n" + "\n".join(macros)


def _docs() -> str:
    blocks = (
        f"{{% docs {table.name}__{column.name} %}}\n{describe(column)}\n{{% enddocs %}}\n"
        for table in STAGED
        for column in table.columns
    )
    return f"[comment]: # ({_NOTE.strip()})\n\n" + "\n".join(blocks)


def generated_files() -> dict[Path, str]:
    """Path in the dbt project -> content: sources, staging models and their properties, column texts, constants.

    A column's text is also `{{ doc('<table>__<column>') }}`, so that models further on need not repeat it.
    """
    return {
        Path("models/staging/sources.yml"): _yaml({"sources": [_source(layer) for layer in _LAYERS]}),
        Path("models/staging/staging.yml"): _yaml({"models": [_staging_model(table) for table in STAGED]}),
        Path("models/staging/columns.md"): _docs(),
        **{Path(f"models/staging/stg_{table.name}.sql"): _staging_sql(table) for table in STAGED},
        Path("macros/domain.sql"): _macros(),
    }


def main() -> None:
    """Write the files into the dbt project."""
    for path, content in generated_files().items():
        (DBT_DIR / path).write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main()
