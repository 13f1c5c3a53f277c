"""The one check that stops a week: is it fit to be published at all? Single bad plays are kept out and stop nothing."""

from typing import Any

from ghost_pipeline.domain.calendar import SeasonWeek

FIT_TO_PUBLISH = "fit_to_publish"
WHOLE_WEEK = "season_week"
"""Stands for a table in CHECK_RESULTS: the check is of the week as a whole."""
MAX_QUARANTINED_SHARE = 0.5
"""Of a week's plays. Beyond it the source or its reader is broken, and not some plays."""

SENTENCE = (
    f"The week is in the declared form, and at most {MAX_QUARANTINED_SHARE:.0%} of its plays are in quarantine; "
    "otherwise its clean tables stay as they were, and nothing that follows from this week is made."
)


def fitness_row(week: SeasonWeek, plays: int, quarantined: int) -> dict[str, Any]:
    """The row of CHECK_RESULTS for a judged week."""
    share = quarantined / plays
    return _row(
        week,
        success=share <= MAX_QUARANTINED_SHARE,
        observed=f"{share:.1%} of the plays in quarantine",
        expected=f"at most {MAX_QUARANTINED_SHARE:.0%}",
        unexpected_count=quarantined,
        row_count=plays,
    )


def refusal_row(week: SeasonWeek, found: str, expected: str) -> dict[str, Any]:
    """The row of CHECK_RESULTS for a week that could not be judged."""
    return _row(week, success=False, observed=found, expected=expected, unexpected_count=1, row_count=1)


def _row(week: SeasonWeek, **seen: Any) -> dict[str, Any]:
    return {
        "season_week": str(week),
        "table_name": WHOLE_WEEK,
        "check_id": FIT_TO_PUBLISH,
        "severity": "error",
        **seen,
        "sample": None,
    }
