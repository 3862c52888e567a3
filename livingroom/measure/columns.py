"""The two tables that measuring takes: their columns, what each holds and what it is for."""

from dataclasses import dataclass
from typing import Literal

Holds = Literal["id", "time", "text", "code", "choice", "decimal", "minor", "currency"]

KINDS = ("click", "code", "conversation", "mail", "ad", "search", "visit", "answer")
CLASSES = ("human", "preview", "bot", "prefetch", "head", "suspect", "test")
CODE_KINDS = ("shared", "single")
UNATTRIBUTED = "unattributed"

# What a buyer may name when asked; channels on which the data shows a branch are added to these.
SOCIAL_CHANNELS = (
    "social", "social media", "x", "twitter", "bluesky", "mastodon", "facebook", "instagram", "threads", "youtube",
    "tiktok", "linkedin", "pinterest", "reddit", "flickr", "discord", "telegram", "whatsapp", "snapchat", "forum",
    "discourse",
)  # fmt: skip


@dataclass(frozen=True)
class Column:
    """A column of an input table."""

    name: str
    holds: Holds
    about: str
    is_required: bool = False
    choices: tuple[str, ...] = ()
    default: str | None = None
    may_be_empty: bool = False


TOUCHES = (
    Column("customer_id", "id", "who met it", is_required=True),
    Column("at", "time", "when: ISO 8601 with zone, or whole microseconds UTC", is_required=True),
    Column("channel", "text", "where: x, bluesky, mail, search, ad, …", is_required=True),
    Column("touch_id", "id", "its id, unique; made from the row's content when the column is missing"),
    Column("branch_id", "id", "the branch; a touch with a branch belongs to the social programme"),
    Column("placement_id", "id", "the placement: one post on one branch"),
    Column("kind", "text", f"{', '.join(KINDS)}; missing means click", default="click"),
    Column(
        "class", "choice", "who made it; only human counts, and missing means human", False, CLASSES, "human"
    ),
    Column(
        "code",
        "code",
        "on a row of kind code: the exclusive code redeemed; on a click: the code it was given",
    ),
    Column(
        "code_kind",
        "choice",
        "shared or single: whether the code was for one visitor only",
        False,
        CODE_KINDS,
    ),
    Column("country", "text", "where it was made, as a country or any other place; for leaks"),
)

ORDERS = (
    Column("order_id", "id", "its id, unique", is_required=True),
    Column("customer_id", "id", "who bought; a row may leave it empty", is_required=True, may_be_empty=True),
    Column("at", "time", "when: ISO 8601 with zone, or whole microseconds UTC", is_required=True),
    Column("revenue", "decimal", "net of refunds, as a decimal (12.50); may be zero or negative"),
    Column("revenue_minor", "minor", "the same in whole minor units (1250); used instead of revenue"),
    Column("currency", "currency", "ISO 4217 code; rows may differ", is_required=True),
    Column("code", "code", "the code redeemed"),
    Column("click_id", "id", "the touch_id of the click that the order itself names"),
    Column("said_channel", "text", "what the buyer said when asked how they had heard of us"),
    Column("country", "text", "where it was bought, named as in touches; for leaks"),
    Column("referrer_host", "text", "the site that the buyer came from; for leaks"),
)

COLUMNS = {"touches": TOUCHES, "orders": ORDERS}
ID_COLUMN = {"touches": "touch_id", "orders": "order_id"}
