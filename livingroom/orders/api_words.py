"""The words of the API, for its description at /api/docs. Bodies are read by `intake.generic`, which says what is wrong."""

from datetime import date, datetime

from ninja import Field, Schema

AMOUNT = "A decimal number as text, such as 129.90"
ORDER_ID = "The order's id in the shop"


class OrderIn(Schema):
    shop: str = Field(..., description="The shop's name in its address")
    order_id: str = Field(
        ..., description=f"{ORDER_ID}: telling it again changes nothing, telling it differently edits it"
    )
    placed_at: datetime
    currency: str = Field(..., examples=["USD"])
    total: str = Field(..., description=f"What the buyer paid. {AMOUNT}")
    discount: str | None = Field(None, description=f"What was taken off before. {AMOUNT}")
    goods_cost: str | None = Field(None, description="What the goods cost us")
    refunded: str | None = Field(
        None, description="The sum of all refunds so far, where single ones are not told"
    )
    cancelled_at: datetime | None = None
    updated_at: datetime | None = Field(
        None, description="When the shop said so: what is older changes nothing"
    )
    customer_id: str | None = None
    email: str | None = Field(None, description="Kept as a keyed hash only")
    country: str | None = Field(None, examples=["BR"])
    division: str | None = None
    product: str | None = None
    quantity: int | None = None
    codes: list[str] | None = None
    click_id: str | None = Field(None, description="The `lr` of the landing address")
    landing_url: str | None = Field(None, description="Read for `lr` when there is no click_id")
    said_channel: str | None = Field(None, description="The buyer's answer to “how did you hear of us?”")
    referrer: str | None = None


class RefundIn(Schema):
    shop: str
    refund_id: str
    order_id: str = Field(..., description=f"{ORDER_ID}; it may come later")
    at: datetime
    amount: str | None = Field(None, description=f"{AMOUNT}; without it, all that is left")
    currency: str | None = Field(None, description="Needed with an amount")
    kind: str = Field("refund", description="refund, cancel or chargeback")
    reason: str | None = None


class CostIn(Schema):
    key: str = Field(..., description="Told twice under one key, a cost is recorded once")
    kind: str = Field(..., description="staff, tools, network_fee, ads or other")
    on: date
    amount: str | None = Field(None, description=f"{AMOUNT}; staff time can do without")
    currency: str | None = None
    minutes: int | None = Field(None, description="Staff time, at the brand's price of an hour")
    branch: str | None = Field(None, description="The branch's name in its address")
    text: str | None = None


class Told(Schema):
    outcome: str = Field(..., description="new, changed, same, older, waiting or dead")
    delivery: int = Field(..., description="Where it is kept")
    order: int | None = None
    problem: str = ""
    field: str = ""


class CostTold(Schema):
    cost: int
    reporting_minor: int
    reporting_currency: str


class Refused(Schema):
    problem: str
    field: str = ""
