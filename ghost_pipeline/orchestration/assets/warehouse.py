"""Every dbt model as an asset with its tests as checks. The two halves run before and after the ghosts."""

import importlib.metadata
import os
import sys
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, DbtCliResource, dbt_assets
from packaging.version import Version

from ghost_pipeline.orchestration.code_links import sql_link
from ghost_pipeline.orchestration.describe import OWNERS
from ghost_pipeline.orchestration.pages import metric_report
from ghost_pipeline.orchestration.resources import PlatformResource
from ghost_pipeline.pipeline.platform import Platform
from ghost_pipeline.publish.weeks_page import SEASONS, WEEKS
from ghost_pipeline.settings import Settings
from ghost_pipeline.storage.dbt_sources import DBT_DIR
from ghost_pipeline.storage.staleness import AFTER_MODELS, BEFORE_MODELS, Refresh

POOL = "warehouse"
"""A DuckDB file has one writer."""

_SOURCE_ASSETS = {"clean": "clean_tracks", "features": "frame_features"}
"""Asset behind the dbt sources of a layer; the tables of the what_if layer are assets of their own names."""


class GhostTranslator(DagsterDbtTranslator):
    """Puts the dbt models where they belong in the asset graph."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        name = dbt_resource_props["name"]
        if dbt_resource_props["resource_type"] == "source":
            renamed = {
                "what_if_options": "what_ifs",
                "what_if_paths": "what_ifs",
                "pass_outcomes": "outcome_models",
            }
            return dg.AssetKey(_SOURCE_ASSETS.get(dbt_resource_props["source_name"], renamed.get(name, name)))
        return dg.AssetKey(name)

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        return "reports" if "marts" in dbt_resource_props["fqn"] or _after_models(dbt_resource_props) else "features"

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """The model's own words; the SQL is in the project."""
        return dbt_resource_props["description"]

    def get_metadata(self, dbt_resource_props: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**super().get_metadata(dbt_resource_props), **sql_link(dbt_resource_props)}

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        return [OWNERS["data"]]


def _after_models(props: Mapping[str, Any]) -> bool:
    sources = props.get("depends_on", {}).get("nodes", [])
    return any(node.startswith("source.") and ".what_if." in node for node in sources)


class OfflineDbt(DbtCliResource):
    """dbt of this environment; its version is read from the installation, not asked of the network."""

    @cached_property
    def _cli_version(self) -> Version:
        return Version(importlib.metadata.version("dbt-core"))


def warehouse_assets(settings: Settings) -> list[dg.AssetsDefinition]:
    """The dbt models that training reads, and those that read the ghosts. Parses the dbt project when it changed."""
    manifest = Platform(settings).warehouse.manifest()
    translator = GhostTranslator(settings=DagsterDbtTranslatorSettings(enable_duplicate_source_asset_keys=True))
    common: dict[str, Any] = {"manifest": manifest, "dagster_dbt_translator": translator, "pool": POOL}

    @dbt_assets(selector=BEFORE_MODELS, **common)
    def warehouse_features(
        context: dg.AssetExecutionContext, dbt: dg.ResourceParam[OfflineDbt], platform: PlatformResource
    ) -> Iterator[Any]:
        yield from _build(context, dbt, platform, BEFORE_MODELS)

    @dbt_assets(selector=AFTER_MODELS, **common)
    def warehouse_marts(
        context: dg.AssetExecutionContext, dbt: dg.ResourceParam[OfflineDbt], platform: PlatformResource
    ) -> Iterator[Any]:
        yield from _build(context, dbt, platform, AFTER_MODELS)

    return [warehouse_features, warehouse_marts]


def _build(context: dg.AssetExecutionContext, dbt: OfflineDbt, platform: PlatformResource, half: str) -> Iterator[Any]:
    """Run dbt for the chosen models and the season-weeks that changed; rows are counted once dbt let go of the file.

    A choice of single models replaces all their weeks and leaves the record of what was read as it is.
    """
    warehouse = platform.open.warehouse
    refresh = Refresh(full=True) if context.is_subset else warehouse.plan(half)
    context.log.info(f"{half}: {refresh}")
    warehouse.fetch_inputs()
    os.environ.update(warehouse.dbt_environment())
    invocation = dbt.cli(warehouse.build_arguments(refresh), context=context, raise_on_error=False)
    events = list(invocation.stream())
    sizes = warehouse.sizes(event.output_name for event in events if isinstance(event, dg.Output))
    for event in events:
        if isinstance(event, dg.Output):
            more: dict[str, Any] = {"dagster/row_count": sizes[event.output_name]["rows"], **sizes[event.output_name]}
            more |= {"refreshed": str(refresh)}
            if event.output_name in (WEEKS, SEASONS):
                more |= metric_report(platform.open, event.output_name)
            yield event.with_metadata({**event.metadata, **more})
        else:
            yield event
    if error := invocation.get_error():
        raise error
    warehouse.staleness.record(refresh)


def warehouse_resource() -> OfflineDbt:
    """dbt on the project of this repository, writing to the warehouse's folder only."""
    executable = Path(sys.executable).with_name("dbt")
    return OfflineDbt(project_dir=str(DBT_DIR), profiles_dir=str(DBT_DIR), dbt_executable=str(executable))
