"""A reading as scripts read it and as it is kept: the JSON of `livingroom measure lift --json`, and back."""

from collections.abc import Mapping
from dataclasses import asdict
from math import inf
from typing import Any

from livingroom.measure.estimate import (
    Estimate,
    answer_as_json,
    answer_of_json,
    estimate_of_json,
    finite,
)
from livingroom.measure.lift.reading import Check, Moment, Reading

TESTED, MODELLED = "tested", "modelled, not tested"


def to_json(reading: Reading) -> dict[str, Any]:
    """Return what `--json` prints: the lift with its interval or the refusal first, then everything else."""
    relative = reading.relative
    return answer_as_json(relative) | {
        "design": reading.design,
        "is_tested": reading.is_tested,
        "badge": TESTED if reading.is_tested else MODELLED,
        "average": _answer(reading.average),
        "total": _answer(reading.total),
        "cannibalised": _answer(reading.cannibalised),
        "others": [answer_as_json(other) for other in reading.others],
        "estimators": {
            name: {kind: answer_as_json(estimate) for kind, estimate in kinds.items()}
            for name, kinds in reading.estimators.items()
        },
        "weights": dict(reading.weights),
        "checks": [asdict(check) | {"p": finite(check.p)} for check in reading.checks],
        "notes": list(reading.notes),
        "moments": [
            {
                key: finite(value) if isinstance(value, float) else value
                for key, value in asdict(moment).items()
            }
            for moment in reading.moments
        ],
    }


def _answer(answer: Estimate | None) -> dict[str, Any] | None:
    return None if answer is None else answer_as_json(answer)


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
