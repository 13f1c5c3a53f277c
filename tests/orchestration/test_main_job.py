"""The main job end to end on a simulated season: every stage leaves what the next one and people need."""

import json
import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import dagster as dg
import lightgbm as lgb
import pyarrow.parquet as pq
import pytest
from main_job import Finished
from safetensors.numpy import load as load_safetensors

from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.domain.rating import CONTROL, DISAGREEMENT, WORST
from ghost_pipeline.domain.result_schema import MODEL_ERRORS, TRAJECTORY_SCORES, WHAT_IF_OPTIONS, WHAT_IF_PATHS
from ghost_pipeline.domain.rules import RULE_BY_ID
from ghost_pipeline.domain.schema import CLEAN_PLAYS, PLAYS, QUARANTINE, REPAIRS
from ghost_pipeline.domain.split import HELD_OUT_FOLD, fold_of
from ghost_pipeline.errors import GhostError
from ghost_pipeline.features.definitions import FRAME_FEATURES_TABLE
from ghost_pipeline.orchestration.checks import check_specs
from ghost_pipeline.orchestration.definitions import build_definitions
from ghost_pipeline.orchestration.jobs import week_job, what_if_job
from ghost_pipeline.orchestration.kept import AGAIN
from ghost_pipeline.orchestration.partitions import SEASON_WEEKS
from ghost_pipeline.orchestration.resources import PlatformResource
from ghost_pipeline.orchestration.runner import refresh
from ghost_pipeline.orchestration.runs import run_job
from ghost_pipeline.orchestration.sensors import landing_sensor
from ghost_pipeline.pipeline.champion import GHOST, load_ghost
from ghost_pipeline.pipeline.publishing import headline
from ghost_pipeline.pipeline.ranking import load_ranked
from ghost_pipeline.pipeline.what_if_play import what_if_play
from ghost_pipeline.review.clips import read_clip
from ghost_pipeline.review.pool import draw
from ghost_pipeline.review.queue import rounds
from ghost_pipeline.settings import PROJECT_DIR
from ghost_pipeline.sources.simulator.faults import QUARANTINED, REPAIRED, WARNED
from ghost_pipeline.sources.simulator.season import SimulatedSeason
from ghost_pipeline.storage.dbt_sources import mart_names
from ghost_pipeline.storage.spark_marts import has_java
from ghost_pipeline.storage.staleness import AFTER_MODELS, BEFORE_MODELS

pytestmark = pytest.mark.slow
SPARK = PROJECT_DIR / "build" / "spark"
PAGES = ("reports/", "marts/")
FATES = (QUARANTINED, WARNED, REPAIRED)


def test_every_run_is_recorded_as_a_success(finished: Finished) -> None:
    runs = finished.instance.get_runs()
    assert all(run.is_success for run in runs)
    for job in (week_job, what_if_job):
        partitions = {run.tags["dagster/partition"] for run in runs if run.job_name == job.name}
        assert partitions == set(finished.weeks)


def test_progress_names_the_steps(finished: Finished) -> None:
    steps = {text.rpartition(" ")[2] for text in finished.said}  # Those of a week begin with it.
    assert {"clean_tracks", "ghost_model", "what_ifs", "report_site"} <= steps
    assert any(text.startswith("ghost_model: train") for text in finished.said)


def test_every_play_is_clean_or_quarantined_and_every_planted_fault_meets_its_fate(
    finished: Finished, season: SimulatedSeason
) -> None:
    partitions = finished.platform.partitions
    faults = pq.read_table(season.truth_folder / "faults.parquet").to_pylist()
    planted = {fate: {_play(row): row["rule_id"] for row in faults if row["fate"] == fate} for fate in FATES}
    landed, clean, told, broken, mended = 0, set(), {}, {}, set()
    for week in map(SeasonWeek.parse, finished.weeks):
        landed += len(partitions.read(PLAYS, week))
        clean |= {_play(row) for row in partitions.read(CLEAN_PLAYS, week).to_pylist()}
        mended |= {_play(row) for row in partitions.read(REPAIRS, week).to_pylist()}
        for row in partitions.read(QUARANTINE, week).to_pylist():
            told.setdefault(_play(row), set()).add(row["rule_id"])
            if row["severity"] == "error":
                broken.setdefault(_play(row), set()).add(row["rule_id"])
    assert landed == season.plays == len(clean) + len(broken)
    assert planted[QUARANTINED]
    assert told.keys() == planted[QUARANTINED].keys() | planted[WARNED].keys()
    assert planted[QUARANTINED].keys() <= broken.keys()
    assert all(rule in told[play] for fate in (QUARANTINED, WARNED) for play, rule in planted[fate].items())
    assert mended == planted[REPAIRED].keys() <= clean


