"""Ideas by words: first what has all of them, then what means the same."""

from django.db.models import Q

from livingroom.ideas.likeness.operations import similar
from livingroom.ideas.listing import N_PLACES
from livingroom.ideas.models import Board, Category, Idea
from livingroom.ideas.models.ideas import IdeaQuerySet

OPEN_TO_ALL = (Idea.Standing.PUBLIC, Idea.Standing.ARCHIVED)
WORDS_AT_MOST = 8


def found_by(
    board: Board, asked: str, *, category: Category | None, state: str, by_meaning: bool = True
) -> list[Idea]:
    """At most one page; an idea that has every word in title or text comes before those that only mean it."""
    rows = Idea.objects.filter(board=board, standing__in=OPEN_TO_ALL)
    for word in asked.split()[:WORDS_AT_MOST]:
        rows = rows.filter(Q(title__icontains=word) | Q(text__icontains=word))
    rows = _narrowed(rows, category, state).select_related("category", "member", "owner").defer("vector")
    found = {idea.pk: idea for idea in rows.order_by("-n_for", "-pk")[:N_PLACES]}
    if by_meaning:
        for one in similar(board, asked, N_PLACES):
            idea = one.idea
            fits = (category is None or idea.category_id == category.pk) and state in ("", idea.state)
            if fits and len(found) < N_PLACES:
                found.setdefault(idea.pk, idea)
    return list(found.values())


def _narrowed(rows: IdeaQuerySet, category: Category | None, state: str) -> IdeaQuerySet:
    rows = rows.filter(category=category) if category else rows
    return rows.filter(state=state) if state else rows
