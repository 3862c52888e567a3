"""What people do at the portal. Each is one form: at once for who is known, by a letter for who is not."""

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from livingroom.ideas import operations
from livingroom.ideas.models import Board, Comment, Idea
from livingroom.ideas.portal.addresses import board_path, idea_path
from livingroom.ideas.portal.pictures import BadPicture, attach, set_aside
from livingroom.ideas.portal.refusing import words_for
from livingroom.ideas.portal.rows import card_of
from livingroom.ideas.portal.who import Reader, guarded, on_board, page, reader_of
from livingroom.people.members import doing
from livingroom.people.members.doing import CannotDo, Given
from livingroom.people.models import Member, Staff
from livingroom.shared.visitors import agent_name, network_name, visitor_address


@guarded
@on_board
@require_POST
def vote(request: HttpRequest, board: Board, pk: int) -> HttpResponse:
    """For (1), against (−1), or none of both any more (0). A page's script asks for the vote alone and gets it anew."""
    idea, reader, now = _idea(board, pk), reader_of(request, board), timezone.now()
    sign = {"1": 1, "-1": -1, "0": 0}.get(request.POST.get("sign", ""))
    if sign is None:
        raise Http404("A vote is for, against, or taken back.")
    try:
        if reader.member is None:
            return doing.do_or_ask(
                request, "idea_vote", _vote_of(request, idea, sign or 1), back=_back(request, idea), now=now
            )
        _vote(request, reader.member, idea, sign, now)
    except CannotDo as problem:
        return cannot(request, board, problem, _back(request, idea))
    if request.headers.get("X-Part") == "vote":
        idea.refresh_from_db()
        card = card_of(idea, board, reader.member, now)
        return page(
            request, board, "vote", {"card": card, "idea": idea, "back": _back(request, idea)}, reader=reader
        )
    return redirect(_back(request, idea))


@guarded
@on_board
@require_POST
def comment(request: HttpRequest, board: Board, pk: int) -> HttpResponse:
    """Say something: as a member, or as one of ours for the brand."""
    idea, reader, now = _idea(board, pk), reader_of(request, board), timezone.now()
    text, parent = request.POST.get("text", ""), request.POST.get("parent", "")
    above = get_object_or_404(Comment, pk=int(parent), root=idea) if parent.isdecimal() else None
    back = idea_path(idea) + reader.tongue.kept
    try:
        member, staff = speaker(reader, board)
        if member is None and staff is None:
            given = {"idea": idea.pk, "text": text[:5000], "parent": above.pk if above else None}
            return doing.do_or_ask(request, "idea_comment", given, back=back, now=now)
        said = operations.comment(member=member, staff=staff, idea=idea, text=text, parent=above, now=now)
    except CannotDo as problem:
        return cannot(request, board, problem, back)
    told = "said_held" if said.standing == Comment.Standing.HELD else "said"
    return redirect(f"{_with(back, told)}#comment-{said.pk}")


@guarded
@on_board
@require_POST
def thank(request: HttpRequest, board: Board, pk: int, number: int) -> HttpResponse:
    idea, reader, now = _idea(board, pk), reader_of(request, board), timezone.now()
    said = get_object_or_404(Comment, pk=number, root=idea)
    back = f"{idea_path(idea)}{reader.tongue.kept}#comment-{said.pk}"
    try:
        if reader.member is None:
            return doing.do_or_ask(request, "idea_thank", {"comment": said.pk}, back=back, now=now)
        verb = operations.take_thanks_back if request.POST.get("thanks") == "no" else operations.thank
        verb(member=reader.member, comment=said, now=now)
    except CannotDo as problem:
        return cannot(request, board, problem, back)
    return redirect(back)


@guarded
@on_board
@require_POST
def follow(request: HttpRequest, board: Board, pk: int) -> HttpResponse:
    idea, reader, now = _idea(board, pk), reader_of(request, board), timezone.now()
    back, wanted = idea_path(idea) + reader.tongue.kept, request.POST.get("follow") != "no"
    try:
        if reader.member is None:
            return doing.do_or_ask(request, "idea_follow", {"idea": idea.pk}, back=back, now=now)
        verb = operations.follow if wanted else operations.unfollow
        verb(member=reader.member, idea=idea, now=now)
    except CannotDo as problem:
        return cannot(request, board, problem, back)
    return redirect(_with(back, "followed" if wanted else "unfollowed"))


