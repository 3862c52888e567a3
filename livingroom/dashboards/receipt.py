"""One order's receipt: what was seen on the way to it, how its credit divides, what money moved, and what nobody knows."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC

from livingroom.attribution.lake import clicks_of_days
from livingroom.attribution.models import Credit, Evidence, Grade, Touch
from livingroom.inbox.models import Conversation
from livingroom.orders.models import LedgerEntry, Order

MODEL_NAMES = {
    "last": "Last touch",
    "first": "First touch",
    "linear": "Linear",
    "time_decay": "Time decay",
    "position": "Position",
}
KIND_NAMES = {
    "click": "Click",
    "code": "Code redeemed",
    "conversation": "Answered conversation",
    "answer": "Own answer",
    "mail": "Mail",
    "ad": "Ad",
}


@dataclass(frozen=True)
class ClickFacts:
    click_class: str
    reason: str
    country: str
    referrer_host: str
    visitor: str

    @property
    def visitor_is_of_a_day(self) -> bool:
        return self.visitor.startswith("d:")


@dataclass(frozen=True)
class Step:
    touch: Touch
    title: str
    click: ClickFacts | None
    is_proof: bool
    case: Conversation | None = None
    # Answered conversations stand on the path whether they count or not.
    earns_credit: bool = True


@dataclass(frozen=True)
class CreditCell:
    share: float
    amount_minor: int


@dataclass(frozen=True)
class CreditRow:
    step: Step
    cells: list[CreditCell | None]


@dataclass(frozen=True)
class Receipt:
    order: Order
    evidence: Evidence | None
    steps: list[Step]
    models: list[str]
    credit: list[CreditRow]
    entries: list[LedgerEntry]
    unknown: list[str]

    @property
    def meaning(self) -> str:
        return str(Grade(self.evidence.grade).label) if self.evidence else ""

    @property
    def reason(self) -> str:
        """The rule's own sentence, with names where it has numbers."""
        if not self.evidence:
            return ""
        sources: list[Evidence | Touch] = [self.evidence, *(step.touch for step in self.steps)]
        posts = {
            one.placement_id: f"the post “{one.placement.post.title}”" for one in sources if one.placement
        }
        branches = {one.branch_id: one.branch.name for one in sources if one.branch}
        text = re.sub(
            r"placement (\d+)", lambda found: posts.get(int(found[1]), found[0]), self.evidence.reason
        )
        return re.sub(r"branch (\d+)", lambda found: branches.get(int(found[1]), found[0]), text)


def read_receipt(order: Order) -> Receipt:
    evidence = Evidence.objects.filter(order=order).select_related("branch", "placement__post").first()
    path = list(
        Touch.objects.filter(order=order)
        .select_related("branch", "placement__post")
        .order_by("at", "kind", "touch_id")
    )
    clicks, cases = click_facts(path), cases_of(path)
    credited = set(Credit.objects.filter(order=order).values_list("touch_id", flat=True))
    steps = [
        Step(
            touch=touch,
            title=KIND_NAMES.get(touch.kind, touch.kind.capitalize()),
            click=clicks.get(touch.touch_id),
            is_proof=bool(evidence and evidence.touch_id == touch.touch_id),
            case=cases.get(touch.touch_id),
            earns_credit=touch.touch_id in credited,
        )
        for touch in path
    ]
    models, rows = _credit(order, steps)
    return Receipt(
        order=order,
        evidence=evidence,
        steps=steps,
        models=models,
        credit=rows,
        entries=list(order.entries.all()),
        unknown=unknowns(order, evidence, steps),
    )


def click_facts(path: Sequence[Touch]) -> dict[str, ClickFacts]:
    """What the lake knows of the clicks on a path."""
    clicks = [touch for touch in path if touch.kind == "click"]
    if not clicks:
        return {}
    found = clicks_of_days(
        {touch.at.astimezone(UTC).date() for touch in clicks},
        """
        SELECT click_id, class, reason, country, referrer_host, visitor FROM clicks
        WHERE list_contains($ids, click_id)
        """,
        ids=[touch.touch_id for touch in clicks],
    )
    return {
        row["click_id"]: ClickFacts(
            row["class"],
            row["reason"] or "",
            row["country"] or "",
            row["referrer_host"] or "",
            row["visitor"] or "",
        )
        for row in found
    }


def cases_of(path: Sequence[Touch]) -> dict[str, Conversation]:
    """The conversations that were answered on the way, by their touches (`answer:conversation:message`)."""
    numbers = {
        touch.touch_id: int(touch.touch_id.split(":")[1]) for touch in path if touch.kind == "conversation"
    }
    found = Conversation.objects.in_bulk(set(numbers.values())) if numbers else {}
    return {touch_id: found[number] for touch_id, number in numbers.items() if number in found}


def unknowns(order: Order, evidence: Evidence | None, steps: Sequence[Step]) -> list[str]:
    """What this receipt cannot say, so that nobody reads it for more than it is."""
    said = [
        "Whether this customer would have bought anyway. A receipt says who touched an order, not what caused it.",
        "Posts that were seen but not clicked: they leave no trace here.",
    ]
    grade = evidence.grade if evidence else ""
    if order.customer_id is None:
        said.append(
            "Who bought: the shop named no customer, so only this order’s own click and codes could be joined."
        )
    if any(step.click and step.click.visitor_is_of_a_day for step in steps):
        said.append(
            "What the visitor did on other days: without a cookie a visitor is known for one day only."
        )
    if any(step.touch.kind == "conversation" for step in steps):
        said.append(
            "Whether our answer made them buy. Many who ask have made up their minds, and many who were not answered bought too."
        )
    if grade == Grade.D:
        said.append(
            "How the buyer came by the code. It was made for one post, but codes are passed on and collected."
        )
    if grade == Grade.E:
        said.append("Which post or branch it was: the buyer named a channel, and memory errs.")
    if grade == Grade.NONE:
        said.append("What led to this order. No link, code or answer of the programme is on it.")
    return said


def _credit(order: Order, steps: Sequence[Step]) -> tuple[list[str], list[CreditRow]]:
    cells: dict[tuple[str, str], CreditCell] = {}
    for credit in Credit.objects.filter(order=order):
        cells[credit.touch_id, credit.model] = CreditCell(credit.share, credit.amount_minor)
    used = {model for _, model in cells}
    models = [model for model in MODEL_NAMES if model in used]
    credited = {touch_id for touch_id, _ in cells}
    rows = [
        CreditRow(step, [cells.get((step.touch.touch_id, model)) for model in models])
        for step in steps
        if step.touch.touch_id in credited
    ]
    return [MODEL_NAMES[model] for model in models], rows
