"""The embedded Dagster instance: its home in the state folder, telemetry off."""

import os
import shutil
from pathlib import Path

import dagster as dg

from ghost_pipeline.settings import PROJECT_DIR, Settings

_CONFIG = "dagster.yaml"
_EMBEDDED = PROJECT_DIR / "infra" / "dagster.embedded.yaml"


def _home(settings: Settings) -> Path:
    return Path(os.environ.get("DAGSTER_HOME") or settings.dagster_home)


def has_instance(settings: Settings) -> bool:
    """Whether anything was ever run in this state folder."""
    return (_home(settings) / _CONFIG).exists()


def dagster_home(settings: Settings) -> Path:
    """Make the home when it is not there; an existing dagster.yaml is left as it is. Sets DAGSTER_HOME."""
    home = _home(settings)
    home.mkdir(parents=True, exist_ok=True)
    config = home / _CONFIG
    if not config.exists():
        shutil.copyfile(_EMBEDDED, config)
    os.environ["DAGSTER_HOME"] = str(home)
    return home


def open_instance(settings: Settings) -> dg.DagsterInstance:
    """The instance that runs of this state folder are recorded in."""
    dagster_home(settings)
    return dg.DagsterInstance.get()
