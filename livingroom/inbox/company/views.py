"""Notes, presence, following, reminders, and what one was told."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from livingroom.inbox.company.following import (
    NotOurs,
    follow,
    stop_by_link,
    stop_following,
)
from livingroom.inbox.company.models import Notice, Reminder
from livingroom.inbox.company.notes import EmptyNote, write_note
from livingroom.inbox.company.presence import be_here, leave, who_is_here
from livingroom.inbox.company.reminders import remind, settle
from livingroom.inbox.company.telling import mark_seen
from livingroom.inbox.models import Conversation
from livingroom.people.policy import require


@require_POST
def note(request: HttpRequest, pk: int) -> HttpResponse:
    conversation = _conversation(pk)
    staff = require(request.user, "answer", conversation.branch)
    try:
        write_note(
            staff=staff, conversation=conversation, text=request.POST.get("text", ""), now=timezone.now()
        )
    except EmptyNote as error:
        messages.error(request, str(error))
    return redirect("conversation", pk)


@require_POST
def presence(request: HttpRequest, pk: int) -> HttpResponse:
    """I am here; who else is?"""
    conversation, now = _conversation(pk), timezone.now()
    staff = require(request.user, "look")
    if "leave" in request.POST:
        leave(staff=staff, conversation=conversation, now=now)
        return HttpResponse(status=204)
    be_here(staff=staff, conversation=conversation, now=now, is_typing=request.POST.get("typing") == "1")
    here = who_is_here(conversation, now, but=staff)
    return render(request, "inbox/company/_presence.html", {"conversation": conversation, "here": here})


@require_POST
def follow_it(request: HttpRequest, pk: int) -> HttpResponse:
    conversation, now = _conversation(pk), timezone.now()
    staff = require(request.user, "look")
    if request.POST.get("how") == "stop":
        stop_following(staff=staff, conversation=conversation, now=now)
    else:
        follow(staff=staff, conversation=conversation, now=now, by_choice=True)
    return redirect("conversation", pk)


@require_POST
def remind_us(request: HttpRequest, pk: int) -> HttpResponse:
    conversation, now = _conversation(pk), timezone.now()
    staff = require(request.user, "answer", conversation.branch)
    zone = conversation.branch.zone if conversation.branch else ZoneInfo("UTC")
    try:
        due_at = datetime.fromisoformat(request.POST.get("due_at", "")).replace(tzinfo=zone)
    except ValueError:
        messages.error(request, "Say by when.")
        return redirect("conversation", pk)
    words = request.POST.get("words", "").strip()
    if words:
        remind(staff=staff, conversation=conversation, words=words, due_at=due_at, now=now)
    return redirect("conversation", pk)


@require_POST
def reminder_settle(request: HttpRequest, reminder_id: int) -> HttpResponse:
    row = get_object_or_404(Reminder.objects.select_related("conversation__branch"), pk=reminder_id)
    staff = require(request.user, "answer", row.conversation.branch)
    state = request.POST.get("state", "")
    if state in Reminder.State.values:
        settle(staff=staff, reminder=row, state=state, now=timezone.now())
    return redirect("conversation", row.conversation_id)


@require_http_methods(["GET", "HEAD", "POST"])
def notices(request: HttpRequest) -> HttpResponse:
    staff = require(request.user, "look")
    if request.method == "POST":
        mark_seen(staff=staff, conversation=None, now=timezone.now())
        return redirect("notices")
    rows = Notice.objects.filter(staff=staff).select_related("conversation__author")
    return render(request, "inbox/company/notices.html", {"notices": rows[:100]})


@csrf_exempt  # mail programs press this button by themselves, with a POST of their own; the signed link says who asks
@never_cache
def stop_telling(request: HttpRequest, token: str) -> HttpResponse:
    """One click, and a conversation sends no more mails. A GET only asks: mail scanners open every link."""
    is_done = request.method == "POST"
    try:
        staff, conversation = stop_by_link(token, timezone.now(), read_only=not is_done)
    except NotOurs as error:
        return _public(request, {"problem": str(error)}, 404)
    return _public(
        request, {"is_done": is_done, "staff_name": str(staff), "conversation_number": conversation.pk}
    )


def _public(request: HttpRequest, context: Mapping[str, Any], status: int = 200) -> HttpResponse:
    response = render(request, "inbox/company/stopped.html", dict(context), status=status)
    response["Referrer-Policy"] = "no-referrer"  # the address is the key
    response["X-Robots-Tag"] = "noindex"
    return response


def _conversation(pk: int) -> Conversation:
    return get_object_or_404(Conversation.objects.select_related("author", "branch", "owner"), pk=pk)
