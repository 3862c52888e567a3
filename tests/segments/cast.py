"""The cast: two shops, a gaming branch and a plain one, and customers who bought as each test says."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.test import Client

from livingroom.branches.models import Branch
from livingroom.links.models import Code, Link
from livingroom.orders.models import Order, Shop
from livingroom.people.models import Customer, Handle, Staff
from livingroom.segments.keeping import keep
from livingroom.segments.models import Segment, SegmentVersion
from livingroom.segments.operations import save_segment

NOW = datetime(2009, 11, 22, 12, tzinfo=UTC)
TODAY = NOW.date()


def staff(role: str = "community_manager") -> Staff:
    mail = f"{role}@cornerpc.example"
    found = Staff.objects.filter(email=mail).first()
    return found or Staff.objects.create_user(mail, None, name=role.title(), role=role)


def signed_in(role: str = "community_manager") -> Client:
    client = Client()
    client.force_login(staff(role))
    return client


def branch(slug: str = "forge", **facts: Any) -> Branch:
    values = {
        "slug": slug, "name": slug.title(), "network": "bluesky", "handle": slug, "purpose": "community", "country": "US",
        "language": "en", "division": "Home", "interests": ["gaming"], "opened_on": date(2008, 7, 21), **facts,
    }  # fmt: skip
    return Branch.objects.create(**values)


def shop(slug: str = "outlet") -> Shop:
    return Shop.objects.get_or_create(slug=slug, defaults={"name": slug, "kind": "csv", "currency": "USD"})[0]


def code_of(of: Branch, text: str, kind: str = "shared") -> Code:
    link = Link.objects.create(
        slug=f"l-{text.lower()}",
        destination="https://shop.example/",
        channel=of.network,
        branch=of,
        created_at=NOW,
    )
    return Code.objects.create(text=text, link=link, kind=kind)


def customer(country: str = "CA", *, handle: str = "", **facts: Any) -> Customer:
    made = Customer.objects.create(country=country, first_seen_at=NOW, **facts)
    if handle:
        network, _, name = handle.partition(":")
        kind = Handle.Kind.NETWORK if network not in ("mail", "shop") else network
        value = handle if kind == Handle.Kind.NETWORK else name
        Handle.objects.create(customer=made, kind=kind, value=value, seen_at=NOW)
    return made


def buy(who: Customer | None, days_ago: int = 10, net_minor: int = 10_000, **facts: Any) -> Order:
    n = Order.objects.count()
    values = {
        "shop": shop(), "external_id": str(n), "placed_at": NOW - timedelta(days=days_ago), "customer": who, "currency": "USD",
        "gross_minor": max(net_minor, 1), "net_minor": net_minor, "net_reporting_minor": net_minor,
        "changed_at": NOW + timedelta(seconds=n), "country": who.country if who else "", **facts,
    }  # fmt: skip
    return Order.objects.create(**values)


def rule(*conditions: tuple[str, str, Any]) -> dict[str, Any]:
    return {
        "all": [{"fact": fact, "operator": operator, "value": value} for fact, operator, value in conditions]
    }


def segment(name: str = "Gamers", told: dict[str, Any] | None = None, **facts: Any) -> Segment:
    values = {
        "rule": told or rule(("interest", "is", ["gaming"])), "purpose": "offers", "ground": "interest", "staff": staff(),
        "now": NOW, **facts,
    }  # fmt: skip
    return save_segment(name=name, **values)


def version(told: dict[str, Any], **facts: Any) -> SegmentVersion:
    made = segment(f"Segment {Segment.objects.count()}", told, **facts).current
    assert made is not None
    return made


def kept() -> None:
    keep(NOW)
