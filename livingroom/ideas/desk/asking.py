"""What somebody asks of the lists of ideas, read from an address; what makes no sense is left out rather than refused."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import F, Q, QuerySet
from django.db.models.expressions import OrderBy

from livingroom.ideas.models import Board, Idea

ORDERS: dict[str, tuple[str | OrderBy, ...]] = {
    "due": (F("due_at").asc(nulls_last=True), "pk"),
    "votes": ("-n_for", "pk"),
    "new": ("-made_at", "-pk"),
    "answered": (F("state_at").desc(), "-pk"),
    "title": ("title", "pk"),
}
PAGE = 50


@dataclass(frozen=True)
class Asked:
    """Words of an address; an empty one asks for nothing."""

    board: str = ""
    category: str = ""
    owner: str = ""
    state: str = ""
    standing: str = ""
    storm: str = ""
    due: str = ""
    q: str = ""
    sort: str = ""
    page: str = ""

    @classmethod
    def read(cls, asked: Mapping[str, str]) -> "Asked":
        found = {field.name: str(asked.get(field.name, "")).strip()[:80] for field in fields(cls)}
        for name in ("category", "owner", "storm", "page"):
            word = found[name]
            found[name] = word if word in ("nobody", "none") or (word.isdecimal() and len(word) < 10) else ""
        found["state"] = found["state"] if found["state"] in Idea.State.values else ""
        found["standing"] = found["standing"] if found["standing"] in Idea.Standing.values else ""
        found["due"] = found["due"] if found["due"] in ("late", "soon") else ""
        found["sort"] = found["sort"] if found["sort"].lstrip("-") in ORDERS else ""
        return cls(**found)

    def address(self, **changes: str) -> str:
        """These words, some of them changed; a change begins at the first page again."""
        other = replace(self, **{"page": "", **changes})
        return urlencode({name: value for name, value in vars(other).items() if value})

    @property
    def number(self) -> int:
        return max(int(self.page or 1), 1) if self.page.isdecimal() or not self.page else 1

    @property
    def narrows(self) -> bool:
        return any(value for name, value in vars(self).items() if name not in ("board", "sort", "page"))

    def narrowed(self, ideas: QuerySet[Idea], now: datetime) -> QuerySet[Idea]:
        """Keep what was asked for."""
        keep = Q()
        if self.board:
            keep &= Q(board__slug=self.board)
        if self.category:
            keep &= (
                Q(category=None) if self.category in ("none", "nobody") else Q(category=int(self.category))
            )
        if self.owner:
            keep &= Q(owner=None) if self.owner in ("none", "nobody") else Q(owner=int(self.owner))
        if self.storm.isdecimal():
            keep &= Q(storm=int(self.storm))
        if self.state:
            keep &= Q(state=self.state)
        if self.standing:
            keep &= Q(standing=self.standing)
        if self.due == "late":
            keep &= Q(due_at__lte=now)
        if self.q:
            keep &= Q(title__icontains=self.q) | Q(text__icontains=self.q)
        return ideas.filter(keep)

    def ordered(self, ideas: QuerySet[Idea], usual: str) -> QuerySet[Idea]:
        wanted = self.sort or usual
        order = ORDERS[wanted.lstrip("-")]
        return ideas.order_by(*order).reverse() if wanted.startswith("-") else ideas.order_by(*order)


def chosen_board(asked: Asked) -> Board | None:
    return Board.objects.filter(slug=asked.board).first() if asked.board else None
