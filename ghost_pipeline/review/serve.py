"""Starts the review page on this machine: no other address, no usage statistics, nothing fetched from outside."""

import os
import subprocess
import sys
from pathlib import Path

from ghost_pipeline.settings import Settings

APP = Path(__file__).with_name("app.py")
OPTIONS = {
    "server.address": "127.0.0.1",
    "server.headless": "true",
    "server.fileWatcherType": "none",
    "browser.gatherUsageStats": "false",
    "client.toolbarMode": "minimal",
    "client.showErrorDetails": "none",
    "theme.light.primaryColor": "#2a5bd7",
    "theme.dark.primaryColor": "#4a7bea",
    "theme.paddingTop": "1rem",
}


def start(settings: Settings, port: int) -> subprocess.Popen:
    """The server's process, on http://127.0.0.1:<port>."""
    options = [f"--{name}={value}" for name, value in (OPTIONS | {"server.port": str(port)}).items()]
    environment = {**os.environ, "GHOST_HOME": str(settings.home.resolve())}
    return subprocess.Popen([sys.executable, "-m", "streamlit", "run", str(APP), *options], env=environment)
