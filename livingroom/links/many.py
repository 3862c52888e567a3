"""Many links and codes at once, for whoever schedules a whole file: a handful of queries, however many there are."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from livingroom.branches.models import Branch
from livingroom.links.codes import new_code, new_slug
from livingroom.links.destinations import destination_problems, with_query
from livingroom.links.models import Code, Link
from livingroom.links.operations import DestinationRefused, utm_of
from livingroom.shared.models import Brand

AT_ONCE = 500


@dataclass(frozen=True)
class LinkWish:
    """A link as somebody wants it; `utm` has the tags that a naming convention sets."""

    destination: str
    channel: str
    branch: Branch
    label: str
    campaign: str
    utm: Mapping[str, str] = field(default_factory=dict)


def mint_links(wishes: Sequence[LinkWish], now: datetime) -> list[Link]:
    """Make a short link for each wish, in their order.

    Raises DestinationRefused, and IntegrityError when another process took a name at the same moment: then none is made.
    """
    brand = Brand.current()
    slugs = _fresh(new_slug, len(wishes), lambda drawn: Link.objects.filter(slug__in=drawn), "slug")
    rows = []
    for wish, slug in zip(wishes, slugs, strict=True):
        for problem in destination_problems(wish.destination, brand=brand):
            raise DestinationRefused(problem)
        tags = utm_of(brand, wish.channel, "social", wish.campaign or wish.label, slug) | dict(wish.utm)
        rows.append(
            Link(
                slug=slug,
                destination=with_query(wish.destination, tags),
                channel=wish.channel,
                branch=wish.branch,
                label=wish.label[:120],
                created_at=now,
            )
        )
    return Link.objects.bulk_create(rows, batch_size=AT_ONCE)


def mint_shared_codes(links: Iterable[tuple[Link, datetime | None, datetime | None]]) -> list[Code]:
    """Make the one code of each placement: for links with the times between which their codes hold.

    Raises IntegrityError when another process took a code at the same moment: then none is made.
    """
    wanted = list(links)
    texts = _fresh(new_code, len(wanted), lambda drawn: Code.objects.filter(text__in=drawn), "text")
    return Code.objects.bulk_create(
        [
            Code(text=text, link=link, kind=Code.Kind.SHARED, starts_at=starts_at, ends_at=ends_at)
            for text, (link, starts_at, ends_at) in zip(texts, wanted, strict=True)
        ],
        batch_size=AT_ONCE,
    )


def _fresh(
    draw: Callable[[], str], n: int, taken: Callable[[list[str]], QuerySet[Any]], name: str
) -> list[str]:
    """Draw so many names that are different and not taken."""
    found: dict[str, None] = {}
    while len(found) < n:
        drawn = [draw() for _ in range(min(AT_ONCE, n - len(found)))]
        known = set(taken(drawn).values_list(name, flat=True))
        found |= dict.fromkeys(one for one in drawn if one not in known)
    return list(found)
