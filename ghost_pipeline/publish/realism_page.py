"""The page that holds the simulator against the real passes that landed."""

from ghost_pipeline.domain.result_schema import REALISM
from ghost_pipeline.publish import charts
from ghost_pipeline.publish.html import Grid, Heading, Row, cells, heading, render
from ghost_pipeline.publish.inputs import SiteData

ALIKE = 0.15
"""Kolmogorov distance up to which two distributions count as alike."""
_SHOWN = (10, 50, 90)


def realism_page(data: SiteData) -> bytes:
    """One plot and one row per measure."""
    by_measure: dict[str, list] = {}
    for row in data.realism.sort_by([("measure", "ascending"), ("percentile", "ascending")]).to_pylist():
        by_measure.setdefault(row["measure"], []).append(row)
    headings = (
        heading(REALISM, "measure", "Measure"),
        heading(REALISM, "unit", "Unit"),
        heading(REALISM, "kolmogorov_distance", "Kolmogorov distance", "three"),
        Heading("alike", f"at most {ALIKE}"),
        *(Heading(f"landed_{p}", f"real, {p} %", "two") for p in _SHOWN),
        *(Heading(f"simulated_{p}", f"simulated, {p} %", "two") for p in _SHOWN),
    )
    made = []
    for rows in by_measure.values():
        at = {row["percentile"]: row for row in rows}
        line = {
            **rows[0],
            "alike": "✓" if rows[0]["kolmogorov_distance"] <= ALIKE else "✗",
            **{f"{kind}_{p}": at[p][kind] for kind in ("landed", "simulated") for p in _SHOWN},
        }
        made.append(Row(tuple(cells(line, headings))))
    return render(
        "realism.html",
        "Realism",
        facts=data.facts,
        table=Grid("realism", "How alike simulated and real passes are", headings, tuple(made)),
        plots=[
            (measure.replace(" ", "-"), measure, charts.two_distributions(rows)) for measure, rows in by_measure.items()
        ],
    )
