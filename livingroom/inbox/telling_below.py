"""What the rooms below want to know of conversations, and cannot ask: how fast branches answer, and who answered what."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import numpy as np
from django.db.models import Count

from livingroom.branches.answering import OVER_DAYS, Answering
from livingroom.inbox.models import Conversation, Message
from livingroom.inbox.reports.reading import Service, read_days
from livingroom.listening.answers import Answered
from livingroom.measure.estimate import Estimate
from livingroom.measure.service.survival import FEWEST

SOURCE = "conversations"


def answering_of(branch_ids: Sequence[int], now: datetime) -> Mapping[int, Answering]:
    """The median of first human answers to what began in 28 days, and how many wait now.

    From packed days, so that a page for visitors reads no conversations.
    """
    packed = read_days((now - timedelta(days=OVER_DAYS)).date(), now.date(), branches=branch_ids)
    minutes = {
        int(branch_id): found
        for branch_id, service in Service(packed, now).by("branch", at_most=len(branch_ids))
        if (found := _median_minutes(service)) is not None
    }
    waiting = dict(
        Conversation.objects.filter(
            branch_id__in=branch_ids, state__in=Conversation.IN_WORK, waiting_since__isnull=False
        )
        .order_by()
        .values_list("branch_id")
        .annotate(Count("pk"))
    )
    return {
        branch_id: Answering(
            minutes.get(branch_id),
            waiting.get(branch_id, 0),
            SOURCE,
        )
        for branch_id in minutes.keys() | waiting.keys()
    }


def _median_minutes(service: Service) -> int | None:
    """As the service page says it. Of very few the plain median; where too many still wait to say, nothing."""
    found = service.first_median
    if isinstance(found, Estimate):
        return max(0, round(found.value))
    n, answered = service.first_waits
    if n >= FEWEST or not len(answered):
        return None
    return max(0, round(float(np.median(answered))))


def answers_to(mentions: Sequence[int]) -> Iterable[Answered]:
    """The first human answer after each of these mentions, in the conversation where it stands."""
    asked = Message.objects.filter(mention_id__in=mentions).values_list(
        "mention_id", "conversation_id", "at", "conversation__branch_id"
    )
    wanted = list(asked)
    sent = (
        Message.objects.filter(
            conversation_id__in={row[1] for row in wanted},
            direction=Message.Direction.OUT,
            state=Message.State.SENT,
            is_automatic=False,
        )
        .order_by("at", "pk")
        .values_list("conversation_id", "at", "staff__name")
    )
    by_conversation: dict[int, list[tuple[datetime, str]]] = {}
    for conversation_id, at, name in sent:
        by_conversation.setdefault(conversation_id, []).append((at, name or "somebody"))
    for mention_id, conversation_id, said_at, branch_id in wanted:
        first = next((one for one in by_conversation.get(conversation_id, []) if one[0] >= said_at), None)
        if first is not None and mention_id is not None:
            yield Answered(mention_id, first[0], first[1], branch_id)
