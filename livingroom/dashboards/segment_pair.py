"""Two segments beside each other: who is in both, who in one alone, and what each of these bought."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from livingroom.attribution.models import Evidence
from livingroom.dashboards.bought import PARTS, Bought, added, bought_by_pattern, told_parts
from livingroom.dashboards.by_segment import NOT_TOLD, laid_over, versions_in_use
from livingroom.dashboards.period import Period
from livingroom.segments.asking import overlap_of
from livingroom.segments.models import Customs, SegmentVersion
from livingroom.segments.privacy import shown, too_near

ONE, OTHER, BOTH = 0b01, 0b10, 0b11


@dataclass(frozen=True)
class Part:
    """A group of people made of the two; figures that must not be told are None, and `people` says so in words."""

    key: str
    name: str
    people: str
    n_people: int | None
    n_orders: int | None = None
    net_minor: int | None = None
    net_each_minor: int | None = None
    floor_minor: int | None = None
    ceiling_minor: int | None = None


@dataclass(frozen=True)
class Pair:
    """`both_of_one` is the share of the one's people who are in the other, too; None where it must not be told."""

    one: SegmentVersion
    other: SegmentVersion
    parts: list[Part]
    smallest: int
    both_of_one: float | None
    both_of_other: float | None


def read_pair(
    one: SegmentVersion, other: SegmentVersion, now: datetime, period: Period | None = None
) -> Pair:
    smallest = Customs.current().smallest_group
    patterns = overlap_of([one, other], now)
    known = {mask: patterns.get(mask, 0) for mask in (ONE, OTHER, BOTH)}
    bought = bought_by_pattern([one, other], now, period)
    has_evidence = Evidence.objects.exists()
    # The whole of either is what its line in the report says; the three parts are told together or not at all.
    hidden = _hidden([one, other], now, smallest)
    parted = not hidden and all(n == 0 or n >= smallest for n in known.values())
    told = {
        mask: told_parts(added(bought, [mask]).people, smallest, has_evidence=has_evidence) for mask in known
    }
    # A figure of one part is the whole less the others: where one of the three is too small, none is told.
    together = {kind: all(told[mask][kind] for mask in known) for kind in PARTS}
    rows = (
        ("one", one.segment.name, (ONE, BOTH), 0 not in hidden, None),
        ("other", other.segment.name, (OTHER, BOTH), 1 not in hidden, None),
        ("both", "In both", (BOTH,), parted, together),
        ("one_alone", f"{one.segment.name} alone", (ONE,), parted, together),
        ("other_alone", f"{other.segment.name} alone", (OTHER,), parted, together),
    )
    parts = []
    for key, name, masks, is_told, kinds in rows:
        n, whole = sum(known[mask] for mask in masks), added(bought, masks)
        kinds = kinds or told_parts(whole.people, smallest, has_evidence=has_evidence)
        parts.append(_told(key, name, n, whole, kinds) if is_told else _hushed(key, name, n, smallest))
    both = known[BOTH] if parted else None
    return Pair(
        one,
        other,
        parts,
        smallest,
        _share(both, known[ONE] + known[BOTH]),
        _share(both, known[OTHER] + known[BOTH]),
    )


def _hidden(pair: list[SegmentVersion], now: datetime, smallest: int) -> set[int]:
    """Which of the two may not be told of: what the report hides among all segments stays hidden here."""
    versions = versions_in_use()
    near = too_near(laid_over(versions, now), len(versions), smallest)
    hidden = {versions[place] for place in near}
    return {number for number, version in enumerate(pair) if version in hidden}


def _hushed(key: str, name: str, n: int, smallest: int) -> Part:
    return Part(key, name, shown(n, smallest) if n < smallest else NOT_TOLD, None)


def _told(key: str, name: str, n: int, bought: Bought, kinds: Mapping[str, bool]) -> Part:
    net = bought.net_minor["all"] if kinds["all"] else None
    return Part(
        key,
        name,
        f"{n:,}",
        n,
        bought.orders["all"] if kinds["all"] else None,
        net,
        round(net / n) if net is not None and n else None,
        bought.net_minor["floor"] if kinds["floor"] else None,
        bought.net_minor["ceiling"] if kinds["ceiling"] else None,
    )


def _share(n: int | None, of: int) -> float | None:
    return n / of if n is not None and of else None
