"""A rule as a condition on the narrow rows, for one database query."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.lookups import GreaterThan

from livingroom.segments.bands import Basis, span_of
from livingroom.segments.facts import Fact, Kind, UnknownFact, find_fact
from livingroom.segments.models import WORDS, PersonCount, PersonTag, SegmentVersion, Tag
from livingroom.segments.rules import All, AnyOf, Condition, Not, Rule, conditions
from livingroom.segments.tags import Named, find_tags

NOBODY, EVERYBODY = Q(pk__lt=0), Q(pk__gte=0)


def allowed(purpose: str, ground: str) -> Q:
    """Nobody who took their yes to this purpose back; on the ground of consent only those who gave one."""
    tags = find_tags([("consent", purpose), ("withdrawn", purpose)])
    fits = ~_any([tag for tag in [tags.get(("withdrawn", purpose))] if tag])
    if ground == SegmentVersion.Ground.CONSENT:
        fits &= _any([tag for tag in [tags.get(("consent", purpose))] if tag])
    return fits


def compile_rule(rule: Rule, basis: Basis, today: date) -> Q:
    """The condition on PersonFacts that the rule's members fulfil on that day."""
    wanted = {
        (each.fact, str(word))
        for each in conditions(rule)
        if isinstance(each.value, tuple)
        for word in each.value
    }
    return _Compiler(basis, today, find_tags(wanted)).compile(rule)


class _Compiler:
    def __init__(self, basis: Basis, today: date, tags: dict[Named, Tag]) -> None:
        self.basis, self.today, self.tags = basis, today, tags

    def compile(self, rule: Rule) -> Q:
        match rule:
            case All(parts):
                whole = Q()
                for part in parts:
                    whole &= self.compile(part)
                return whole
            case AnyOf(parts):
                whole = self.compile(parts[0])
                for part in parts[1:]:
                    whole |= self.compile(part)
                return whole
            case Not(part):
                return ~self.compile(part)
            case Condition():
                return self._condition(rule)

    def _condition(self, asked: Condition) -> Q:
        try:
            fact = find_fact(asked.fact)
        except UnknownFact:
            return NOBODY  # nobody is known to fulfil what nobody tells
        match fact.kind:
            case Kind.CHOICE:
                fits = Q(**{f"{fact.column}__in": list(_words(asked))})
                return ~fits if asked.operator == "is_not" else fits
            case Kind.TAGS:
                return self._tags(fact, asked)
            case Kind.BAND:
                return self._bands(asked)
            case Kind.DAY:
                return self._days(fact, asked)
            case _:
                return _number(fact, asked)

    def _tags(self, fact: Fact, asked: Condition) -> Q:
        known = [self.tags.get((fact.name, word)) for word in _words(asked)]
        if asked.operator == "is_all":
            whole = Q()
            for tag in known:
                whole &= _any([tag]) if tag else NOBODY
            return whole
        fits = _any([tag for tag in known if tag])
        return ~fits if asked.operator == "is_not" else fits

    def _bands(self, asked: Condition) -> Q:
        fits = NOBODY
        for band in asked.value if isinstance(asked.value, tuple) else ():
            column, span = span_of(asked.fact, int(band), self.basis, self.today)
            part = Q(n_orders__gte=1)
            if span.low is not None:
                part &= Q(**{f"{column}__gte": span.low})
            if span.high is not None:
                part &= Q(**{f"{column}__lte": span.high})
            fits = part if fits is NOBODY else fits | part
        return ~fits if asked.operator == "is_not" else fits

    def _days(self, fact: Fact, asked: Condition) -> Q:
        if isinstance(asked.value, str):
            on = date.fromisoformat(asked.value)
            return Q(**{f"{fact.column}__{'gte' if asked.operator == 'since' else 'lt'}": on})
        days = asked.value if isinstance(asked.value, int) else 0
        fits = Q(**{f"{fact.column}__gte": self.today - timedelta(days=days)})
        return ~fits if asked.operator == "not_within_days" else fits


def _words(asked: Condition) -> Sequence[str]:
    return [str(word) for word in asked.value] if isinstance(asked.value, tuple) else []


def _number(fact: Fact, asked: Condition) -> Q:
    number = asked.value if isinstance(asked.value, int) else 0
    if fact.column:
        return Q(**{f"{fact.column}__{'gte' if asked.operator == 'at_least' else 'lte'}": number})
    told = PersonCount.objects.filter(fact=fact.name, customer=OuterRef("pk"))
    if asked.operator == "at_least":
        # Nought has no row, and everybody has nought at least.
        return Q(Exists(told.filter(value__gte=number))) if number > 0 else EVERYBODY
    return ~Q(Exists(told.filter(value__gt=number)))


def _any(tags: Sequence[Tag]) -> Q:
    """Whoever has one of these: by bits, and by rows for those without a bit."""
    masks: dict[int, int] = {}
    for tag in tags:
        if tag.word is not None and tag.bit is not None:
            masks[tag.word] = masks.get(tag.word, 0) | 1 << tag.bit
    parts = [Q(GreaterThan(F(WORDS[word]).bitand(mask), 0)) for word, mask in sorted(masks.items())]
    rows = [tag.pk for tag in tags if tag.word is None]
    if rows:
        parts.append(Q(Exists(PersonTag.objects.filter(tag__in=rows, customer=OuterRef("pk")))))
    if not parts:
        return NOBODY
    whole = parts[0]
    for part in parts[1:]:
        whole |= part
    return whole
