"""Read a rule as it is stored or typed, and say what is wrong, where, and what to do."""

import json
from datetime import date
from typing import Any

from livingroom.segments.facts import OPERATORS, Fact, Kind, UnknownFact, all_facts, find_fact
from livingroom.segments.rules import All, AnyOf, Condition, Not, Rule, Value, conditions

DEEPEST, MOST_CONDITIONS, MOST_VALUES, LONGEST_WORD = 6, 60, 200, 120
MOST_DAYS, MOST_NUMBER = 36_500, 10**15
SHAPE = 'A rule is {"all": […]}, {"any": […]}, {"not": …} or {"fact": …, "operator": …, "value": …}.'


class RuleProblem(ValueError):
    """What is wrong with a rule; `where` is the way to it, such as all[1].any[0]."""

    def __init__(self, text: str, where: str = "") -> None:
        super().__init__(f"{where}: {text}" if where else text)
        self.text, self.where = text, where


def parse_text(text: str) -> Rule:
    """Read a rule from JSON. Raises RuleProblem."""
    try:
        told = json.loads(text)
    except json.JSONDecodeError as problem:
        raise RuleProblem(
            f"This is no JSON: {problem.msg}.", f"line {problem.lineno}, sign {problem.colno}"
        ) from None
    except RecursionError:
        raise RuleProblem(f"Groups stand in groups, {DEEPEST} deep at most.") from None
    return parse(told)


def parse(told: object) -> Rule:
    """Read a rule from what JSON holds. Raises RuleProblem."""
    rule = _node(told, "", 1)
    if sum(1 for _ in conditions(rule)) > MOST_CONDITIONS:
        raise RuleProblem(f"A rule has at most {MOST_CONDITIONS} conditions: make two segments of it.")
    return rule


def _node(told: object, where: str, depth: int) -> Rule:
    if not isinstance(told, dict):
        raise RuleProblem(SHAPE, where)
    if depth > DEEPEST:
        raise RuleProblem(f"Groups stand in groups, {DEEPEST} deep at most.", where)
    keys = set(told)
    if keys == {"all"}:
        return All(_parts(told["all"], _at(where, "all"), depth))
    if keys == {"any"}:
        return AnyOf(_parts(told["any"], _at(where, "any"), depth))
    if keys == {"not"}:
        return Not(_node(told["not"], _at(where, "not"), depth + 1))
    if keys == {"fact", "operator", "value"}:
        return _condition(told, where)
    raise RuleProblem(SHAPE, where)


def _parts(told: object, where: str, depth: int) -> tuple[Rule, ...]:
    if not isinstance(told, list) or not told:
        raise RuleProblem("A group needs at least one condition: add one, or take the group out.", where)
    return tuple(_node(part, f"{where}[{number}]", depth + 1) for number, part in enumerate(told))


def _at(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def _condition(told: dict[str, Any], where: str) -> Condition:
    name, operator = told["fact"], told["operator"]
    try:
        fact = find_fact(name) if isinstance(name, str) else None
    except UnknownFact:
        fact = None
    if fact is None:
        known = ", ".join(fact.name for fact in all_facts())
        raise RuleProblem(f"Nobody tells a fact {name!r}. There are {known}.", _at(where, "fact"))
    if operator not in OPERATORS[fact.kind]:
        known = ", ".join(OPERATORS[fact.kind])
        raise RuleProblem(f"{fact.label} is asked by {known}, not by {operator!r}.", _at(where, "operator"))
    return Condition(fact.name, operator, read_value(fact, operator, told["value"], _at(where, "value")))


def read_value(fact: Fact, operator: str, told: object, where: str = "") -> Value:
    """The value in its one form. Raises RuleProblem."""
    match fact.kind:
        case Kind.CHOICE | Kind.TAGS:
            return _words(fact, told, where)
        case Kind.BAND:
            return _bands(fact, told, where)
        case Kind.DAY if operator in ("since", "before"):
            return _day(fact, told, where)
        case Kind.DAY:
            return _whole(fact, told, where, least=1, most=MOST_DAYS, what="days")
        case _:
            return _whole(fact, told, where, least=0, most=MOST_NUMBER, what="")


def _words(fact: Fact, told: object, where: str) -> tuple[str, ...]:
    if isinstance(told, str):
        told = [told]
    if (
        not isinstance(told, list)
        or not told
        or not all(isinstance(word, str) and word.strip() for word in told)
    ):
        raise RuleProblem(f"{fact.label} needs at least one word: choose one.", where)
    if len(told) > MOST_VALUES:
        raise RuleProblem(f"{fact.label} takes at most {MOST_VALUES} words.", where)
    words = tuple(dict.fromkeys(word.strip()[:LONGEST_WORD] for word in told))
    if fact.name == "country":
        words = tuple(word.upper() for word in words)
        wrong = [word for word in words if len(word) != 2 or not word.isascii() or not word.isalpha()]
        if wrong:
            raise RuleProblem(f"{wrong[0]} is no country: write its two letters, such as CA.", where)
    return words


def _bands(fact: Fact, told: object, where: str) -> tuple[int, ...]:
    given = told if isinstance(told, list) else [told]
    numbers = {int(one) for one in given if isinstance(one, int | str) and str(one) in "12345" and str(one)}
    if not given or len(numbers) != len(set(map(str, given))):
        raise RuleProblem(f"{fact.label} has the bands 1 to 5: choose some.", where)
    return tuple(sorted(numbers))


def _day(fact: Fact, told: object, where: str) -> str:
    try:
        return date.fromisoformat(str(told)).isoformat()
    except ValueError:
        raise RuleProblem(f"{fact.label} needs a day, such as 2009-11-22.", where) from None


def _whole(fact: Fact, told: object, where: str, *, least: int, most: int, what: str) -> int:
    number = int(told) if isinstance(told, str) and told.strip().isdecimal() and len(told) < 17 else told
    if isinstance(number, bool) or not isinstance(number, int) or not least <= number <= most:
        unit = f" of {what}" if what else ""
        raise RuleProblem(f"{fact.label} needs a whole number{unit}, {least} or more.", where)
    return number
