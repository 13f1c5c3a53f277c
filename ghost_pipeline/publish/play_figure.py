"""The field to scale and the layers that the viewer moves, as Plotly dictionaries."""

from typing import Any

from ghost_pipeline.domain.field import FIELD_LENGTH_YD, FIELD_WIDTH_YD, GOAL_LINE_X_YD, OWN_GOAL_LINE_X_YD

HASH_FROM_SIDELINE_YD = 70.75 / 3
"""The league's hash marks are 70 feet 9 inches from the sidelines."""
TICK_YD = 2 / 3
"""Length of the short marks at every yard."""
NUMBERS_FROM_SIDELINE_YD = 9.0
"""The tops of the field numbers."""

Layer = dict[str, Any]


def play_figure(scrimmage_x_yd: float | None, first_down_x_yd: float | None) -> dict[str, list[Layer]]:
    """Traces from the grass upward. `meta` names a layer; those of the field stay, the empty ones are the viewer's."""
    layers = [_end_zones(), _lines(), _yard_numbers()]
    layers += [
        _across("scrimmage", scrimmage_x_yd, "--scrimmage"),
        _across("first_down", first_down_x_yd, "--first-down"),
    ]
    layers += [
        _line("region_90", "--ghost", 1.2, fill="toself", fillcolor="--region", line={"dash": "dot"}),
        _line("region_50", "--ghost", 1.2, fill="toself", fillcolor="--region"),
        _line("ball_path", "--ball", 2, line={"dash": "dash"}),
        _line("offense_trails", "--offense", 2, opacity=0.45),
        _line("defense_trails", "--defense", 2, opacity=0.45),
        _line("ghost_trails", "--ghost", 2, line={"dash": "dot"}),
        _line("errors", "--error", 2.5),
        _line("rated_path", "--what-if", 3),
        _line("target_ring", "--first-down", 3),
        _line("rated_ring", "--what-if", 3, line={"dash": "dash"}),
        _markers("offense", "circle", "--offense", "--offense", "--marker-text"),
        _markers("defense", "square", "--defense", "--defense", "--marker-text"),
        _markers("ghosts", "square", "--ghost-fill", "--ghost", "--ghost", width=2.5),
        _markers("receiver_ghosts", "circle", "--ghost-fill", "--offense", "--offense", width=2.5),
        _markers("landing", "x-thin", "--ball", "--ball", "--ball", width=3),
        _markers("ball", "diamond-wide", "--ball", "--turf", "--ball", width=1.5),
        _markers("ghost_ball", "diamond-wide", "--ghost-fill", "--ball", "--ball", width=2),
    ]
    return {"data": layers}


def _layer(meta: str, **more: Any) -> Layer:
    return {"type": "scatter", "meta": meta, "x": [], "y": [], "hoverinfo": "skip", "showlegend": False, **more}


def _line(meta: str, colour: str, width: float, line: dict[str, Any] | None = None, **more: Any) -> Layer:
    return _layer(meta, mode="lines", line={"color": colour, "width": width, **(line or {})}, **more)


def _markers(meta: str, symbol: str, fill: str, outline: str, text: str, width: float = 1.0) -> Layer:
    marker = {"symbol": symbol, "color": fill, "size": 18, "line": {"color": outline, "width": width}, "opacity": 1}
    return _layer(
        meta,
        mode="markers+text",
        marker=marker,
        text=[],
        textfont={"color": text, "size": 11, "weight": 700},
        cliponaxis=False,
        hoverinfo="text",
        hovertext=[],
    )


def _end_zones() -> Layer:
    """Both end zones as one filled shape."""
    xs: list[float | None] = []
    ys: list[float | None] = []
    for left, right in ((0.0, OWN_GOAL_LINE_X_YD), (GOAL_LINE_X_YD, FIELD_LENGTH_YD)):
        xs += [left, right, right, left, left, None]
        ys += [0.0, 0.0, FIELD_WIDTH_YD, FIELD_WIDTH_YD, 0.0, None]
    return {
        **_layer("end_zones", mode="lines", fill="toself", fillcolor="--turf-end", line={"width": 0}),
        "x": xs[:-1],
        "y": _rounded(ys[:-1]),
    }


def _rounded(values: list[float | None]) -> list[float | None]:
    return [None if value is None else round(value, 2) for value in values]


def _lines() -> Layer:
    """Border, goal lines, five-yard lines, hash marks and the short marks at the sidelines: one line with gaps,
    because a picture with one line redraws twice as fast as one with a shape for each."""
    strokes: list[tuple[float, float, float, float]] = [
        (0, 0, FIELD_LENGTH_YD, 0),
        (0, FIELD_WIDTH_YD, FIELD_LENGTH_YD, FIELD_WIDTH_YD),
        (0, 0, 0, FIELD_WIDTH_YD),
        (FIELD_LENGTH_YD, 0, FIELD_LENGTH_YD, FIELD_WIDTH_YD),
    ]
    for yard in range(int(OWN_GOAL_LINE_X_YD), int(GOAL_LINE_X_YD) + 1):
        if yard % 5 == 0:
            strokes.append((yard, 0, yard, FIELD_WIDTH_YD))
            continue
        for low in (0.3, HASH_FROM_SIDELINE_YD, FIELD_WIDTH_YD - HASH_FROM_SIDELINE_YD - TICK_YD, FIELD_WIDTH_YD - 1):
            strokes.append((yard, low, yard, low + TICK_YD))
    xs = [x for left, _, right, _ in strokes for x in (left, right, None)]
    ys = [y for _, low, _, high in strokes for y in (low, high, None)]
    return {**_line("lines", "--turf-line", 1.2), "x": xs[:-1], "y": _rounded(ys[:-1])}


def _yard_numbers() -> Layer:
    """The numbers of the field, counted from the nearer goal line, on both sides."""
    yards = range(20, 101, 10)
    names = [str(50 - abs(60 - yard)) for yard in yards]
    rows = (NUMBERS_FROM_SIDELINE_YD, FIELD_WIDTH_YD - NUMBERS_FROM_SIDELINE_YD)
    return {
        **_layer("yard_numbers", mode="text", textfont={"color": "--turf-number", "size": 20, "weight": 700}),
        "x": [yard for _ in rows for yard in yards],
        "y": [round(row, 2) for row in rows for _ in yards],
        "text": names * 2,
    }


def _across(meta: str, x_yd: float | None, colour: str) -> Layer:
    """A line across the field at x; nothing where x is not known."""
    if x_yd is None:
        return _line(meta, colour, 3)
    return {**_line(meta, colour, 3), "x": [x_yd, x_yd], "y": [0, round(FIELD_WIDTH_YD, 2)]}
