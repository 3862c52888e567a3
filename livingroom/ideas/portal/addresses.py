"""Where things of the portal are."""

from functools import lru_cache

from django.conf import settings
from django.urls import reverse

from livingroom.ideas.models import Board, Idea


def board_path(board: Board, name: str = "", *more: object) -> str:
    """A page of a board: idea_board, or the one that is named."""
    return _path(name or "idea_board", board.slug, *more)


def idea_path(idea: Idea, name: str = "", *more: object) -> str:
    """An idea's page, or the one below it that is named."""
    return _path(name or "idea", idea.board.slug, idea.pk, *more)


def absolute(path: str) -> str:
    return f"{settings.PUBLIC_URL}{path}"


@lru_cache(maxsize=8192)  # a list asks for five addresses of each idea
def _path(name: str, *more: object) -> str:
    return reverse(name, args=more)
