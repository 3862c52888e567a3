"""What speaks for an idea: counts for everybody, rows for staff, and how many said it lately."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from livingroom.ideas.merging.rooting import merged_into
from livingroom.ideas.models import Evidence, Idea, IdeaTopic
from livingroom.links.models import Code
from livingroom.listening.models import Mention, TopicMatch
from livingroom.orders.models import Order

LATELY = timedelta(days=30)


@dataclass(frozen=True)
class Spoken:
    """How much speaks for an idea: `n_lately` are mentions of the last 30 days that its topics heard or that were attached."""

    n_mentions: int
    n_conversations: int
    n_codes: int
    n_orders: int
    n_lately: int
    is_listening: bool


def rows_of(idea: Idea) -> list[Evidence]:
    """What was attached and stands, of the idea and of those merged with it, oldest first."""
    return list(_standing(idea).select_related("mention", "conversation__author", "staff", "idea"))


def spoken_for(idea: Idea, now: datetime) -> Spoken:
    rows = list(_standing(idea).values_list("kind", "code"))
    codes = {code for kind, code in rows if kind == Evidence.Kind.CODE}
    kinds = [kind for kind, _ in rows]
    return Spoken(
        n_mentions=kinds.count(Evidence.Kind.MENTION),
        n_conversations=kinds.count(Evidence.Kind.CONVERSATION),
        n_codes=len(codes),
        n_orders=n_orders_with(codes),
        n_lately=said_lately(idea, now).count(),
        is_listening=IdeaTopic.objects.filter(idea__in=merged_into(idea.pk)).exists(),
    )


def said_lately(idea: Idea, now: datetime) -> QuerySet[Mention]:
    """Mentions of the last 30 days that speak for it, without spam and what was taken back."""
    ideas = merged_into(idea.pk)
    topics = IdeaTopic.objects.filter(idea__in=ideas).values("topic")
    by_hand = Evidence.objects.filter(idea__in=ideas, undone_at=None, mention__isnull=False).values("mention")
    heard = TopicMatch.objects.filter(topic__in=topics).values("mention")
    lately = Mention.objects.standing().filter(at__gt=now - LATELY, at__lte=now)
    return lately.filter(Q(pk__in=heard) | Q(pk__in=by_hand))


def n_orders_with(codes: Iterable[str]) -> int:
    """Orders that any of these codes was used in, since the first of them was made."""
    known = Code.objects.filter(text__in=list(codes)).values_list("text", "link__created_at")
    if not known:
        return 0
    # Codes are a list in one column, which SQLite cannot look into; quotes keep a code from being found inside another.
    wanted = Q(pk__in=[])
    for text, _ in known:
        wanted |= Q(_codes__contains=f'"{text}"')
    orders = Order.objects.filter(placed_at__gte=min(made for _, made in known))
    return orders.annotate(_codes=Cast("codes", TextField())).filter(wanted).count()


def _standing(idea: Idea) -> QuerySet[Evidence]:
    return Evidence.objects.filter(idea__in=merged_into(idea.pk), undone_at=None)
