"""Customers among themselves, and our tone: from the rows of the latest conversations, as these cannot be added up by days."""

from collections.abc import Sequence
from datetime import datetime

from livingroom.inbox.reports.events import events_of
from livingroom.measure.moments import as_microseconds
from livingroom.measure.service.figures import Figure, service_figures

MOST = 5_000
NAMES = (
    "customer_answer_share", "peer_accepted_share", "absence_factor", "reciprocity", "newcomer_conversion", "tone_change",
    "super_user_share",
)  # fmt: skip


def community_figures(numbers: Sequence[int], now: datetime) -> list[Figure]:
    """Return the figures of relationship of these conversations, at most the latest 5,000 of them."""
    found = service_figures(events_of([int(number) for number in numbers[:MOST]]), as_microseconds(now))
    return [figure for figure in found if figure.name in NAMES]
