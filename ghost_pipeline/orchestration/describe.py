"""How tables and numbers are shown in the Dagster UI."""

from collections.abc import Sequence
from typing import Any

import dagster as dg
import pyarrow as pa

from ghost_pipeline.domain.field import FRAME_S
from ghost_pipeline.domain.schema import Column, Table
from ghost_pipeline.features.ranking import HorizonError, RankedGroup
from ghost_pipeline.models.fit import TrainingLog
from ghost_pipeline.models.forecast import AT_RELEASE

OWNERS = {"data": "team:data-engineering", "science": "team:data-science", "analysis": "team:football-analysis"}
PREVIEW_ROWS = 5


def column_schema(table: Table) -> dg.TableSchema:
    """Dagster's column schema of a declared table: type, unit, meaning, constraints."""
    return dg.TableSchema(columns=[_column(column, table) for column in table.columns])


def table_definition_metadata(table: Table) -> dict[str, Any]:
    """Metadata of an asset that is one table."""
    return {"dagster/column_schema": column_schema(table), "grain": table.grain, "key": ", ".join(table.key)}


def preview(data: pa.Table, nothing: str) -> dg.MetadataValue:
    """The first rows as a Markdown table; without any, `nothing` says why."""
    if not data.num_rows:
        return dg.MetadataValue.md(f"*No rows: {nothing}*")
    rows = data.slice(0, PREVIEW_ROWS).to_pylist()
    head = "| " + " | ".join(data.column_names) + " |\n|" + "---|" * data.num_columns
    body = ["| " + " | ".join(_cell(value) for value in row.values()) + " |" for row in rows]
    return dg.MetadataValue.md("\n".join([head, *body]))


def _cell(value: Any) -> str:
    text = f"{value:.3f}" if isinstance(value, float) else str(value)
    return text.replace("|", "\\|").replace("\n", " ")[:80]


def _column(column: Column, table: Table) -> dg.TableColumn:
    bounds = [
        f"≥ {column.low:g}" if column.low is not None else "",
        f"≤ {column.high:g}" if column.high is not None else "",
    ]
    limits = [bound for bound in bounds if bound] + ([f"one of {', '.join(column.values)}"] if column.values else [])
    unit = f" [{column.unit}]" if column.unit else ""
    return dg.TableColumn(
        column.name,
        column.type,
        column.meaning + unit,
        constraints=dg.TableColumnConstraints(
            nullable=column.nullable, unique=table.key == (column.name,), other=limits
        ),
    )


def learning_curves(logs: Sequence[TrainingLog]) -> dg.MetadataValue:
    """Loss and error on the games set aside over the training of each network, with bars to see the shape of it."""
    lines = ["| network | step | loss | inner RMSE yd | |", "|---|---|---|---|---|"]
    for number, log in enumerate(logs, start=1):
        for look in log.looks:
            numbers = f"{look.step:,} | {look.train_loss:.4f} | {look.inner_rmse_yd:.4f}"
            lines.append(f"| {number} | {numbers} | {_bar(look.inner_rmse_yd)} |")
    return dg.MetadataValue.md("\n".join(lines))


def error_by_step(errors: pa.Table, models: Sequence[str], windows: str) -> dg.MetadataValue:
    """Joint RMSE of some models at every step ahead, at_release, with a bar for the first of them."""
    rows = [row for row in errors.to_pylist() if row["slice"] == "all" and row["windows"] == windows and row["step"]]
    found = {(row["model"], row["step"]): row["rmse_yd"] for row in rows if row["protocol"] == AT_RELEASE}
    steps = sorted({step for model, step in found if model == models[0]})
    lines = [f"| seconds ahead | {' | '.join(models)} | |", "|---" * (len(models) + 2) + "|"]
    for step in steps:
        numbers = [f"{found[model, step]:.3f}" if (model, step) in found else "" for model in models]
        lines.append(f"| {step * FRAME_S:.1f} | {' | '.join(numbers)} | {_bar(found[models[0], step], 0.1)} |")
    return dg.MetadataValue.md("\n".join(lines))


def calibration(errors: pa.Table, model: str) -> dg.MetadataValue:
    """Share of actual places inside the 50 % and 90 % regions of a model, by kind of windows, protocol and slice."""
    lines = ["| windows | protocol | slice | in 50 % | in 90 % | interval |", "|---|---|---|---|---|---|"]
    for row in errors.to_pylist():
        if row["model"] == model and row["step"] == 0 and row["coverage_90"] is not None:
            interval = f"{row['coverage_90_low']:.1%} to {row['coverage_90_high']:.1%}"
            shares = f"{row['coverage_50']:.1%} | {row['coverage_90']:.1%} | {interval}"
            lines.append(f"| {row['windows']} | {row['protocol']} | {row['slice']} | {shares} |")
    return dg.MetadataValue.md("\n".join(lines))


def _bar(value: float, unit: float = 0.02) -> str:
    return "█" * min(round(value / unit), 60)


def error_table(errors: pa.Table) -> dg.MetadataValue:
    """All models side by side, all held-out backs, all steps together."""
    rows = [row for row in errors.to_pylist() if row["slice"] == "all" and row["step"] == 0]
    body = [
        f"| {row['windows']} | {row['model']} | {row['protocol']} | "
        + " | ".join(f"{row[number]:.3f}" for number in ("ade_yd", "fde_yd", "rmse_yd", "miss_rate"))
        + f" | {row['rmse_low_yd']:.3f} to {row['rmse_high_yd']:.3f} |"
        for row in sorted(rows, key=lambda row: (row["windows"], row["rmse_yd"]))
    ]
    head = ["| windows | model | protocol | ADE yd | FDE yd | RMSE yd | miss | RMSE interval |", "|---" * 8 + "|"]
    return dg.MetadataValue.md("\n".join([*head, *body]))


def importance_table(groups: Sequence[RankedGroup]) -> dg.MetadataValue:
    """Groups of candidates with the three measures of their importance."""
    body = [f"| `{g.name}` | {g.gain:.1%} | {g.permutation:+.1%} | {g.shap:.1%} |" for g in groups]
    head = ["| group | share of gain | error when shuffled | share of SHAP |", "|---|---|---|---|"]
    return dg.MetadataValue.md("\n".join([*head, *body]))


def horizon_table(horizons: Sequence[HorizonError]) -> dg.MetadataValue:
    """RMSE on left-out games by horizon: constant velocity, all candidates, the chosen ones."""
    body = [
        f"| {h.horizon} | {h.rows:,} | {h.constant_velocity_yd:.3f} | {h.all_yd:.3f} | {h.chosen_yd:.3f} |"
        for h in horizons
    ]
    head = ["| horizon | rows | constant velocity yd | all candidates yd | chosen yd |", "|---|---|---|---|---|"]
    return dg.MetadataValue.md("\n".join([*head, *body]))
