"""The rules written a second time, slowly and in plain Python with exact fractions, to check the queries against."""

from fractions import Fraction

from tests.measure.tables import DAY, Row

WINDOW = 30 * DAY


def journey(order: Row, orders: list[Row], touches: list[Row]) -> list[Row]:
    """The contacts before an order, in their order."""
    mine = [o for o in orders if o["customer_id"] == order["customer_id"]]

    def goes_to(touch: Row) -> Row | None:
        after = [o for o in mine if o["at"] >= touch["at"]]
        return min(after, key=lambda o: (o["at"], o["order_id"])) if after else None

    belongs = [
        t
        for t in touches
        if t["customer_id"] == order["customer_id"]
        and t.get("class", "human") == "human"
        and goes_to(t) is order
        and order["at"] - t["at"] <= WINDOW
    ]
    met = {t["placement_id"] for t in belongs if t["kind"] != "code" and t.get("placement_id") is not None}
    contacts = [t for t in belongs if t["kind"] != "code" or t["placement_id"] not in met]
    return sorted(contacts, key=lambda t: (t["at"], t["kind"] == "code", t["touch_id"]))


def weights(model: str, contacts: list[Row]) -> list[Fraction]:
    n = len(contacts)
    if model == "last":
        return [Fraction(place == n - 1) for place in range(n)]
    if model == "first":
        return [Fraction(place == 0) for place in range(n)]
    if model == "time_decay":
        newest = max(t["at"] for t in contacts)
        return [Fraction(round(2**30 * 2.0 ** ((t["at"] - newest) / (7 * DAY)))) for t in contacts]
    if model == "position" and n > 2:
        return [Fraction(2, 5) if place in (0, n - 1) else Fraction(1, 5 * (n - 2)) for place in range(n)]
    return [Fraction(1)] * n


def divide(amount_minor: int, parts: list[Fraction]) -> list[int]:
    """Largest remainder, the earlier first among equals."""
    size, total = abs(amount_minor), sum(parts)
    exact = [size * part / total for part in parts]
    whole = [int(value) for value in exact]
    by_fraction = sorted(range(len(parts)), key=lambda place: (whole[place] - exact[place], place))
    for place in by_fraction[: size - sum(whole)]:
        whole[place] += 1
    return [-value if amount_minor < 0 else value for value in whole]
