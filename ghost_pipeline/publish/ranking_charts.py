"""Figures about the ranking of candidate features, as Plotly dictionaries like those of `publish.charts`."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ghost_pipeline.publish.charts import Figure, axis

if TYPE_CHECKING:
    from ghost_pipeline.features.ranking import RankedFeatures, RankedGroup  # which load LightGBM

MEASURE_NAMES = {
    "gain": "gain",
    "permutation": "permutation",
    "shap": "SHAP",
    "importance": "mean of the three",
}
_STYLES = {"gain": ("--series-1", "circle"), "permutation": ("--series-2", "square"), "shap": ("--series-4", "diamond")}
_GROUP_AXIS = {"ticksuffix": "  ", "tickfont": {"size": 12}}


def _top(ranked: "RankedFeatures", at_most: int) -> "list[RankedGroup]":
    """The most important groups, the best last: Plotly draws from the bottom."""
    return sorted(ranked.groups, key=lambda group: group.importance)[-at_most:]


def _label(group: "RankedGroup", ranked: "RankedFeatures") -> str:
    return ("★ " if group.name in ranked.chosen_groups else "") + group.name


def importances(ranked: "RankedFeatures", at_most: int = 20) -> Figure:
    """Bars of the mean importance; a chosen group is filled and starred, the others are hollow."""
    top = _top(ranked, at_most)
    is_chosen = [group.name in ranked.chosen_groups for group in top]
    bars = {
        "type": "bar",
        "orientation": "h",
        "y": [_label(group, ranked) for group in top],
        "x": [round(group.importance, 5) for group in top],
        "marker": {
            "color": ["--series-1" if kept else "--soft" for kept in is_chosen],
            "line": {"color": ["--series-1" if kept else "--series-3" for kept in is_chosen], "width": 1.5},
        },
        "hovertemplate": "%{y}: %{x:.1%} of the importance<extra></extra>",
    }
    layout = {"xaxis": axis("share of the importance", tickformat=".0%"), "yaxis": _GROUP_AXIS, "bargap": 0.25}
    return {"data": [bars], "layout": layout}


def three_measures(ranked: "RankedFeatures", at_most: int = 20) -> Figure:
    """Dots of each measure as a share, with the spread over the seeds; the scale is a logarithm."""
    top = _top(ranked, at_most)
    grown = sum(max(group.permutation, 0.0) for group in ranked.groups) or 1.0
    scale = {"gain": 1.0, "permutation": 1 / grown, "shap": 1.0}
    traces = []
    for measure, (colour, symbol) in _STYLES.items():
        values = [max(getattr(group, measure) * scale[measure], 0.0) for group in top]
        spread = [getattr(group, f"{measure}_sd") * scale[measure] for group in top]
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": MEASURE_NAMES[measure],
                "y": [_label(group, ranked) for group in top],
                "x": [round(value, 6) if value > 0 else None for value in values],
                "marker": {"color": colour, "symbol": symbol, "size": 9},
                "error_x": {
                    "type": "data",
                    "array": [round(one, 6) for one in spread],
                    "color": colour,
                    "thickness": 1.2,
                    "width": 3,
                },
                "hovertemplate": "%{y}: %{x:.2%} by %{fullData.name}<extra></extra>",
            }
        )
    layout = {
        "xaxis": axis("share of the measure", type="log", tickformat=".1~%"),
        "yaxis": _GROUP_AXIS,
        "showlegend": True,
    }
    return {"data": traces, "layout": layout}


def stability(ranked: "RankedFeatures") -> Figure:
    """How well two seeds agree on the order of the groups, by measure."""
    bars = {
        "type": "bar",
        "x": [MEASURE_NAMES[measure] for measure in ranked.stability],
        "y": [round(value, 4) for value in ranked.stability.values()],
        "text": [f"{value:.2f}" for value in ranked.stability.values()],
        "marker": {"color": "--series-1"},
        "hovertemplate": "%{x}: %{y:.3f}<extra></extra>",
    }
    return {"data": [bars], "layout": {"yaxis": axis("rank correlation of two seeds", range=[0, 1.08]), "bargap": 0.5}}


def error_by_feature_count(curve: Sequence[Mapping[str, float]], chosen: int, tolerance: float) -> Figure:
    """Cross-validated error against the number of features; the chosen number is ringed, what is allowed is dotted."""
    counts = [int(point["features"]) for point in curve]
    errors = [round(point["error"], 5) for point in curve]
    allowed = round(errors[-1] * (1 + tolerance), 5)
    traces: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": "error",
            "x": counts,
            "y": errors,
            "line": {"color": "--series-1", "width": 2.5},
            "marker": {"size": 7},
            "hovertemplate": "%{x} features: %{y:.1%}<extra></extra>",
        },
        {
            "type": "scatter",
            "mode": "lines",
            "name": f"all candidates + {tolerance:.0%}",
            "x": [counts[0], counts[-1]],
            "y": [allowed, allowed],
            "line": {"color": "--series-3", "width": 1.5, "dash": "dot"},
            "hoverinfo": "skip",
        },
    ]
    if chosen in counts:
        traces.append(
            {
                "type": "scatter",
                "mode": "markers+text",
                "name": "chosen",
                "x": [chosen],
                "y": [errors[counts.index(chosen)]],
                "text": [f"{chosen} chosen"],
                "textposition": "top right",
                "marker": {"size": 16, "color": "rgba(0,0,0,0)", "line": {"color": "--series-2", "width": 3}},
                "hoverinfo": "skip",
            }
        )
    layout = {
        "xaxis": axis("features given", rangemode="tozero"),
        "yaxis": axis("error, share of constant velocity's", tickformat=".0%"),
        "showlegend": True,
    }
    return {"data": traces, "layout": layout}


def families(ranked: "RankedFeatures", at_most: int = 12) -> Figure:
    """Growth of the error when a family is shuffled together, beside that of its most important member alone."""
    alone = {group.name: group.permutation for group in ranked.groups}
    shown = ranked.families[:at_most][::-1]
    names = [f"{family.members[0]} and {len(family.members) - 1} more" for family in shown]
    kinds = {
        "all members shuffled together": ("--series-1", [family.permutation for family in shown]),
        "the strongest member alone": ("--series-3", [max(alone[name] for name in f.members) for f in shown]),
    }
    traces = [
        {
            "type": "bar",
            "orientation": "h",
            "name": name,
            "y": names,
            "x": [round(max(value, 0.0), 5) for value in values],
            "marker": {"color": colour},
            "customdata": [", ".join(family.members) for family in shown],
            "hovertemplate": "%{customdata}: %{x:+.1%}<extra>%{fullData.name}</extra>",
        }
        for name, (colour, values) in reversed(kinds.items())
    ]
    layout = {
        "xaxis": axis("growth of the error", tickformat=".0%"),
        "yaxis": _GROUP_AXIS,
        "barmode": "group",
        "showlegend": True,
    }
    return {"data": traces, "layout": layout}
