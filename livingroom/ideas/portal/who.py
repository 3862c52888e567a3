"""Who is at the portal: a visitor, a member, or somebody of ours; and what a board opens to them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from livingroom.ideas.models import Board
from livingroom.ideas.portal.tongue import Tongue
from livingroom.people.members.at_the_door import member_of
from livingroom.people.members.operations import member_of_staff
from livingroom.people.models import Member, Staff
from livingroom.people.policy import may

Arguments = ParamSpec("Arguments")
BoardView = Callable[Concatenate[HttpRequest, Board, Arguments], HttpResponse]
AnyView = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Reader:
    """Who reads. `member` is in whose name they vote; `staff` is somebody of ours, who may look behind."""

    tongue: Tongue
    member: Member | None
    staff: Staff | None

    @property
    def may_answer(self) -> bool:
        return self.staff is not None and may(self.staff, "answer_ideas")


def reader_of(request: HttpRequest, board: Board | None) -> Reader:
    staff = request.user if isinstance(request.user, Staff) else None
    if board is not None and board.is_twin and staff is not None:
        member: Member | None = member_of_staff(staff, timezone.now())
    else:
        member = member_of(request) if settings.SESSION_COOKIE_NAME in request.COOKIES else None
    return Reader(Tongue.read(request, own=member.language if member else ""), member, staff)


def public_board() -> Board | None:
    """The board of /ideas/: the first that is open to everybody."""
    return open_to_everybody().order_by("pk").first()


def open_to_everybody() -> QuerySet[Board]:
    return Board.objects.filter(is_twin=False, closed_at=None)


def on_board(view: BoardView[Arguments]) -> AnyView:
    """Give the view the board of the address; a twin's only to our own people."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, board: str = "", **kwargs: Any) -> HttpResponse:
        found = Board.objects.filter(slug=board).first() if board else public_board()
        if found is None and not board:
            return page(request, None, "no_board", {}, status=404)
        if found is None:
            raise Http404("There is no board of this name.")
        if found.is_twin and not request.user.is_authenticated:
            return cast(HttpResponse, redirect_to_login(request.get_full_path(), settings.LOGIN_URL))
        if found.is_twin and not may(request.user, "look"):
            raise PermissionDenied("This board is for people of the house.")
        return view(request, found, *args, **kwargs)

    return cast(AnyView, answer)


def guarded(view: AnyView) -> AnyView:
    """Guard against forms of other sites wherever somebody is known; who has no session has nothing to borrow.

    So a mere visitor gets no cookie. A browser that says the form is ours (Sec-Fetch-Site) needs no token:
    a page may have been open since before its reader signed in.
    """
    with_token = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        is_known = settings.SESSION_COOKIE_NAME in request.COOKIES
        is_ours = request.headers.get("Sec-Fetch-Site") == "same-origin"
        return (with_token if is_known and not is_ours else view)(request, *args, **kwargs)

    return cast(AnyView, answer)


def page(
    request: HttpRequest,
    board: Board | None,
    name: str,
    context: dict[str, Any],
    *,
    reader: Reader | None = None,
    status: int = 200,
) -> HttpResponse:
    """One page of the portal in its reader's language."""
    reader = reader or reader_of(request, board)
    given = {
        "board": board,
        "reader": reader,
        "tongue": reader.tongue,
        "kept": reader.tongue.kept,
        "tongues": [(code, Tongue(code).words["language"]) for code in Tongue.codes()],
        "is_known": settings.SESSION_COOKIE_NAME in request.COOKIES,
        "may_act": board is not None and board.closed_at is None,
        **context,
    }
    response = render(request, f"ideas/portal/{name}.html", given, status=status)
    response["Content-Language"] = reader.tongue.code
    # Who is known sees their own votes, and every showing counts: no shared cache keeps this page.
    response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return response
