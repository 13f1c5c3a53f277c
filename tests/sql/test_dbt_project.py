"""The dbt project's form: generated parts in step with the declared tables, grain first, linted."""

import re
import subprocess
import sys

import pytest
import yaml

from ghost_pipeline.storage.dbt_sources import DBT_DIR, generated_files, project_variables

MODELS = sorted((DBT_DIR / "models").rglob("*.sql"))


@pytest.mark.parametrize("path", generated_files(), ids=str)
def test_generated_files_are_committed_as_generated(path) -> None:
    committed = (DBT_DIR / path).read_text(encoding="utf-8")
    assert committed == generated_files()[path], "run `python -m ghost_pipeline.storage.dbt_sources`"


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.stem)
def test_models_say_their_grain_and_spell_their_columns(model) -> None:
    lines = model.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("-- one row per ")
    assert not any("select *" in line or ".*" in line for line in lines)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.stem)
def test_fractions_are_written_as_doubles(model) -> None:
    """DuckDB averages the decimal 1.0 as a double; other engines keep it a decimal and round the average."""
    assert not re.search(r"\b\d+\.\d+\b(?!e)", model.read_text(encoding="utf-8"))


def test_every_model_past_staging_has_a_unit_test_with_rows_in_and_out() -> None:
    tested = {
        test["model"]
        for path in (DBT_DIR / "models").rglob("unit_tests.yml")
        for test in yaml.safe_load(path.read_text(encoding="utf-8"))["unit_tests"]
        if test["given"] and test["expect"]["rows"]
    }
    assert tested == {model.stem for model in MODELS if model.parent.name != "staging"}


def test_project_variables() -> None:
    assert project_variables() == {
        "season_weeks": "all",
        "min_ranked_passes": 20,
        "min_ranked_passes_of_a_week": 10,
        "min_drive_plays": 20,
    }


def test_sql_is_linted() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sqlfluff", "lint", "."], cwd=DBT_DIR, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
