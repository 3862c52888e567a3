"""One idea: its words, what we answered and why, who owes what until when, and what others say."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from livingroom.ideas.action.queries import told_by
from livingroom.ideas.likeness.operations import like
from livingroom.ideas.models import Board, Comment, Follow, Idea, IdeaMerge
from livingroom.ideas.portal.addresses import absolute, board_path, idea_path
from livingroom.ideas.portal.figures import moment_of
from livingroom.ideas.portal.limits import is_too_often
from livingroom.ideas.portal.linked import as_linked_data
from livingroom.ideas.portal.pictures import shown
from livingroom.ideas.portal.rows import card_of, n_same_person
from livingroom.ideas.portal.steps import evidence_of, owed_for, steps_of
from livingroom.ideas.portal.threads import threads_of
from livingroom.ideas.portal.wanted import wanted
from livingroom.ideas.portal.who import Reader, guarded, on_board, page, reader_of
from livingroom.ideas.rules import root_of
from livingroom.ideas.showing import note_page

OPEN_TO_ALL = (Idea.Standing.PUBLIC, Idea.Standing.ARCHIVED)
TOLD = ("proposed", "proposed_held", "followed", "unfollowed", "said", "said_held")
NEAR = 4


@guarded
@on_board
@require_safe
def idea(request: HttpRequest, board: Board, pk: int) -> HttpResponse:
    """Show it; a merged one leads visibly to the one that was kept, and what is gone says why."""
    rows = Idea.objects.defer("vector").select_related(
        "category", "storm", "member", "owner", "returns_to", "merged_into"
    )
    found: Idea = get_object_or_404(rows, board=board, pk=pk)
    found.board = board
    reader = reader_of(request, board)
    if found.standing == Idea.Standing.MERGED:
        root = root_of(found)
        kept = idea_path(root) + reader.tongue.kept
        return redirect(f"{kept}{'&' if '?' in kept else '?'}merged={found.pk}")
    if found.standing in (Idea.Standing.REMOVED, Idea.Standing.WITHDRAWN):
        return _gone(request, board, found, reader)
    if found.standing not in OPEN_TO_ALL and not _may_see(found, reader):
        raise Http404("There is no such idea here.")
    note_page(request, board, [found], timezone.now(), member=reader.member)
    return page(request, board, "idea", _context(request, board, found, reader), reader=reader)


def _context(request: HttpRequest, board: Board, idea: Idea, reader: Reader) -> dict[str, Any]:
    now, tongue = timezone.now(), reader.tongue
    at = moment_of(board, now)
    card = card_of(idea, board, reader.member, at)
    threads, n_more = threads_of(idea, reader, everything=request.GET.get("comments") == "all")
    pictures = shown(idea)
    told = request.GET.get("told", "")
    is_open = idea.standing == Idea.Standing.PUBLIC and board.closed_at is None
    follows = Follow.objects.filter(root=idea, member=reader.member, ended_at=None)
    is_author = reader.member is not None and idea.member_id == reader.member.pk
    return {
        "idea": idea,
        "card": card,
        "n_same_person": n_same_person(idea),
        "back": idea_path(idea) + tongue.kept,
        "canonical": absolute(idea_path(idea)),
        "linked": as_linked_data(idea, pictures, threads),
        "pictures": pictures,
        "parts": parts_of(idea),
        "merged": _merged(idea),
        "steps": steps_of(idea, tongue),
        "owed": owed_for(idea, at),
        "evidence": evidence_of(idea, tongue),
        "told_by": told_by(idea),
        "wanted": wanted(idea, tongue, now),
        "threads": threads,
        "n_more": n_more,
        "may_say": is_open,
        "similar": _near(request, idea),
        "is_following": reader.member is not None and follows.exists(),
        "is_author": is_author,
        "is_withdrawable": is_author and idea.state in Idea.OPEN,
        "back_to": idea.returns_to if idea.returns_to and idea.returns_to.standing in OPEN_TO_ALL else None,
        "told": tongue.say(f"told_{told}") if told in TOLD else "",
        **_merged_note(request, idea, reader),
    }


def _may_see(idea: Idea, reader: Reader) -> bool:
    """What is not public yet is for its author, and for who may answer ideas."""
    is_author = reader.member is not None and idea.member_id == reader.member.pk
    return is_author or reader.may_answer


def _gone(request: HttpRequest, board: Board, idea: Idea, reader: Reader) -> HttpResponse:
    tongue = reader.tongue
    is_ours = idea.standing == Idea.Standing.REMOVED and idea.public_at is not None
    if not is_ours and idea.public_at is None and not _may_see(idea, reader):
        raise Http404("There is no such idea here.")
    words = (
        tongue.say("gone_removed", reason=idea.standing_because)
        if idea.standing == Idea.Standing.REMOVED
        else tongue.say("gone_withdrawn")
    )
    context = {
        "title": tongue.say("not_found_gone"),
        "problem": words,
        "back": board_path(board) + tongue.kept,
    }
    return page(request, board, "cannot", context, reader=reader, status=410)


def _merged(idea: Idea) -> list[dict[str, Any]]:
    """What was merged into it, and into those: each with its words, when, and why."""
    found, waiting = [], [idea.pk]
    while waiting:
        rows = list(
            Idea.objects.defer("vector")
            .filter(merged_into__in=waiting, standing=Idea.Standing.MERGED)
            .select_related("member")
        )
        found += rows
        waiting = [row.pk for row in rows]
    merges = {merge.other_id: merge for merge in IdeaMerge.objects.filter(other__in=found, undone_at=None)}
    return [
        {"idea": row, "at": merges[row.pk].at if row.pk in merges else None,
         "reason": merges[row.pk].reason if row.pk in merges else ""}
        for row in found
    ]  # fmt: skip


def _merged_note(request: HttpRequest, idea: Idea, reader: Reader) -> dict[str, Any]:
    """Who came by the address of a merged idea is told so."""
    number = request.GET.get("merged", "")
    came = (
        Idea.objects.filter(pk=int(number), standing=Idea.Standing.MERGED).first()
        if number.isdecimal() and len(number) < 12
        else None
    )
    if came is None or root_of(came).pk != idea.pk:
        return {"came_from": None}
    tongue = reader.tongue
    return {
        "came_from": came.pk,
        "merged_note": tongue.say("was_merged", title=came.title),
        "merged_url": f"#merged-{came.pk}",
        "merged_link": tongue.say("merged_words"),
    }


def parts_of(idea: Idea) -> list[dict[str, str]]:
    """Comments that were taken up into the idea."""
    rows = Comment.objects.filter(root=idea, is_part=True, standing=Comment.Standing.PUBLIC).select_related(
        "member", "staff"
    )
    return [
        {
            "author": row.staff.name
            if row.staff
            else row.credited_name or (row.member.name if row.member else "–"),
            "text": row.text,
        }
        for row in rows
    ]


def _near(request: HttpRequest, idea: Idea) -> list[Any]:
    """Ideas near to it; reading what a text means costs time, so not for who asks for very many pages."""
    if is_too_often(request, "near", most=60, seconds=60, now=timezone.now()):
        return []
    return like(idea, NEAR)
