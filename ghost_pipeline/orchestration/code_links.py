"""Where the code of each asset stands: the file that Dagster offers to open."""

import inspect
import warnings
from collections.abc import Mapping
from typing import Any

import dagster as dg

from ghost_pipeline.storage.dbt_sources import DBT_DIR

CODE = "dagster/code_references"


def with_code_link(asset: dg.AssetsDefinition) -> dg.AssetsDefinition:
    """The asset with its function's place, below whatever decorates it; a dbt model keeps that of its SQL."""
    function = inspect.unwrap(asset.op.compute_fn.decorated_fn)  # type: ignore[union-attr]
    file, line = str(inspect.getsourcefile(function)), inspect.getsourcelines(function)[1]

    def linked(spec: dg.AssetSpec) -> dg.AssetSpec:
        return spec if CODE in spec.metadata else spec.merge_attributes(metadata=_to(file, line))

    return asset.map_asset_specs(linked)


def sql_link(dbt_resource_props: Mapping[str, Any]) -> dict[str, Any]:
    """Metadata of a dbt model: its SQL file."""
    return _to(str(DBT_DIR / dbt_resource_props["original_file_path"]), 1)


def _to(file: str, line: int) -> dict[str, Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.BetaWarning)  # Whoever runs the pipeline can do nothing about it.
        reference = dg.LocalFileCodeReference(file_path=file, line_number=line)
        return {CODE: dg.CodeReferencesMetadataValue(code_references=[reference])}
