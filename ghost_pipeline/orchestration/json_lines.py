"""Logs of runs as JSON, one message a line, for whatever gathers the output of containers."""

import json
import logging
from datetime import UTC, datetime


class JsonLines(logging.Formatter):
    """Time, level and message; of a run also its id, job, step, partition (the season-week), event and error."""

    def format(self, record: logging.LogRecord) -> str:
        """One object, without line breaks; times are UTC."""
        about = getattr(record, "dagster_meta", {})
        event = about.get("dagster_event")
        error = getattr(event.event_specific_data, "error", None) if event else None
        fields = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "run_id": about.get("run_id"),
            "job": about.get("job_name"),
            "step": about.get("step_key"),
            "partition": about.get("job_tags", {}).get("dagster/partition"),
            "event": event.event_type_value if event else None,
            "message": about.get("orig_message") or record.getMessage(),
            "error": error.to_string() if error else None,
        }
        return json.dumps({name: value for name, value in fields.items() if value}, ensure_ascii=False)
