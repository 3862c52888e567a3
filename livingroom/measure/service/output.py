"""Service figures as scripts and people read them."""

from typing import Any

from rich.table import Table

from livingroom.measure.estimate import Estimate, NotEnoughData, answer_as_json
from livingroom.measure.service.figures import Answer, Figure


def figure_as_json(figure: Figure) -> dict[str, Any]:
    """Return a figure as `--json` prints it."""
    answer = figure.answer
    told = answer_as_json(answer) if isinstance(answer, Estimate | NotEnoughData) else {"value": answer}
    return {"title": figure.title, "unit": figure.unit, **told}


def figure_table(figures: list[Figure]) -> Table:
    """Return all figures as a table."""
    table = Table("figure")
    for name in ("value", "95 % interval", "n"):
        table.add_column(name, justify="right")
    for figure in figures:
        table.add_row(figure.title, *_cells(figure.answer, figure.unit))
    return table


def _cells(answer: Answer, unit: str) -> tuple[str, str, str]:
    if isinstance(answer, NotEnoughData):
        return "–", answer.reason, ""
    if not isinstance(answer, Estimate):
        return _number(answer, unit), "", ""
    interval = f"{_number(answer.low, unit)} to {_number(answer.high, unit)}"
    return _number(answer.value, unit), interval, f"{answer.n:,}"


def _number(value: float, unit: str) -> str:
    if value == float("inf"):
        return "unknown"
    if unit == "share":
        return f"{value:.1%}"
    if unit in ("minutes", "hours"):
        return f"{value:,.1f} {'min' if unit == 'minutes' else 'h'}"
    return f"{value:+.3f}" if unit == "points" else f"{value:,}"
