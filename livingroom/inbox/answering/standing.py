"""Can this conversation be answered, and if not, why not: said before anybody types, and asked again before it is sent."""

from datetime import datetime

from livingroom.inbox.answering.windows import window_closes_at
from livingroom.inbox.models import Author, Conversation, Message
from livingroom.inbox.moderation.models import Ban
from livingroom.networks.interface import Network
from livingroom.networks.models import Connection
from livingroom.networks.reactions.keeping import names_of
from livingroom.networks.reactions.models import OptOut
from livingroom.networks.registry import UnknownNetwork, find_network
from livingroom.shared.templatetags.words import when

BY_MAIL = ("mail", "form")


def why_not(
    conversation: Conversation, now: datetime, *, is_automatic: bool = False, may_be_closed: bool = False
) -> str:
    """One sentence that says what stands in the way, and what to do; empty when it can be answered.

    `may_be_closed`: it was written before the end and goes out after it, or asks how it was.
    """
    return (
        _why_not_this(conversation, may_be_closed=may_be_closed)
        or _why_not_them(conversation.author)
        or (
            _why_no_address(conversation) if conversation.network in BY_MAIL else _why_not_there(conversation)
        )
        or _why_too_late(conversation, now, is_automatic=is_automatic)
    )


def account_of(conversation: Conversation) -> Connection | None:
    """The account that answers: the one it came to, else the branch's."""
    if conversation.connection is not None:
        return conversation.connection
    return conversation.branch.connection if conversation.branch is not None else None


def answered_message(conversation: Conversation, before: int | None = None) -> Message | None:
    """The words of theirs that an answer is an answer to: the last that still stand."""
    theirs = conversation.messages.filter(direction=Message.Direction.IN, gone_at=None)
    if conversation.network not in BY_MAIL:
        theirs = theirs.exclude(remote_id="")
    if before is not None:
        theirs = theirs.filter(pk__lt=before)
    return theirs.order_by("-at", "-pk").first()


def mail_address(author: Author) -> str:
    """Where a mail reaches them; empty when we know no address."""
    return next((name for name in (author.author_id, author.handle) if "@" in name.strip("@")), "")


def _why_not_this(conversation: Conversation, *, may_be_closed: bool) -> str:
    if conversation.state == Conversation.State.MERGED:
        return f"This conversation was merged into #{conversation.merged_into_id}: answer there."
    if conversation.state == Conversation.State.CLOSED and not may_be_closed:
        return "This conversation is closed: reopen it, then answer."
    return ""


def _why_not_them(author: Author) -> str:
    if Ban.objects.standing().filter(author=author).exists():
        return f"{author} is banned: nothing is sent to them until the ban is taken back."
    if OptOut.objects.of(author.network, names_of(author.author_id, author.handle, "")).exists():
        return f"{author} asked us to leave them alone."
    return ""


def _why_no_address(conversation: Conversation) -> str:
    return "" if mail_address(conversation.author) else f"{conversation.author} left no mail address."


def _why_not_there(conversation: Conversation) -> str:
    account = account_of(conversation)
    if account is None:
        return "No account of ours is connected here: connect the branch, then answer."
    if account.state != Connection.State.CONNECTED:
        return f"{account} must be connected again first: {account.problem or 'its access ended.'}"
    try:
        network = find_network(account.network)
    except UnknownNetwork:
        return f"Livingroom cannot write to {account.network}: answer there by hand."
    return _why_not_on(network, conversation)


def _why_not_on(network: type[Network], conversation: Conversation) -> str:
    can = network.capabilities
    if not can.reply:
        return can.why_not.get("reply", f"{network.title} takes no answers from here.")
    if not conversation.is_public and not can.private_reply:
        sentence = f"This was said to us alone, and {network.title} would show an answer to everybody: answer there by hand."
        return can.why_not.get("private_reply", sentence)
    if answered_message(conversation) is None:
        return "What they said is gone from the network: there is nothing to answer."
    return ""


def _why_too_late(conversation: Conversation, now: datetime, *, is_automatic: bool) -> str:
    closes_at = window_closes_at(conversation, is_automatic=is_automatic)
    if closes_at is None or now <= closes_at:
        return ""
    return (
        f"{conversation.network.title()} let us answer until {when(closes_at)}: wait for their next message."
    )
