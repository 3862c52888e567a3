"""A small named cast for tests of evidence and of the pages: Ines of the Brazilian outlet, and the people who bought."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

import pyarrow as pa
from django.conf import settings

from livingroom.attribution.models import Run
from livingroom.attribution.operations import run_attribution
from livingroom.branches.models import Branch, Host, ReachDay
from livingroom.lake import CLICKS, Lake
from livingroom.links.models import BranchClickCount, ClickSegment, Code, Link
from livingroom.orders.models import Cost, LedgerEntry, Order, Shop
from livingroom.people.models import Customer
from livingroom.posts.models import Offer, Placement, Post

NOON = datetime(2009, 6, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass
class Scene:
    """Everything a test arranges, with plain functions; `measure` ships the clicks and runs the measuring room."""

    numbers: count = field(default_factory=lambda: count(1))
    unshipped: list[dict[str, object]] = field(default_factory=list)

    def branch(self, name: str = "Outlet Brasil", country: str = "BR", network: str = "x") -> Branch:
        number = next(self.numbers)
        branch = Branch.objects.create(
            slug=f"branch-{number}",
            name=name,
            network=network,
            handle=f"@branch{number}",
            purpose="sales",
            country=country,
            opened_on=(NOON - 400 * DAY).date(),
        )
        branch.hosts.add(Host.objects.create(name=f"Ines {number}", initials="IN"))
        return branch

    def placement(self, branch: Branch, title: str = "Laptops at 20 % off") -> Placement:
        number = next(self.numbers)
        post = Post.objects.create(title=title, text="Look", created_at=NOON, updated_at=NOON)
        return Placement.objects.create(
            post=post,
            branch=branch,
            link=self.link(channel=branch.network, branch=branch),
            state=Placement.State.SENT,
            due_at=NOON - 20 * DAY,
            sent_at=NOON - 20 * DAY + number * timedelta(seconds=1),
        )

    def link(self, channel: str = "mail", branch: Branch | None = None) -> Link:
        number = next(self.numbers)
        return Link.objects.create(
            slug=f"l{number}",
            destination="https://shop.example.com/",
            channel=channel,
            branch=branch,
            created_at=NOON,
        )

    def code(self, placement: Placement, *, issued_to: str = "") -> str:
        number = next(self.numbers)
        code = Code.objects.create(
            text=f"CODE{number}",
            link=placement.link,
            kind=Code.Kind.SINGLE if issued_to else Code.Kind.SHARED,
            issued_click=issued_to,
            issued_at=NOON if issued_to else None,
        )
        return code.text

    def click(
        self, on: Placement | Link, at: datetime, *, visitor: str = "", click_class: str = "human"
    ) -> str:
        number = next(self.numbers)
        link = on.link if isinstance(on, Placement) else on
        row = {
            "click_id": f"click{number:06}",
            "at": (at - EPOCH) // timedelta(microseconds=1),
            "link_id": link.pk,
            "visitor": visitor or f"c:visitor{number}",
            "class": click_class,
            "reason": "no sign of a machine" if click_class == "human" else "says so itself",
            "classifier": "1",
            "country": "BR",
            "referrer_host": "t.co",
            "method": "GET",
            "purpose": "",
            "agent": "Mozilla/5.0",
        }
        self.unshipped.append(row)
        if link.branch_id:
            counted, _ = BranchClickCount.objects.get_or_create(
                branch=link.branch, on=at.date(), click_class=click_class, defaults={"n": 0}
            )
            BranchClickCount.objects.filter(pk=counted.pk).update(
                n=counted.n + 1, n_unique=counted.n_unique + 1
            )
        return str(row["click_id"])

    def customer(self) -> Customer:
        return Customer.objects.create(first_seen_at=NOON)

    def order(
        self,
        *,
        at: datetime = NOON,
        customer: Customer | None = None,
        amount: int = 100_00,
        currency: str = "USD",
        rate: float = 1,
        goods: int = 0,
        discount: int = 0,
        **facts: object,
    ) -> Order:
        number = next(self.numbers)
        shop, _ = Shop.objects.get_or_create(slug="web", defaults={"name": "Web shop"})
        order = Order.objects.create(
            shop=shop,
            external_id=f"#{number}",
            placed_at=at,
            customer=customer or self.customer(),
            currency=currency,
            country=facts.pop("country", "BR"),
            changed_at=NOON + number * timedelta(seconds=1),  # when the shop told us, not when it was placed
            gross_minor=amount,
            net_minor=amount,
            net_reporting_minor=round(amount * rate),
            goods_reporting_minor=goods,
            discount_reporting_minor=discount,
            **facts,
        )
        self.entry(order, "sale", amount, rate, at)
        return order

    def entry(self, order: Order, kind: str, amount: int, rate: float, at: datetime) -> None:
        LedgerEntry.objects.create(
            order=order,
            shop=order.shop,
            kind=kind,
            external_id=f"entry{next(self.numbers)}",
            at=at,
            amount_minor=amount,
            currency=order.currency,
            rate=rate,
            rate_on=at.date(),
            reporting_currency="USD",
            reporting_minor=round(amount * rate),
        )

    def refund(self, order: Order, amount: int, at: datetime) -> None:
        """What the till does with a refund, at a rate of 1."""
        self.entry(order, "refund", -amount, 1, at)
        Order.objects.filter(pk=order.pk).update(
            refunded_minor=amount,
            net_minor=order.net_minor - amount,
            net_reporting_minor=order.net_reporting_minor - amount,
            changed_at=at,
        )

    def cost(self, amount: int, branch: Branch | None = None, kind: str = "staff") -> Cost:
        return Cost.objects.create(
            kind=kind,
            branch=branch,
            on=NOON.date(),
            amount_minor=amount,
            currency="USD",
            reporting_minor=amount,
            reporting_currency="USD",
        )

    def offer(self) -> Offer:
        return Offer.objects.create(
            name="Back to school",
            kind=Offer.Kind.PERCENT,
            percent=20,
            destination="https://shop.example.com/",
            starts_at=NOON,
            ends_at=NOON + DAY,
            created_at=NOON,
        )

    def reach(self, branch: Branch, followers: int, at: datetime = NOON) -> None:
        ReachDay.objects.create(branch=branch, on=at.date(), followers=followers)

    def ship(self) -> None:
        """What shipping does: the clicks go to the lake, and a segment row says so."""
        if not self.unshipped:
            return
        number = next(self.numbers)
        rows, self.unshipped = self.unshipped, []
        by_day: dict[str, list[dict[str, object]]] = {}
        for row in rows:
            by_day.setdefault(f"{EPOCH + timedelta(microseconds=row['at']):%Y-%m-%d}", []).append(row)
        for day, clicks in by_day.items():
            table = pa.Table.from_pylist(clicks, schema=CLICKS)
            Lake.open(settings.LAKE_URL).write_table(
                "clicks", table, file=f"test-{number}", partition={"day": day}
            )
        ClickSegment.objects.create(node="test", sequence=number, n_clicks=len(rows), shipped_at=NOON)

    def measure(self, *, full: bool = False, now: datetime | None = None) -> Run | None:
        self.ship()
        # No two runs begin at once, so that the last is the last on every database.
        later = next(self.numbers) * timedelta(seconds=1)
        return run_attribution(now or NOON + 5 * DAY + later, full=full)


def grades() -> dict[int, str]:
    from livingroom.attribution.models import Evidence

    return dict(Evidence.objects.values_list("order_id", "grade"))
