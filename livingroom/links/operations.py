"""The verbs of links and codes. A link leads to one of the brand's own hosts, and a code belongs to one link."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TypeVar

from django.conf import settings
from django.db import IntegrityError, connection, transaction

from livingroom.branches.models import Branch
from livingroom.links.codes import SHARED_LENGTH, SINGLE_LENGTH, new_code, new_slug
from livingroom.links.destinations import destination_problems, query_of, with_query
from livingroom.links.models import Code, Link
from livingroom.shared.models import Brand
from livingroom.shared.problems import Problem

Row = TypeVar("Row", Link, Code)
ATTEMPTS = 5
POOL_AT_MOST = 100_000


class DestinationRefused(ValueError):
    """The brand's links may not lead there; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.text)
        self.problem = problem


class SoldOut(Exception):
    """Every code of the pool was handed out."""


class OfferOver(Exception):
    """The code's time is over, has not come yet, or its link was stopped."""


def mint_link(
    *,
    destination: str,
    channel: str,
    now: datetime,
    branch: Branch | None = None,
    label: str = "",
    campaign: str = "",
    medium: str = "social",
    reveals_code: bool = False,
    fallback: str = "",
    is_test: bool = False,
    utm: Mapping[str, str] | None = None,
) -> Link:
    """Make a new short link. Raises DestinationRefused.

    `utm` has the tags that a naming convention sets; the others are the house's custom.

    With `reveals_code` the link leads to our own page that hands out one single-use code, and from there on.
    """
    brand = Brand.current()
    for url in (destination, *filter(None, (fallback,))):
        _require_destination(url, brand)

    def make(slug: str) -> Link:
        tags = utm_of(brand, channel, medium, campaign or label, slug) | dict(utm or {})
        tagged = with_query(destination, tags)
        return Link.objects.create(
            slug=slug,
            destination=reveal_url(slug) if reveals_code else tagged,
            onward=tagged if reveals_code else "",
            channel=channel,
            branch=branch,
            label=label[:120],
            fallback=fallback,
            is_test=is_test,
            created_at=now,
        )

    return _with_fresh_name(new_slug, make)


def redirect_link(*, link: Link, destination: str, reveals_code: bool = False) -> Link:
    """Let a link that nobody has seen yet lead elsewhere; its name and its UTM keys stay. Raises DestinationRefused."""
    _require_destination(destination, Brand.current())
    here = link.onward or link.destination
    tagged = with_query(destination, {key: value for key, value in query_of(here) if key.startswith("utm_")})
    link.destination = reveal_url(link.slug) if reveals_code else tagged
    link.onward = tagged if reveals_code else ""
    link.save(update_fields=["destination", "onward", "updated_at"])
    return link


def mint_code(
    *,
    link: Link,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    length: int = SHARED_LENGTH,
) -> Code:
    """Make the one code of a placement that everybody who sees it may use."""
    return _with_fresh_name(
        lambda: new_code(length),
        lambda text: Code.objects.create(
            text=text, link=link, kind=Code.Kind.SHARED, starts_at=starts_at, ends_at=ends_at
        ),
    )


def mint_pool(
    *, link: Link, size: int, starts_at: datetime | None = None, ends_at: datetime | None = None
) -> list[Code]:
    """Make `size` single-use codes for a link."""
    if not 1 <= size <= POOL_AT_MOST:
        raise ValueError(f"A pool holds 1 to {POOL_AT_MOST} codes, not {size}.")
    made: list[Code] = []
    while len(made) < size:
        texts = {new_code(SINGLE_LENGTH) for _ in range(size - len(made))}
        made += _insert_codes(texts, link, starts_at, ends_at)
    return made


def issue_code(*, link: Link, click_id: str, now: datetime) -> Code:
    """Hand out one code of the link's pool to a click; the same click gets the same code. Raises SoldOut, OfferOver."""
    if not click_id:
        raise ValueError("A single-use code goes to a click; there is no click id.")
    earlier = Code.objects.filter(link=link, issued_click=click_id).first()
    if earlier is not None:
        return earlier
    if link.stopped_at is not None and link.stopped_at <= now:
        raise OfferOver
    try:
        with transaction.atomic():
            return _take_from_pool(link, click_id, now)
    except IntegrityError:  # the same click asked twice at once, and the other was first
        return Code.objects.get(link=link, issued_click=click_id)


def stop_link(*, link: Link, now: datetime, fallback: str = "") -> None:
    """End a link and its codes for good; visitors go to `fallback` or read that it is over. Raises DestinationRefused."""
    if fallback:
        _require_destination(fallback, Brand.current())
    with transaction.atomic():
        link.stopped_at, link.fallback = now, fallback or link.fallback
        link.save(update_fields=["stopped_at", "fallback", "updated_at"])
        link.codes.filter(stopped_at=None).update(stopped_at=now)


def end_code(*, code: Code, now: datetime) -> bool:
    """End one code for good; False when it was over already. Its link goes on."""
    live = Code.objects.live_at(now).filter(pk=code.pk)
    if not live.update(stopped_at=now):
        return False
    code.stopped_at = now
    return True


def utm_of(brand: Brand, channel: str, medium: str, campaign: str, slug: str) -> dict[str, str]:
    """The tags that every link of ours carries, so that other tools tell the same story."""
    name = "-".join(filter(None, (brand.utm_campaign_prefix, campaign)))
    fields = {"utm_source": channel, "utm_medium": medium, "utm_campaign": _plain(name), "utm_content": slug}
    return {key: value for key, value in fields.items() if value}


def short_url(link: Link) -> str:
    return f"{settings.SHORT_URL}/{link.slug}"


def reveal_url(slug: str) -> str:
    return f"{settings.PUBLIC_URL}/o/{slug}/"


def _require_destination(url: str, brand: Brand) -> None:
    for problem in destination_problems(url, brand=brand):
        raise DestinationRefused(problem)


def _plain(name: str) -> str:
    words = "".join(character if character.isalnum() else " " for character in name.lower()).split()
    return "-".join(words)[:60]


def _with_fresh_name(draw: Callable[[], str], make: Callable[[str], Row]) -> Row:
    """Make a row under a random name, again when the name is taken."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with transaction.atomic():
                return make(draw())
        except IntegrityError:
            if attempt == ATTEMPTS:
                raise
    raise AssertionError("the last attempt returns or raises")


def _insert_codes(
    texts: Iterable[str], link: Link, starts_at: datetime | None, ends_at: datetime | None
) -> list[Code]:
    taken = set(Code.objects.filter(text__in=list(texts)).values_list("text", flat=True))
    return Code.objects.bulk_create(
        [
            Code(text=text, link=link, kind=Code.Kind.SINGLE, starts_at=starts_at, ends_at=ends_at)
            for text in texts
            if text not in taken
        ],
        batch_size=500,
    )


def _take_from_pool(link: Link, click_id: str, now: datetime) -> Code:
    pool = Code.objects.filter(link=link).unissued()
    if not pool.exists():
        raise SoldOut
    # PostgreSQL: visitors who come at once take different rows. SQLite lets one writer in at a time.
    free = pool.live_at(now).exclude(starts_at__gt=now).order_by("id")
    code = (
        free.select_for_update(skip_locked=True).first()
        if connection.features.has_select_for_update
        else free.first()
    )
    if code is None:  # what is left is over or has not begun, or others hold the last ones this very moment
        raise (SoldOut if free.exists() else OfferOver)
    code.issued_at, code.issued_click = now, click_id
    code.save(update_fields=["issued_at", "issued_click"])
    return code
