"""Facts become orders and ledger entries: many at once, and none is lost because of its neighbour."""

from collections.abc import Sequence
from datetime import datetime

from django.db import DataError, IntegrityError, OperationalError, transaction

from livingroom.orders.book import Book
from livingroom.orders.facts import Fact, Outcome, Sale, Unusable
from livingroom.orders.models import Shop
from livingroom.orders.rates import NoRate, Rate, rate_between
from livingroom.shared.money import UnknownCurrency

# Another worker may record the same order or customer at the same moment: then we look again and find it there.
LOOKS = 4
_OURS_TO_REPEAT = {"40001", "40P01"}  # serialization failure, deadlock


def enter(shop: Shop, facts: Sequence[Fact], *, reporting_currency: str, now: datetime) -> list[Outcome]:
    """Record the facts in one transaction, and say what came of each, in their order.

    When the database refuses the batch, its halves are tried, down to the one fact that it cannot hold.
    """
    for look in range(LOOKS):
        try:
            return _enter_together(shop, facts, reporting_currency, now)
        except IntegrityError as problem:
            refusal: Exception = problem
            if len(facts) > 1 and look:
                break
        except DataError as problem:
            refusal = problem
            break
        except OperationalError as problem:
            if getattr(problem.__cause__, "sqlstate", None) not in _OURS_TO_REPEAT or look == LOOKS - 1:
                raise
            refusal = problem
    if len(facts) == 1:
        return [
            Outcome(
                "dead", problem=Unusable(f"The database does not take it: {str(refusal).splitlines()[0]}")
            )
        ]
    middle = len(facts) // 2
    return [
        outcome
        for half in (facts[:middle], facts[middle:])
        for outcome in enter(shop, half, reporting_currency=reporting_currency, now=now)
    ]


def _enter_together(
    shop: Shop, facts: Sequence[Fact], reporting_currency: str, now: datetime
) -> list[Outcome]:
    rates = [_rate_of(fact, reporting_currency) for fact in facts]
    with transaction.atomic():
        book = Book(shop, facts, reporting_currency=reporting_currency, now=now)
        outcomes = [_enter_one(book, fact, rate) for fact, rate in zip(facts, rates, strict=True)]
        book.save()
    return [_with_order(book, fact, outcome) for fact, outcome in zip(facts, outcomes, strict=True)]


def _rate_of(fact: Fact, reporting_currency: str) -> Rate | Unusable | None:
    if not isinstance(fact, Sale):
        return None
    try:
        return rate_between(fact.currency, reporting_currency, fact.placed_at.date())
    except NoRate as problem:
        return Unusable(str(problem), field="currency", code="no_rate")
    except UnknownCurrency as problem:
        return Unusable(str(problem), field="currency")


def _enter_one(book: Book, fact: Fact, rate: Rate | Unusable | None) -> Outcome:
    try:
        return book.enter(fact, rate)
    except Unusable as problem:
        return Outcome("dead", problem=problem)


def _with_order(book: Book, fact: Fact, outcome: Outcome) -> Outcome:
    page = book.pages.get(fact.order_id)
    if page is None or outcome.order_id is not None:
        return outcome
    return Outcome(outcome.state, page.order.pk, outcome.problem, outcome.waits_for)
