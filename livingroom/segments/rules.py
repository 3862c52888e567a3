"""What a rule is, as a tree. Pure.

{"all": [{"fact": "country", "operator": "is", "value": ["CA", "BR"]},
         {"fact": "orders_year", "operator": "at_least", "value": 2},
         {"any": [{"fact": "interest", "operator": "is", "value": ["gaming"]}, {"not": {"fact": …}}]}]}
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Value = tuple[str, ...] | tuple[int, ...] | int | str


@dataclass(frozen=True)
class Condition:
    fact: str
    operator: str
    value: Value


@dataclass(frozen=True)
class All:
    parts: "tuple[Rule, ...]"


@dataclass(frozen=True)
class AnyOf:
    parts: "tuple[Rule, ...]"


@dataclass(frozen=True)
class Not:
    part: "Rule"


Rule = Condition | All | AnyOf | Not


def to_json(rule: Rule) -> dict[str, Any]:
    """The rule as it is stored; parsing it gives the same rule back."""
    match rule:
        case All(parts):
            return {"all": [to_json(part) for part in parts]}
        case AnyOf(parts):
            return {"any": [to_json(part) for part in parts]}
        case Not(part):
            return {"not": to_json(part)}
        case Condition(fact, operator, value):
            told = list(value) if isinstance(value, tuple) else value
            return {"fact": fact, "operator": operator, "value": told}


def conditions(rule: Rule) -> Iterator[Condition]:
    """Every condition, from left to right."""
    match rule:
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from conditions(part)
        case Not(part):
            yield from conditions(part)
        case Condition():
            yield rule


def digest_of(rule: Rule, **beside: object) -> str:
    """SHA-256 of the rule and of what gives its words their meaning."""
    told: Mapping[str, object] = {"rule": to_json(rule), **beside}
    return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
