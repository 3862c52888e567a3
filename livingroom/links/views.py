"""The page a single-use placement's link leads to. Looking takes no code: preview robots only look."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_http_methods

from livingroom.links.lottery import draw
from livingroom.links.models import Code, Link
from livingroom.links.operations import OfferOver, SoldOut, issue_code, short_url
from livingroom.links.reveal import fresh_click, may_take_another, shop_url, shop_url_without_code
from livingroom.links.tongue import Tongue

COOKIE_DAYS = 30


@require_http_methods(["GET", "HEAD", "POST"])
def reveal(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the visitor's code; on POST hand one out first."""
    link = get_object_or_404(Link.objects.exclude(onward="").select_related("lottery"), slug=slug)
    now = timezone.now()
    click_id = fresh_click(request.GET.get("lr", ""), now)
    code = _code_of_visitor(request, link, click_id)
    if code is not None:
        return _page(request, link, "shown", code=code)
    if not click_id:
        return _page(request, link, "over" if link.stopped_at else "no_click")
    if request.method != "POST":
        return _page(request, link, _state_of_pool(link), click_id=click_id)
    if link.lottery is not None and (state := _state_of_pool(link)) != "ready":
        return _page(request, link, state, status=410)  # nobody draws for a code that is not there
    if not may_take_another(request, link, now):
        return _page(request, link, "too_many", status=429)
    # The same browser keeps its luck in all links of a lottery, however often it clicks.
    visitor = request.get_signed_cookie(_draw_cookie(link), default="") or click_id
    drawn = draw(link=link, visitor=visitor, now=now)
    if drawn is not None and not drawn.won:
        return _remember_draw(_page(request, link, "lost", click_id=visitor), link, visitor)
    try:
        # What a visitor buys is known by the click of their draw, so a winner's code carries that click.
        code = issue_code(link=link, click_id=visitor if drawn else click_id, now=now)
    except SoldOut:
        return _page(request, link, "sold_out", status=410)
    except OfferOver:
        return _page(request, link, "over", status=410)
    chosen = Tongue.read(request).kept.replace("?", "&")
    response = _remember(redirect(f"{request.path}?lr={click_id}{chosen}"), request, code)
    return _remember_draw(response, link, visitor) if drawn is not None else response


def _code_of_visitor(request: HttpRequest, link: Link, click_id: str) -> Code | None:
    """The code that went to this click, or earlier to this browser."""
    earlier = request.get_signed_cookie(_cookie_name(link), default="")
    known = [click for click in (click_id, earlier) if click]
    return (
        Code.objects.filter(link=link, issued_click__in=known).order_by("issued_at").first()
        if known
        else None
    )


def _state_of_pool(link: Link) -> str:
    if link.stopped_at is not None:
        return "over"
    return "ready" if Code.objects.filter(link=link).unissued().exists() else "sold_out"


def _page(
    request: HttpRequest,
    link: Link,
    state: str,
    *,
    code: Code | None = None,
    click_id: str = "",
    status: int = 200,
) -> HttpResponse:
    tongue = Tongue.read(request)
    by_lot = link.lottery is not None and link.lottery.runs_at(timezone.now())
    title, text = tongue.said_in(state, by_lot=by_lot)
    ends_at = code.ends_at if code else None
    context = {
        "state": state,
        "title": title,
        "text": text,
        "words": tongue.words,
        "language": tongue.code,
        "direction": tongue.direction,
        "kept": tongue.kept,
        "code": code,
        "valid_until": tongue.say("valid_until", moment=tongue.moment(ends_at)) if ends_at else "",
        "shop_url": shop_url(link, code) if code else shop_url_without_code(link, click_id),
        "has_lottery": by_lot,
        "short_url": short_url(link),
    }
    response = render(request, "links/reveal.html", context, status=status)
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    # The shop may see that we sent the visitor, but not the click id in our address.
    response["Referrer-Policy"] = "strict-origin"
    return response


def _remember_draw(response: HttpResponse, link: Link, visitor: str) -> HttpResponse:
    """Let the same browser find its luck again, for as long as the lottery runs. Set at the visitor's own request."""
    response.set_signed_cookie(
        _draw_cookie(link),
        visitor,
        max_age=COOKIE_DAYS * 86400,
        path="/o/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def _draw_cookie(link: Link) -> str:
    return f"draw_{link.lottery_id}"


def _remember(response: HttpResponse, request: HttpRequest, code: Code) -> HttpResponse:
    """Let the same browser find its code again. Set at the visitor's own request and for this page alone."""
    response.set_signed_cookie(
        _cookie_name(code.link),
        code.issued_click,
        max_age=COOKIE_DAYS * 86400,
        path=request.path,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def _cookie_name(link: Link) -> str:
    return f"code_{link.slug}"
