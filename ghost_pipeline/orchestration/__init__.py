"""Dagster: who made what from what. Only this package imports dagster; its assets call `ghost_pipeline.pipeline`."""

import warnings

from dagster import PreviewWarning

# Checks by partition are in preview; without them only the newest week's result would show.
warnings.filterwarnings("ignore", category=PreviewWarning)
