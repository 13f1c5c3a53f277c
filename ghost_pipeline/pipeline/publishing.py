"""Store, warehouse and artifacts -> the static site under `reports/`."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ghost_pipeline.arrow import empty, to_columns
from ghost_pipeline.domain.result_schema import (
    MODEL_ERRORS,
    REALISM,
    TRAJECTORY_SCORES,
    WHAT_IF_OPTIONS,
    WHAT_IF_PATHS,
    WHAT_IF_PROOF,
)
from ghost_pipeline.domain.scene import Scenes, build_scenes
from ghost_pipeline.domain.schema import (
    CHECK_RESULTS,
    CLEAN_PARTICIPANTS,
    CLEAN_PLAYS,
    CLEAN_TRACKING,
    QUARANTINE,
    Table,
)
from ghost_pipeline.models import calibration, completion, yards_after_catch
from ghost_pipeline.models.evaluate import TEN_STEPS
from ghost_pipeline.models.forecast import AT_RELEASE
from ghost_pipeline.pipeline.champion import GHOST
from ghost_pipeline.pipeline.examination import rmse_yd
from ghost_pipeline.pipeline.outcomes import is_simulated
from ghost_pipeline.pipeline.platform import Platform
from ghost_pipeline.pipeline.provenance import code_version
from ghost_pipeline.pipeline.quarantine import kept_out
from ghost_pipeline.pipeline.ranking import load_ranked
from ghost_pipeline.pipeline.training import PAPER
from ghost_pipeline.publish.bundle import bundled_files
from ghost_pipeline.publish.inputs import SiteData, SiteFacts
from ghost_pipeline.publish.quality_page import quality_page
from ghost_pipeline.publish.site import interesting_plays, render_site
from ghost_pipeline.storage.dbt_sources import project_variables
from ghost_pipeline.storage.releases import Releases

PICTURED_PLAYS = 24
OUTCOME_MODELS = (completion.NAME, completion.AT_THROW, yards_after_catch.NAME)
FRAMES_AFTER_ARRIVAL = 10
INDEX = "reports/index.html"


@dataclass(frozen=True)
class Site:
    """What was published."""

    pages: int
    pictured_plays: int
    bytes: int
    index: str


def publish(platform: Platform) -> Site:
    """Render every page and put it into the store; pages that are gone since the last time are removed."""
    data = site_data(platform)
    size, keys = 0, set()
    for path, content in render_site(data):
        platform.store.put(f"reports/{path}", content)
        keys.add(f"reports/{path}")
        size += len(content)
    for info in list(platform.store.list("reports/")):
        if info.key not in keys:
            platform.store.delete(info.key)
    pages = sum(key.endswith(".html") for key in keys)
    return Site(pages, len(data.scenes), size, f"{platform.store.url}/{INDEX}")


def publish_quality(platform: Platform) -> None:
    """Make the quality page anew from the checks so far, between two reports of the whole site.

    What it shares with the other pages is put beside it when there has been no report yet.
    """
    facts = _facts(platform, _all_weeks(platform, CLEAN_PLAYS))
    checks, quarantine = (_all_weeks(platform, table) for table in (CHECK_RESULTS, QUARANTINE))
    platform.store.put("reports/quality.html", quality_page(facts, checks, quarantine, _releases(platform)))
    for path, content in bundled_files():
        if not platform.store.exists(f"reports/{path}"):
            platform.store.put(f"reports/{path}", content)


def site_data(platform: Platform) -> SiteData:
    """Everything the pages show, for all weeks of the store."""
    weekly = {table: _all_weeks(platform, table) for table in (CLEAN_PLAYS, CLEAN_PARTICIPANTS, WHAT_IF_OPTIONS)}
    plays, participants, options = weekly.values()
    pictured = interesting_plays(options, PICTURED_PLAYS)
    marts = platform.warehouse
    return SiteData(
        facts=_facts(platform, plays),
        scenes=_scenes(platform, plays, participants, pictured),
        plays=plays,
        participants=participants,
        check_results=_all_weeks(platform, CHECK_RESULTS),
        quarantine=_all_weeks(platform, QUARANTINE),
        model_errors=platform.partitions.read(MODEL_ERRORS),
        trajectory_scores=_all_weeks(platform, TRAJECTORY_SCORES),
        what_if_options=options,
        what_if_paths=_of_plays(platform, WHAT_IF_PATHS, plays, pictured),
        learning_curves=_learning_curves(platform),
        ranked_features=load_ranked(platform),
        play_index=marts.table("play_index"),
        week_summary=marts.table("week_summary"),
        defensive_back_leaderboard=marts.table("defensive_back_leaderboard"),
        passer_decisions=marts.table("passer_decisions"),
        receiver_leaderboard=marts.table("receiver_leaderboard"),
        season_summary=marts.table("season_summary"),
        defensive_back_weeks=marts.table("defensive_back_weeks"),
        proof=_if_made(platform, WHAT_IF_PROOF),
        realism=_if_made(platform, REALISM),
        outcome_facts={name: platform.artifacts.load(name).facts for name in OUTCOME_MODELS},
        calibration_facts=_champion_facts(platform, calibration.NAME),
        mart_columns=marts.query("select table_name, column_name, data_type, comment from duckdb_columns()"),
        mart_models=marts.models(),
        releases=_releases(platform),
    )


def headline(platform: Platform) -> list[str]:
    """The few numbers a run ends with, in words."""
    plays = _all_weeks(platform, CLEAN_PLAYS)
    lost = len(kept_out(_all_weeks(platform, QUARANTINE)).group_by(["game_id", "play_id"]).aggregate([]))
    errors = platform.partitions.read(MODEL_ERRORS)
    ours, blind = (rmse_yd(errors, model, TEN_STEPS) for model in ("ghost_net", "constant_velocity"))
    outcome = platform.artifacts.load("completion").facts
    return [
        f"{len(plays):,} clean plays, {lost} quarantined with their reasons",
        f"{len(load_ranked(platform).chosen)} features chosen by LightGBM",
        f"held-out joint RMSE over ten steps, {AT_RELEASE}: ghost {ours:.3f} yd, constant velocity {blind:.3f} yd",
        outcome["learned_from"],
    ]


def _facts(platform: Platform, plays: pa.Table) -> SiteFacts:
    version = platform.artifacts.champion(GHOST) or ""
    facts = platform.artifacts.facts(GHOST, version) if version else {}
    variables = project_variables()
    return SiteFacts(
        made_at=datetime.now(UTC),
        source=", ".join(sorted(set(plays["source"].to_pylist()))),
        is_simulated=bool(pc.all(is_simulated(plays)).as_py()),
        code_version=code_version(),
        champion="ghost_net" if version else "",
        champion_version=version,
        champion_facts={name: value for name, value in facts.items() if name != "learning_curve"},
        min_ranked_passes=int(variables["min_ranked_passes"]),
        min_ranked_passes_of_a_week=int(variables["min_ranked_passes_of_a_week"]),
    )


def _releases(platform: Platform) -> list[dict[str, Any]]:
    return [asdict(record) for record in Releases(platform.store).history()]


def _all_weeks(platform: Platform, table: Table) -> pa.Table:
    weeks = platform.partitions.weeks(table)
    return platform.partitions.read_weeks(table, weeks) if weeks else empty(table)


def _scenes(platform: Platform, plays: pa.Table, people: pa.Table, pictured: list[tuple[int, int]]) -> Scenes:
    tracking = _of_plays(platform, CLEAN_TRACKING, plays, pictured)
    plays, people = _only(plays, pictured), _only(people, pictured)
    return build_scenes(to_columns(plays), to_columns(people), to_columns(tracking), FRAMES_AFTER_ARRIVAL)


def _of_plays(platform: Platform, table: Table, plays: pa.Table, pictured: list[tuple[int, int]]) -> pa.Table:
    """Rows of the pictured plays, read week by week: the whole table may not fit into memory."""
    weeks = set(_only(plays, pictured)["season_week"].to_pylist())
    parts = [
        _only(platform.partitions.read(table, week), pictured)
        for week in platform.partitions.weeks(table)
        if str(week) in weeks
    ]
    return pa.concat_tables(parts) if parts else empty(table)


def _only(rows: pa.Table, pictured: list[tuple[int, int]]) -> pa.Table:
    keys = pa.table({"game_id": [game for game, _ in pictured], "play_id": [play for _, play in pictured]})
    near = rows.filter(pc.is_in(rows["game_id"], value_set=keys["game_id"].combine_chunks().cast(pa.int64())))
    wanted = set(pictured)
    pairs = zip(near["game_id"].to_pylist(), near["play_id"].to_pylist(), strict=True)
    return near.filter(pa.array([pair in wanted for pair in pairs], pa.bool_()))


def _if_made(platform: Platform, table: Table) -> pa.Table:
    """A table that no partition has, or an empty one."""
    made = platform.store.exists(platform.partitions.key(table))
    return platform.partitions.read(table) if made else empty(table)


def _champion_facts(platform: Platform, name: str) -> dict[str, Any]:
    version = platform.artifacts.champion(name)
    return platform.artifacts.facts(name, version) if version else {}


def _learning_curves(platform: Platform) -> dict[str, list[dict[str, Any]]]:
    """Looks of the newest networks, under names for people."""
    names = {GHOST: "ghost_net"} | {name: name for name in PAPER}
    newest = {shown: platform.artifacts.facts(name, platform.artifacts.newest(name)) for name, shown in names.items()}
    return {shown: facts["learning_curve"] for shown, facts in newest.items()}
