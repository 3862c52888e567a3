"""What a shop tells us, in one form for all of them: a sale, or money that went back."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

ReversalKind = Literal["refund", "cancel", "chargeback"]


class Unusable(Exception):
    """A fact cannot be recorded. The text says what is wrong and what to do, `field` where.

    `code` is for the machine: "no_rate" is tried again when newer exchange rates come in.
    """

    def __init__(self, text: str, *, field: str = "", code: str = "wrong") -> None:
        super().__init__(text)
        self.text = text
        self.field = field
        self.code = code


@dataclass(frozen=True, slots=True)
class Sale:
    """An order as the shop knows it now. None and "" mean that the shop did not say."""

    external_id: str
    placed_at: datetime
    currency: str
    amount_minor: int
    discount_minor: int | None = None
    goods_minor: int | None = None
    customer_number: str = ""
    mail: str = ""
    country: str = ""
    division: str = ""
    product: str = ""
    quantity: int | None = None
    codes: tuple[str, ...] = ()
    click_id: str = ""
    said_channel: str = ""
    referrer_host: str = ""
    said_at: datetime | None = None
    # Files tell what came of an order in the same row.
    refunded_minor: int = 0
    cancelled_at: datetime | None = None

    @property
    def order_id(self) -> str:
        return self.external_id


@dataclass(frozen=True, slots=True)
class Reversal:
    """Money that went back to the buyer, or came again when a chargeback was won."""

    kind: ReversalKind
    order_id: str
    at: datetime
    external_id: str = ""
    amount_minor: int | None = field(default=None, metadata={"none": "all that is left"})
    total_minor: int | None = field(
        default=None, metadata={"is": "all refunds so far, where no single ones are told"}
    )
    currency: str = ""
    reason: str = ""
    is_undone: bool = False


@dataclass(frozen=True, slots=True)
class Nothing:
    """The shop told us something that moves no money, such as an order that nobody paid yet."""

    why: str


Fact = Sale | Reversal


@dataclass(frozen=True, slots=True)
class Outcome:
    """What recording a fact came to."""

    state: Literal["new", "changed", "same", "older", "skipped", "waiting", "dead"]
    order_id: int | None = None
    problem: Unusable | None = None
    waits_for: str = ""
    why: str = ""