@guarded
@on_board
@require_POST
def edit(request: HttpRequest, board: Board, pk: int) -> HttpResponse:
    """Its author changes the words, while nobody else stands behind them."""
    idea, reader = _idea(board, pk), reader_of(request, board)
    back = idea_path(idea) + reader.tongue.kept
    title, text = request.POST.get("title", ""), request.POST.get("text", "")
    try:
        operations.edit_idea(
            member=_author(reader, idea), idea=idea, title=title, text=text, now=timezone.now()
        )
    except CannotDo as problem:
        return cannot(request, board, problem, back)
    return redirect(back)


@guarded
@on_board
@require_POST
def withdraw(request: HttpRequest, board: Board, pk: int) -> HttpResponse:
    """Its author takes an idea back."""
    idea, reader = _idea(board, pk), reader_of(request, board)
    try:
        operations.withdraw_idea(member=_author(reader, idea), idea=idea, now=timezone.now())
    except CannotDo as problem:
        return cannot(request, board, problem, idea_path(idea) + reader.tongue.kept)
    return redirect("ideas_mine")


@guarded
@on_board
@require_POST
def withdraw_comment(request: HttpRequest, board: Board, pk: int, number: int) -> HttpResponse:
    idea, reader = _idea(board, pk), reader_of(request, board)
    said = get_object_or_404(Comment, pk=number, root=idea)
    back = idea_path(idea) + reader.tongue.kept
    if reader.member is None:
        raise Http404("Only who said it can take it back.")
    try:
        operations.withdraw_comment(member=reader.member, comment=said, now=timezone.now())
    except CannotDo as problem:
        return cannot(request, board, problem, back)
    return redirect(f"{back}#comments")


@guarded
@on_board
@require_POST
def add_pictures(request: HttpRequest, board: Board, pk: int) -> HttpResponse:
    """Its author adds pictures to an idea."""
    idea, reader = _idea(board, pk), reader_of(request, board)
    back = idea_path(idea) + reader.tongue.kept
    _author(reader, idea)
    try:
        attach(
            idea, set_aside(request.FILES.getlist("pictures"), request.POST.get("alt", "")), timezone.now()
        )
    except BadPicture as problem:
        words = reader.tongue.say("rejected_picture", name=problem.name, reason=problem.reason)
        return cannot(request, board, CannotDo(words), back)
    return redirect(back)


def speaker(reader: Reader, board: Board) -> tuple[Member | None, Staff | None]:
    """In whose name a comment stands: at the public's board somebody of ours speaks for the brand."""
    if reader.may_answer and not board.is_twin:
        return None, reader.staff
    return reader.member, None


def cannot(request: HttpRequest, board: Board, problem: CannotDo, back: str) -> HttpResponse:
    """Say why not. A script gets the words alone."""
    reader = reader_of(request, board)
    words = words_for(problem, reader.tongue)
    if request.headers.get("X-Part"):
        return HttpResponse(words, status=409, content_type="text/plain; charset=utf-8")
    context = {"title": reader.tongue.say("cannot"), "problem": words, "back": back}
    return page(request, board, "cannot", context, reader=reader, status=409)


def _vote(request: HttpRequest, member: Member, idea: Idea, sign: int, now: datetime) -> None:
    if sign == 0:
        operations.withdraw_vote(member=member, idea=idea, now=now)
        return
    address = visitor_address(request)
    operations.cast(
        member=member, idea=idea, sign=sign, now=now, network=network_name(address), agent=agent_name(request)
    )


def _vote_of(request: HttpRequest, idea: Idea, sign: int) -> Given:
    return {
        "idea": idea.pk,
        "sign": sign,
        "network": network_name(visitor_address(request)),
        "agent": agent_name(request),
    }


def _idea(board: Board, pk: int) -> Idea:
    idea: Idea = get_object_or_404(Idea.objects.defer("vector"), board=board, pk=pk)
    idea.board = board
    return idea


def _author(reader: Reader, idea: Idea) -> Member:
    if reader.member is None or idea.member_id != reader.member.pk:
        raise Http404("Only who proposed it can do that.")
    return reader.member


def _back(request: HttpRequest, idea: Idea) -> str:
    """Where the form was: one of our own pages, else the idea's."""
    asked = request.POST.get("back", "")
    if asked.startswith(board_path(idea.board)[:7]) and url_has_allowed_host_and_scheme(asked, None):
        return f"{asked}#idea-{idea.pk}" if "#" not in asked else asked
    return idea_path(idea)


def _with(path: str, told: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}told={told}"
