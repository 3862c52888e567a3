"""A saved reply in the customer's language, with their name in it. `{name|there}` says what stands in where nobody knows."""

import re
from collections.abc import Callable, Iterable, Mapping

from livingroom.inbox.answering.signing import host_of
from livingroom.inbox.models import Conversation
from livingroom.inbox.replies.models import SavedReply, SavedText
from livingroom.people.models import Staff
from livingroom.shared.models import Brand

VARIABLE = re.compile(r"\{(\w+)(?:\|([^{}]*))?\}")

Value = Callable[[Conversation, Staff | None], str]
VARIABLES: Mapping[str, tuple[str, Value]] = {
    "name": ("The customer’s name", lambda conversation, staff: conversation.author.name),
    "first_name": (
        "The customer’s first name",
        lambda conversation, staff: next(iter(conversation.author.name.split()), ""),
    ),
    "handle": ("The customer’s handle", lambda conversation, staff: conversation.author.handle),
    "number": ("The number of the conversation", lambda conversation, staff: f"#{conversation.pk}"),
    "subject": ("The subject", lambda conversation, staff: conversation.subject),
    "branch": ("The branch", lambda conversation, staff: str(conversation.branch or "")),
    "brand": ("The brand", lambda conversation, staff: Brand.current().name),
    "host": ("Who answers", lambda conversation, staff: _host_name(conversation, staff)),
}


def fill(text: str, conversation: Conversation, staff: Staff | None) -> str:
    """Write the variables in. What nobody knows is what its author wrote after the bar, or nothing."""

    def value(found: re.Match[str]) -> str:
        known = VARIABLES.get(found[1])
        return (known[1](conversation, staff) if known else "") or (found[2] or "")

    return re.sub(r"[ \t]+([,.!?])", r"\1", VARIABLE.sub(value, text)).strip()


def unknown_variables(text: str) -> list[str]:
    """Names in braces that stand for nothing."""
    return sorted({name for name, _ in VARIABLE.findall(text)} - VARIABLES.keys())


def text_for(texts: Iterable[SavedText], conversation: Conversation) -> SavedText | None:
    """The text in the customer's language, else the branch's, else English, else the first there is."""
    by_language = {text.language.lower(): text for text in texts}
    branch_language = conversation.branch.language if conversation.branch else ""
    for wanted in (conversation.language, branch_language, "en"):
        wanted = wanted.lower()
        if wanted and (found := by_language.get(wanted) or by_language.get(wanted[:2])):
            return found
    return next(iter(by_language.values()), None)


def words_of(reply: SavedReply, conversation: Conversation, staff: Staff | None) -> str:
    """The reply as it would be said here."""
    text = text_for(reply.texts.all(), conversation)
    return fill(text.text, conversation, staff) if text else ""


def _host_name(conversation: Conversation, staff: Staff | None) -> str:
    host = host_of(staff, conversation.branch)
    return host.name if host else (staff.name if staff else "")
