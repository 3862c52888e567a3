"""Answering from the conversation's page. Every form works without a script; scripts save and count while one types."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from livingroom.branches.models import Branch
from livingroom.inbox.answering.models import SigningCustom
from livingroom.inbox.answering.operations import (
    CannotAnswer,
    ChangedMeanwhile,
    Writing,
    drop_answer,
    keep_draft,
    send_again,
    sign_as,
    take_back,
    write_answer,
)
from livingroom.inbox.answering.page import on_the_way
from livingroom.inbox.answering.wording import count
from livingroom.inbox.models import AnswerDraft, Conversation, Message
from livingroom.inbox.operations import close
from livingroom.people.models import Staff
from livingroom.people.policy import require


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Send what was written, or keep it and show what is new."""
    conversation, now = _conversation(pk), timezone.now()
    staff = require(request.user, "answer", conversation.branch)
    writing = Writing(request.POST.get("text", ""), _seen(request), anyway="anyway" in request.POST)
    try:
        write_answer(staff=staff, conversation=conversation, writing=writing, now=now)
    except ChangedMeanwhile as error:
        messages.warning(request, str(error))
        return _back(pk, "#answer")
    except CannotAnswer as error:
        keep_draft(staff=staff, conversation=conversation, text=writing.text, seen=writing.seen, now=now)
        messages.error(request, str(error))
        return _back(pk, "#answer")
    if request.POST.get("then") == "close":
        close(conversation, now=now, staff=staff)
    messages.success(request, "It goes out in ten seconds. You can still take it back.")
    return _back(pk, "#pending")


@require_GET
def pending(request: HttpRequest, pk: int) -> HttpResponse:
    """What is on its way now, for the page that heard of a change."""
    staff, conversation = require(request.user, "look"), _conversation(pk)
    context = {"conversation": conversation, **on_the_way(conversation, staff, timezone.now())}
    return render(request, "inbox/answering/_pending.html", context)


@require_POST
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Save what is being written, and count it."""
    conversation, now = _conversation(pk), timezone.now()
    staff = require(request.user, "answer", conversation.branch)
    text, is_note = request.POST.get("text", ""), request.POST.get("is_note") == "1"
    keep_draft(
        staff=staff, conversation=conversation, text=text, seen=_seen(request), now=now, is_note=is_note
    )
    if is_note:
        return HttpResponse(status=204)
    counted = count(conversation, staff, text)
    return JsonResponse(
        {
            "size": counted.size,
            "limit": counted.limit,
            "left": counted.left,
            "too_long": counted.is_too_long,
            "problems": counted.problems,
        }
    )


@require_POST
def draft_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw the draft away."""
    conversation = _conversation(pk)
    staff = require(request.user, "answer", conversation.branch)
    keep_draft(staff=staff, conversation=conversation, text="", seen=0, now=timezone.now())
    return _back(pk, "#answer")


@require_POST
def draft_read(request: HttpRequest, pk: int) -> HttpResponse:
    """The writer has read what is new: the draft is written to it now."""
    conversation, now = _conversation(pk), timezone.now()
    staff = require(request.user, "answer", conversation.branch)
    mine = get_object_or_404(AnswerDraft, conversation=conversation, staff=staff, is_note=False)
    keep_draft(staff=staff, conversation=conversation, text=mine.text, seen=_seen(request), now=now)
    return _back(pk, "#answer")


@require_POST
def answer_take_back(request: HttpRequest, message_id: int) -> HttpResponse:
    message, staff = _answer(request, message_id)
    if take_back(staff=staff, message=message, now=timezone.now()):
        messages.success(request, "Taken back: it is a draft again.")
    else:
        messages.error(request, "Too late: it is on its way.")
    return _back(message.conversation_id, "#answer")


@require_POST
def answer_again(request: HttpRequest, message_id: int) -> HttpResponse:
    message, staff = _answer(request, message_id)
    if send_again(staff=staff, message=message, now=timezone.now()):
        messages.success(request, "It is sent again.")
    return _back(message.conversation_id, "#pending")


@require_POST
def answer_drop(request: HttpRequest, message_id: int) -> HttpResponse:
    message, staff = _answer(request, message_id)
    if drop_answer(staff=staff, message=message, now=timezone.now()):
        messages.success(request, "Given up: nothing goes out.")
    return _back(message.conversation_id)


@require_GET
def signing(request: HttpRequest) -> HttpResponse:
    """How each branch's people sign."""
    require(request.user, "look")
    customs = dict(SigningCustom.objects.values_list("branch", "how"))
    rows = [
        (branch, customs.get(branch.pk, SigningCustom.How.INITIALS))
        for branch in Branch.objects.open().prefetch_related("hosts")
    ]
    return render(
        request, "inbox/answering/signing.html", {"rows": rows, "choices": SigningCustom.How.choices}
    )


@require_POST
def signing_set(request: HttpRequest, slug: str) -> HttpResponse:
    branch = get_object_or_404(Branch, slug=slug)
    how = request.POST.get("how", "")
    if how in SigningCustom.How.values:
        sign_as(staff=require(request.user, "arrange", branch), branch=branch, how=how, now=timezone.now())
        messages.success(request, f"{branch}: {SigningCustom.How(how).label}.")
    return redirect("answer_signing")


def _conversation(pk: int) -> Conversation:
    rows = Conversation.objects.select_related("author", "connection", "branch__connection")
    return get_object_or_404(rows, pk=pk)


def _answer(request: HttpRequest, message_id: int) -> tuple[Message, Staff]:
    rows = Message.objects.select_related("conversation__branch", "staff").filter(
        direction=Message.Direction.OUT
    )
    message = get_object_or_404(rows, pk=message_id)
    return message, require(request.user, "answer", message.conversation.branch)


def _seen(request: HttpRequest) -> int:
    seen = request.POST.get("seen", "")
    return int(seen) if seen.isdecimal() and len(seen) < 19 else 0


def _back(pk: int, part: str = "") -> HttpResponseRedirect:
    return HttpResponseRedirect(redirect("conversation", pk).url + part)
