"""Clicks of one person, and what was made from them: found by the orders they led to, given away, cut loose; kept for a time."""

import hashlib
import secrets
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from livingroom.attribution.inputs import read_codes, read_orders
from livingroom.attribution.lake import open_lake
from livingroom.attribution.models import Credit, Evidence, Touch
from livingroom.attribution.named_sql import named_sql
from livingroom.lake.erasure import files_holding, rewrite_where
from livingroom.links.models import Code, LotteryDraw
from livingroom.orders.models import Order
from livingroom.people.erasure.registry import Done, add_eraser, add_searcher
from livingroom.people.export.registry import Sheet, add_exporter
from livingroom.people.linking.proposing import Find, add_proposer
from livingroom.people.persons import Found, Person, add_namer
from livingroom.people.retention.kinds import Kind, Then, add_kind

ONE_BROWSER = "one browser"
# Frozen inputs of claims: their digest is published, and they hold numbers that lead nowhere once the person is gone.
FROZEN = {"claims"}
OURS = "e:"  # visitors that we renamed
# What stays of a browser's name is what every browser says, so that a click classed anew stays a person's.
AGENT = "Mozilla/5.0 (erased)"


def take_part() -> None:
    """Called once, when the house starts."""
    add_namer(names_of)
    add_exporter("clicks", "Where you clicked, and what we made of it", sheets_of)
    add_eraser("clicks", erase, position=10, is_alone=False)
    add_searcher("the lake", lambda texts: files_holding(open_lake(), texts))
    add_proposer(by_browser)
    add_kind(
        Kind(
            "visitors in clicks",
            "links",
            "Which browser clicked: our cookie or the day's hash, and what the browser called itself",
            frozenset({"blank"}),
            _count_visitors,
            _blank_visitors,
            least_days=90,
        )
    )


# SQL of our own words alone: what comes from outside is a parameter.
_OLD = f"\"at\" < $before AND visitor <> '' AND NOT starts_with(visitor, '{OURS}')"


def names_of(person: Person) -> Found:
    """Clicks their orders carry, those their single-use codes were given to, and all others of browsers that are theirs alone."""
    proven = set(person.texts("clicks"))
    orders = Order.objects.filter(pk__in=person.numbers("orders"))
    codes = {code for row in orders.exclude(codes=[]).values_list("codes", flat=True) for code in row}
    issued = Code.objects.filter(kind=Code.Kind.SINGLE, text__in=codes).exclude(issued_click="")
    proven.update(issued.values_list("issued_click", flat=True))
    if not proven:
        return {}
    rows = open_lake().rows(
        "SELECT click_id, visitor FROM clicks WHERE click_id IN (SELECT unnest($proven)) OR (visitor <> '' AND visitor IN "
        "(SELECT visitor FROM clicks WHERE click_id IN (SELECT unnest($proven))))",
        proven=sorted(proven),
    )
    shared = _of_others({click for click, _ in rows} - proven, person)
    others = {visitor for click, visitor in rows if click in shared}
    theirs = [(click, visitor) for click, visitor in rows if click in proven or visitor not in others]
    return {
        "clicks": [*sorted(proven), *(click for click, _ in theirs)],
        "visitors": sorted({visitor for _, visitor in theirs if visitor and visitor not in others}),
        # By this the clicks get names of ours; it goes with the receipt's sealed list, so there is no way back.
        "salt": person.texts("salt") or [secrets.token_hex(16)],
    }


def sheets_of(person: Person) -> Sequence[Sheet]:
    columns = ("at", "click_id", "link_id", "class", "country", "referrer_host", "agent")
    sql = (
        f'SELECT make_timestamp("at"), {", ".join(columns[1:])} FROM clicks '  # noqa: S608 - our own names
        'WHERE click_id IN (SELECT unnest($clicks)) ORDER BY "at"'
    )
    rows = open_lake().rows(sql, clicks=person.texts("clicks"))
    orders = person.numbers("orders")
    proven = Evidence.objects.filter(order__in=orders).values(
        "grade", "reason", order_number=F("order__external_id")
    )
    path = Touch.objects.filter(order__in=orders).values(
        "at", "kind", "channel", "code", order_number=F("order__external_id")
    )
    return [
        Sheet("clicks", "Clicks on our links", [dict(zip(columns, _told(row), strict=True)) for row in rows]),
        Sheet("evidence", "What we believe led to your orders", proven),
        Sheet("path", "What you met before your orders", path),
    ]


def erase(person: Person, now: datetime) -> Done:
    """Give the clicks names of ours, alike in orders, codes and the lake: what they prove stays, whose they were does not."""
    clicks = person.texts("clicks")
    renamed = {click: _renamed(click, person) for click in clicks}
    counts = {"clicks": _rename_in_lake(renamed), **_drop_from_lake(person)}
    with transaction.atomic():
        counts["clicks in records"] = _rename_in_records(renamed, person)
    frozen = open_lake().files("claims")
    kept = (
        [
            "Claims that were frozen keep the numbers they were made from; no name, address or browser is among them."
        ]
        if frozen and counts.get("touches")
        else []
    )
    return Done(counts, kept)


