"""Tells Dagster what has landed, so that it shows the weeks whose raw files changed as out of date."""

from typing import Any

import dagster as dg

from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.orchestration.instance import has_instance, open_instance
from ghost_pipeline.orchestration.partitions import SEASON_WEEKS
from ghost_pipeline.settings import Settings
from ghost_pipeline.storage.raw import RawZone

LANDED_FILES = "landed_files"
VERSION_TAG = "dagster/data_version"
_LISTED = 20


def about_landed(raw: RawZone, week: SeasonWeek) -> dict[str, Any]:
    """Metadata of a landed week."""
    family, files = raw.files_for(week)
    listing = [f"- `{file.name}` {file.size:,} bytes, sha256 `{file.sha256[:12]}`" for file in files[:_LISTED]]
    return {
        "family": family,
        "files": len(files),
        "bytes": sum(file.size for file in files),
        "listing": dg.MetadataValue.md("\n".join(listing)),
    }


def new_landings(instance: dg.DagsterInstance, raw: RawZone) -> list[dg.AssetMaterialization]:
    """An event for every week whose raw files are not those that this instance knows."""
    known = instance.event_log_storage.get_latest_tags_by_partition(
        dg.AssetKey(LANDED_FILES), dg.DagsterEventType.ASSET_MATERIALIZATION, [VERSION_TAG]
    )
    return [
        dg.AssetMaterialization(
            LANDED_FILES,
            partition=str(week),
            metadata=about_landed(raw, week),
            tags={VERSION_TAG: version},
        )
        for week, version in raw.week_versions().items()
        if known.get(str(week), {}).get(VERSION_TAG) != version
    ]


def report_landing(settings: Settings, raw: RawZone) -> None:
    """Record the new landings in the instance of this state folder, if it has one already."""
    if not has_instance(settings):
        return
    with open_instance(settings) as instance:
        instance.add_dynamic_partitions(str(SEASON_WEEKS.name), [str(week) for week in raw.week_versions()])
        for event in new_landings(instance, raw):
            instance.report_runless_asset_event(event)
