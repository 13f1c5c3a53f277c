"""The four jobs of a refresh, in their order: weeks, models, what-ifs by week, reports."""

from typing import Any

import dagster as dg

_IN_PROCESS = dg.in_process_executor
"""The steps of a week are small: starting a process for each would cost more than the work."""


def _job(name: str, description: str, selection: dg.AssetSelection) -> Any:
    return dg.define_asset_job(name, selection, description=description, executor_def=_IN_PROCESS)


_BY_WEEK_IN = dg.AssetSelection.assets("landed_files", "canonical_tracks", "clean_tracks", "frame_features")
_BY_WEEK_OUT = dg.AssetSelection.assets("trajectory_scores", "what_ifs")
_REPORTS = dg.AssetSelection.groups("reports")

week_job = _job("week_job", "Raw files of one season-week to frame features.", _BY_WEEK_IN)
model_job = _job(
    "model_job",
    "Warehouse tables, ranking of features, training and evaluation, outcome models.",
    dg.AssetSelection.all() - _BY_WEEK_IN - _BY_WEEK_OUT - _REPORTS,
)
what_if_job = _job("what_if_job", "Scores and what-ifs of one season-week.", _BY_WEEK_OUT)
report_job = _job("report_job", "Marts, leaderboards and pages.", _REPORTS)

JOBS = (week_job, model_job, what_if_job, report_job)
