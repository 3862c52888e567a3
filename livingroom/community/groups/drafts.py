"""A group as somebody wrote it, before it is a row."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from livingroom.branches.models import Branch, Host
from livingroom.ideas.models import Category, Storm


@dataclass(frozen=True)
class GroupDraft:
    name: str
    slug: str = ""
    intro: str = ""
    language: str = "en"
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    interests: tuple[str, ...] = ()
    segment: str = ""
    branches: tuple[Branch, ...] = ()
    hosts: tuple[Host, ...] = ()
    categories: tuple[Category, ...] = ()
    storms: tuple[Storm, ...] = ()
    position: int = 50
    is_public: bool = True
