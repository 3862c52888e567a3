"""What is said and heard on any network, as values. Plain Python; every connector speaks in these."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

from livingroom.shared.problems import Problem

# comments are under our own things where a network tells them from replies; links are pages elsewhere that lead to ours.
Stream = Literal["replies", "mentions", "reactions", "followers", "comments", "search", "links"]


@dataclass(frozen=True)
class Image:
    """A picture. `url` is where the public finds it, for networks that fetch it themselves."""

    content: bytes
    media_type: str
    alt: str = ""
    url: str = ""


@dataclass(frozen=True)
class Card:
    """The preview of a link: what a network shows under the text."""

    title: str
    description: str = ""
    image: Image | None = None


@dataclass(frozen=True)
class Draft:
    """What is to be said. `{link}` in the text marks where the link goes; without it the network's custom decides."""

    text: str
    language: str = ""
    card: Card | None = None
    may_split: bool = False
    title: str = ""
    images: tuple[Image, ...] = ()


@dataclass(frozen=True)
class Facet:
    """A stretch of text that means something; offsets count UTF-8 bytes."""

    kind: Literal["link", "mention", "tag"]
    start: int
    end: int
    value: str


@dataclass(frozen=True)
class Rendered:
    """One post exactly as the network would show it, and what is wrong with it."""

    text: str
    facets: tuple[Facet, ...] = ()
    link: str = ""
    card: Card | None = None
    language: str = ""
    title: str = ""
    images: tuple[Image, ...] = ()
    size: int = 0
    limit: int = 0
    part: int = 1
    n_parts: int = 1
    problems: tuple[Problem, ...] = ()

    @property
    def sendable(self) -> bool:
        return not any(problem.blocks for problem in self.problems)


@dataclass(frozen=True)
class Cost:
    """What sending costs: money (exact, so not rounded to minor units) and the network's own quota."""

    amount: Decimal = Decimal(0)
    currency: str = "USD"
    quota: Mapping[str, int] = field(default_factory=dict)
    why: str = ""


@dataclass(frozen=True)
class Ref:
    """The network's own name of a post. `version` tells edits apart where a network has such a thing."""

    id: str
    version: str = ""
    url: str = ""


@dataclass(frozen=True)
class Published:
    ref: Ref
    at: datetime
    key: str


@dataclass(frozen=True)
class Person:
    id: str
    handle: str
    name: str = ""


@dataclass(frozen=True)
class Followers:
    """Some of those who follow an account, each by a name that is the same wherever this network is asked.

    `cursor` leads to the next page; it is empty at the end.
    """

    names: tuple[str, ...]
    cursor: str = ""


@dataclass(frozen=True)
class Solved:
    """A question that has an accepted answer, for everybody to read."""

    ref: Ref
    title: str
    at: datetime


@dataclass(frozen=True)
class SolvedPage:
    """Solved questions, newest first; `cursor` leads on and is empty at the end."""

    questions: tuple[Solved, ...]
    cursor: str = ""


@dataclass(frozen=True)
class Event:
    """Something that happened on the network. `id` is stable: seeing it twice means one event."""

    id: str
    stream: Stream
    kind: str
    at: datetime
    actor: Person
    ref: Ref | None = None
    subject: Ref | None = None
    text: str = ""
    # False: said to us alone or to followers; it is never shown outside.
    is_public: bool = True


@dataclass(frozen=True)
class Page:
    """Events and where to go on. `restarted` says that the network forgot our place and events may come again.

    `note` says in a sentence what of the question the network cannot answer.
    """

    events: tuple[Event, ...]
    cursor: str
    more: bool = False
    restarted: bool = False
    note: str = ""


@dataclass(frozen=True)
class ThreadPost:
    ref: Ref
    author: Person
    text: str
    at: datetime
    parent: Ref | None = None


@dataclass(frozen=True)
class Metrics:
    ref: Ref
    likes: int = 0
    reposts: int = 0
    replies: int = 0
    quotes: int = 0
    gone: bool = False
    # How often it was seen; None where the network does not tell.
    views: int | None = None


@dataclass(frozen=True)
class Capabilities:
    """What a network can do; `why_not` has the sentence a page shows for each thing it cannot."""

    streams: frozenset[Stream]
    publish: bool = True
    reply: bool = True
    edit: bool = False
    delete: bool = True
    react: bool = True
    hide: bool = False
    thread: bool = True
    metrics: bool = True
    card: bool = True
    images: bool = False
    own_key: bool = False
    webhook: bool = False
    # Whether an answer to what was said to us alone stays between us.
    private_reply: bool = False
    # Whether it tells who follows an account, so that one person on two accounts is counted once.
    follower_names: bool = False
    # Whether it knows which questions were answered, so that the next asker is led there.
    solved: bool = False
    why_not: Mapping[str, str] = field(default_factory=dict)
