"""A mention that is for us becomes part of a conversation that somebody owns.

Each mention comes in once, however often it is told; two workers who open the same thread at once get one conversation:
the constraint lets the second one find what the first one made.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from livingroom.inbox.authors import authors_for
from livingroom.inbox.changing import bump
from livingroom.inbox.counting import count_words, preview_of
from livingroom.inbox.customs import HouseCustom, reopen_days_by_branch
from livingroom.inbox.live.telling import tell
from livingroom.inbox.models import Author, Conversation, Message, Step
from livingroom.inbox.moderation.bans import without_banned
from livingroom.inbox.signals import words_came
from livingroom.inbox.threads import Home, author_of, homes_of
from livingroom.listening.models import Mention
from livingroom.shared.rows import write_back

State = Conversation.State
AT_ONCE = 500


def open_for_mentions(sender: object, *, mentions: Sequence[Mention], now: datetime, **rest: object) -> None:
    """Put each mention into its conversation, or open one; follow edits and deletions of those that are in."""
    opens_finds = HouseCustom.current().opens_finds
    known = follow_changes(mentions, now)
    wanted = [row for row in mentions if row.pk not in known and is_for_us(row, opens_finds=opens_finds)]
    take_in(without_banned(wanted), now)


def is_for_us(mention: Mention, *, opens_finds: bool = False) -> bool:
    """Whether it opens a conversation: said to us, still there, and no spam. What may be spam waits for a person."""
    kinds = (*Mention.TO_US, Mention.Kind.FOUND) if opens_finds else Mention.TO_US
    stopped = (Mention.Verdict.HIDDEN, Mention.Verdict.QUEUED)
    return mention.kind in kinds and mention.gone_at is None and mention.verdict not in stopped


def take_in(mentions: Iterable[Mention], now: datetime) -> list[Conversation]:
    """Put mentions into conversations whatever they are; returns the conversations that are new."""
    ordered = sorted(mentions, key=lambda mention: (mention.at, mention.pk))
    opened = []
    for start in range(0, len(ordered), AT_ONCE):
        with transaction.atomic():
            opened += _take_in(ordered[start : start + AT_ONCE], now)
    return opened


def _take_in(mentions: list[Mention], now: datetime) -> list[Conversation]:
    authors = authors_for(mentions, now)
    homes = homes_of(mentions)
    made, found = _conversations(mentions, homes, authors)
    # The rows are locked by now: whoever brings the same mention waits, and then finds it here.
    inside = set(Message.objects.filter(mention__in=mentions).values_list("mention_id", flat=True))
    days = reopen_days_by_branch()
    messages, touched, again = [], {}, []
    for mention, home in zip(mentions, homes, strict=True):
        if mention.pk in inside:
            continue
        conversation = _home(found, home)
        if _is_over(conversation, mention, days):
            conversation = found[home.key] = _begin_anew(
                conversation, mention, authors[author_of(mention)], home
            )
            made.append(conversation)
        if conversation.state == State.CLOSED:
            again.append(Step(conversation=conversation, at=now, verb="opened again", by_rule="new words"))
            conversation.n_reopened += 1
        message = _message(mention, conversation, authors[author_of(mention)])
        messages.append(message)
        touched[conversation.pk] = conversation
        count_words(conversation, message)
    Message.objects.bulk_create(messages)
    Step.objects.bulk_create(again)
    new = [row for row in made if row.pk in touched]
    _keep(touched.values())
    tell([row.pk for row in touched.values()], now, new={row.pk for row in new})
    if new:
        from livingroom.inbox.routing.operations import route

        route(new, now)
    if messages:
        words_came.send(sender=Conversation, messages=messages, opened={row.pk for row in new}, now=now)
    return new


def _conversations(
    mentions: list[Mention], homes: list[Home], authors: dict[tuple[str, str], Author]
) -> tuple[list[Conversation], dict[str | int, Conversation]]:
    """Find, lock, and where missing make the conversations of these homes; returns what was made, and all by key and number."""
    keys = sorted({home.key for home in homes if home.conversation_id is None})
    numbers = {home.conversation_id for home in homes if home.conversation_id is not None}
    networks = {mention.network for mention in mentions}
    known = set(
        Conversation.objects.filter(network__in=networks, thread_key__in=keys, is_current=True).values_list(
            "network", "thread_key"
        )
    )
    first: dict[str, Conversation] = {}
    for mention, home in zip(mentions, homes, strict=True):
        if (
            home.conversation_id is None
            and (mention.network, home.key) not in known
            and home.key not in first
        ):
            first[home.key] = _begin(mention, authors[author_of(mention)], home)
    # In the order of their keys: two workers with the same threads wait for each other and do not lock up.
    Conversation.objects.bulk_create([first[key] for key in sorted(first)], ignore_conflicts=True)
    rows = (
        Conversation.objects.select_for_update(of=("self",), no_key=True)
        .select_related("author", "branch", "team", "owner")
        .filter(Q(pk__in=numbers) | Q(network__in=networks, thread_key__in=keys, is_current=True))
        .order_by("pk")
    )
    found: dict[str | int, Conversation] = {}
    for row in rows:
        found[row.pk] = row
        if row.is_current:
            found.setdefault(row.thread_key, row)
    _follow_merges(found)
    made = [row for key in first if (row := found[key]).n_messages == 0]
    return made, found


def _follow_merges(found: dict[str | int, Conversation]) -> None:
    """What was merged goes on where it went."""
    for name, row in list(found.items()):
        while row.merged_into_id is not None:
            row = found.get(row.merged_into_id) or Conversation.objects.select_for_update(
                of=("self",), no_key=True
            ).get(pk=row.merged_into_id)
            found[row.pk] = row
        found[name] = row


def _home(found: dict[str | int, Conversation], home: Home) -> Conversation:
    if home.conversation_id is not None and home.conversation_id in found:
        return found[home.conversation_id]
    return found[home.key]


def _is_over(conversation: Conversation, mention: Mention, days: dict[int | None, int]) -> bool:
    """Closed for longer than the custom allows to open it again."""
    if conversation.state != State.CLOSED or conversation.closed_at is None:
        return False
    allowed = days.get(conversation.branch_id, days[None])
    return mention.at > conversation.closed_at + timedelta(days=allowed)


def _begin_anew(over: Conversation, mention: Mention, author: Author, home: Home) -> Conversation:
    Conversation.objects.filter(pk=over.pk).update(is_current=False)
    Conversation.objects.filter(network=mention.network, thread_key=home.key).update(is_current=False)
    over.is_current = False
    row = _begin(mention, author, home)
    row.save()
    return row


def _begin(mention: Mention, author: Author, home: Home) -> Conversation:
    return Conversation(
        network=mention.network,
        connection_id=mention.connection_id,
        thread_key=home.key,
        root=home.root,
        author=author,
        is_public=mention.is_public,
        subject=mention.title[:200],
        language=mention.language,
        country=mention.country or author.country,
        about=mention.subject,
        branch_id=mention.branch_id,
        opened_at=mention.at,
        last_message_at=mention.at,
    )


def _message(mention: Mention, conversation: Conversation, author: Author) -> Message:
    return Message(
        conversation=conversation,
        direction=Message.Direction.IN,
        at=mention.at,
        text=mention.text,
        language=mention.language,
        is_public=mention.is_public,
        edited_at=mention.edited_at,
        gone_at=mention.gone_at,
        mention=mention,
        author=author,
        remote_id=mention.key,
        remote_version=mention.ref_version,
        remote_url=mention.url,
    )


COUNTED = (
    "n_messages", "n_in", "last_message_at", "last_in_at", "waiting_since", "preview", "state", "snoozed_until",
    "closed_at", "closed_by", "n_reopened", "language", "version",
)  # fmt: skip


def _keep(conversations: Iterable[Conversation]) -> None:
    rows = list(conversations)
    for row in rows:
        row.version += 1
    write_back(rows, COUNTED)


def follow_changes(mentions: Sequence[Mention], now: datetime) -> set[int]:
    """Bring edits and deletions of mentions that are in; returns which of these mentions are in."""
    rows = Message.objects.filter(mention__in=[row.pk for row in mentions]).select_related("conversation")
    by_mention = {row.pk: row for row in mentions}
    known, changed = set(), []
    for message in rows:
        assert message.mention_id is not None
        known.add(message.mention_id)
        said = by_mention[message.mention_id]
        fresh = (said.text, said.edited_at, said.gone_at, said.language or message.language)
        if fresh != (message.text, message.edited_at, message.gone_at, message.language):
            message.text, message.edited_at, message.gone_at, message.language = fresh
            changed.append(message)
    if changed:
        Message.objects.bulk_update(changed, ["text", "edited_at", "gone_at", "language"])
        _say_last_words_anew(changed)
        numbers = sorted({message.conversation_id for message in changed})
        bump(numbers)
        tell(numbers, now)
    return known


def _say_last_words_anew(changed: Sequence[Message]) -> None:
    """The list shows a conversation's last words: what was edited or taken back there is so here."""
    last = [message for message in changed if message.at >= message.conversation.last_message_at]
    for message in last:
        Conversation.objects.filter(pk=message.conversation_id).update(preview=preview_of(message.text))