def _play(row: dict) -> tuple[int, int]:
    return row["game_id"], row["play_id"]


def test_checks_show_their_counts_by_week(finished: Finished) -> None:
    records = finished.instance.get_records_for_run(
        next(run.run_id for run in finished.instance.get_runs() if run.job_name == week_job.name),
        of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION,
    ).records
    evaluations = [record.event_log_entry.dagster_event.asset_check_evaluation_data for record in records]
    assert {one.check_name for one in evaluations} == {spec.name for spec in check_specs("clean_tracks", SEASON_WEEKS)}
    assert {one.partition for one in evaluations} <= set(finished.weeks)
    failed = [one for one in evaluations if not one.passed]
    assert failed
    for one in failed:
        severity = RULE_BY_ID[one.check_name].severity
        assert one.severity.value == {"error": "ERROR", "warning": "WARN"}[severity]
        assert one.metadata["broken"].value >= 1
        assert "game 20" in one.metadata["sample_1"].value
        assert f"check={one.check_name}" in one.metadata["quality_page"].value


def test_the_ghost_network_reads_exactly_the_ranked_features(finished: Finished) -> None:
    ranked = load_ranked(finished.platform)
    assert load_ghost(finished.platform.artifacts).names == ranked.chosen


def test_the_champion_beats_constant_velocity_on_held_out_games(finished: Finished) -> None:
    platform = finished.platform
    champion = platform.artifacts.champion(GHOST)
    assert champion is not None
    facts = platform.artifacts.facts(GHOST, champion)
    assert {
        "code_version",
        "data",
        "seed",
        "plan",
        "recipe",
        "made_at",
        "learning_curve",
        "ranked_features",
    } <= facts.keys()
    errors = platform.partitions.read(MODEL_ERRORS).to_pylist()
    rmse = {
        (r["model"], r["protocol"], r["windows"]): r["rmse_yd"] for r in errors if r["slice"] == "all" and not r["step"]
    }
    for windows in ("ten_steps", "whole_flight"):
        assert rmse["ghost_net", "at_release", windows] < rmse["constant_velocity", "at_release", windows]
    assert {
        ("cnn_lstm_relative_mirror_residual", "at_release", "ten_steps"),
        ("cnn_lstm_relative_mirror", "known_context", "ten_steps"),
        ("ghost_net", "known_context", "ten_steps"),
    } <= rmse.keys()


def test_the_warehouse_knows_what_it_has_read(finished: Finished) -> None:
    held = json.loads(finished.platform.warehouse.staleness.file.read_text())
    assert held.keys() == {BEFORE_MODELS, AFTER_MODELS}
    weeks = {key.rpartition("/")[2].removesuffix(".parquet") for key in held[AFTER_MODELS] if key != "project"}
    assert weeks == set(finished.weeks)


