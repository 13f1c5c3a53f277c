"""Figures of the report as Plotly dictionaries. Colours are names of the style sheet, so that they follow the theme."""

from collections.abc import Mapping, Sequence
from typing import Any

Record = Mapping[str, Any]
Figure = dict[str, Any]

MODEL_NAMES = {
    "stand_still": "Stand still",
    "constant_velocity": "Constant velocity",
    "constant_acceleration": "Constant acceleration",
    "cnn_lstm": "CNN-LSTM (paper)",
    "cnn_lstm_known_context": "CNN-LSTM (paper), known context",
    "cnn_lstm_at_release": "CNN-LSTM (paper), at release",
    "cnn_lstm_relative": "CNN-LSTM (relative)",
    "cnn_lstm_relative_mirror": "CNN-LSTM (relative, mirrored)",
    "cnn_lstm_relative_mirror_residual": "CNN-LSTM (relative, mirrored, residual)",
    "ghost_net": "Ghost net",
}
KIND_NAMES = {
    "actual": "Actual",
    "model": "Ghost model",
    "constant_velocity": "Constant velocity",
    "distorted": "25 % distorted",
}
PROTOCOL_NAMES = {"known_context": "known context", "at_release": "at release"}
WINDOW_NAMES = {"ten_steps": "next 10 steps", "whole_flight": "whole flight"}


def in_words(name: str, names: Mapping[str, str] = MODEL_NAMES) -> str:
    """The name people read for an identifier; one not listed is written with spaces."""
    return names.get(name, name.replace("_", " ").capitalize())


def axis(title: str, **more: Any) -> dict[str, Any]:
    """A Plotly axis with its title."""
    return {"title": {"text": title}, **more}


def error_by_step(errors: Sequence[Record], champion: str) -> Figure:
    """RMSE against steps ahead, one line per model and protocol, for rows of one slice and one kind of windows."""

    lines: dict[tuple[str, str], list[Record]] = {}
    for row in sorted((row for row in errors if row["step"] > 0), key=lambda row: row["step"]):
        lines.setdefault((row["model"], row["protocol"]), []).append(row)
    ordered = sorted(lines.items(), key=lambda item: (item[0][0] != champion, item[1][-1]["rmse_yd"]))
    models = list(dict.fromkeys(model for (model, _), _ in ordered))
    traces = []
    for (model, protocol), rows in ordered:
        colour = f"--series-{models.index(model) % 6 + 1}"
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": f"{in_words(model)}, {in_words(protocol, PROTOCOL_NAMES)}",
                "x": [row["step"] / 10 for row in rows],
                "y": [round(row["rmse_yd"], 4) for row in rows],
                "error_y": _whiskers(rows, "rmse_yd", "rmse_low_yd", "rmse_high_yd", colour),
                "line": {
                    "color": colour,
                    "width": 3.5 if model == champion else 2,
                    "dash": "dot" if protocol == "known_context" else "solid",
                },
                "marker": {"color": colour, "size": 6},
                "hovertemplate": "%{y:.2f} yd at %{x:.1f} s<extra>%{fullData.name}</extra>",
            }
        )
    longest = max((row["step"] for rows in lines.values() for row in rows), default=0)
    layout = {
        "xaxis": axis("seconds ahead", dtick=0.2 if longest <= 15 else 0.5),
        "yaxis": axis("RMSE, yd", rangemode="tozero"),
    }
    return {"data": traces, "layout": layout}


def _whiskers(rows: Sequence[Record], value: str, low: str, high: str, colour: str) -> dict[str, Any]:
    """Error bars from a value to the ends of its interval; none where a row has no interval."""

    def gap(row: Record, end: str) -> float:
        return 0.0 if row[end] is None else round(abs(row[end] - row[value]), 4)

    return {
        "type": "data",
        "symmetric": False,
        "array": [gap(row, high) for row in rows],
        "arrayminus": [gap(row, low) for row in rows],
        "color": colour,
        "thickness": 1.2,
        "width": 3,
    }


def learning_curves(curves: Mapping[str, Sequence[Record]], champion: str) -> Figure:
    """Error on the inner fold against training steps, one line per model, the champion first."""
    traces = []
    for number, model in enumerate(sorted(curves, key=lambda name: (name != champion, name))):
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": in_words(model),
                "x": [look["step"] for look in curves[model]],
                "y": [round(look["inner_rmse_yd"], 4) for look in curves[model]],
                "line": {"color": f"--series-{number % 6 + 1}", "width": 2.5},
                "marker": {"size": 5},
                "hovertemplate": "%{y:.3f} yd after %{x} steps<extra>%{fullData.name}</extra>",
            }
        )
    layout = {
        "xaxis": axis("training steps", rangemode="tozero"),
        "yaxis": axis("RMSE on the inner fold, yd"),
        "showlegend": True,
    }
    return {"data": traces, "layout": layout}


