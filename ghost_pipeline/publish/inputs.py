"""What the pages are made from: the platform's tables, marts of the warehouse, and facts about the run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from ghost_pipeline.arrow import empty
from ghost_pipeline.domain.result_schema import REALISM, WHAT_IF_PROOF
from ghost_pipeline.domain.scene import Scenes
from ghost_pipeline.domain.schema import Column, Table

if TYPE_CHECKING:
    from ghost_pipeline.features.ranking import RankedFeatures  # which loads LightGBM

MART_COLUMNS = Table(
    "mart_columns",
    "warehouse",
    "one row per column of a warehouse table, as DuckDB's duckdb_columns() gives it",
    ("table_name", "column_name"),
    (
        Column("table_name", "VARCHAR", "Table of the warehouse."),
        Column("column_name", "VARCHAR", "Column of the table."),
        Column("data_type", "VARCHAR", "Type in DuckDB."),
        Column("comment", "VARCHAR", "What the column means.", nullable=True),
    ),
    by_week=False,
)


@dataclass(frozen=True)
class SiteFacts:
    """Where the numbers come from. `champion` is the model's name in model_errors; `champion_facts` are those of its
    artifact: code version, seed, data hashes, time ..."""

    made_at: datetime
    source: str
    is_simulated: bool
    code_version: str
    champion: str = ""
    champion_version: str = ""
    champion_facts: Mapping[str, Any] = field(default_factory=dict)
    min_ranked_passes: int = 0
    """Passes a player needs for a place on a leaderboard."""
    min_ranked_passes_of_a_week: int = 0
    """The same among the leaders of a week."""


@dataclass(frozen=True)
class SiteData:
    """Everything the pages show. Tables may be empty: a page then says what is missing and which step makes it.

    The first tables are those of `domain.schema` and `domain.result_schema`, the last ones the marts of those names
    (without a warehouse `pa.table({})`). A play gets a page when `scenes` holds it; `plays`, `participants`,
    `what_if_options`, `what_if_paths` and `trajectory_scores` need its rows, and may hold others. `learning_curves` are
    the looks of each model's training: step, train_loss, inner_rmse_yd.
    """

    facts: SiteFacts
    scenes: Scenes
    plays: pa.Table
    participants: pa.Table
    check_results: pa.Table
    quarantine: pa.Table
    model_errors: pa.Table
    trajectory_scores: pa.Table
    what_if_options: pa.Table
    what_if_paths: pa.Table
    learning_curves: Mapping[str, Sequence[Mapping[str, Any]]]
    ranked_features: "RankedFeatures | None"
    play_index: pa.Table
    week_summary: pa.Table
    defensive_back_leaderboard: pa.Table
    passer_decisions: pa.Table
    mart_columns: pa.Table
    mart_models: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """By table of the warehouse its meaning, the tables it is made_from, and its sql."""
    releases: Sequence[Mapping[str, Any]] = ()
    """People's decisions on quarantined plays (`storage.releases`), oldest first."""
    proof: pa.Table = field(default_factory=lambda: empty(WHAT_IF_PROOF))
    realism: pa.Table = field(default_factory=lambda: empty(REALISM))
    outcome_facts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Facts of the outcome models by name: completion, completion_at_throw, yards_after_catch."""
    receiver_leaderboard: pa.Table = field(default_factory=lambda: pa.table({}))
    season_summary: pa.Table = field(default_factory=lambda: pa.table({}))
    defensive_back_weeks: pa.Table = field(default_factory=lambda: pa.table({}))
    calibration_facts: Mapping[str, Any] = field(default_factory=dict)
    """Facts of the calibrated trajectory score in use; empty while there is none."""
