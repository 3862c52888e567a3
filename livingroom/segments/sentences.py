"""A rule as a sentence: “lives in Canada or Brazil, bought at least twice in a year, interested in gaming”."""

from collections.abc import Sequence
from datetime import date

from livingroom.segments.bands import NAMES, Basis
from livingroom.segments.facts import Fact, Kind, UnknownFact, find_fact
from livingroom.segments.rules import All, AnyOf, Condition, Not, Rule
from livingroom.shared.money import format_money
from livingroom.shared.places import country_name, language_name
from livingroom.shared.templatetags.words import day

_USUAL = {
    Kind.CHOICE: {"is": "{label}: {values}", "is_not": "{label}: not {values}"},
    Kind.TAGS: {"is": "{label}: {values}", "is_all": "{label}: {all}", "is_not": "{label}: not {values}"},
    Kind.NUMBER: {"at_least": "{label}: at least {n}", "at_most": "{label}: at most {n}"},
    Kind.MONEY: {"at_least": "{label}: at least {money}", "at_most": "{label}: at most {money}"},
    Kind.DAY: {
        "within_days": "{label} within {n} days",
        "not_within_days": "{label} not within {n} days",
        "since": "{label} on or after {day}",
        "before": "{label} before {day}",
    },
    Kind.BAND: {"is": "{label}: {values}", "is_not": "{label}: not {values}"},
}


def sentence(rule: Rule, basis: Basis) -> str:
    return _said(rule, basis, is_inner=False)


def _said(rule: Rule, basis: Basis, *, is_inner: bool) -> str:
    match rule:
        case All(parts):
            said = [_said(part, basis, is_inner=True) for part in parts]
            return said[0] if len(said) == 1 else _bracketed(", ".join(said), is_inner)
        case AnyOf(parts):
            said = [_said(part, basis, is_inner=True) for part in parts]
            return said[0] if len(said) == 1 else _bracketed(" or ".join(said), is_inner)
        case Not(part):
            return f"not ({_said(part, basis, is_inner=False)})"
        case Condition():
            return phrase(rule, basis)


def _bracketed(text: str, is_inner: bool) -> str:
    return f"({text})" if is_inner else text


def phrase(condition: Condition, basis: Basis) -> str:
    """One condition in words; a fact that no room tells any more is named as it was."""
    try:
        fact = find_fact(condition.fact)
    except UnknownFact:
        return f"{condition.fact} {condition.operator} {condition.value} (nobody tells this any more)"
    value = condition.value
    shape = fact.says.get(condition.operator) or _USUAL[fact.kind][condition.operator]
    names = [name_of(fact, one) for one in value] if isinstance(value, tuple) else []
    number = value if isinstance(value, int) else 0
    return shape.format(
        label=fact.label,
        values=_joined(names, "or"),
        all=_joined(names, "and"),
        n=f"{number:,}",
        times=_times(number),
        money=format_money(number, basis.currency) if fact.kind == Kind.MONEY else "",
        day=day(date.fromisoformat(value)) if isinstance(value, str) else "",
    )


def name_of(fact: Fact, value: str | int) -> str:
    """A value as people say it."""
    if fact.name == "country":
        return country_name(str(value))
    if fact.name == "language":
        return language_name(str(value))
    if isinstance(value, int) and fact.name in NAMES:
        return NAMES[fact.name][value - 1]
    return str(value)


def _joined(names: Sequence[str], word: str) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {word} {names[-1]}" if names else ""


def _times(n: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(n, f"{n:,} times")
