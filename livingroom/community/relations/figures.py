"""The figures of relationship, as measure/service defines them, over everything that people did for each other."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from livingroom.community.relations.acts import Acts
from livingroom.measure.moments import as_microseconds
from livingroom.measure.service.community import (
    absence_factor,
    accepted_answers,
    answers_by_customer,
    customer_answer_share,
    first_answer,
    newcomer_conversion,
    reciprocity,
    reply_pairs,
)
from livingroom.measure.service.events import PEOPLE, Conversation, Event, conversations
from livingroom.measure.service.figures import VERSION, Figure

DEFINED = f"{VERSION} (docs/methods/service.md)"


@dataclass(frozen=True)
class Thread:
    """One thread as a list shows it."""

    name: str
    title: str
    url: str
    asker: str
    first: str
    n_answers: int
    is_accepted: bool


def relation_figures(acts: Acts, now: datetime) -> list[Figure]:
    """Return them: shares of questions from threads that ask, relations between people from remarks on ideas, too."""
    asked, every = conversations(acts.asked), conversations(acts.every)
    accepted, n_own = accepted_answers(asked)
    done = [
        (event.author, event.at)
        for event in acts.every
        if event.kind == "message" and event.author_kind in PEOPLE
    ]
    return [
        Figure("customer_answer_share", "First answered by a customer", "share", customer_answer_share(asked)),
        Figure("peer_accepted_share", "Accepted answers by customers", "share", accepted),
        Figure("own_accepted", "Own answers accepted by who asked", "answers", n_own),
        Figure(
            "absence_factor", "Contributors who give half of the answers", "people",
            absence_factor(answers_by_customer(every).values()),
        ),
        Figure("reciprocity", "Pairs of customers who answer each other", "share", reciprocity(reply_pairs(every))),
        Figure(
            "newcomer_conversion", "Newcomers who came again within 28 days", "share",
            newcomer_conversion(done, as_microseconds(now)),
        ),
    ]  # fmt: skip


def ties(acts: Acts) -> Counter[tuple[str, str]]:
    """Count who answered whom: customers each other, and we customers. Nobody answers himself."""
    found: Counter[tuple[str, str]] = Counter()
    for talk in conversations(acts.every):
        for event in talk.events:
            to = event.reply_to or talk.asker
            if event.kind == "message" and event.author != to and _answers(event, talk) and to:
                found[event.author, to] += 1
    return found


def among_customers(counted: Counter[tuple[str, str]]) -> Counter[tuple[str, str]]:
    """Leave out what we answered."""
    return Counter({pair: n for pair, n in counted.items() if not any(key.startswith("s") for key in pair)})


def threads(acts: Acts, figure: str) -> list[Thread]:
    """The threads behind a figure, newest first."""
    found = []
    for talk in conversations(acts.every if figure in ("absence_factor", "reciprocity") else acts.asked):
        first = first_answer(talk)
        is_accepted = any(event.kind == "accept" for event in talk.events)
        if not _belongs(figure, talk, first, is_accepted):
            continue
        n = sum(_answers(event, talk) for event in talk.events if event.kind == "message")
        title, url = acts.titles.get(talk.id, (talk.id, ""))
        found.append((talk.events[-1].at, Thread(
            talk.id, title, url, talk.asker, first.author if first else "", n, is_accepted
        )))  # fmt: skip
    return [thread for _, thread in sorted(found, key=lambda pair: -pair[0])]


def _belongs(figure: str, talk: Conversation, first: Event | None, is_accepted: bool) -> bool:
    match figure:
        case "customer_answer_share":
            return first is not None and first.author_kind in PEOPLE
        case "peer_accepted_share" | "own_accepted":
            return is_accepted
        case "absence_factor" | "reciprocity":
            return any(event.author_kind == "peer" for event in talk.events)
        case _:
            return True


def _answers(event: Event, talk: Conversation) -> bool:
    if event.author_kind in ("staff", "peer"):
        return True
    return bool(event.reply_to) and event.author == talk.asker  # who asked answers somebody by name
