"""What a conversation's page shows: what was said and done, in order, and who it is said by."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q, Sum
from django.urls import reverse

from livingroom.branches.models import Branch
from livingroom.inbox.joining.models import Joining
from livingroom.inbox.models import Author, Conversation, Message, Step
from livingroom.links.models import Code
from livingroom.listening.models import Mention
from livingroom.listening.standing import Standing, standing_of
from livingroom.orders.models import Order
from livingroom.people.identities import CustomerMerge, standing_merges
from livingroom.people.models import Customer, Staff
from livingroom.people.policy import may

MOST_SHOWN = 200
Entry = Message | Step


@dataclass(frozen=True)
class Thread:
    """What was said and done, oldest first. `n_earlier` messages are before what is shown."""

    entries: list[tuple[str, Entry]]
    n_earlier: int
    last_message: int


@dataclass(frozen=True)
class Side:
    """Who it is, as far as we know."""

    author: Author
    customer: Customer | None
    handles: list[Author]
    earlier: list[Conversation]
    n_earlier: int
    orders: list[Order]
    spent: list[tuple[str, int]]
    codes: list[str]
    merges: list[CustomerMerge]
    joinings: list[Joining] = field(default_factory=list)


def thread_of(conversation: Conversation, *, everything: bool = False) -> Thread:
    """Messages and steps in one order; only the newest, unless everything is asked for."""
    rows = conversation.messages.select_related("author", "staff", "host", "mention").prefetch_related(
        "mention__attachments"
    )
    newest = rows.order_by("-at", "-pk")
    messages = list(newest if everything else newest[:MOST_SHOWN])[::-1]
    steps = conversation.steps.select_related("staff").order_by("at", "pk")
    if messages and len(messages) == MOST_SHOWN and not everything:
        steps = steps.filter(at__gte=messages[0].at)
    entries: list[tuple[str, Entry]] = [("message", row) for row in messages]
    entries += [("step", row) for row in steps]
    entries.sort(key=lambda entry: (entry[1].at, entry[0] == "step", entry[1].pk))
    n_earlier = max(0, conversation.messages.count() - len(messages)) if len(messages) == MOST_SHOWN else 0
    return Thread(entries, n_earlier, max((row.pk for row in messages), default=0))


def side_of(conversation: Conversation) -> Side:
    author = conversation.author
    customer = author.customer
    handles = list(customer.authors.exclude(pk=author.pk)[:20]) if customer else []
    rows = Conversation.objects.filter(author__in=[author, *handles]).exclude(
        Q(pk=conversation.pk) | Q(state=Conversation.State.MERGED)
    )
    orders = list(customer.orders.select_related("shop").order_by("-placed_at")[:5]) if customer else []
    spent = customer.orders.order_by().values_list("currency").annotate(Sum("net_minor")) if customer else ()
    codes = {code for order in orders for code in order.codes}
    return Side(
        author=author,
        customer=customer,
        handles=handles,
        earlier=list(rows.select_related("branch", "author").order_by("-last_message_at")[:6]),
        n_earlier=rows.count(),
        orders=orders,
        spent=[(str(currency), int(total or 0)) for currency, total in spent],
        codes=sorted(Code.objects.filter(text__in=codes).values_list("text", flat=True)),
        merges=list(standing_merges(customer)) if customer else [],
        joinings=list(
            Joining.objects.filter(
                Q(source=conversation) | Q(target=conversation), undone_at=None
            ).select_related("source", "target", "staff")
        ),
    )


def context_of(conversation: Conversation) -> Standing | None:
    """What the thread stands under: a post of ours, somebody's words that we heard, or only an address."""
    root = conversation.root
    if not root or root == "direct":
        return None
    first = conversation.messages.order_by("at", "pk").first()
    if first is not None and first.remote_id == root:
        return None
    heard = Mention.objects.filter(network=conversation.network, key=root).first()
    if heard is not None:
        return Standing(heard.text[:400], heard.url, page=reverse("mention", args=[heard.pk]))
    told = standing_of(root, conversation.connection)
    if told is not None:
        return told
    return Standing("", root) if root.startswith(("https://", "http://")) else None


@dataclass(frozen=True)
class Preset:
    """A time to put a conversation away until."""

    key: str
    label: str
    until: datetime


def snooze_presets(branch: Branch | None, now: datetime) -> list[Preset]:
    """On the branch's own clock: mornings are where its customers live."""
    zone = branch.zone if branch else ZoneInfo("UTC")
    local = now.astimezone(zone)
    morning = local.replace(hour=9, minute=0, second=0, microsecond=0)
    monday = morning + timedelta(days=(7 - local.weekday()) or 7)
    evening = local.replace(hour=18, minute=0, second=0, microsecond=0)
    presets = [Preset("hour", "For an hour", now + timedelta(hours=1))]
    if evening > local + timedelta(hours=1):
        presets.append(Preset("evening", "Until this evening", evening))
    presets.append(Preset("tomorrow", "Until tomorrow morning", morning + timedelta(days=1)))
    presets.append(Preset("monday", "Until Monday morning", monday))
    return presets


def people_for(branch: Branch | None) -> Sequence[Staff]:
    """Who may answer there."""
    rows = Staff.objects.filter(is_active=True).prefetch_related("scopes").order_by("name")
    return [person for person in rows if may(person, "answer", branch)]
