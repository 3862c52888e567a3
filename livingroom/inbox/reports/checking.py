"""Prove that packed days say what the rows say."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from livingroom.inbox.models import Conversation
from livingroom.inbox.reports.events import events_of
from livingroom.inbox.reports.keeping import kept
from livingroom.inbox.reports.reading import Answer, Service, read_days
from livingroom.inbox.reports.rolling import day_of
from livingroom.measure.estimate import NotEnoughData
from livingroom.measure.moments import as_microseconds
from livingroom.measure.service.figures import Figure, service_figures

# The names of docs/methods/service.md.
NAMES = {
    "first_response_median": "first_median", "first_response_p90": "first_p90", "answered_share": "answered",
    "answered_within_1h": "within_1h", "answered_within_24h": "within_24h", "next_response_median": "next_median",
    "resolution_median": "resolution_median", "resolution_p90": "resolution_p90", "csat": "csat",
    "csat_response": "csat_response", "recontact": "recontact", "customer_answer_share": "by_customers",
}  # fmt: skip


def differences(start: date, end: date, now: datetime) -> list[str]:
    """Work out every figure from the rows, too, and say where the packed days differ. Slow: it reads everything."""
    numbers = [
        pk
        for pk, opened_at in Conversation.objects.exclude(state=Conversation.State.MERGED)
        .filter(opened_at__date__gte=start - timedelta(days=1), opened_at__date__lte=end + timedelta(days=1))
        .values_list("pk", "opened_at")
        if start <= day_of(opened_at) <= end
    ]
    kept.forget()  # what is stored is held against the rows, not what this process remembers of it
    packed = Service(read_days(start, end), now)
    found = (
        [] if packed.n == len(numbers) else [f"{packed.n} conversations are packed, {len(numbers)} there are"]
    )
    return [*found, *different(service_figures(events_of(numbers), as_microseconds(now)), packed)]


def different(from_rows: Iterable[Figure], packed: Service) -> list[str]:
    """Say which figures are not the same from the rows and from the packed days."""
    answers = {figure.name: figure.answer for figure in from_rows}
    return [
        f"{name}: {answers[name]} from the rows, {getattr(packed, field)} packed"
        for name, field in NAMES.items()
        if not _same(answers[name], getattr(packed, field))
    ]


def _same(one: object, other: Answer | Service) -> bool:
    """Both say nothing, or both say the same to a billionth."""
    if isinstance(one, NotEnoughData) or isinstance(other, NotEnoughData):
        return isinstance(one, NotEnoughData) and isinstance(other, NotEnoughData)
    pairs = [(getattr(one, part), getattr(other, part)) for part in ("value", "low", "high")]
    return all(
        a == b or (a is not None and b is not None and abs(a - b) <= 1e-9 * max(abs(a), 1)) for a, b in pairs
    )
