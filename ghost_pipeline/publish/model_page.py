"""The model card: errors beside the baselines, training, features, and the trajectory score of its ghosts."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from ghost_pipeline.domain.result_schema import MODEL_ERRORS
from ghost_pipeline.publish import charts, ranking_charts
from ghost_pipeline.publish.charts import PROTOCOL_NAMES, WINDOW_NAMES, in_words
from ghost_pipeline.publish.html import Cell, Grid, Heading, Row, cells, heading, interval, render
from ghost_pipeline.publish.inputs import SiteData
from ghost_pipeline.publish.trajectory_summary import summarise

BASELINE = "constant_velocity"
Record = Mapping[str, Any]


def model_page(data: SiteData) -> bytes:
    """Errors are those on held-out games; every table and plot names its windows and protocols."""
    errors = data.model_errors.to_pylist()
    ranked = data.ranked_features
    curves = data.learning_curves
    scores = summarise(data.trajectory_scores)
    return render(
        "model.html",
        "Model",
        facts=data.facts,
        champion=in_words(data.facts.champion) if data.facts.champion else None,
        card=_card(data.facts.champion_facts),
        tables=[_error_table(kind, rows, data.facts.champion) for kind, rows in _by_windows(errors)],
        plots=[
            (kind, WINDOW_NAMES.get(kind, kind), charts.error_by_step(of_all, data.facts.champion))
            for kind, rows in _by_windows(errors)
            if (of_all := [row for row in rows if row["slice"] == "all"])
        ],
        slices=[_slice_table(kind, rows) for kind, rows in _by_windows(errors)],
        learning=charts.learning_curves(curves, data.facts.champion) if curves else None,
        ranked=ranked,
        importance=ranking_charts.importances(ranked) if ranked else None,
        scores=charts.scores_by_kind(scores) if scores else None,
        score_table=_score_table(scores),
        order_holds=[row["mean"] for row in scores] == sorted(row["mean"] for row in scores),
    )


def _card(facts: Mapping[str, Any]) -> dict[str, str]:
    """An artifact's facts in words; curves and other lists have their own places on the page."""
    words: dict[str, str] = {}
    for name, value in sorted(facts.items()):
        if isinstance(value, Mapping):
            words[name.replace("_", " ")] = ", ".join(f"{key} {part}" for key, part in value.items())
        elif not isinstance(value, list | tuple):
            words[name.replace("_", " ")] = str(value)
    return words


def _by_windows(errors: Sequence[Record]) -> list[tuple[str, list[Record]]]:
    """Rows by kind of windows, the paper's ten steps first."""
    ordered = sorted(errors, key=lambda row: (row["windows"] != "ten_steps", row["windows"]))
    return [(kind, list(rows)) for kind, rows in groupby(ordered, lambda row: row["windows"])]


def _error_table(kind: str, rows: Sequence[Record], champion: str) -> Grid:
    """One row per model and protocol, best first."""
    headings = (
        heading(MODEL_ERRORS, "model", "Model"),
        heading(MODEL_ERRORS, "protocol", "Protocol"),
        heading(MODEL_ERRORS, "ade_yd", "ADE, yd", "three"),
        heading(MODEL_ERRORS, "fde_yd", "FDE, yd", "three"),
        heading(MODEL_ERRORS, "rmse_yd", "RMSE, yd", "three"),
        Heading("interval", "95 % interval", "text", "Bootstrap over games.", "model_errors.rmse_low_yd"),
        heading(MODEL_ERRORS, "miss_rate", "Over 2 yd off", "percent"),
        heading(MODEL_ERRORS, "coverage_90", "In 90 % region", "percent"),
        Heading("gain", "Against const. velocity", "change", "Relative difference in RMSE; negative is better."),
        heading(MODEL_ERRORS, "n", "Trajectories", "count"),
    )
    overall = sorted((r for r in rows if r["step"] == 0 and r["slice"] == "all"), key=lambda row: row["rmse_yd"])
    baseline = min((row["rmse_yd"] for row in overall if row["model"] == BASELINE), default=None)
    made = []
    for row in overall:
        shown = {
            **row,
            "model": in_words(row["model"]) + (" (champion)" if row["model"] == champion else ""),
            "protocol": in_words(row["protocol"], PROTOCOL_NAMES),
            "interval": interval(row["rmse_low_yd"], row["rmse_high_yd"], "three"),
            "gain": row["rmse_yd"] / baseline - 1 if baseline and row["model"] != BASELINE else None,
        }
        made.append(Row(tuple(cells(shown, headings)), "best" if row["model"] == champion else ""))
    caption = f"{WINDOW_NAMES.get(kind, kind).capitalize()}, defensive backs, held-out games"
    return Grid(f"errors-{kind}", caption, headings, tuple(made))


def _slice_table(kind: str, rows: Sequence[Record]) -> Grid:
    """RMSE by slice: one row per slice, one column per model and protocol."""
    overall = [row for row in rows if row["step"] == 0]
    lines = list(dict.fromkeys((row["model"], row["protocol"]) for row in overall))
    slices = list(dict.fromkeys(row["slice"] for row in overall))
    error = {(row["slice"], row["model"], row["protocol"]): row for row in overall}
    headings = [Heading("slice", "Slice"), Heading("n", "Trajectories", "count")]
    headings += [
        Heading(f"{model} {protocol}", f"{in_words(model)}, {in_words(protocol, PROTOCOL_NAMES)}", "three")
        for model, protocol in lines
    ]
    made = []
    for name in slices:
        found = [error.get((name, *line)) for line in lines]
        best = min(row["rmse_yd"] for row in found if row)
        numbers = [
            Cell(f"{row['rmse_yd']:.3f}", row["rmse_yd"], mark="strong" if row["rmse_yd"] == best else "")
            if row
            else Cell("–", "")
            for row in found
        ]
        count = max(row["n"] for row in found if row)
        made.append(Row((Cell(name.replace("_", " ")), Cell(f"{count:,}", count), *numbers)))
    caption = f"RMSE in yards by slice, {WINDOW_NAMES.get(kind, kind)}; the best of a row is bold"
    return Grid(f"slices-{kind}", caption, tuple(headings), tuple(made))


def _score_table(scores: Sequence[Record]) -> Grid:
    headings = (
        Heading("kind", "Trajectories"),
        Heading("mean", "Play score", "signed_three"),
        Heading("interval", "95 % interval"),
        Heading("n", "Plays", "count"),
        Heading("path_mean", "Mean of all paths", "signed_three"),
    )
    made = [
        {
            **row,
            "kind": in_words(row["kind"], charts.KIND_NAMES),
            "interval": interval(row["low"], row["high"], "signed_three"),
        }
        for row in scores
    ]
    return Grid(
        "scores",
        "Held-out games; intervals are clustered by game",
        headings,
        tuple(Row(tuple(cells(row, headings))) for row in made),
    )
