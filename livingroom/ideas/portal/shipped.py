"""What was proposed here and exists by now, month by month: a page to read through, and to send to others."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.utils import dates, timezone, translation
from django.views.decorators.http import require_safe

from livingroom.ideas.listing import page_of
from livingroom.ideas.models import Board, Idea
from livingroom.ideas.portal.addresses import absolute, board_path
from livingroom.ideas.portal.rows import newest_reasons
from livingroom.ideas.portal.tongue import Tongue
from livingroom.ideas.portal.who import guarded, on_board, page, reader_of

ON_A_PAGE = 40


@dataclass(frozen=True)
class Shipped:
    idea: Idea
    says: str


@dataclass(frozen=True)
class Month:
    name: str
    rows: list[Shipped]


@guarded
@on_board
@require_safe
def shipped(request: HttpRequest, board: Board) -> HttpResponse:
    reader, now, after = reader_of(request, board), timezone.now(), request.GET.get("after")
    found = page_of(board, "answered", state=Idea.State.SHIPPED, after=after, n=ON_A_PAGE, now=now)
    for idea in found.ideas:
        idea.board = board
    lang = f"lang={reader.tongue.code}&" if reader.tongue.chosen else ""
    context = {
        "months": _months(found.ideas, reader.tongue),
        "canonical": absolute(board_path(board, "ideas_shipped")),
        "older_url": f"?{lang}after={found.after}" if found.after else "",
        "newer_url": f"?{lang}" if after else "",
    }
    return page(request, board, "shipped", context, reader=reader)


def _months(ideas: Iterable[Idea], tongue: Tongue) -> list[Month]:
    """They come the newest first, so each month is one stretch."""
    rows = list(ideas)
    reasons = newest_reasons(idea.pk for idea in rows)
    return [
        Month(name, [Shipped(idea, reasons.get(idea.pk, "")) for idea in group])
        for name, group in groupby(rows, key=lambda idea: _month(idea.state_at, tongue))
    ]


def _month(at: datetime, tongue: Tongue) -> str:
    local = timezone.localtime(at)
    with translation.override(tongue.django_code):
        return f"{str(dates.MONTHS[local.month]).capitalize()} {local.year}"
