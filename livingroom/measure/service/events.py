"""What happened in conversations, as rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

AUTHOR_KINDS = ("customer", "peer", "staff", "bot")
KINDS = (
    "message",
    "automatic",
    "close",
    "reopen",
    "wait",
    "resume",
    "handover",
    "ask",
    "rating",
    "accept",
    "post",
)
PEOPLE = ("customer", "peer")

SECOND = 1_000_000
DAY = 86_400 * SECOND


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened.

    Parameters
    ----------
    conversation : str
        Of which conversation; of a post, its own.
    at : int
        When, microseconds UTC.
    author : str
        Who, the same in all conversations.
    author_kind : str
        customer (who asks), peer (another customer), staff or bot.
    kind : str
        message; automatic (an answer that no person wrote); close, reopen; wait, resume (the customer has the word, or not any
        more); handover (from the bot to people); ask (for a rating), rating; accept (of an answer); post (to everybody).
    value : str
        Of a rating 1 to 5; of an acceptance the author of the accepted answer.
    tone : float or None
        Of a message, -1 to 1.
    is_helpful : bool
        Of a peer's message: whether it is an answer at all. True where nobody judges.
    is_promotion : bool
        Of a post: whether it sells (campaign link, price, code).
    reply_to : str
        The author who is answered, if it is not who asked.
    """

    conversation: str
    at: int
    author: str
    author_kind: str
    kind: str = "message"
    value: str = ""
    tone: float | None = None
    is_helpful: bool = True
    is_promotion: bool = False
    reply_to: str = ""

    @property
    def is_asked(self) -> bool:
        """Whether it is a message of who asks."""
        return self.kind == "message" and self.author_kind == "customer"

    @property
    def is_staff_answer(self) -> bool:
        """Whether a person of ours wrote it. Bots and automatic replies never count."""
        return self.kind == "message" and self.author_kind == "staff"

    @property
    def is_close(self) -> bool:
        """Whether a person closed the conversation: a bot's close ends nothing."""
        return self.kind == "close" and self.author_kind != "bot"


@dataclass(frozen=True)
class Conversation:
    """The events of one conversation, in order of time.

    Parameters
    ----------
    id : str
    events : tuple of Event
    asker : str
        Author of the first message of a customer; empty if there is none.
    """

    id: str
    events: tuple[Event, ...]
    asker: str


def conversations(events: Iterable[Event]) -> list[Conversation]:
    """Return conversations by id. Rows may come in any order; those of one moment keep theirs."""
    ordered = sorted(events, key=lambda event: (event.conversation, event.at))
    found = []
    for name, rows in groupby(ordered, key=lambda event: event.conversation):
        own = tuple(rows)
        asker = next((event.author for event in own if event.is_asked), "")
        found.append(Conversation(name, own, asker))
    return found
