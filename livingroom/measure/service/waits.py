"""How long people waited: for the first answer, for the next, for the end."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from livingroom.measure.service.events import Conversation, Event

WaitKind = Literal["first", "next", "resolution"]


@dataclass(frozen=True)
class Wait:
    """A clock that ran.

    Parameters
    ----------
    conversation : str
    kind : "first", "next" or "resolution"
    start : int
        Microseconds UTC.
    end : int or None
        When it was ended; None while it runs.
    by : str
        Who ended it: the one who wrote, not the one to whom it was assigned.
    pauses : tuple of (int, int or None)
        When the customer had the word.
    """

    conversation: str
    kind: WaitKind
    start: int
    end: int | None
    by: str = ""
    pauses: tuple[tuple[int, int | None], ...] = ()


def answer_waits(conversation: Conversation) -> list[Wait]:
    """Return the waits for an answer of staff.

    The clock starts with a customer's message that nobody has answered; further ones before the answer start no other. The
    first after the opening, or after a close or reopening, waits for a *first* answer, every other for a *next*. A close without
    an answer ends no wait: it stays unanswered.
    """
    return list(_answer_waits(conversation))


def _answer_waits(conversation: Conversation) -> Iterator[Wait]:
    since: int | None = None
    kind: WaitKind = "first"
    for event in conversation.events:
        if event.is_asked and since is None:
            since = event.at
        elif event.is_staff_answer and since is not None:
            yield Wait(conversation.id, kind, since, event.at, event.author)
            since, kind = None, "next"
        elif event.kind == "reopen" or event.is_close:
            if since is not None and event.is_close:
                yield Wait(conversation.id, kind, since, None)
                since = None
            # A new question gets a new promise, even on an old thread.
            kind = "first" if since is None else kind
    if since is not None:
        yield Wait(conversation.id, kind, since, None)


def resolution_wait(conversation: Conversation) -> Wait | None:
    """Return the wait from the first message to the last close, or None if no customer wrote.

    A bot's close ends nothing. Where a bot handed over to people the clock starts with that. A customer's message or a reopening
    after the last close starts it again: the time since the first message counts on.
    """
    start = next((event.at for event in conversation.events if event.is_asked), None)
    if start is None:
        return None
    closed: Event | None = None
    for event in conversation.events:
        if event.kind == "handover" and closed is None:
            start = max(start, event.at)
        elif event.is_close:
            closed = event
        elif event.kind == "reopen" or event.is_asked:
            closed = None
    if closed is None or closed.at < start:
        return Wait(conversation.id, "resolution", start, None, pauses=_pauses(conversation.events))
    return Wait(
        conversation.id,
        "resolution",
        start,
        closed.at,
        _closer(conversation, closed),
        _pauses(conversation.events),
    )


def _closer(conversation: Conversation, closed: Event) -> str:
    """The person who answered last before the close; who closed it, if nobody answered."""
    answers = [
        event.author for event in conversation.events if event.is_staff_answer and event.at <= closed.at
    ]
    return answers[-1] if answers else closed.author


def _pauses(events: Sequence[Event]) -> tuple[tuple[int, int | None], ...]:
    """A pause begins with a wait and ends when it is resumed, the customer writes, or the conversation closes."""
    found: list[tuple[int, int | None]] = []
    since: int | None = None
    for event in events:
        if event.kind == "wait" and since is None:
            since = event.at
        elif since is not None and (event.kind in ("resume", "reopen") or event.is_close or event.is_asked):
            found.append((since, event.at))
            since = None
    return tuple(found) if since is None else (*found, (since, None))


def all_waits(conversations: Iterable[Conversation]) -> list[Wait]:
    """Return every wait of every conversation."""
    waits: list[Wait] = []
    for conversation in conversations:
        waits += answer_waits(conversation)
        resolution = resolution_wait(conversation)
        if resolution is not None:
            waits.append(resolution)
    return waits
