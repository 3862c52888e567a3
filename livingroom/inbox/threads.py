"""Which conversation a mention belongs to: its thread on the network, and who speaks.

A public thread under a post of ours is one conversation for each author who talks to us, not one for all of them.
What answers words of ours goes where those words stand.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from livingroom.inbox.models import Conversation, Message
from livingroom.listening.models import Mention

LONGEST = 300
AUTHORS_BY_MAIL = ("mail", "form")  # one person, by the address, whichever way they wrote


@dataclass(frozen=True)
class Home:
    """Where one mention goes: the thread and, where it answers words in a conversation of its author, that one."""

    key: str
    root: str
    conversation_id: int | None = None


@dataclass(frozen=True)
class _Words:
    """Words of a conversation that a mention answers."""

    conversation_id: int
    root: str
    author: tuple[str, str]


def author_of(mention: Mention) -> tuple[str, str]:
    """The network and the name by which the author is known."""
    network = "mail" if mention.network in AUTHORS_BY_MAIL else mention.network
    return network, mention.author_id


def homes_of(mentions: Sequence[Mention]) -> list[Home]:
    """Say of each mention where it belongs; earlier ones of the same batch are known to later ones."""
    words = _words_answered({mention.subject_id for mention in mentions} - {""})
    networks = {mention.network for mention in mentions}
    above = _tops(networks, {mention.subject_id for mention in mentions} - {""} - words.keys())
    homes = []
    for mention in mentions:
        home = _home_of(mention, words.get(mention.subject_id), above)
        above[mention.key] = home.root
        homes.append(home)
    return homes


def _home_of(mention: Mention, answered: _Words | None, above: dict[str, str]) -> Home:
    place = str(mention.connection_id or mention.network)
    if answered is not None:
        same = answered.author == author_of(mention)
        return Home(
            thread_key(place, answered.root, mention),
            answered.root,
            answered.conversation_id if same else None,
        )
    if mention.kind == Mention.Kind.MESSAGE and mention.network not in AUTHORS_BY_MAIL:
        return Home(thread_key(place, "direct", mention), "direct")
    root = (mention.under_id or above.get(mention.subject_id) or mention.subject_id or mention.key)[:LONGEST]
    return Home(thread_key(place, root, mention), root)


def thread_key(place: str, root: str, mention: Mention) -> str:
    """The thread and its author in one word; long names of networks are shortened by their digest."""
    key = f"{place} {root} {mention.author_id}"
    if len(key) <= LONGEST:
        return key
    return f"{place} {hashlib.sha256(key.encode()).hexdigest()}"


def _words_answered(names: Iterable[str]) -> dict[str, _Words]:
    """Words of conversations, ours or theirs, by the network's name of them."""
    rows = (
        Message.objects.filter(remote_id__in=[name[:LONGEST] for name in names])
        .exclude(remote_id="")
        .exclude(conversation__state=Conversation.State.MERGED)
        .values_list(
            "remote_id",
            "conversation_id",
            "conversation__root",
            "conversation__author__network",
            "conversation__author__author_id",
        )
    )
    return {
        name: _Words(conversation, root, (network, author))
        for name, conversation, root, network, author in rows
    }


def _tops(networks: Iterable[str], names: Iterable[str]) -> dict[str, str]:
    """What mentions that opened nothing, such as talk among others, stand under."""
    rows = Mention.objects.filter(network__in=networks, key__in=[name[:LONGEST] for name in names])
    return {
        key: under or subject or key
        for key, under, subject in rows.values_list("key", "under_id", "subject_id")
    }
