"""What any portal tells of an idea, whatever its files look like."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from livingroom.ideas.models import Idea

State = Idea.State
# How other portals call the states, folded to small letters and single spaces.
STATES: Mapping[str, State] = {
    "": State.NEW, "new": State.NEW, "open": State.NEW, "active": State.NEW, "none": State.NEW,
    "under review": State.UNDER_REVIEW, "in review": State.UNDER_REVIEW, "under consideration": State.UNDER_REVIEW,
    "gathering feedback": State.UNDER_REVIEW, "needs feedback": State.UNDER_REVIEW,
    "planned": State.PLANNED, "accepted": State.PLANNED, "on the roadmap": State.PLANNED,
    "started": State.BUILDING, "in progress": State.BUILDING, "building": State.BUILDING, "work in progress": State.BUILDING,
    "completed": State.SHIPPED, "complete": State.SHIPPED, "done": State.SHIPPED, "shipped": State.SHIPPED,
    "implemented": State.SHIPPED, "released": State.SHIPPED, "delivered": State.SHIPPED,
    "declined": State.DECLINED, "rejected": State.DECLINED, "closed": State.DECLINED, "not planned": State.DECLINED,
    "will not do": State.DECLINED, "won't do": State.DECLINED,
}  # fmt: skip
_SPACE = re.compile(r"[\s_-]+")


class CannotRead(ValueError):
    """Why one row cannot be brought in, in words for people."""


class NotIdeas(ValueError):
    """The file as a whole cannot be read as ideas."""


@dataclass(frozen=True)
class AnswerFact:
    text: str
    at: datetime | None = None
    url: str = ""


@dataclass(frozen=True)
class VoteFact:
    """Somebody who voted there: by their address, or by the keyed hash of it."""

    mail: str
    at: datetime | None = None


@dataclass(frozen=True)
class CommentFact:
    external_id: str
    author: str
    text: str
    at: datetime


@dataclass(frozen=True)
class IdeaFact:
    """One idea. `n_votes` is what the portal counted, of which `votes` names some; `part_of` is the idea it was merged into."""

    external_id: str
    title: str
    made_at: datetime
    text: str = ""
    state: str = State.NEW
    author: str = ""
    category: str = ""
    language: str = ""
    n_votes: int = 0
    answer: AnswerFact | None = None
    part_of: str = ""
    votes: tuple[VoteFact, ...] = ()
    comments: tuple[CommentFact, ...] = ()


@dataclass(frozen=True)
class Read:
    """One row of a file: where it stands, and what it says or why it cannot be read."""

    where: str
    fact: IdeaFact | None = None
    problem: str = ""


def state_of(said: str, more: Mapping[str, str] | None = None) -> State:
    """The state that a word of another portal means. Raises CannotRead."""
    word = _SPACE.sub(" ", said.strip().lower())
    if more and word in more:
        return State(more[word])
    if word not in STATES:
        known = ", ".join(State.values)
        raise CannotRead(
            f"The state “{said}” is not known here. Say which it means (--state “{word}=…”): {known}."
        )
    return STATES[word]


def moment_of(said: str) -> datetime:
    """A moment as files write it; without a zone it is UTC. Raises CannotRead."""
    text = said.strip().removesuffix(" UTC").strip()
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise CannotRead(f"“{said}” is no date: write 2026-03-02 or 2026-03-02T12:00:00Z.") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def number_of(said: str) -> int:
    """A count. Raises CannotRead."""
    digits = said.strip().replace(",", "").replace(".0", "")
    if not digits:
        return 0
    if not (digits.isascii() and digits.isdigit() and len(digits) < 10):
        raise CannotRead(f"“{said}” is no number of votes.")
    return int(digits)


def title_of(said: str, text: str) -> tuple[str, str]:
    """A title of ours, and the text with what did not fit into it. Raises CannotRead."""
    title = " ".join(said.split())
    if not title:
        raise CannotRead("It has no title.")
    if len(title) <= 150:
        return title, text
    return title[:149].rsplit(" ", 1)[0] + "…", f"{title}\n\n{text}".strip()
