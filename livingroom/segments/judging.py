"""What a rule says of a branch or an author of whom little is known: yes, no, or nothing. Pure but for the names of facts.

A condition on what nobody can know of them says nothing. All: one no is enough; any: one yes is. What remains unknown
limits nobody.
"""

from collections.abc import Collection, Mapping

from livingroom.segments.facts import Kind, UnknownFact, find_fact
from livingroom.segments.rules import All, AnyOf, Condition, Not, Rule

Known = Mapping[
    str, Collection[str]
]  # by fact; a fact that is missing is not known, an empty one is known to be nothing


def judge(rule: Rule, known: Known) -> bool | None:
    match rule:
        case All(parts):
            said = [judge(part, known) for part in parts]
            return False if False in said else None if None in said else True
        case AnyOf(parts):
            said = [judge(part, known) for part in parts]
            return True if True in said else None if None in said else False
        case Not(part):
            inner = judge(part, known)
            return None if inner is None else not inner
        case Condition():
            return _condition(rule, known)


def _condition(asked: Condition, known: Known) -> bool | None:
    try:
        kind = find_fact(asked.fact).kind
    except UnknownFact:
        return None
    if kind not in (Kind.CHOICE, Kind.TAGS) or asked.fact not in known or not isinstance(asked.value, tuple):
        return None
    have = {word.casefold() for word in known[asked.fact]}
    wanted = {str(word).casefold() for word in asked.value}
    if asked.operator == "is_all":
        return wanted <= have
    return bool(wanted & have) is (asked.operator == "is")
