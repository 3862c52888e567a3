"""Where machines that search find every public idea (sitemaps.org): one file, or a list of files when there are very many."""

from collections.abc import Iterable
from datetime import datetime
from xml.etree import ElementTree

from django.db.models import Max, Min
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from livingroom.ideas.models import Board, Idea
from livingroom.ideas.models.ideas import IdeaQuerySet
from livingroom.ideas.portal.addresses import absolute, board_path, idea_path

SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
MOST = 50_000  # addresses in one file
OPEN_TO_ALL = (Idea.Standing.PUBLIC, Idea.Standing.ARCHIVED)


@require_safe
@cache_control(public=True, max_age=3600)
def sitemap(request: HttpRequest) -> HttpResponse:
    """?from= is the number of the first idea in a part."""
    begin = request.GET.get("from", "")
    if begin.isdecimal() and len(begin) < 18:
        return _sent(_addresses(int(begin), boards=False))
    ends = _open().aggregate(first=Min("pk"), last=Max("pk"))
    if ends["last"] is None or ends["last"] - ends["first"] < MOST - 100:
        return _sent(_addresses(0, boards=True))
    parts = range(ends["first"], ends["last"] + 1, MOST)
    return _sent(_index(f"{absolute(request.path)}?from={start}" for start in parts))


@require_safe
@cache_control(public=True, max_age=3600)
def robots(request: HttpRequest) -> HttpResponse:
    """What is public may be read; forms, letters and searches need not be (robotstxt.org, RFC 9309)."""
    closed = (
        "/me/",
        "/desk/",
        "/accounts/",
        "/ideas/mine/",
        "/ideas/oembed",
        "/ideas/*/similar/",
        "/ideas/*?*q=",
    )
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    lines += ["", f"Sitemap: {absolute(reverse('ideas_sitemap'))}"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def _open() -> IdeaQuerySet:
    return Idea.objects.filter(standing__in=OPEN_TO_ALL, board__is_twin=False)


def _addresses(begin: int, *, boards: bool) -> ElementTree.Element:
    root = ElementTree.Element(f"{{{SPACE}}}urlset")
    if boards:
        for board in Board.objects.filter(is_twin=False):
            _add(root, "url", absolute(board_path(board)))
            _add(root, "url", absolute(board_path(board, "ideas_shipped")))
    rows = _open().filter(pk__gte=begin, pk__lt=begin + MOST) if not boards else _open()
    for idea in (
        rows.select_related("board").only("pk", "board__slug", "state_at", "edited_at").order_by("pk")
    ):
        changed = max(filter(None, (idea.state_at, idea.edited_at)))
        _add(root, "url", absolute(idea_path(idea)), changed)
    return root


def _index(addresses: Iterable[str]) -> ElementTree.Element:
    root = ElementTree.Element(f"{{{SPACE}}}sitemapindex")
    for address in addresses:
        _add(root, "sitemap", address)
    return root


def _add(root: ElementTree.Element, name: str, address: str, changed_at: datetime | None = None) -> None:
    row = ElementTree.SubElement(root, f"{{{SPACE}}}{name}")
    ElementTree.SubElement(row, f"{{{SPACE}}}loc").text = address
    if changed_at is not None:
        ElementTree.SubElement(row, f"{{{SPACE}}}lastmod").text = changed_at.isoformat(timespec="seconds")


def _sent(root: ElementTree.Element) -> HttpResponse:
    ElementTree.register_namespace("", SPACE)
    content = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return HttpResponse(content, content_type="application/xml; charset=utf-8")
