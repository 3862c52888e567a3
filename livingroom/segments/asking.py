"""What other rooms ask of segments: how many, who, which of these, how they overlap, and which branches speak to them."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When

from livingroom.branches.models import Branch
from livingroom.segments.bands import Basis
from livingroom.segments.clock import as_of
from livingroom.segments.compiling import allowed, compile_rule
from livingroom.segments.judging import Known, judge
from livingroom.segments.models import PersonFacts, SegmentVersion
from livingroom.segments.parsing import parse
from livingroom.segments.rules import Rule

AT_ONCE, PAGE = 900, 5_000
# What may be written down of a branch; everything else in a rule is known of customers alone.
BRANCH_FACTS = ("country", "language", "interest", "division", "network")
MOST_TOGETHER = 30  # segments whose pattern is one number of the database


def rule_of(version: SegmentVersion) -> Rule:
    return parse(version.rule)


def condition(version: SegmentVersion, now: datetime) -> Q:
    """The members' condition on PersonFacts, without those who may not be counted among them."""
    fits = compile_rule(rule_of(version), Basis.of(version.basis), as_of(now))
    return fits & allowed(version.purpose, version.ground)


def people_in(version: SegmentVersion, now: datetime) -> QuerySet[PersonFacts]:
    return PersonFacts.objects.filter(condition(version, now))


def size_of(version: SegmentVersion, now: datetime) -> int:
    return people_in(version, now).count()


def sizes_of(versions: Sequence[SegmentVersion], now: datetime) -> dict[int, int]:
    """The size of each, by the version's number in the database, in one pass over the people."""
    if not versions:
        return {}
    counts = {f"n_{version.pk}": Count("pk", filter=condition(version, now)) for version in versions}
    return {int(name[2:]): n for name, n in PersonFacts.objects.aggregate(**counts).items()}


def members_of(version: SegmentVersion, now: datetime, *, after: int = 0, page: int = PAGE) -> Iterator[int]:
    """Every member's number, rising; a page is in memory at a time, and `after` goes on where somebody stopped."""
    people = people_in(version, now).order_by("pk").values_list("pk", flat=True)
    while numbers := list(people.filter(pk__gt=after)[:page]):
        yield from numbers
        after = numbers[-1]


def which(
    customers: Iterable[int], versions: Sequence[SegmentVersion], now: datetime
) -> dict[SegmentVersion, set[int]]:
    """Of these customers, who is in each of the versions."""
    numbers = sorted(set(customers))
    found: dict[SegmentVersion, set[int]] = {version: set() for version in versions}
    for group in _groups(versions):
        mask = _mask([condition(version, now) for version in group])
        for start in range(0, len(numbers), AT_ONCE):
            rows = PersonFacts.objects.filter(pk__in=numbers[start : start + AT_ONCE]).annotate(mask=mask)
            for number, bits in rows.values_list("pk", "mask"):
                for place, version in enumerate(group):
                    if bits >> place & 1:
                        found[version].add(number)
    return found


def is_member(customer: int, version: SegmentVersion, now: datetime) -> bool:
    return people_in(version, now).filter(pk=customer).exists()


def overlap(conditions: Sequence[Q], *, within: Q | None = None) -> Mapping[int, int]:
    """How many people have each pattern of memberships: bit k of the key is set for those who fulfil condition k.

    One query, in which every condition is looked at once for each person. Who fulfils none is in the pattern 0.
    """
    people = PersonFacts.objects.filter(within) if within is not None else PersonFacts.objects.all()
    starts = range(0, max(len(conditions), 1), MOST_TOGETHER)
    masks = {f"mask_{start}": _mask(conditions[start : start + MOST_TOGETHER]) for start in starts}
    rows = people.annotate(**masks).values_list(*masks).order_by().annotate(n=Count("pk"))
    return {sum(part << start for part, start in zip(parts, starts, strict=True)): n for *parts, n in rows}


def masked(conditions: Sequence[Q], *, within: Q | None = None) -> QuerySet[Any]:
    """People with their pattern as `mask`, for reports that add something up by it."""
    people = PersonFacts.objects.filter(within) if within is not None else PersonFacts.objects.all()
    return people.annotate(mask=_mask(conditions))


def overlap_of(versions: Sequence[SegmentVersion], now: datetime) -> Mapping[int, int]:
    """The patterns of several segments; see `overlap`."""
    return overlap([condition(version, now) for version in versions])


def branches_of(version: SegmentVersion, branches: Iterable[Branch] | None = None) -> list[Branch]:
    """The branches that speak to a segment: all but those of which the rule says no.

    Country, language, interests, division and network are known of a branch, where they are written down; nothing else is, and a
    condition on it limits no branch.
    """
    rule = rule_of(version)
    rows = Branch.objects.open() if branches is None else branches
    return [branch for branch in rows if judge(rule, known_of_branch(branch)) is not False]


def known_of_branch(branch: Branch) -> Known:
    """What is empty is not known: a branch without a country speaks to the world."""
    told: dict[str, Collection[str]] = {
        "country": [branch.country],
        "language": [branch.language.partition("-")[0]],
        "interest": branch.interests,
        "division": [branch.division],
        "network": [branch.network],
    }
    return {name: words for name, words in told.items() if any(words)}


def _groups(versions: Sequence[SegmentVersion]) -> Iterable[Sequence[SegmentVersion]]:
    return (versions[start : start + MOST_TOGETHER] for start in range(0, len(versions), MOST_TOGETHER))


def _mask(conditions: Sequence[Q]) -> Case | Value:
    parts = [
        Case(When(fits, then=Value(1 << place)), default=Value(0), output_field=IntegerField())
        for place, fits in enumerate(conditions)
    ]
    whole = parts[0] if parts else Value(0, output_field=IntegerField())
    for part in parts[1:]:
        whole = whole + part  # type: ignore[assignment]  # a sum of cases is an expression, too
    return whole
