"""Look at the conversation under a post again: what was edited, what was deleted, what no stream told, and the counts."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from livingroom.networks.errors import Gone
from livingroom.networks.interface import Event, Ref, ThreadPost
from livingroom.networks.models import Connection
from livingroom.networks.operations import open_connection
from livingroom.networks.reactions.keeping import keep_events, update_words
from livingroom.networks.reactions.models import PostCount, Reaction

# A look may come while a network's views lag behind; what is missing twice in a row is gone.
LOOKS_TO_BE_GONE = 2


def follow(connection: Connection, ref_id: str, now: datetime) -> None:
    """Read the conversation under one post of ours once more. Raises NetworkError."""
    network = open_connection(connection)
    if not network.capabilities.thread:
        return
    try:
        found = network.thread(Ref(ref_id))
    except Gone:
        found = []
    with transaction.atomic():
        _take(connection, ref_id, found, now)


def count(connection: Connection, ref_ids: Sequence[str], now: datetime) -> None:
    """Keep the network's own counts of many posts. Raises NetworkError."""
    network = open_connection(connection)
    if not network.capabilities.metrics or not ref_ids:
        return
    for found in network.metrics([Ref(ref_id) for ref_id in ref_ids]):
        PostCount.objects.update_or_create(
            connection=connection,
            ref_id=found.ref.id,
            defaults={
                "likes": found.likes,
                "reposts": found.reposts,
                "replies": found.replies,
                "quotes": found.quotes,
                "is_gone": found.gone,
                "counted_at": now,
            },
        )


def _take(connection: Connection, ref_id: str, found: Sequence[ThreadPost], now: datetime) -> None:
    there = {post.ref.id: post for post in found if post.ref.id != ref_id and post.parent is not None}
    stands = Q(under_id=ref_id) | Q(ref_id__in=list(there))
    replies = Reaction.objects.filter(connection=connection, kind=Reaction.Kind.REPLY).exclude(ref_id="")
    edited = []
    for reaction in replies.filter(stands):
        post = there.pop(reaction.ref_id, None)
        if post is not None:
            _move(reaction, ref_id)
            if post.text != reaction.text:
                edited.append(_event(post))
            update_words(reaction, post.text, now)
        elif reaction.gone_at is None:
            _miss(reaction, now)
    # Rooms above hear of edits, too, and of answers that no stream told.
    keep_events(connection, [*edited, *map(_event, there.values())], now, under_id=ref_id)


def _move(reaction: Reaction, ref_id: str) -> None:
    """What answers an answer of our own was told to us as such; the conversation shows where it stands."""
    if reaction.under_id != ref_id:
        reaction.under_id = ref_id
        reaction.save(update_fields=["under_id"])


def _miss(reaction: Reaction, now: datetime) -> None:
    reaction.n_missed += 1
    if reaction.n_missed >= LOOKS_TO_BE_GONE:
        # The words go with it: what somebody deleted is not for us to keep.
        reaction.gone_at, reaction.text = now, ""
    reaction.save(update_fields=["n_missed", "gone_at", "text"])


def _event(post: ThreadPost) -> Event:
    return Event(
        id=f"thread:{post.ref.id}",
        stream="replies",
        kind="reply",
        at=post.at,
        actor=post.author,
        ref=post.ref,
        subject=post.parent,
        text=post.text,
    )
