"""What a person can mend about an offer, as values next to the fields."""

from collections.abc import Iterator

from livingroom.links.destinations import destination_problems
from livingroom.posts.models import Offer
from livingroom.shared.models import Brand
from livingroom.shared.problems import Problem


def offer_problems(offer: Offer, *, brand: Brand) -> list[Problem]:
    return [
        *_promise_problems(offer),
        *_window_problems(offer),
        *_margin_problems(offer),
        *(destination_problems(offer.destination, brand=brand) if offer.destination else ()),
    ]


def _promise_problems(offer: Offer) -> Iterator[Problem]:
    if offer.kind == Offer.Kind.PERCENT and not (offer.percent and 0 < offer.percent <= 100):
        yield Problem("Say how many per cent: more than 0, at most 100.", "percent")
    if offer.kind == Offer.Kind.AMOUNT and not offer.amount_minor:
        yield Problem("Say how much is taken off.", "amount")
    if offer.kind == Offer.Kind.BUNDLE and not offer.bundle.strip():
        yield Problem("Say what comes with it.", "bundle")


def _window_problems(offer: Offer) -> Iterator[Problem]:
    if offer.starts_at and offer.ends_at and offer.ends_at <= offer.starts_at:
        yield Problem("It ends before it begins.", "ends_at")


def _margin_problems(offer: Offer) -> Iterator[Problem]:
    if offer.margin_share is not None and offer.unit_cost_minor is not None:
        yield Problem("Give the margin or the unit cost, not both: one follows from the other.", "unit_cost")
    if offer.margin_share is not None and not -1 <= offer.margin_share <= 1:
        yield Problem("A margin is at most 100 %.", "margin_percent")
    elif _loses_money(offer):
        yield Problem(
            "At this discount every sale loses money: it is more than the margin.", "percent", blocks=False
        )
    if offer.margin_share is None and offer.unit_cost_minor is None:
        yield Problem(
            "Without a margin or a unit cost its profit cannot be shown.", "margin_percent", blocks=False
        )


def _loses_money(offer: Offer) -> bool:
    if offer.kind != Offer.Kind.PERCENT or offer.margin_share is None or offer.percent is None:
        return False
    return offer.percent / 100 > offer.margin_share
