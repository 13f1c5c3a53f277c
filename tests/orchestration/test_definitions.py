"""What Dagster loads: the graph reads as the way of the data."""

from datetime import datetime
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from dagster._core.definitions.freshness import CronFreshnessPolicy
from dagster._utils.schedules import schedule_execution_time_iterator

from ghost_pipeline.domain.rules import RULES
from ghost_pipeline.orchestration.definitions import build_definitions
from ghost_pipeline.orchestration.freshness import FRESHNESS
from ghost_pipeline.orchestration.jobs import JOBS
from ghost_pipeline.orchestration.partitions import SEASON_WEEKS
from ghost_pipeline.orchestration.schedules import weekly_refresh
from ghost_pipeline.pipeline.week import WEEK_STEPS
from ghost_pipeline.settings import Settings
from ghost_pipeline.storage.dbt_sources import DBT_DIR, mart_names

NEW_YORK = ZoneInfo("America/New_York")
GROUPS = {"raw", "clean", "features", "models", "what_if", "reports"}
OWN_ASSETS = (
    "landed_files canonical_tracks clean_tracks frame_features ranked_features ghost_model paper_models "
    "model_evaluation outcome_models expert_ratings score_calibration trajectory_scores what_ifs report_site"
)


@pytest.fixture(scope="module")
def definitions(tmp_path_factory: pytest.TempPathFactory) -> dg.Definitions:
    return build_definitions(Settings(home=tmp_path_factory.mktemp("definitions")))


def test_every_asset_says_what_it_is(definitions: dg.Definitions) -> None:
    specs = {spec.key.to_user_string(): spec for spec in definitions.resolve_all_asset_specs()}
    assert set(OWN_ASSETS.split()) <= specs.keys()
    assert {spec.group_name for spec in specs.values()} == GROUPS
    for name, spec in specs.items():
        assert spec.description, name
        assert spec.owners, name
        assert spec.kinds, name


def test_every_asset_leads_to_its_code_and_to_a_page(definitions: dg.Definitions) -> None:
    files = {}
    for spec in definitions.resolve_all_asset_specs():
        name = spec.key.to_user_string()
        (reference,) = spec.metadata["dagster/code_references"].code_references
        files[name] = Path(reference.file_path)
        assert name in files[name].read_text() or files[name].stem == name, f"{name} is not in {files[name]}"
        assert spec.metadata["report_page"].value.startswith("file:"), name
    assert files["ghost_model"].name == "models.py"
    assert files["week_summary"].name == "week_summary.sql"


def test_lineage_is_unbroken_from_raw_to_the_site(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    above = graph.upstream_key_iterator(dg.AssetKey("report_site"))
    names = {key.to_user_string() for key in above}
    assert set(OWN_ASSETS.split()) - {"report_site"} <= names
    assert {"stg_plays", "pass_plays", "defensive_back_leaderboard"} <= names


MARTS = mart_names()


def test_every_dbt_model_is_an_asset_with_its_checks(definitions: dg.Definitions) -> None:
    models = {path.stem for path in (DBT_DIR / "models").rglob("*.sql")}
    graph = definitions.resolve_asset_graph()
    assert models <= {key.to_user_string() for key in graph.executable_asset_keys}
    checked = {key.asset_key.to_user_string() for key in graph.asset_check_keys}
    assert models <= checked, "a model without a test"


@pytest.mark.parametrize("mart", MARTS)
def test_every_mart_reaches_the_landed_files(definitions: dg.Definitions, mart: str) -> None:
    above = {key.to_user_string() for key in definitions.resolve_asset_graph().upstream_key_iterator(dg.AssetKey(mart))}
    assert {"landed_files", "canonical_tracks", "clean_tracks"} <= above
    models = {path.stem for path in (DBT_DIR / "models").rglob("*.sql")}
    executable = {key.to_user_string() for key in definitions.resolve_asset_graph().executable_asset_keys}
    assert above <= executable, f"{above - executable} are made by nothing"
    assert above & models, f"{mart} is built on no model"


def test_every_asset_is_in_exactly_one_job(definitions: dg.Definitions) -> None:
    counts: dict[dg.AssetKey, int] = {}
    for job in JOBS:
        for key in definitions.resolve_job_def(job.name).asset_layer.executable_asset_keys:
            counts[key] = counts.get(key, 0) + 1
    assert set(counts) == {spec.key for spec in definitions.resolve_all_asset_specs()}
    assert set(counts.values()) == {1}


def test_every_rule_is_a_check_by_week(definitions: dg.Definitions) -> None:
    checks = {
        key.name: definitions.resolve_asset_graph().get_check_spec(key)
        for key in definitions.resolve_asset_graph().asset_check_keys
        if key.asset_key == dg.AssetKey("clean_tracks")
    }
    assert {rule.id for rule in RULES} <= checks.keys()
    assert all(spec.description and spec.partitions_def == SEASON_WEEKS for spec in checks.values())


def test_the_weekly_schedule_runs_on_tuesday_mornings_in_season() -> None:
    assert weekly_refresh.execution_timezone == "America/New_York"
    begin = datetime(2026, 1, 1, tzinfo=NEW_YORK).timestamp()
    ticks = islice(schedule_execution_time_iterator(begin, weekly_refresh.cron_schedule, "America/New_York"), 40)
    year = [tick for tick in ticks if tick.year == 2026]
    assert {(tick.weekday(), tick.hour) for tick in year} == {(1, 6)}
    assert {tick.month for tick in year} == {1, 2, 9, 10, 11, 12}


def test_every_layer_is_due_after_the_weekly_refresh_and_before_noon(definitions: dg.Definitions) -> None:
    specs = list(definitions.resolve_all_asset_specs())
    assert {spec.group_name for spec in specs} == FRESHNESS.keys()
    for spec in specs:
        policy = spec.freshness_policy
        assert isinstance(policy, CronFreshnessPolicy)
        assert policy.timezone == weekly_refresh.execution_timezone
        minute, hour, *days = policy.deadline_cron.split()
        assert days == weekly_refresh.cron_schedule.split()[2:]
        assert (minute, 6 < int(hour) <= 12) == ("0", True)


def test_a_steps_code_is_its_assets_code_version(definitions: dg.Definitions) -> None:
    versions = {spec.key.to_user_string(): spec.code_version for spec in definitions.resolve_all_asset_specs()}
    assert all(versions[step.name] == step.code_version for step in WEEK_STEPS)


def test_the_workspace_names_the_definitions() -> None:
    text = (Path(__file__).parents[2] / "workspace.yaml").read_text()
    assert "ghost_pipeline.orchestration.definitions" in text
