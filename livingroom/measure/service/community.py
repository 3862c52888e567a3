"""Customers among themselves: who answers whom, who comes again, on how many shoulders it rests."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import accumulate

from livingroom.measure.estimate import Estimate, NotEnoughData
from livingroom.measure.service.events import DAY, PEOPLE, Conversation, Event
from livingroom.measure.service.shares import wilson

WINDOW_DAYS = 28
AGAIN_AFTER = DAY  # one visit may have several messages


def customer_answer_share(conversations: Iterable[Conversation]) -> Estimate | NotEnoughData:
    """Return the share of answered questions whose first helpful answer came from another customer."""
    firsts = [first for conversation in conversations if (first := first_answer(conversation)) is not None]
    return wilson(sum(first.author_kind in PEOPLE for first in firsts), len(firsts), of="answered questions")


def first_answer(conversation: Conversation) -> Event | None:
    """Return the first helpful message of a person who did not ask, or None. Bots and automatic replies never count."""
    asked_at = next((event.at for event in conversation.events if event.is_asked), None)
    if asked_at is None:
        return None
    return next(
        (event for event in conversation.events if event.at >= asked_at and is_answer(event, conversation)),
        None,
    )


def is_answer(event: Event, conversation: Conversation) -> bool:
    """Whether an event answers the question of a conversation."""
    is_written = event.kind == "message" and event.author_kind in ("staff", *PEOPLE)
    return is_written and event.author != conversation.asker and event.is_helpful


def accepted_answers(conversations: Iterable[Conversation]) -> tuple[Estimate | NotEnoughData, int]:
    """Return the share of accepted answers that customers wrote, and how many askers accepted their own.

    Only the asker or staff accept. Of several acceptances in one conversation the last stands. An own answer is apart: it is in
    neither part of the share.
    """
    n_peers = n_all = n_own = 0
    for conversation in conversations:
        kinds = {event.author: event.author_kind for event in conversation.events if event.kind == "message"}
        accepted = [
            event.value
            for event in conversation.events
            if event.kind == "accept" and (event.author == conversation.asker or event.author_kind == "staff")
        ]
        if not accepted:
            continue
        if accepted[-1] == conversation.asker:
            n_own += 1
        elif kinds.get(accepted[-1]) in ("staff", *PEOPLE):
            n_all += 1
            n_peers += kinds[accepted[-1]] in PEOPLE
    return wilson(n_peers, n_all, of="accepted answers"), n_own


def answers_by_customer(conversations: Iterable[Conversation]) -> Counter[str]:
    """Return how many answers each customer wrote to others."""
    return Counter(
        event.author
        for conversation in conversations
        for event in conversation.events
        if event.author_kind in PEOPLE and is_answer(event, conversation) and conversation.asker
    )


def absence_factor(answers: Iterable[int]) -> int | NotEnoughData:
    """Return how few contributors give half of all answers.

    Parameters
    ----------
    answers : iterable of int
        Answers by contributor.

    Source
    ------
    CHAOSS, Contributor Absence Factor.
    """
    counts = sorted((count for count in answers if count > 0), reverse=True)
    if not counts:
        return NotEnoughData("no customer has answered another")
    half = sum(counts) / 2
    return 1 + next(place for place, so_far in enumerate(accumulate(counts)) if so_far >= half)


def reply_pairs(conversations: Iterable[Conversation]) -> set[tuple[str, str]]:
    """Return who answered whom, customers only and nobody himself.

    A message answers the author it names; without a name a peer answers who asked.
    """
    pairs = set()
    for conversation in conversations:
        people = {event.author for event in conversation.events if event.author_kind in PEOPLE}
        for event in conversation.events:
            if event.kind != "message" or event.author_kind not in PEOPLE:
                continue
            to = event.reply_to or (conversation.asker if event.author != conversation.asker else "")
            if to in people and to != event.author:
                pairs.add((event.author, to))
    return pairs


def reciprocity(pairs: set[tuple[str, str]]) -> float | NotEnoughData:
    """Return the share of directed pairs that are answered the other way, too.

    Source
    ------
    Wasserman and Faust, Social Network Analysis, 1994; the same as networkx.overall_reciprocity.
    """
    directed = {(one, other) for one, other in pairs if one != other}
    if not directed:
        return NotEnoughData("no customer has answered another")
    return sum((other, one) in directed for one, other in directed) / len(directed)


def newcomer_conversion(
    acts: Sequence[tuple[str, int]], as_of: int, known_since: int | None = None
) -> Estimate | NotEnoughData:
    """Return the share of first-timers who act again within 28 days.

    Parameters
    ----------
    acts : sequence of (str, int)
        Who did something, and when, microseconds UTC.
    as_of : int
        The cohort is whoever came first at least 28 days before.
    known_since : int, optional
        First acts before that are nobody's first: the record may begin in the middle of a friendship.

    Notes
    -----
    Again is at least a day after the first: one visit may have several messages.
    """
    by_person: dict[str, list[int]] = {}
    for person, at in acts:
        by_person.setdefault(person, []).append(at)
    came = again = 0
    for moments in by_person.values():
        first = min(moments)
        if first > as_of - WINDOW_DAYS * DAY or (known_since is not None and first < known_since):
            continue
        came += 1
        again += any(AGAIN_AFTER <= at - first <= WINDOW_DAYS * DAY for at in moments)
    return wilson(again, came, of="newcomers of whom 28 days are known")
