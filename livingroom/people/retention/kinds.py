"""How a room puts what it keeps under the retention policy.

    add_kind(Kind("closed conversations", "inbox", "Conversations that were closed", {"blank"}, count=…, obey=…))

`count(before, then)` says how many rows are older than `before` and still to be treated; `obey(before, then, now)` treats them
and returns how many. Both may be asked any time, and obeying twice does nothing the second time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Then = Literal["erase", "blank", "count"]
SAID: dict[str, str] = {
    "erase": "the rows are deleted",
    "blank": "words, names and addresses go; that it happened stays",
    "count": "only how many there were stays",
}


@dataclass(frozen=True)
class Kind:
    """Something that is kept for a time: its name in the policy, whose it is, and what may happen to it afterwards."""

    name: str
    room: str
    about: str
    thens: frozenset[Then]
    count: Callable[[datetime, Then], int]
    obey: Callable[[datetime, Then, datetime], int]
    least_days: int = 0  # shorter would break what it is kept for


_kinds: dict[str, Kind] = {}


def add_kind(kind: Kind) -> None:
    _kinds[kind.name] = kind


def kinds() -> dict[str, Kind]:
    return dict(sorted(_kinds.items()))
