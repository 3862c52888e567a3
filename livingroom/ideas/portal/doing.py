"""What people do at the portal. Each is one form: at once for who is known, by a letter for who is not."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from livingroom.ideas import operations
from livingroom.ideas.models import Board, Comment
from livingroom.ideas.portal.addresses import board_path
from livingroom.ideas.portal.forms import Sent, at_an_idea
from livingroom.ideas.portal.pictures import attach, set_aside
from livingroom.ideas.portal.rows import card_of, n_same_person
from livingroom.ideas.portal.who import Reader, page
from livingroom.people.models import Member, Staff
from livingroom.shared.visitors import agent_name, network_name, visitor_address


@at_an_idea
def vote(sent: Sent) -> HttpResponse:
    """For (1), against (−1), or none of both any more (0). A page's script asks for the vote alone and gets it anew."""
    sign = {"1": 1, "-1": -1, "0": 0}.get(sent.said.get("sign", ""))
    if sign is None:
        raise Http404("A vote is for, against, or taken back.")
    sent.back = _where_the_form_was(sent)
    if sent.reader.member is None:
        return sent.by_letter("idea_vote", {"idea": sent.idea.pk, "sign": sign or 1, **_from_where(sent)})
    if sign:
        operations.cast(
            member=sent.reader.member, idea=sent.idea, sign=sign, now=sent.now, **_from_where(sent)
        )
    else:
        operations.withdraw_vote(member=sent.reader.member, idea=sent.idea, now=sent.now)
    return _vote_anew(sent) if sent.request.headers.get("X-Part") == "vote" else sent.go_on()


@at_an_idea
def comment(sent: Sent) -> HttpResponse:
    """Say something: as a member, or as one of ours for the brand."""
    text, parent = sent.said.get("text", ""), sent.said.get("parent", "")
    above = sent.comment(int(parent)) if parent.isdecimal() else None
    member, staff = speaker(sent.reader, sent.idea.board)
    if member is None and staff is None:
        given = {"idea": sent.idea.pk, "text": text[:5000], "parent": above.pk if above else None}
        return sent.by_letter("idea_comment", given)
    said = operations.comment(
        member=member, staff=staff, idea=sent.idea, text=text, parent=above, now=sent.now
    )
    told = "said_held" if said.standing == Comment.Standing.HELD else "said"
    return sent.go_on(told, at=f"#comment-{said.pk}")


@at_an_idea
def thank(sent: Sent, number: int) -> HttpResponse:
    said = sent.comment(number)
    sent.back += f"#comment-{said.pk}"
    if sent.reader.member is None:
        return sent.by_letter("idea_thank", {"comment": said.pk})
    verb = operations.take_thanks_back if sent.said.get("thanks") == "no" else operations.thank
    verb(member=sent.reader.member, comment=said, now=sent.now)
    return sent.go_on()


@at_an_idea
def follow(sent: Sent) -> HttpResponse:
    wanted = sent.said.get("follow") != "no"
    if sent.reader.member is None:
        return sent.by_letter("idea_follow", {"idea": sent.idea.pk})
    verb = operations.follow if wanted else operations.unfollow
    verb(member=sent.reader.member, idea=sent.idea, now=sent.now)
    return sent.go_on("followed" if wanted else "unfollowed")


@at_an_idea
def edit(sent: Sent) -> HttpResponse:
    """Its author changes the words, while nobody else stands behind them."""
    title, text = sent.said.get("title", ""), sent.said.get("text", "")
    operations.edit_idea(member=sent.author(), idea=sent.idea, title=title, text=text, now=sent.now)
    return sent.go_on()


@at_an_idea
def withdraw(sent: Sent) -> HttpResponse:
    """Its author takes an idea back."""
    operations.withdraw_idea(member=sent.author(), idea=sent.idea, now=sent.now)
    return redirect("ideas_mine")


@at_an_idea
def withdraw_comment(sent: Sent, number: int) -> HttpResponse:
    said = sent.comment(number)
    if sent.reader.member is None:
        raise Http404("Only who said it can take it back.")
    operations.withdraw_comment(member=sent.reader.member, comment=said, now=sent.now)
    return sent.go_on(at="#comments")


@at_an_idea
def add_pictures(sent: Sent) -> HttpResponse:
    """Its author adds pictures to an idea."""
    sent.author()
    kept = set_aside(sent.request.FILES.getlist("pictures"), sent.said.get("alt", ""))
    attach(sent.idea, kept, sent.now)
    return sent.go_on()


def speaker(reader: Reader, board: Board) -> tuple[Member | None, Staff | None]:
    """In whose name a comment stands: at the public's board somebody of ours speaks for the brand."""
    if reader.may_answer and not board.is_twin:
        return None, reader.staff
    return reader.member, None


def _vote_anew(sent: Sent) -> HttpResponse:
    idea, board = sent.idea, sent.idea.board
    idea.refresh_from_db()
    idea.board = board
    card = card_of(idea, board, sent.reader.member, sent.now)
    context: dict[str, Any] = {
        "card": card, "idea": idea, "back": sent.back, "n_same_person": n_same_person(idea),
    }  # fmt: skip
    return page(sent.request, board, "vote", context, reader=sent.reader)


def _from_where(sent: Sent) -> dict[str, str]:
    return {"network": network_name(visitor_address(sent.request)), "agent": agent_name(sent.request)}


def _where_the_form_was(sent: Sent) -> str:
    """One of our own pages, else the idea's."""
    asked = sent.said.get("back", "")
    if asked.startswith(board_path(sent.idea.board)[:7]) and url_has_allowed_host_and_scheme(asked, None):
        return f"{asked}#idea-{sent.idea.pk}" if "#" not in asked else asked
    return sent.back
