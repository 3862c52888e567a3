"""The house before anybody speaks: the brand, its people, its shops, and the thirty-five accounts, opened for real."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time

from livingroom.branches.models import Branch
from livingroom.branches.operations import connect_branch, save_branch, save_host
from livingroom.orders.models import Shop
from livingroom.orders.shops import make_shop
from livingroom.people.doors import DEMO_EMAIL
from livingroom.people.models import Staff
from livingroom.shared.models import Brand
from livingroom.world.brand import BRAND_NAME, SITE_HOST, STORE_HOST, BranchFacts
from livingroom.world.costs import STAFF_HOUR_USD
from livingroom.world.countries import COUNTRIES, Country

NETWORK = "sandbox"
COUNTRY_NAMES = {
    "US": "United States", "CA": "Canada", "BR": "Brazil", "MX": "Mexico", "GB": "United Kingdom", "IE": "Ireland",
    "DE": "Germany", "FR": "France", "ES": "Spain", "IT": "Italy", "AU": "Australia", "JP": "Japan",
}  # fmt: skip
COLLEAGUES = (
    ("arun@cornerpc.example", "Arun Mehta", Staff.Role.MANAGER),
    ("sofia@cornerpc.example", "Sofia Brandt", Staff.Role.COMMUNITY_MANAGER),
    ("lee@cornerpc.example", "Lee Nakamura", Staff.Role.ANALYST),
)


def furnish(branches: tuple[BranchFacts, ...]) -> None:
    """Set the brand up and open every account. Doing it again changes nothing."""
    with quiet("livingroom.networks"):
        open_house(branches)


@contextmanager
def quiet(name: str) -> Iterator[None]:
    """Keep a logger from telling of every request while a progress bar is on the screen."""
    logger = logging.getLogger(name)
    level = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(level)


def open_house(branches: tuple[BranchFacts, ...]) -> None:
    set_brand()
    maya = demo_staff()
    for email, name, role in COLLEAGUES:
        make_staff(email, name, role)
    for country in COUNTRIES:
        open_shop(maya, country)
    for facts in branches:
        open_branch(maya, facts)


def set_brand() -> None:
    brand = Brand.current()
    brand.name = BRAND_NAME
    brand.reporting_currency = "USD"
    brand.visitor_cookie = Brand.VisitorCookie.ALWAYS
    brand.destination_hosts = f"{STORE_HOST}\n{SITE_HOST}"
    brand.staff_hour_minor = STAFF_HOUR_USD * 100
    brand.save()


def demo_staff() -> Staff:
    """Return the person whom visitors of the demo sign in as."""
    return make_staff(DEMO_EMAIL, "Maya Lindqvist", Staff.Role.ADMIN)


def make_staff(email: str, name: str, role: str) -> Staff:
    staff, is_new = Staff.objects.get_or_create(email=email, defaults={"name": name, "role": role})
    if is_new:
        staff.set_unusable_password()
        staff.save()
    return staff


def shop_slug(country: Country) -> str:
    return f"shop-{country.code.lower()}"


def open_shop(maya: Staff, country: Country) -> None:
    slug = shop_slug(country)
    if Shop.objects.filter(slug=slug).exists():
        return
    name = f"Corner PC {COUNTRY_NAMES[country.code]}"
    now = datetime.combine(country.shop_opened_on, time(), UTC)
    make_shop(actor=maya, name=name, kind=Shop.Kind.GENERIC, currency=country.currency, slug=slug, now=now)


def branch_slug(facts: BranchFacts) -> str:
    return facts.key.replace("_", "-")


def open_branch(maya: Staff, facts: BranchFacts) -> None:
    """Open one account on the sandbox and connect it, as a person would on its page."""
    now = datetime.combine(facts.opened_on, time(6), UTC)
    hosts = [save_host(staff=maya, name=host.name, initials=host.initials, now=now) for host in facts.hosts]
    branch = Branch.objects.filter(slug=branch_slug(facts)).first()
    if branch is None:
        described = describe(facts)
        described.lead = hosts[0] if hosts else None
        branch = save_branch(staff=maya, branch=described, hosts=hosts, now=now)
    if branch.connection is None:
        answers = {"handle": facts.handle, "name": facts.name}
        connect_branch(staff=maya, branch=branch, answers=answers, now=now)


def describe(facts: BranchFacts) -> Branch:
    return Branch(
        slug=branch_slug(facts),
        name=facts.name,
        network=NETWORK,
        handle=facts.handle,
        purpose=facts.purpose,
        division=facts.division,
        country=facts.country,
        language=facts.language,
        interests=list(facts.interests),
        time_zone=facts.place.time_zone,
        opened_on=facts.opened_on,
    )


def branches_of(branches: tuple[BranchFacts, ...]) -> list[Branch]:
    """Return the rows of the world's accounts, in the world's order."""
    rows = Branch.objects.select_related("connection").in_bulk(field_name="slug")
    return [rows[branch_slug(facts)] for facts in branches]


def shops_of() -> list[Shop]:
    """Return the shops, one a country, in the countries' order."""
    rows = Shop.objects.in_bulk(field_name="slug")
    return [rows[shop_slug(country)] for country in COUNTRIES]
