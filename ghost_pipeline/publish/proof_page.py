"""The page that puts what-ifs to the proof: against a known truth, the outcome models, the calibrated score."""

from collections.abc import Mapping, Sequence
from typing import Any

from ghost_pipeline.domain.path_rules import PARTS
from ghost_pipeline.domain.result_schema import WHAT_IF_PROOF
from ghost_pipeline.publish import charts
from ghost_pipeline.publish.html import Cell, Grid, Heading, Row, cells, grid, heading, interval, render, shown
from ghost_pipeline.publish.inputs import SiteData

Record = Mapping[str, Any]

MODEL_NAMES = {"completion": "As seen at the arrival", "completion_at_throw": "As seen at the throw"}
METRICS = {"brier": "Brier score", "log_loss": "log loss", "auc": "AUC"}


def proof_page(data: SiteData) -> bytes:
    """What is measured on simulated plays says so; goals that were not met are marked."""
    rows = data.proof.to_pylist()
    completion = {name: facts for name, facts in data.outcome_facts.items() if name in MODEL_NAMES}
    after_catch = data.outcome_facts.get("yards_after_catch")
    return render(
        "proof.html",
        "Proof",
        facts=data.facts,
        simulated=_proof_table("simulated", rows),
        landed=_proof_table("landed", rows),
        outcomes=_outcome_table(completion),
        origin=next((facts["origin"] for facts in completion.values()), None),
        reliability=charts.reliability({MODEL_NAMES[n]: f["reliability"] for n, f in completion.items()})
        if completion
        else None,
        tenths=charts.quantile_shares(after_catch["reliability"]) if after_catch else None,
        after_catch=after_catch,
        calibration=data.calibration_facts,
        weights=_weight_table(data.calibration_facts),
    )


def _proof_table(plays: str, rows: Sequence[Record]) -> Grid:
    headings = (
        heading(WHAT_IF_PROOF, "measure", "Measure"),
        heading(WHAT_IF_PROOF, "options", "Options"),
        heading(WHAT_IF_PROOF, "value", "Value", "three"),
        Heading("interval", "95 % interval", "text", "Bootstrap over games.", "what_if_proof.low"),
        heading(WHAT_IF_PROOF, "unit", "Unit"),
        heading(WHAT_IF_PROOF, "n", "Behind it", "count"),
        heading(WHAT_IF_PROOF, "goal", "Goal"),
    )
    made = []
    for row in rows:
        if row["plays"] != plays:
            continue
        line = cells({**row, "interval": interval(row["low"], row["high"], "three")}, headings)
        if row["is_met"] is not None:
            line[-1] = Cell(f"{row['goal']} {'✓ met' if row['is_met'] else '✗ missed'}")
        made.append(Row(tuple(line)))
    return Grid(f"proof-{plays}", f"Measured on {plays} passes", headings, tuple(made))


def _outcome_table(models: Mapping[str, Record]) -> Grid:
    headings = [Heading("model", "Chances"), Heading("passes", "Passes", "count")]
    for name, title in METRICS.items():
        headings += [Heading(name, title, "three"), Heading(f"{name}_interval", "95 % interval")]
        headings.append(Heading(f"{name}_base", "base rate", "three", "The same number for every pass."))
    made = []
    for name, facts in models.items():
        line: dict[str, Any] = {"model": MODEL_NAMES[name], "passes": facts["passes"]}
        for metric in METRICS:
            line[metric] = facts["metrics"][metric]
            line[f"{metric}_base"] = facts["base_rate_metrics"][metric]
            line[f"{metric}_interval"] = _interval(facts["metric_intervals"][metric], "three")
        made.append(line)
    caption = "Completion, incompletion, interception: chances by models that had not seen the game"
    return grid("outcomes", caption, headings, made)


def _interval(ends: Sequence[float], form: str) -> str:
    low, high = ends
    return interval(low, high, form)


def _weight_table(facts: Record) -> Grid:
    headings = (
        Heading("part", "Part of the score"),
        Heading("weight", "Weight", "two", "Log-odds of 'questionable' per unit."),
        Heading("interval", "95 % interval"),
    )
    made = [
        {
            "part": name.replace("_", " "),
            "weight": facts["weights"][name],
            "interval": _interval(facts["weight_intervals"][name], "two"),
        }
        for name in (PARTS if facts else ())
    ]
    caption = f"Weights that experts give, from {shown(facts.get('ratings'), 'count')} ratings"
    return grid("weights", caption, headings, made)
