"""The one settings class. Every value can be set as an environment variable GHOST_<NAME> or in a `.env` file."""

import os
from functools import cached_property
from pathlib import Path

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from ghost_pipeline.errors import SettingsError

PREFIX = "GHOST_"
PROJECT_DIR = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Where things are and how big the default job is. Unknown GHOST_* names are refused by `load_settings`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", extra="forbid", frozen=True)

    home: Path = Field(default=Path(".ghost"), description="Folder of all local state: store, Dagster, warehouse.")
    store: str = Field(default="", description="Object store: a folder or s3://bucket/prefix. Empty: <home>/store.")
    s3_endpoint: str = Field(default="", description="Address of an S3-compatible server; empty means AWS.")
    s3_path_style: bool = Field(default=True, description="Address buckets by path, as MinIO-style servers want.")
    ngs_url: str = Field(
        default=(
            "https://github.com/sportsdataverse/sportsdataverse-data/releases/download/"
            "nfl_ngs_{dataset}/ngs_{dataset}_{season}.parquet"
        ),
        description="Address of the public season files; {dataset} and {season} are filled in.",
    )
    seed: int = Field(default=7, description="Seed of the simulator, of training and of every sampled figure.")
    demo_weeks: int = Field(default=4, ge=1, le=22, description="Weeks of the simulated season.")
    demo_games_per_week: int = Field(default=4, ge=1, le=16, description="Games in each simulated week.")
    demo_passes_per_game: int = Field(default=40, ge=4, le=90, description="Passes in each simulated game.")
    late_share: float = Field(
        default=0.0, ge=0, le=1, description="Trajectory score: 0 weighs a path's steps alike, 1 judges where it ends."
    )
    train_seconds: int = Field(
        default=0, ge=0, description="Ghost model: training budget. 0 means 150 on simulated plays, 600 on real ones."
    )
    train_members: int = Field(
        default=0, ge=0, le=16, description="Ghost model: networks averaged. 0 means 2 on simulated plays, 4 on real."
    )
    site_url: str = Field(default="", description="Where the report site is served; checks and alerts link to it.")
    ui_url: str = Field(
        default="http://127.0.0.1:3000", description="Where the Dagster UI is served; alerts link to it."
    )
    alert_urls: SecretStr = Field(
        default=SecretStr(""),
        description="Who is told of problems: Apprise URLs, comma separated. Empty: nobody.",
    )
    threads: int = Field(default=0, ge=0, description="Season-weeks and numeric work at a time; 0: one per core.")

    @cached_property
    def store_url(self) -> str:
        """The object store's address, resolved to the folder in `home` when none is set."""
        return self.store or str(self.home.resolve() / "store")

    @cached_property
    def dagster_home(self) -> Path:
        return self.home.resolve() / "dagster"

    @cached_property
    def warehouse_dir(self) -> Path:
        return self.home.resolve() / "warehouse"

    @cached_property
    def thread_count(self) -> int:
        return self.threads or os.cpu_count() or 1


def load_settings() -> Settings:
    """Read the settings. Raises SettingsError naming every unknown GHOST_* variable or impossible value."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    unknown = sorted(name for name in os.environ if name.startswith(PREFIX) and name not in known)
    if unknown:
        raise SettingsError(f"Unknown settings {', '.join(unknown)}; known are {', '.join(sorted(known))}.")
    try:
        return Settings()
    except ValidationError as error:
        problems = "; ".join(f"{PREFIX}{'.'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors())
        raise SettingsError(f"Bad settings: {problems}.") from error
