"""A claim's picture as shares of one axis, and the figures beside it."""

from collections.abc import Mapping
from typing import Any

from livingroom.measure.claims.words import rounded
from livingroom.measure.summary import CEILING


def picture(figures: Mapping[str, Any], currency: str) -> dict[str, Any]:
    """Return the stacked bar of grades and the lift beside it, all as shares of one axis."""
    amounts = {grade: max(0, figures["grades"][grade]["revenue_minor"]) for grade in CEILING}
    lift = figures["net_lift_minor"]
    known = "refused" not in lift
    top = max(sum(amounts.values()), lift["high"] if known else 0, 1)
    bottom = min(0, lift["low"] if known else 0)

    def at(minor: float) -> float:
        return float((minor - bottom) / (top - bottom))

    segments, start = [], 0
    for grade, amount in amounts.items():
        if amount:
            segments.append({"grade": grade, "from": at(start), "to": at(start + amount)})
        start += amount
    shown = next((one for one in figures["lifts"] if one["net_lift_minor"] == lift), None)
    return {
        "zero": at(0),
        "segments": segments,
        "floor": {
            "at": at(amounts["A"] + amounts["B"]),
            "text": rounded(amounts["A"] + amounts["B"], currency),
        },
        "ceiling": {"at": at(sum(amounts.values())), "text": rounded(sum(amounts.values()), currency)},
        "lift": {
            "low": at(lift["low"]),
            "value": at(lift["value"]),
            "high": at(lift["high"]),
            "text": rounded(lift["value"], currency),
            "low_text": rounded(lift["low"], currency),
            "high_text": rounded(lift["high"], currency),
            "level": f"{lift['level']:.0%}",
            "name": shown["name"] if shown else "",
        }
        if known
        else None,
        "no_lift": "" if known else _sentence(lift["refused"]),
    }


def _sentence(reason: str) -> str:
    return reason[:1].upper() + reason[1:]


def tiles(figures: Mapping[str, Any], currency: str) -> list[dict[str, str]]:
    """Return the four figures a finance director asks for, each with what stands behind it."""
    earned = figures["return"]
    if "refused" in earned:
        return [{"label": "Contribution", "value": "not known", "note": earned["refused"], "tone": ""}]
    left, even, back = earned["contribution_minor"], earned["break_even"], earned["return_on_cost"]
    known = "refused" not in left
    return [
        {
            "label": "Contribution after all costs",
            "value": rounded(left["value"], currency) if known else "not known",
            "note": f"{rounded(left['low'], currency)} to {rounded(left['high'], currency)}; above zero with a chance of "
            f"{earned['p_positive']:.0%}"
            if known
            else "Nothing was tested, so what would have come anyway is not known.",
            "tone": _tone(left) if known else "",
        },
        {
            "label": "Return on cost",
            "value": percent(back["value"]) if "refused" not in back else "not known",
            "note": f"{percent(back['low'])} to {percent(back['high'])}"
            if "refused" not in back
            else f"Cost {rounded(earned['cost_minor'], currency)}",
            "tone": "",
        },
        {
            "label": "Break-even incrementality",
            "value": f"{even['value']:.0%}" if "refused" not in even else "not known",
            "note": _break_even_note(earned, currency) if "refused" not in even else even["refused"],
            "tone": "",
        },
    ]


def percent(share: float) -> str:
    return f"{share:.0%}".replace("-", "−")


def _tone(left: Mapping[str, Any]) -> str:
    if left["low"] > 0:
        return "good"
    return "bad" if left["high"] < 0 else ""


def _break_even_note(earned: Mapping[str, Any], currency: str) -> str:
    margin = earned["margin"]["value"] if isinstance(earned["margin"], Mapping) else earned["margin"]
    whole = earned["break_even_after_discounts"]
    said = f"Of this revenue so much must be new for {rounded(earned['cost_minor'], currency)} of cost at {margin:.1%} margin"
    if abs(whole["value"] - earned["break_even"]["value"]) < 0.005:
        return f"{said}."
    return f"{said}; {whole['value']:.0%} counting discounts given for nothing."