def test_spark_works_out_the_same_marts(finished: Finished) -> None:
    if not (SPARK.is_dir() or find_spec("pyspark")):
        pytest.skip("Spark is not installed: `make spark`")
    if not has_java():
        pytest.skip("Spark needs Java 17 or newer, and there is none")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(SPARK), str(PROJECT_DIR)])}
    command = [sys.executable, "benchmarks/spark_marts.py", str(finished.platform.settings.home)]
    done = subprocess.run(command, cwd=PROJECT_DIR, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    rows = dict(re.findall(r"^\| (\w+) \| ([\d,]+) \|", done.stdout, re.MULTILINE))
    assert sorted(rows) == mart_names()
    assert "0" not in rows.values()


def test_what_ifs_cover_every_eligible_receiver(finished: Finished) -> None:
    week = SeasonWeek.parse(finished.weeks[0])
    options = finished.platform.partitions.read(WHAT_IF_OPTIONS, week).to_pylist()
    plays = {(row["game_id"], row["play_id"]) for row in options}
    assert plays == {
        (r["game_id"], r["play_id"]) for r in finished.platform.partitions.read(CLEAN_PLAYS, week).to_pylist()
    }
    assert len(options) == 5 * len(plays)
    assert sum(row["is_actual_target"] for row in options) == len(plays)
    assert all(row["is_held_out"] == (fold_of(row["game_id"]) == HELD_OUT_FOLD) for row in options)
    assert {row["outcome_model_origin"] for row in options} == {"simulated"}
    paths = finished.platform.partitions.read(WHAT_IF_PATHS, week)
    assert set(paths["target_nfl_id"].to_pylist()) == {row["target_nfl_id"] for row in options}


def test_one_play_answers_like_the_season(finished: Finished) -> None:
    week = SeasonWeek.parse(finished.weeks[0])
    row = finished.platform.partitions.read(WHAT_IF_OPTIONS, week).to_pylist()[7]
    alone = what_if_play(finished.platform, row["game_id"], row["play_id"]).options(row["target_nfl_id"]).to_pylist()[0]
    assert alone["completion_probability"] == pytest.approx(row["completion_probability"], abs=1e-3)
    assert alone["expected_yards_yd"] == pytest.approx(row["expected_yards_yd"], abs=0.1)


def test_the_command_tells_and_draws_the_options_of_a_pass(finished: Finished) -> None:
    row = finished.platform.partitions.read(WHAT_IF_OPTIONS, SeasonWeek.parse(finished.weeks[0])).to_pylist()[7]
    found = what_if_play(finished.platform, row["game_id"], row["play_id"])
    (option,) = found.options(row["target_nfl_id"]).to_pylist()
    one_pass = [str(row["game_id"]), str(row["play_id"])]

    def whatif(*more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "ghost_pipeline.cli", "whatif", *one_pass, *more]
        return subprocess.run(command, capture_output=True, text=True, env={**os.environ, "COLUMNS": "80"})

    told = whatif()
    assert told.returncode == 0, told.stderr
    assert option["target_name"] in told.stdout
    assert str(row["target_nfl_id"]) in told.stdout
    page = finished.platform.settings.home / "whatif" / "play" / one_pass[0] / f"{one_pass[1]}.html"
    assert option["target_name"] in page.read_text()

    data = json.loads(whatif("--target", str(row["target_nfl_id"]), "--json").stdout)
    assert [one["target_nfl_id"] for one in data] == [row["target_nfl_id"]]
    assert len(data[0]["defenders"]) == 11

    unknown = whatif("--target", "1")
    assert unknown.returncode == 1
    assert f"{row['target_nfl_id']} {option['target_name']}" in unknown.stderr


def test_scores_hold_four_kinds_of_paths(finished: Finished) -> None:
    rows = finished.platform.partitions.read(TRAJECTORY_SCORES, SeasonWeek.parse(finished.weeks[1])).to_pylist()
    kinds = {
        kind: [r for r in rows if r["kind"] == kind] for kind in ("actual", "model", "constant_velocity", "distorted")
    }
    assert len({len(found) for found in kinds.values()}) == 1
    assert all(row["ade_yd"] == 0 for row in kinds["actual"])
    assert all(row["superhuman_steps"] == 0 for row in kinds["model"])


def test_the_site_is_whole(finished: Finished) -> None:
    store = finished.platform.store
    pages = {info.key for info in store.list("reports/") if info.key.endswith(".html")}
    for page in ("index", "leaderboard", "plays", "model", "features", "quality", "dictionary", "glossary", "weeks"):
        assert f"reports/{page}.html" in pages
    assert sum("/play/" in page for page in pages) >= 12
    assert {f"reports/week/{week}.html" for week in finished.weeks} <= pages
    assert b"Simulated season" in store.get("reports/index.html")
    assert any("constant velocity" in line for line in headline(finished.platform))


def test_assets_lead_to_their_pages(finished: Finished) -> None:
    """Every address that Dagster shows is a page of the site, opened at an anchor that it has."""
    site = f"{finished.platform.store.root.resolve().as_uri()}/reports/"
    addresses = {
        spec.key.to_user_string(): spec.metadata["report_page"].value
        for spec in build_definitions(finished.platform.settings).resolve_all_asset_specs()
    }
    assert addresses["model_evaluation"] == f"{site}model.html"
    for asset, address in addresses.items():
        page, _, anchor = address.removeprefix(site).partition("#")
        text = finished.platform.store.get(f"reports/{page}").decode()
        assert f'id="{anchor}"' in text or not anchor, f"{asset} leads to {address}"


def test_dagster_shows_what_every_week_came_to(finished: Finished) -> None:
    def told(asset: str) -> dict:
        return finished.instance.get_latest_materialization_event(dg.AssetKey(asset)).asset_materialization.metadata

    report = told("week_summary")["metric_report"].value.splitlines()
    assert [line.split("]")[0] for line in report[2:]] == [f"| [{week}" for week in finished.weeks[::-1]]
    (season,) = told("season_summary")["metric_report"].value.splitlines()[2:]
    assert f"/reports/season/{finished.weeks[0][:4]}.html)" in season
    assert told("what_ifs")["week_page"].value.endswith(".html")
    assert {"held_out_ghost_ade_yd", "held_out_constant_velocity_ade_yd"} & told("trajectory_scores").keys()


def test_a_week_run_again_gives_the_same_bytes(finished: Finished) -> None:
    """Training is left out: only the week's own tables are made again."""
    store, week = finished.platform.store, finished.weeks[0]
    keys = [info.key for info in store.list("c") if info.key.endswith(f"{week}.parquet")]
    keys.append(finished.platform.partitions.key(FRAME_FEATURES_TABLE, SeasonWeek.parse(week)))
    before = {key: store.get(key) for key in keys}
    assert len(before) >= 12
    run_job(build_definitions(finished.platform.settings), finished.instance, week_job.name, week, {AGAIN: "yes"})
    assert recomputed(finished)["canonical_tracks", week] is True
    assert {key: store.get(key) for key in keys} == before


def test_a_refresh_without_changes_computes_nothing(finished: Finished) -> None:
    """Objects of weeks and models stay as they are; the warehouse, its marts and the pages are looked at again."""
    store = finished.platform.store

    def versions() -> dict[str, str]:
        return {info.key: info.version for info in store.list("") if not info.key.startswith(PAGES)}

    before, runs = versions(), len(finished.instance.get_runs())
    said: list[str] = []
    refresh(finished.platform.settings, finished.weeks, lambda name, *_: said.append(name), lambda _: None)
    assert versions() == before
    assert said[0] == f"week_job, {len(finished.weeks)} weeks are up to date"
    assert [run.job_name for run in finished.instance.get_runs()[: len(finished.instance.get_runs()) - runs]] == [
        "report_job",
        "model_job",
    ]
    again = recomputed(finished)
    assert [again[name, None] for name in ("ranked_features", "ghost_model", "model_evaluation")] == [False] * 3


def recomputed(finished: Finished) -> dict[tuple[str, str | None], bool]:
    """By asset and week, whether its newest materialisation was computed or carried over."""
    found = {}
    for key in finished.instance.all_asset_keys():
        records = finished.instance.fetch_materializations(key, limit=100).records
        for record in reversed(records):
            value = record.asset_materialization.metadata.get("recomputed")
            found[key.to_user_string(), record.asset_materialization.partition] = value and value.value
    return found


def test_the_landing_sensor_asks_for_each_landed_week_once(finished: Finished) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_sensor_context(instance, resources={"platform": PlatformResource()})
        result = landing_sensor(context)
    assert isinstance(result, dg.SensorResult)
    assert [request.partition_key for request in result.run_requests or []] == finished.weeks
    assert len({request.run_key for request in result.run_requests or []}) == len(finished.weeks)


def test_a_failing_run_names_job_week_and_step(finished: Finished, tmp_path: Path) -> None:
    settings = finished.platform.settings.model_copy(update={"home": tmp_path})
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GHOST_HOME", str(tmp_path))
        patch.setenv("DAGSTER_HOME", str(tmp_path / "dagster"))
        with pytest.raises(GhostError, match=r"week_job 2024-REG-09 failed in step landed_files.*land them first"):
            refresh(settings, ["2024-REG-09"], lambda *_: None, lambda _: None)


def test_artifacts_are_safetensors_lightgbm_text_and_json(finished: Finished) -> None:
    store = finished.platform.store
    readers = {
        "safetensors": lambda content: load_safetensors(content),
        "txt": lambda content: lgb.Booster(model_str=content.decode()).num_trees(),
        "json": json.loads,
        "md": lambda content: content.decode().startswith("# Ghost model"),
    }
    kinds = {info.key.rpartition(".")[2]: info.key for info in store.list("models/") if "model_errors" not in info.key}
    assert kinds.keys() == readers.keys()
    for kind, key in kinds.items():
        assert readers[kind](store.get(key)), key


def test_a_review_finds_paths_on_which_the_networks_disagree(finished: Finished) -> None:
    drawn = draw(finished.platform, seed=7)
    clip = read_clip(finished.platform, drawn[DISAGREEMENT][0])
    assert drawn[DISAGREEMENT][0].nfl_id in clip.rows
    made = rounds(drawn)
    assert {one.drawn_as for one in made[0]} == {WORST, DISAGREEMENT, CONTROL}
