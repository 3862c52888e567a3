"""Every figure of service from rows of events."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from livingroom.measure.estimate import Estimate, NotEnoughData
from livingroom.measure.service.calendars import Calendar
from livingroom.measure.service.community import (
    absence_factor,
    accepted_answers,
    answers_by_customer,
    customer_answer_share,
    newcomer_conversion,
    reciprocity,
    reply_pairs,
)
from livingroom.measure.service.events import PEOPLE, SECOND, Conversation, Event, conversations
from livingroom.measure.service.outcomes import (
    answered_within,
    conversation_ratio,
    recontact,
    satisfaction,
    tone_change,
)
from livingroom.measure.service.pauses import NEVER, running
from livingroom.measure.service.shares import wilson
from livingroom.measure.service.survival import kaplan_meier, quantile
from livingroom.measure.service.waits import Wait, WaitKind, all_waits

VERSION = "service 1"
HOUR = 3600 * SECOND
Answer = Estimate | NotEnoughData | float | int


@dataclass(frozen=True)
class Figure:
    """One figure.

    Parameters
    ----------
    name : str
        As docs/methods/service.md defines it.
    title : str
        As people read it.
    unit : str
        minutes, hours, share, people or points.
    answer : Estimate, NotEnoughData, float or int
        Plain numbers are counted, not estimated.
    """

    name: str
    title: str
    unit: str
    answer: Answer


def service_figures(
    events: Iterable[Event], as_of: int, calendar: Calendar | None = None, known_since: int | None = None
) -> list[Figure]:
    """Return every figure of service.

    Parameters
    ----------
    events : iterable of Event
        In any order. Those after `as_of` do not count.
    as_of : int
        Microseconds UTC: the moment at which unanswered questions are looked at.
    calendar : Calendar, optional
        Then waits are told in business time as well.
    known_since : int, optional
        See `newcomer_conversion`.

    Source
    ------
    docs/methods/service.md
    """
    known = [event for event in events if event.at <= as_of]
    talks = conversations(known)
    waits = all_waits(talks)
    figures = [*_of_waits(waits, as_of, None)]
    if calendar is not None:
        figures += _of_waits(waits, as_of, calendar)
    return [
        *figures,
        *_of_shares(waits, as_of),
        *_of_outcomes(talks, known, as_of),
        *_of_people(talks, as_of, known_since),
    ]


def wait_lengths(
    waits: Sequence[Wait], kind: WaitKind, as_of: int, calendar: Calendar | None = None
) -> tuple[list[float], list[bool]]:
    """Return how long each wait lasted, in seconds without its pauses, and whether it is over."""
    lengths, ended = [], []
    for wait in waits:
        if wait.kind == kind:
            pauses = [(low, NEVER if high is None else high) for low, high in wait.pauses]
            end = as_of if wait.end is None else wait.end
            lengths.append(running(wait.start, end, calendar, pauses) / SECOND)
            ended.append(wait.end is not None)
    return lengths, ended


_WAITS: tuple[tuple[WaitKind, str, str, float], ...] = (
    ("first", "first_response", "minutes", 60.0),
    ("next", "next_response", "minutes", 60.0),
    ("resolution", "resolution", "hours", 3600.0),
)


def _of_waits(waits: Sequence[Wait], as_of: int, calendar: Calendar | None) -> list[Figure]:
    figures = []
    within = "" if calendar is None else ", business time"
    after = "" if calendar is None else "_business"
    for kind, name, unit, seconds in _WAITS:
        lengths, ended = wait_lengths(waits, kind, as_of, calendar)
        curve = kaplan_meier([length / seconds for length in lengths], ended)
        for share, part, title in ((0.5, "median", "median"), (0.9, "p90", "90th percentile")):
            words = f"{name.replace('_', ' ').capitalize()} time, {title}{within}"
            figures.append(Figure(f"{name}_{part}{after}", words, unit, quantile(curve, share)))
    return figures


def _of_shares(waits: Sequence[Wait], as_of: int) -> list[Figure]:
    firsts = [wait for wait in waits if wait.kind == "first"]
    n_answered = sum(wait.end is not None for wait in firsts)
    return [
        Figure(
            "answered_share", "Questions answered", "share", wilson(n_answered, len(firsts), of="questions")
        ),
        Figure("answered_within_1h", "Answered within 1 hour", "share", answered_within(waits, HOUR, as_of)),
        Figure(
            "answered_within_24h",
            "Answered within 24 hours",
            "share",
            answered_within(waits, 24 * HOUR, as_of),
        ),
    ]


def _of_outcomes(talks: Sequence[Conversation], events: Sequence[Event], as_of: int) -> list[Figure]:
    csat, rated = satisfaction(talks)
    ratio, promotion = conversation_ratio(events, as_of)
    return [
        Figure("csat", "Satisfied (ratings 4 and 5)", "share", csat),
        Figure("csat_response", "Rated, of those asked", "share", rated),
        Figure("recontact", "Wrote again within 7 days", "share", recontact(talks, as_of)),
        Figure("conversation_ratio", "Outbound posts that answer a person", "share", ratio),
        Figure("promotion_share", "Outbound posts that sell", "share", promotion),
        Figure("tone_change", "Tone after our answer, less before", "points", tone_change(talks)),
    ]


def _of_people(talks: Sequence[Conversation], as_of: int, known_since: int | None) -> list[Figure]:
    accepted, n_own = accepted_answers(talks)
    acts = [
        (event.author, event.at)
        for talk in talks
        for event in talk.events
        if event.kind == "message" and event.author_kind in PEOPLE
    ]
    counted: list[tuple[str, str, str, Callable[[], Answer]]] = [
        ("customer_answer_share", "First answered by a customer", "share", lambda: customer_answer_share(talks)),
        ("peer_accepted_share", "Accepted answers by customers", "share", lambda: accepted),
        ("own_accepted", "Own answers accepted by who asked", "answers", lambda: n_own),
        ("absence_factor", "Contributors who give half of the answers", "people",
         lambda: absence_factor(answers_by_customer(talks).values())),
        ("reciprocity", "Pairs of customers who answer each other", "share", lambda: reciprocity(reply_pairs(talks))),
        ("newcomer_conversion", "Newcomers who came again within 28 days", "share",
         lambda: newcomer_conversion(acts, as_of, known_since)),
    ]  # fmt: skip
    return [Figure(name, title, unit, answer()) for name, title, unit, answer in counted]
