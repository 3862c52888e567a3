"""What came of an event: who came, what its posts brought, and what was said of it or meanwhile. Counts with their rows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet, Sum

from livingroom.community.events.attending import counts
from livingroom.community.events.models import Attendance, CameOfIt, Event
from livingroom.ideas.models import Idea
from livingroom.inbox.models import Conversation, Message
from livingroom.links.models import ClickClass, ClickCount, Code
from livingroom.orders.models import Order
from livingroom.posts.models import Placement

MOST = 200
AFTER = timedelta(days=14)  # so long its name may still be meant
SHORTEST_NAME = 8  # a shorter title is a word like any other


@dataclass(frozen=True)
class PlacementResult:
    """One announcement, and what it brought so far."""

    placement: Placement
    n_clicks: int
    n_visitors: int
    codes: tuple[str, ...]
    n_orders: int
    net_minor: int


@dataclass(frozen=True)
class Outcome:
    """Everything that is known to have come of an event. Money in the reporting currency."""

    rsvps: dict[str, int]
    n_there: int
    n_there_known: int
    n_there_announced: int
    placements: list[PlacementResult]
    orders: list[Order]
    attached_conversations: list[CameOfIt]
    attached_ideas: list[CameOfIt]
    naming_conversations: list[Conversation]
    naming_ideas: list[Idea]
    meanwhile_conversations: list[Conversation]
    meanwhile_ideas: list[Idea] = field(default_factory=list)

    @property
    def n_clicks(self) -> int:
        return sum(row.n_clicks for row in self.placements)

    @property
    def net_minor(self) -> int:
        return sum(order.net_reporting_minor for order in self.orders)


def outcome_of(event: Event, now: datetime) -> Outcome:
    """Gather it; each list holds at most the newest 200."""
    there = Attendance.objects.filter(event=event)
    placements, orders = _placements(event)
    attached = list(
        CameOfIt.objects.filter(event=event, undone_at=None).select_related(
            "conversation__author", "idea__board", "staff"
        )
    )
    talked = {row.conversation_id for row in attached if row.conversation_id}
    thought = {row.idea_id for row in attached if row.idea_id}
    naming = _naming_conversations(event, talked)
    named = _ideas(event, thought)
    return Outcome(
        rsvps=counts(event),
        n_there=there.count(),
        n_there_known=there.exclude(linked_by="").count(),
        n_there_announced=there.filter(member__rsvps__event=event, member__rsvps__answer="yes").count(),
        placements=placements,
        orders=orders,
        attached_conversations=[row for row in attached if row.conversation_id],
        attached_ideas=[row for row in attached if row.idea_id],
        naming_conversations=naming,
        naming_ideas=named,
        meanwhile_conversations=_meanwhile(event, talked | {row.pk for row in naming}),
        meanwhile_ideas=_meanwhile_ideas(event, thought | {row.pk for row in named}),
    )


def _placements(event: Event) -> tuple[list[PlacementResult], list[Order]]:
    rows = list(
        Placement.objects.filter(post__in=event.event_posts.values("post"))
        .select_related("branch", "post", "link")
        .order_by("due_at", "pk")
    )
    links = [row.link_id for row in rows if row.link_id]
    human = ClickCount.objects.filter(link__in=links, click_class=ClickClass.HUMAN)
    clicks = {
        link: (n or 0, unique or 0)
        for link, n, unique in human.values_list("link").annotate(Sum("n"), Sum("n_unique")).order_by()
    }
    codes: dict[int, list[str]] = {}
    for link, text in Code.objects.filter(link__in=links).order_by("pk").values_list("link_id", "text"):
        codes.setdefault(link, []).append(text)
    orders = orders_with([text for texts in codes.values() for text in texts], event)
    results = []
    for row in rows:
        own = set(codes.get(row.link_id or 0, []))
        bought = [order for order in orders if own & set(order.codes)]
        n, unique = clicks.get(row.link_id or 0, (0, 0))
        net = sum(order.net_reporting_minor for order in bought)
        results.append(PlacementResult(row, n, unique, tuple(sorted(own))[:3], len(bought), net))
    return results, orders


def orders_with(codes: Sequence[str], event: Event) -> list[Order]:
    """Orders in which a code of the announcements was redeemed, from the announcement to two months after the event."""
    if not codes:
        return []
    wanted = set(codes)
    begun = event.announced_at or event.made_at
    rows = Order.objects.filter(
        placed_at__gte=min(begun, event.starts_at), placed_at__lt=event.ends_at + timedelta(days=60)
    ).exclude(codes=[])
    hits = [pk for pk, used in rows.values_list("pk", "codes").iterator(5_000) if wanted & set(used)]
    return list(Order.objects.filter(pk__in=hits[:5_000]).select_related("shop").order_by("-placed_at"))


def _said(event: Event) -> list[str]:
    """By which words it is named: its address, and its titles where they are long enough to mean it."""
    titles = [event.title, *(said.get("title", "") for said in event.words.values())]
    return [event.get_absolute_url(), *(title for title in titles if len(title) >= SHORTEST_NAME)]


def _naming_conversations(event: Event, known: set[int]) -> list[Conversation]:
    named = Q()
    for text in _said(event):
        named |= Q(text__icontains=text)
    messages = Message.objects.filter(
        named,
        direction=Message.Direction.IN,
        gone_at=None,
        at__gte=event.made_at,
        at__lt=event.ends_at + AFTER,
    )
    rows = Conversation.objects.filter(pk__in=messages.values("conversation")).exclude(pk__in=known)
    return list(_listed(rows))


def _meanwhile(event: Event, known: set[int]) -> list[Conversation]:
    """What began at the announcing branches while it lasted: a neighbour in time, no more."""
    branches = Placement.objects.filter(post__in=event.event_posts.values("post")).values("branch")
    rows = Conversation.objects.filter(
        branch__in=branches, opened_at__gte=event.starts_at, opened_at__lt=event.ends_at + timedelta(hours=1)
    )
    return list(_listed(rows.exclude(pk__in=known)))


def _listed(rows: QuerySet[Conversation]) -> QuerySet[Conversation]:
    return rows.select_related("author", "branch").order_by("-opened_at", "-pk")[:MOST]


def _ideas(event: Event, known: set[int]) -> list[Idea]:
    named = Q()
    for text in _said(event):
        named |= Q(text__icontains=text) | Q(title__icontains=text)
    rows = Idea.objects.public().filter(named, made_at__gte=event.made_at, made_at__lt=event.ends_at + AFTER)
    return list(rows.exclude(pk__in=known).select_related("board").order_by("-made_at")[:MOST])


def _meanwhile_ideas(event: Event, known: set[int]) -> list[Idea]:
    """Ideas of who said they come, proposed while it lasted."""
    rows = Idea.objects.public().filter(
        member__rsvps__event=event,
        made_at__gte=event.starts_at,
        made_at__lt=event.ends_at + timedelta(hours=1),
    )
    return list(rows.exclude(pk__in=known).select_related("board").order_by("-made_at")[:MOST])
