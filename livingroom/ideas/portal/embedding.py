"""The board in a frame of another site, and how that site learns of it (oembed.com)."""

from typing import Any
from urllib.parse import urlsplit

from csp.decorators import csp_replace
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from livingroom.ideas.listing import page_of
from livingroom.ideas.models import Board
from livingroom.ideas.portal.addresses import absolute, board_path
from livingroom.ideas.portal.rows import cards_of
from livingroom.ideas.portal.tongue import Tongue
from livingroom.ideas.portal.who import Reader, on_board, page, public_board
from livingroom.ideas.showing import note_page
from livingroom.shared.models import Brand

WIDTH, HEIGHT = 480, 640
N_SHOWN = 10


@require_safe
@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})
@on_board
def embed(request: HttpRequest, board: Board) -> HttpResponse:
    """The first ideas for a frame: no script, no cookie, nobody's votes."""
    if board.is_twin:
        raise Http404("This board is for people of the house.")
    now = timezone.now()
    found = page_of(board, request.GET.get("rank", "now"), n=N_SHOWN, now=now)
    note_page(request, board, found.ideas, now)
    reader = Reader(Tongue.read(request), None, None)
    return page(request, board, "embed", {"cards": cards_of(found.ideas, board, None, now)}, reader=reader)


@require_safe
def oembed(request: HttpRequest) -> HttpResponse:
    if request.GET.get("format", "json") != "json":
        return HttpResponse("Only format=json is offered.", status=501, content_type="text/plain")
    board = _board_at(request.GET.get("url", ""))
    if board is None:
        return _for_everybody(
            JsonResponse({"problem": "This is not the address of a public board."}, status=404)
        )
    width, height = (
        _size(request, name, most) for name, most in (("maxwidth", WIDTH), ("maxheight", HEIGHT))
    )
    return _for_everybody(JsonResponse(_told(board, Tongue.read(request), width, height)))


def _told(board: Board, tongue: Tongue, width: int, height: int) -> dict[str, Any]:
    brand, name = Brand.current().name, board.name_in(tongue.code)
    html = format_html(
        '<iframe src="{}" title="{}" width="{}" height="{}" loading="lazy"></iframe>',
        absolute(board_path(board, "ideas_embed")),
        f"{name}, {brand}",
        width,
        height,
    )
    return {
        "type": "rich", "version": "1.0", "title": name, "provider_name": brand, "cache_age": 3600,
        "provider_url": settings.PUBLIC_URL, "width": width, "height": height, "html": html,
    }  # fmt: skip


def _board_at(url: str) -> Board | None:
    parts = urlsplit(url)
    if f"{parts.scheme}://{parts.netloc}" != settings.PUBLIC_URL:
        return None
    try:
        match = resolve(parts.path)
    except Resolver404:
        return None
    if match.url_name not in ("idea_board", "ideas_embed"):
        return None
    slug = match.kwargs.get("board", "")
    return Board.objects.filter(slug=slug, is_twin=False).first() if slug else public_board()


def _size(request: HttpRequest, name: str, most: int) -> int:
    asked = request.GET.get(name, "")
    return min(most, max(120, int(asked))) if asked.isdecimal() and len(asked) < 6 else most


def _for_everybody(response: HttpResponse) -> HttpResponse:
    """Pages of other sites may read what is public anyway."""
    response["Access-Control-Allow-Origin"] = "*"
    return response
