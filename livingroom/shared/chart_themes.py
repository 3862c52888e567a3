"""The house's looks for charts, in light and dark. Hex, because pictures for mail know no style sheet."""

from typing import Any, Literal

Theme = Literal["light", "dark"]

FONT = (
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Helvetica Neue', 'DejaVu Sans', sans-serif"
)
# Eight steady colours, each at least 3:1 against the ground and told apart by lightness too.
SERIES = {
    "light": ["#0b6b78", "#c4552d", "#8a6a00", "#7b3f72", "#4b7a34", "#3d67a8", "#8a5a44", "#b8476f"],
    "dark": ["#5cc0cc", "#f0936b", "#d9b44a", "#c792bd", "#93c47a", "#8fb4ea", "#c9a08a", "#ec92b1"],
}
INK = {"light": "#211d18", "dark": "#ece7e0"}
INK_SOFT = {"light": "#5f574d", "dark": "#b5aea4"}
LINE = {"light": "#e4dfd7", "dark": "#3b3732"}


def _theme(scheme: Theme) -> dict[str, Any]:
    ink, soft, line = INK[scheme], INK_SOFT[scheme], LINE[scheme]
    return {
        "background": "transparent",
        "font": FONT,
        "padding": 4,
        "view": {"stroke": None},
        "title": {"color": ink, "fontSize": 16, "fontWeight": 600, "anchor": "start", "offset": 16},
        "axis": {
            "domain": False, "ticks": False, "grid": False, "gridColor": line, "labelColor": soft, "labelFontSize": 12,
            "labelPadding": 8, "titleColor": soft, "titleFontSize": 12, "titleFontWeight": 400,
        },
        "axisY": {"grid": True, "tickCount": 5, "title": None},
        "axisX": {"domain": True, "domainColor": line, "labelFlush": True, "title": None},
        "legend": {
            "orient": "top", "direction": "horizontal", "columns": 6, "symbolType": "circle", "symbolSize": 80,
            "labelColor": ink, "labelFontSize": 12, "title": None, "offset": 12,
            "columnPadding": 16, "rowPadding": 6, "labelLimit": 220,
        },
        "line": {"strokeWidth": 2.25, "strokeCap": "round", "strokeJoin": "round", "color": SERIES[scheme][0]},
        "area": {"fillOpacity": 0.85, "line": False, "color": SERIES[scheme][0]},
        "bar": {"color": SERIES[scheme][0], "cornerRadiusEnd": 3},
        "point": {"filled": True, "size": 50, "color": SERIES[scheme][0]},
        "rule": {"color": soft},
        "text": {"color": ink, "font": FONT, "fontSize": 12},
        "range": {"category": SERIES[scheme]},
    }  # fmt: skip


THEMES: dict[Theme, dict[str, Any]] = {"light": _theme("light"), "dark": _theme("dark")}
