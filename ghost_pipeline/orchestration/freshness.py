"""How fresh every layer has to be: in season, each is due by its hour of Tuesday morning in New York."""

from datetime import timedelta

import dagster as dg

from ghost_pipeline.orchestration.schedules import NEW_YORK, SEASON_MONTHS

_DUE_HOUR = {"raw": 7, "clean": 8, "features": 8, "models": 10, "what_if": 11, "reports": 12}
"""By layer; the weekly refresh begins at six."""
_SINCE_MONDAY_NIGHT = timedelta(hours=12)

FRESHNESS = {
    layer: dg.FreshnessPolicy.cron(f"0 {hour} * {SEASON_MONTHS} 2", _SINCE_MONDAY_NIGHT, NEW_YORK)
    for layer, hour in _DUE_HOUR.items()
}
"""By asset group. Between two seasons the last week of the old one keeps counting as fresh."""


def with_freshness(spec: dg.AssetSpec) -> dg.AssetSpec:
    """The asset with the policy of its layer."""
    return spec.replace_attributes(freshness_policy=FRESHNESS[spec.group_name or ""])
