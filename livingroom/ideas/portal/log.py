"""The public log: whatever was taken away, moved or given back, and why. Without names."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from livingroom.ideas.models import Board, Idea, PublicLogEntry
from livingroom.ideas.portal.addresses import absolute, idea_path
from livingroom.ideas.portal.tongue import Tongue
from livingroom.ideas.portal.who import guarded, on_board, page, reader_of

ON_A_PAGE = 50
OPEN_TO_ALL = (Idea.Standing.PUBLIC, Idea.Standing.ARCHIVED, Idea.Standing.MERGED)


@dataclass(frozen=True)
class Entry:
    title: str
    n: int
    idea: Idea | None
    url: str  # empty when it is not public any more
    reason: str
    by_rule: bool
    at: datetime


@guarded
@on_board
@require_safe
def log(request: HttpRequest, board: Board) -> HttpResponse:
    reader = reader_of(request, board)
    rows, older = _rows(request, board)
    lang = f"lang={reader.tongue.code}&" if reader.tongue.chosen else ""
    context = {
        "entries": [_entry(row, board, reader.tongue) for row in rows],
        "older_url": f"?{lang}before={older}" if older else "",
        "newer_url": f"?{lang}" if request.GET.get("before") else "",
    }
    return page(request, board, "log", context, reader=reader)


@on_board
@require_safe
def log_json(request: HttpRequest, board: Board) -> HttpResponse:
    """The same for machines; `before` is the number from which the next page goes back."""
    rows, older = _rows(request, board)
    entries = [
        {
            "id": row.pk,
            "at": row.at.isoformat(),
            "what": row.what,
            "n": row.n,
            "idea": absolute(idea_path(row.idea)) if (row.idea and _is_readable(row.idea)) else None,
            "reason": row.reason,
            "by_rule": row.by_rule,
        }
        for row in rows
    ]
    return JsonResponse({"board": board.slug, "entries": entries, "before": older or None})


def _rows(request: HttpRequest, board: Board) -> tuple[Sequence[PublicLogEntry], int]:
    """One page, the newest first, and the number before which the next one begins."""
    before = request.GET.get("before", "")
    rows = board.log.select_related("idea__board").defer("idea__vector").order_by("-pk")
    if before.isdecimal() and len(before) < 18:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows[: ON_A_PAGE + 1])
    return found[:ON_A_PAGE], found[ON_A_PAGE - 1].pk if len(found) > ON_A_PAGE else 0


def _entry(row: PublicLogEntry, board: Board, tongue: Tongue) -> Entry:
    url = idea_path(row.idea) + tongue.kept if row.idea and _is_readable(row.idea) else ""
    why = f"log_why_{row.what}"
    # Rules speak the reader's language, in fewer words; people are quoted as they wrote.
    is_ours = row.by_rule and tongue.code != "en" and why in tongue.words
    reason = tongue.say(why) if is_ours else row.reason
    return Entry(tongue.say(f"log_{row.what}"), row.n, row.idea, url, reason, row.by_rule, row.at)


def _is_readable(idea: Idea) -> bool:
    return idea.standing in OPEN_TO_ALL
