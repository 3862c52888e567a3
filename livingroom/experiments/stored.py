"""A reading as it is kept: the JSON of `livingroom measure lift --json`, and back."""

from collections.abc import Mapping
from math import inf
from typing import Any

from livingroom.measure.estimate import Estimate, answer_of_json, estimate_of_json
from livingroom.measure.lift.reading import Check, Moment, Reading


def to_json(reading: Reading) -> dict[str, Any]:
    from livingroom.measure.lift.output import as_json  # brings rich along

    return as_json(reading)


def from_json(body: Mapping[str, Any]) -> Reading:
    """Read a kept reading again. An end that JSON had no number for is infinite."""
    return Reading(
        design=body["design"],
        relative=answer_of_json(body),
        total=_maybe(body["total"]),
        average=_maybe(body["average"]),
        cannibalised=_maybe(body.get("cannibalised")),
        is_tested=body["is_tested"],
        others=tuple(estimate_of_json(each) for each in body["others"]),
        checks=tuple(Check(**check) for check in body["checks"]),
        weights=tuple((str(name), float(weight)) for name, weight in dict(body["weights"]).items()),
        notes=tuple(body["notes"]),
        moments=tuple(Moment(**_with_ends(moment)) for moment in body["moments"]),
    )


def _maybe(said: Mapping[str, Any] | None) -> Estimate | None:
    return estimate_of_json(said) if said is not None and "value" in said else None


def _with_ends(said: Mapping[str, Any]) -> dict[str, Any]:
    low, high = said["low"], said["high"]
    return {**said, "low": -inf if low is None else low, "high": inf if high is None else high}
