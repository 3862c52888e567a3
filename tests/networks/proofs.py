"""Which promise proves which failure, and why a network need not keep one: what the table in docs/networks.md is made of."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar

from livingroom.networks.registry import find_network

Test = TypeVar("Test", bound=Callable[..., None])


class Fault(Enum):
    """How the next request fails."""

    ACCEPT_THEN_LOSE = "does the work, then the answer is lost"
    LOSE = "does nothing and gives no answer"
    TOO_MANY = "429, come back in 30 seconds"
    TOO_MANY_NO_TIME = "429 without a time"
    UNAUTHORIZED = "401"
    FORBIDDEN = "403 for want of a right"
    UNAVAILABLE = "503"
    GARBLED = "a page where an answer should be"
    CURSOR_LOST = "the cursor is forgotten"


class Case(Enum):
    """A column of the table."""

    HAPPY = "happy path"
    UNAUTHORIZED = "401 while reading"
    FORBIDDEN = "403, a right is missing"
    TOO_MANY = "429 with a time"
    TOO_MANY_NO_TIME = "429 without a time"
    ACCEPTED_THEN_LOST = "accepted, answer lost: exactly one post"
    LOST = "lost on the way: seen to be unsent"
    UNAVAILABLE = "503"
    GARBLED = "an answer that nobody documented"
    WEBHOOK_TWICE = "webhook delivered twice"
    WEBHOOK_OUT_OF_ORDER = "webhook out of order"
    WEBHOOK_FORGED = "webhook forged"
    CURSOR_LOST = "lost cursor"
    DELETED = "post deleted there"
    OFFSETS = "offsets and lengths in Unicode"


@dataclass(frozen=True)
class Proof:
    """A line of the table: which connector, against what, how, and which command runs it."""

    network: str
    against: str
    road: str
    command: str = "make test"


def proves(*cases: Case) -> Callable[[Test], Test]:
    """These columns of the table rest on this promise."""

    def mark(test: Test) -> Test:
        test.proves = cases  # type: ignore[attr-defined]  # a function carries what the table reads
        return test

    return mark


def needs(*capabilities: str) -> Callable[[Test], Test]:
    """A network without these capabilities need not keep the promise; it says why in `why_not`. `write`: publish or reply."""

    def mark(test: Test) -> Test:
        test.needs = capabilities  # type: ignore[attr-defined]  # as above
        return test

    return mark


def excuse(suite: type[Any], test: Callable[..., None]) -> str:
    """Why this suite's network need not keep this promise; empty when it must."""
    excused = [suite.cannot.get(case, "") for case in getattr(test, "proves", ())]
    if excused and all(excused):
        return str(excused[0])
    can = find_network(suite.proof.network).capabilities
    for name in getattr(test, "needs", ()):
        if name == "write":
            name, able = "publish", can.publish or can.reply
        else:
            able = getattr(can, name)
        if not able:
            return can.why_not.get(name, f"{suite.proof.network} cannot {name}.")
    return ""
