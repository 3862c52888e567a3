"""Reads for the sandbox's page: rows ready to print."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from livingroom.networks.sandbox.models import SandboxAccount, SandboxPicture, SandboxPost

PAGE_SIZE = 20


@dataclass(frozen=True)
class Piece:
    """A stretch of text; `kind` is empty for plain words."""

    text: str
    kind: str = ""
    value: str = ""


@dataclass(frozen=True)
class TimelineRow:
    id: int
    author: str
    handle: str
    at: datetime
    pieces: list[Piece]
    card: dict[str, Any] | None
    n_likes: int
    n_reposts: int
    was_edited: bool
    pictures: list[tuple[int, str]]
    answers: list["TimelineRow"]


def timeline(account: SandboxAccount, *, before: int | None = None) -> tuple[list[TimelineRow], int | None]:
    """The newest posts with their answers, and the number to go on before."""
    posts = _counted(account.posts.standing().filter(in_reply_to=None))
    if before:
        posts = posts.filter(pk__lt=before)
    answers = _counted(SandboxPost.objects.standing().filter(hidden_at=None)).order_by("created_at", "pk")
    found = list(posts.prefetch_related(Prefetch("answers", answers)).order_by("-pk")[: PAGE_SIZE + 1])
    page = found[:PAGE_SIZE]
    return [_row(post, post.answers.all()) for post in page], page[-1].pk if len(found) > PAGE_SIZE else None


def pieces(text: str, facets: list[dict[str, Any]]) -> list[Piece]:
    """Cut the text by its facets' byte offsets, as a network's page does."""
    content, position, cut = text.encode(), 0, []
    for facet in facets:
        start, end = facet["start"], facet["end"]
        cut.append(Piece(content[position:start].decode(errors="replace")))
        cut.append(Piece(content[start:end].decode(errors="replace"), facet["kind"], facet["value"]))
        position = end
    cut.append(Piece(content[position:].decode(errors="replace")))
    return [piece for piece in cut if piece.text]


def _counted(posts: QuerySet[SandboxPost]) -> QuerySet[SandboxPost]:
    pictures = Prefetch("pictures", SandboxPicture.objects.defer("content"))
    return (
        posts.select_related("author")
        .prefetch_related(pictures)
        .annotate(
            n_likes=Count("reactions", filter=Q(reactions__kind="like")),
            n_reposts=Count("reactions", filter=Q(reactions__kind="repost")),
        )
    )


def _row(post: SandboxPost, answers: Iterable[SandboxPost] = ()) -> TimelineRow:
    return TimelineRow(
        id=post.pk,
        author=post.author.name or post.author.handle,
        handle=post.author.handle,
        at=post.created_at,
        pieces=pieces(post.text, post.facets),
        card=post.card,
        n_likes=getattr(post, "n_likes", 0),
        n_reposts=getattr(post, "n_reposts", 0),
        was_edited=post.edited_at is not None,
        pictures=[(picture.pk, picture.alt) for picture in post.pictures.all()],
        answers=[_row(answer) for answer in answers],
    )
