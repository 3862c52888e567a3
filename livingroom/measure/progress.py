"""How long work tells how far it has come."""

from collections.abc import Callable

# (orders done, orders in all or 0 while unknown, what is done now)
Progress = Callable[[int, int, str], None]


def silent(n_done: int, n_all: int, doing: str) -> None:
    """Tell nobody."""
