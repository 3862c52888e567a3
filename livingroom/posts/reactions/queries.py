"""Reactions under the posts they belong to."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import Count, Q, Window
from django.db.models.functions import RowNumber

from livingroom.networks.reactions.models import PostCount, Reaction
from livingroom.posts.models import Placement

WORDS_SHOWN = 50


@dataclass
class Reacted:
    """What came back on one placement: words in order of time, and counts."""

    said: list[Reaction] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def n(self) -> int:
        return sum(self.counts.values())

    @property
    def in_words(self) -> str:
        names = (("reply", "replies"), ("quote", "quotes"), ("mention", "mentions"), ("link", "links"),
                 ("like", "likes"), ("repost", "reposts"))  # fmt: skip
        return ", ".join(f"{n:,} {one if n == 1 else many}" for one, many in names if (n := self.counts[one]))


def places_of(placements: Iterable[Placement]) -> dict[tuple[int, str], int]:
    """Return the placement of every name (account, and the network's id or page) that reactions may stand under."""
    found: dict[tuple[int, str], int] = {}
    for placement in placements:
        account = placement.branch.connection_id
        if account is None or not placement.remote_id:
            continue
        names = {placement.remote_id, *(part.remote_id for part in placement.parts.all())}
        if placement.remote_url:
            names.add(placement.remote_url)
        found |= {(account, name): placement.pk for name in names}
    return found


def reactions_under(placements: Sequence[Placement]) -> dict[int, Reacted]:
    """Return what came back on each placement, of words the latest; four queries, however many there are."""
    places = places_of(placements)
    found: dict[int, Reacted] = {placement.pk: Reacted() for placement in placements}
    if not places:
        return found
    where = Q(pk__in=[])
    for account in {account for account, _ in places}:
        names = [name for owner, name in places if owner == account]
        where |= Q(connection_id=account, under_id__in=names)
    # A page of ours may be linked from anywhere: there its address is the name.
    by_page = {name: pk for (_, name), pk in places.items() if name.startswith(("https://", "http://"))}
    rows = Reaction.objects.standing().filter(where | Q(under_id__in=list(by_page)))
    for connection_id, under_id, kind, n in (
        rows.order_by().values_list("connection_id", "under_id", "kind").annotate(n=Count("pk"))
    ):
        found[places.get((connection_id, under_id)) or by_page[under_id]].counts[kind] += n
    latest = Window(RowNumber(), partition_by=["connection_id", "under_id"], order_by=["-at", "-pk"])
    for reaction in rows.said().annotate(place=latest).filter(place__lte=WORDS_SHOWN).order_by("at", "pk"):
        pk = places.get((reaction.connection_id, reaction.under_id)) or by_page[reaction.under_id]
        found[pk].said.append(reaction)
    _count(found, places)
    return found


def under(value: Callable[[str], Any]) -> models.QuerySet[Placement]:
    """Return the placements that a reaction stands under; `value` gives its columns, such as OuterRef."""
    named = Q(remote_id=value("under_id")) | Q(parts__remote_id=value("under_id"))
    own = Q(branch__connection_id=value("connection_id")) & named
    return Placement.objects.filter(own | Q(remote_url=value("under_id")))


def placements_of(reactions: Sequence[Reaction]) -> dict[int, Placement]:
    """Return the placement that each reaction stands under, in two queries; one that stands alone is absent."""
    names = {reaction.under_id for reaction in reactions if reaction.under_id}
    rows = (
        Placement.objects.filter(
            Q(remote_id__in=names) | Q(parts__remote_id__in=names) | Q(remote_url__in=names)
        )
        .select_related("branch__connection", "post")
        .prefetch_related("parts")
        .distinct()
    )
    placements = {placement.pk: placement for placement in rows}
    places = places_of(placements.values())
    by_page = {placement.remote_url: pk for pk, placement in placements.items() if placement.remote_url}
    found = {}
    for reaction in reactions:
        pk = places.get((reaction.connection_id, reaction.under_id)) or by_page.get(reaction.under_id)
        if pk is not None:
            found[reaction.pk] = placements[pk]
    return found


def _count(found: dict[int, Reacted], places: dict[tuple[int, str], int]) -> None:
    """A network counts more than its streams tell: where it says more, its number stands."""
    accounts = {account for account, _ in places}
    for count in PostCount.objects.filter(
        connection_id__in=accounts, ref_id__in=[name for _, name in places]
    ):
        pk = places.get((count.connection_id, count.ref_id))
        if pk is None:
            continue
        told = {"like": count.likes, "repost": count.reposts, "reply": count.replies, "quote": count.quotes}
        for kind, n in told.items():
            found[pk].counts[kind] = max(found[pk].counts[kind], n)
