"""An answer exactly as the network would show it: signed, counted, and what is wrong with it."""

from dataclasses import dataclass

from livingroom.inbox.answering.signing import signature, signed
from livingroom.inbox.answering.standing import BY_MAIL, account_of
from livingroom.inbox.models import Conversation
from livingroom.networks.interface import Draft, Limits, Rendered
from livingroom.networks.registry import UnknownNetwork, find_network
from livingroom.people.models import Staff


@dataclass(frozen=True)
class Counted:
    """What the composer shows under the words while they are typed."""

    size: int
    limit: int
    problems: tuple[str, ...]
    signature: str

    @property
    def left(self) -> int:
        return self.limit - self.size

    @property
    def is_too_long(self) -> bool:
        return bool(self.limit) and self.size > self.limit


def count(conversation: Conversation, staff: Staff, text: str) -> Counted:
    """Count an answer with its signature against the account's own limits."""
    sign = signature(staff, conversation.branch)
    rendered = render_answer(conversation, signed(text, sign) if text.strip() else sign)
    return Counted(
        rendered.size,
        rendered.limit,
        tuple(problem.text for problem in rendered.problems if problem.blocks and text.strip()),
        sign,
    )


def render_answer(conversation: Conversation, text: str) -> Rendered:
    """Return the one post an answer becomes. Mail has no limit; a network nobody knows shows the words as they are."""
    if conversation.network in BY_MAIL:
        return Rendered(text, size=len(text), language=conversation.language)
    account = account_of(conversation)
    try:
        network = find_network(account.network if account else conversation.network)
    except UnknownNetwork:
        return Rendered(text, size=len(text), language=conversation.language)
    limits: Limits | None = account.own_limits if account else None
    return network.render(Draft(text, language=conversation.language), limits=limits)[0]