def scores_by_kind(scores: Sequence[Record]) -> Figure:
    """Mean play score of each kind of path with its interval (records of trajectory_summary.summarise)."""
    names = [in_words(row["kind"], KIND_NAMES) for row in scores]
    colours = [f"--series-{number + 1}" for number in range(len(scores))]
    dots = {
        "type": "scatter",
        "mode": "markers+text",
        "x": names,
        "y": [round(row["mean"], 5) for row in scores],
        "text": [f"{row['mean']:+.3f}".replace("-", "−") for row in scores],
        "textposition": "middle right",
        "marker": {"size": 13, "color": colours},
        "error_y": _whiskers(scores, "mean", "low", "high", "--quiet"),
        "hovertemplate": "%{x}: %{y:+.4f}<extra></extra>",
        "cliponaxis": False,
    }
    layout = {
        "yaxis": axis("mean play score", zeroline=True),
        "xaxis": {"range": [-0.5, len(scores) - 0.4]},
        "showlegend": False,
    }
    return {"data": [dots], "layout": layout}


def reliability(bins: Mapping[str, Sequence[Record]]) -> Figure:
    """Observed against predicted share, one line per model; on the diagonal the chances are right."""
    traces: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": "as it should be",
            "x": [0, 1],
            "y": [0, 1],
            "line": {"color": "--quiet", "width": 1.5, "dash": "dot"},
            "hoverinfo": "skip",
        }
    ]
    for number, (name, rows) in enumerate(bins.items()):
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": name,
                "x": [round(row["predicted"], 4) for row in rows],
                "y": [round(row["observed"], 4) for row in rows],
                "line": {"color": f"--series-{number + 1}", "width": 2.5},
                "marker": {"size": 7},
                "hovertemplate": "said %{x:.0%}, happened %{y:.0%}<extra>%{fullData.name}</extra>",
            }
        )
    share = {"tickformat": ".0%", "range": [0, 1]}
    return {
        "data": traces,
        "layout": {"xaxis": axis("chance of a catch, predicted", **share), "yaxis": axis("caught", **share)},
    }


def quantile_shares(rows: Sequence[Record]) -> Figure:
    """Share of the gains below each predicted quantile; on the diagonal the distribution is right."""
    dots = {
        "type": "scatter",
        "mode": "lines+markers",
        "name": "yards after catch",
        "x": [row["quantile"] for row in rows],
        "y": [round(row["observed"], 4) for row in rows],
        "line": {"color": "--series-1", "width": 2.5},
        "marker": {"size": 7},
        "hovertemplate": "quantile %{x:.0%}, %{y:.0%} below<extra></extra>",
    }
    diagonal = {
        "type": "scatter",
        "mode": "lines",
        "name": "as it should be",
        "x": [0, 1],
        "y": [0, 1],
        "line": {"color": "--quiet", "width": 1.5, "dash": "dot"},
        "hoverinfo": "skip",
    }
    share = {"tickformat": ".0%", "range": [0, 1]}
    return {
        "data": [diagonal, dots],
        "layout": {"xaxis": axis("predicted quantile", **share), "yaxis": axis("catches below it", **share)},
    }


def two_distributions(rows: Sequence[Record]) -> Figure:
    """Share of the values below, landed beside simulated, for the percentiles of one measure."""
    traces = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": name,
            "x": [round(row[kind], 3) for row in rows],
            "y": [row["percentile"] / 100 for row in rows],
            "line": {"color": colour, "width": 2.5},
            "hovertemplate": "%{y:.0%} below %{x:.2f}<extra>%{fullData.name}</extra>",
        }
        for kind, name, colour in (("landed", "real", "--series-1"), ("simulated", "simulated", "--series-2"))
    ]
    layout = {
        "xaxis": axis(rows[0]["unit"]),
        "yaxis": axis("share below", tickformat=".0%", range=[0, 1]),
        "showlegend": True,
    }
    return {"data": traces, "layout": layout}


def by_week(weeks: Sequence[Record], names: Mapping[str, str], title: str) -> Figure:
    """One line per column of `names` over the season-weeks, in their order; a week without a value is left out."""
    traces = []
    for number, (column, name) in enumerate(names.items()):
        known = [row for row in weeks if row[column] is not None]
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": name,
                "x": [row["season_week"] for row in known],
                "y": [round(row[column], 4) for row in known],
                "line": {"color": f"--series-{number + 1}", "width": 2.5, "dash": "dot" if number else "solid"},
                "marker": {"size": 7},
                "hovertemplate": "%{x}: %{y:.3f}<extra>%{fullData.name}</extra>",
            }
        )
    order = [row["season_week"] for row in weeks]
    xaxis = {"type": "category", "categoryorder": "array", "categoryarray": order}
    return {"data": traces, "layout": {"xaxis": xaxis, "yaxis": axis(title), "showlegend": True}}
