"""Who bought: the customers of one batch of orders, found by their handles or made.

A shop's customer number counts before a mail address. An order that tells neither has a customer of its own,
whom we cannot know again. So has one from before its buyer was erased.
"""

from collections.abc import Iterable

from livingroom.orders.facts import Sale
from livingroom.people.clientele import Clientele, Identity
from livingroom.people.erasure.suppression import any_erased, is_left_out, suppressed
from livingroom.people.models import Handle

__all__ = ["ORDER", "Clientele", "Erased", "Identity", "identities_of"]
ORDER = "order"


def identities_of(sale: Sale, shop_slug: str) -> list[Identity]:
    found = []
    if sale.customer_number:
        found.append((Handle.Kind.SHOP.value, f"{shop_slug}:{sale.customer_number}"[:160]))
    if sale.mail:
        found.append((Handle.Kind.MAIL.value, sale.mail))
    return found


class Erased:
    """What of one batch belongs to people who were erased: looked up once, and not at all in a house that erased nobody."""

    def __init__(self, sales: Iterable[Sale], shop_slug: str) -> None:
        self._shop = shop_slug
        sales = list(sales)
        wanted = {pair for sale in sales for pair in (*identities_of(sale, shop_slug), self._order(sale))}
        self._found = suppressed(wanted) if wanted and any_erased() else {}

    def without(self, sale: Sale) -> list[Identity]:
        """The identities of a sale, but for those of somebody who was erased after it."""
        return [
            pair
            for pair in identities_of(sale, self._shop)
            if not is_left_out(self._found, pair, sale.placed_at)
        ]

    def has(self, sale: Sale) -> bool:
        """Whether this very order was somebody's who was erased: then only its money is brought up to date."""
        return self._order(sale) in self._found

    def _order(self, sale: Sale) -> Identity:
        return ORDER, f"{self._shop}:{sale.external_id}"
