"""A return as scripts read it: the same words in the command, in claims and on the page."""

from typing import Any

from livingroom.measure.estimate import answer_as_json, money_as_json
from livingroom.measure.returns.contribution import Return


def as_json(result: Return) -> dict[str, Any]:
    """Return the answers of a return; money in whole minor units."""
    return {
        "contribution_minor": money_as_json(result.contribution),
        "p_positive": result.p_positive,
        "return_on_cost": answer_as_json(result.return_on_cost),
        "incrementality": answer_as_json(result.incrementality),
        "break_even": answer_as_json(result.break_even),
        "break_even_after_discounts": answer_as_json(result.break_even_after_discounts),
        "line": [
            {"incrementality": point.incrementality, **money_as_json(point.contribution)}
            for point in result.line
        ],
        "parts": [{"name": part.name, **money_as_json(part.amount)} for part in result.parts],
    }
