"""Which shops there are. Shops are a room above: it says so here."""

from collections.abc import Callable, Sequence

Shops = Callable[[], Sequence[tuple[str, str]]]
_sources: list[Shops] = []


def add_shops(shops: Shops) -> None:
    """`shops` returns the short name and the name of each."""
    if shops not in _sources:
        _sources.append(shops)


def known_shops() -> list[tuple[str, str]]:
    return [shop for source in _sources for shop in source()]
