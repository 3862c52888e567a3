"""Who of the people that wrote is a customer: some asked before they bought, some wrote about what they had.

Whoever wrote is given the name of somebody who bought about then in the same country, as if they had signed in to the shop from
their profile. In this world an answer moves nobody: who buys what is drawn before anybody writes. So of all sales after an
answer, none was caused by it; that is the truth that the product's line must not hide.
"""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from django.conf import settings

from livingroom.inbox.authors import handle_of
from livingroom.inbox.models import Author, Conversation
from livingroom.orders.models import Order
from livingroom.people.models import Handle
from livingroom.world.generate import World
from livingroom.world.loading.secret import FOLDER
from livingroom.world.period import draws

KNOWN_SHARE, ASKED_FIRST_SHARE = 0.3, 0.45
DAYS_UNTIL_ORDER, DAYS_SINCE_ORDER = 6.0, 25.0
LOOKED_AT = 25
COUNTRY_OF = {"pt": "BR", "es": "MX", "fr": "FR", "de": "DE", "en": "US"}


class Buyers:
    """Who bought when, by country; each is handed out once."""

    def __init__(self) -> None:
        times: dict[str, list[float]] = defaultdict(list)
        self.customers: dict[str, list[int]] = defaultdict(list)
        rows = Order.objects.exclude(customer=None).order_by("placed_at", "pk")
        for country, at, customer in rows.values_list("country", "placed_at", "customer").iterator():
            times[country].append(at.timestamp())
            self.customers[country].append(customer)
        self.times = {country: np.array(found) for country, found in times.items()}
        self.taken: set[int] = set()

    def near(self, country: str, at: datetime, step: int) -> int | None:
        """The first from `at` on (backwards with a step of -1) who is nobody's yet."""
        if country not in self.times:
            return None
        place = int(np.searchsorted(self.times[country], at.timestamp())) + (step < 0) * step
        for number in range(place, place + step * LOOKED_AT, step):
            if 0 <= number < len(self.customers[country]):
                customer = self.customers[country][number]
                if customer not in self.taken:
                    self.taken.add(customer)
                    return customer
        return None


def know_askers(world: World) -> int:
    """Say of some authors which customer they are. Returns of how many."""
    random, buyers = draws(world.seed, "askers"), Buyers()
    known: dict[int, Author] = {}
    handles: list[Handle] = []
    n_first = 0
    answered = Conversation.objects.filter(first_answered_at__isnull=False, author__customer=None)
    for case in answered.select_related("author", "branch").order_by("opened_at", "pk"):
        is_known, asked_first = random.random() < KNOWN_SHARE, bool(random.random() < ASKED_FIRST_SHARE)
        days = float(random.exponential(DAYS_UNTIL_ORDER if asked_first else DAYS_SINCE_ORDER))
        if not is_known or case.author_id in known or case.first_answered_at is None:
            continue
        country = (case.branch.country if case.branch else "") or COUNTRY_OF.get(case.language, "US")
        at = (
            case.first_answered_at + timedelta(days=days)
            if asked_first
            else case.opened_at - timedelta(days=days)
        )
        customer = buyers.near(country, at, 1 if asked_first else -1)
        if customer is not None:
            case.author.customer_id, n_first = customer, n_first + asked_first
            known[case.author_id] = case.author
            handles.append(_handle(case.author, customer))
    Author.objects.bulk_update(known.values(), ["customer"], batch_size=500)
    Handle.objects.bulk_create(handles, ignore_conflicts=True, batch_size=500)
    _tell_truth(len(known), n_first)
    return len(known)


def _handle(author: Author, customer: int) -> Handle:
    kind, value = handle_of((author.network, author.author_id))
    return Handle(customer_id=customer, kind=kind, value=value, seen_at=author.first_seen_at)


def _tell_truth(n_known: int, n_first: int) -> None:
    facts = {
        "authors_who_are_customers": n_known,
        "asked_before_they_bought": n_first,
        "sales_caused_by_answers": 0,
        "why": "Who buys what is drawn before anybody writes, so an answer moves nobody in this world.",
    }
    folder = Path(settings.HOME) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "answers.json").write_text(json.dumps(facts, indent=2), encoding="utf-8")