def by_browser(now: datetime) -> Iterator[Find]:
    """Two customers' orders, led to by clicks of one browser: one person, or a family. A person decides."""
    lake = open_lake()
    with lake.reading() as duck:
        duck.register("orders", read_orders())
        duck.register("codes", read_codes())
        duck.execute(f"CREATE OR REPLACE TEMP TABLE order_codes AS {named_sql('order_codes')}")
        lake.relation("clicks", duck)
        rows = duck.sql(named_sql("shared_browsers")).fetchall()
    for start in range(0, len(rows), 500):
        part = rows[start : start + 500]
        numbers = {order for row in part for order in row[3:5]}
        orders = Order.objects.in_bulk(numbers)
        for one, two, visitor, first, second, n in part:
            if first in orders and second in orders:
                yield Find(one, two, ONE_BROWSER, _words(orders[first], orders[second], visitor, n))


def _words(first: Order, second: Order, visitor: str, n: int) -> str:
    how = "the same browser (our cookie)" if visitor.startswith("c:") else "the same browser on the same day"
    more = "" if n == 2 else f" {n} customers bought from it."
    return (
        f"Order {first.external_id} of {first.placed_at:%Y-%m-%d} and order {second.external_id} of "
        f"{second.placed_at:%Y-%m-%d} came from clicks of {how}.{more}"
    )


def _of_others(clicks: set[str], person: Person) -> set[str]:
    """Those clicks that orders of other customers carry: the browser is not one person's."""
    carried = Order.objects.filter(click_id__in=clicks).exclude(customer__in=person.customers)
    return set(carried.values_list("click_id", flat=True))


def _renamed(click: str, person: Person) -> str:
    salt = (person.texts("salt") or [""])[0]
    return "e" + hashlib.blake2b(f"{salt} {click}".encode(), digest_size=11).hexdigest()


def _rename_in_lake(renamed: Mapping[str, str]) -> int:
    if not renamed:
        return 0
    return rewrite_where(
        open_lake(),
        "clicks",
        "list_contains($old, click_id)",
        f"""
        SELECT * REPLACE (
            CASE WHEN list_contains($old, click_id) THEN $new[list_position($old, click_id)] ELSE click_id END AS click_id,
            CASE WHEN list_contains($old, click_id) THEN '{OURS}' || $new[list_position($old, click_id)] ELSE visitor END
                AS visitor,
            CASE WHEN list_contains($old, click_id) AND class = 'human' THEN '{AGENT}' ELSE agent END AS agent,
            CASE WHEN list_contains($old, click_id) THEN '' ELSE referrer_host END AS referrer_host
        ) FROM rows""",  # noqa: S608 - our own words
        old=list(renamed),
        new=list(renamed.values()),
    )


def _drop_from_lake(person: Person) -> dict[str, int]:
    """Rows under the customer's number: orders and touches are written anew with the next measuring, without the person."""
    lake = open_lake()
    counts = {}
    for name in set(lake.tables()) - FROZEN:
        if "customer_id" in _columns(name):
            condition = "list_contains($people, CAST(customer_id AS VARCHAR))"
            people = [str(number) for number in person.customers]
            others = f"SELECT * FROM rows WHERE NOT {condition}"  # noqa: S608 - our own words
            counts[name] = rewrite_where(lake, name, condition, others, people=people)
    return counts


def _columns(name: str) -> list[str]:
    files = open_lake().files(name)
    if not files:
        return []
    import pyarrow.parquet as pq

    return list(pq.read_schema(files[0]).names)


def _rename_in_records(renamed: Mapping[str, str], person: Person) -> int:
    n = 0
    orders = person.numbers("orders")
    for old, new in renamed.items():
        n += Order.objects.filter(click_id=old).update(click_id=new)
        n += Code.objects.filter(issued_click=old).update(issued_click=new)
        n += LotteryDraw.objects.filter(visitor=old).update(visitor=new)
        for table in (Evidence, Touch, Credit):
            n += table.objects.filter(order__in=orders, touch_id=old).update(touch_id=new)
    return n


def _count_visitors(before: datetime, then: Then) -> int:
    sql = f"SELECT count(*) FROM clicks WHERE {_OLD}"  # noqa: S608 - our own words
    return int(open_lake().rows(sql, before=_microseconds(before))[0][0])


def _blank_visitors(before: datetime, then: Then, now: datetime) -> int:
    """Clicks of one browser in one file stay together under a name that nobody can find again: its salt is not kept."""
    return rewrite_where(
        open_lake(),
        "clicks",
        _OLD,
        f"""
        SELECT * REPLACE (
            CASE WHEN {_OLD} THEN '{OURS}' || substr(md5($salt || visitor), 1, 24) ELSE visitor END AS visitor,
            CASE WHEN {_OLD} AND class = 'human' THEN '{AGENT}' ELSE agent END AS agent
        ) FROM rows""",  # noqa: S608 - our own words
        before=_microseconds(before),
        salt=secrets.token_hex(16),
    )


def _microseconds(at: datetime) -> int:
    return int(at.timestamp()) * 1_000_000


def _told(row: tuple[Any, ...]) -> tuple[Any, ...]:
    at, *rest = row
    return (f"{at.isoformat()}Z", *rest)
