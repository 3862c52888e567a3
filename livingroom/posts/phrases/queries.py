"""Reads for the pages of phrases and for the composer."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from livingroom.branches.models import Branch
from livingroom.posts.models import Placement, Post
from livingroom.posts.phrases.models import Phrase
from livingroom.posts.phrases.operations import saying
from livingroom.posts.phrases.places import covers
from livingroom.posts.phrases.variables import host_of

Kind = Phrase.Kind
USES_SHOWN = 50


@dataclass(frozen=True)
class Uses:
    """Where a phrase is said."""

    posts: list[Post]
    n: int
    signs_on: list[Branch]


@dataclass(frozen=True)
class Offered:
    """What a composer offers somebody who writes for these branches."""

    templates: list[Phrase]
    hashtags: list[Phrase]
    snippets: list[Phrase]
    signatures: list[Phrase]

    @property
    def has_any(self) -> bool:
        return bool(self.templates or self.hashtags or self.snippets or self.signatures)

    def named(self, word: str) -> Phrase | None:
        return next((row for row in self._all() if row.word == word), None)

    def template(self, number: int) -> Phrase | None:
        return next((row for row in self.templates if row.pk == number), None)

    def _all(self) -> list[Phrase]:
        return [*self.hashtags, *self.snippets, *self.signatures]


def offered_to(branches: Sequence[Branch]) -> Offered:
    """The phrases that hold on at least one of these branches."""
    rows = [
        row
        for row in Phrase.objects.kept().select_related("offer")
        if any(covers(row.places, branch) for branch in branches)
    ]
    by_kind = {kind: [row for row in rows if row.kind == kind] for kind in Kind}
    return Offered(
        by_kind[Kind.TEMPLATE], by_kind[Kind.HASHTAGS], by_kind[Kind.SNIPPET], by_kind[Kind.SIGNATURE]
    )


def shelf(*, kind: str = "", words: str = "", archived: bool = False) -> list[Phrase]:
    """Phrases by kind and by words of their name or text, in the order of their names."""
    rows = Phrase.objects.filter(archived_at__isnull=not archived).select_related("host", "offer")
    if kind:
        rows = rows.filter(kind=kind)
    for word in words.split():
        rows = rows.filter(Q(name__icontains=word) | Q(word__icontains=word) | Q(texts__icontains=word))
    return list(rows[:500])


def used_where(phrase: Phrase) -> Uses:
    """The posts that say it, newest first, and for a signature the branches it signs on by itself."""
    if phrase.kind == Kind.TEMPLATE:
        posts = Post.objects.filter(begun_from=phrase)
    elif phrase.kind == Kind.SIGNATURE:
        out = Q(placements__sent_extras__signature=phrase.pk)
        named = Q(text__contains=phrase.mark) | Q(placements__text_override__contains=phrase.mark)
        posts = Post.objects.filter(out | named)
    else:
        posts = Post.objects.filter(placements__in=saying(phrase))
    found = posts.distinct().order_by("-pk").prefetch_related("placements__branch")
    return Uses(list(found[:USES_SHOWN]), found.count(), _signs_on(phrase))


def _signs_on(phrase: Phrase) -> list[Branch]:
    if phrase.kind != Kind.SIGNATURE or not phrase.is_always or phrase.archived_at:
        return []
    rows = Branch.objects.open().select_related("lead").prefetch_related("hosts")
    return [row for row in rows if covers(phrase.places, row) and _is_face(phrase, row)]


def _is_face(phrase: Phrase, branch: Branch) -> bool:
    if phrase.host_id is None:
        return True
    face = host_of(branch)
    return face is not None and face.pk == phrase.host_id


def n_promised(phrase: Phrase) -> int:
    """How many placements that are not out yet say it: they change with it."""
    if phrase.kind == Kind.TEMPLATE:
        return 0
    promised = (Placement.State.SCHEDULED, Placement.State.WAITING)
    return saying(phrase).filter(state__in=promised).distinct().count()
