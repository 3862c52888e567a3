"""Saved replies and macros: finding one while writing, and keeping them."""

from django.contrib import messages
from django.db.models import ProtectedError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from livingroom.inbox.answering.operations import CannotAnswer, keep_draft
from livingroom.inbox.answering.page import last_words
from livingroom.inbox.changing import CannotChange
from livingroom.inbox.models import AnswerDraft, Conversation
from livingroom.inbox.replies.filling import VARIABLES, words_of
from livingroom.inbox.replies.forms import MacroForm, ReplyForm
from livingroom.inbox.replies.models import Macro, SavedReply
from livingroom.inbox.replies.operations import (
    delete_macro,
    delete_reply,
    find_replies,
    note_used,
    run_macro,
    save_macro,
    save_reply,
)
from livingroom.people.policy import require


@require_GET
def reply_search(request: HttpRequest, pk: int) -> JsonResponse:
    """What the composer offers after a slash, written for this customer."""
    conversation = _conversation(pk)
    staff = require(request.user, "answer", conversation.branch)
    found = find_replies(conversation, staff, request.GET.get("q", "")[:60], limit=8)
    return JsonResponse(
        {
            "replies": [
                {"shortcut": one.reply.shortcut, "title": one.reply.title, "text": one.text} for one in found
            ]
        }
    )


@require_POST
def reply_insert(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a saved reply at the end of the draft."""
    conversation = _conversation(pk)
    staff = require(request.user, "answer", conversation.branch)
    reply = get_object_or_404(SavedReply.objects.filter(pk=_number(request.POST.get("reply", ""))))
    mine = AnswerDraft.objects.filter(conversation=conversation, staff=staff, is_note=False).first()
    text = "\n\n".join(filter(None, [mine.text if mine else "", words_of(reply, conversation, staff)]))
    seen = mine.seen_message if mine else last_words(conversation)
    keep_draft(staff=staff, conversation=conversation, text=text, seen=seen, now=timezone.now())
    note_used(reply)
    return redirect("conversation", pk)


@require_POST
def macro_run(request: HttpRequest, pk: int, macro_id: int) -> HttpResponse:
    conversation, macro = (
        _conversation(pk),
        get_object_or_404(Macro.objects.select_related("reply"), pk=macro_id),
    )
    staff = require(request.user, "answer", conversation.branch)
    seen = _number(request.POST.get("seen", ""))
    try:
        run_macro(staff=staff, macro=macro, conversation=conversation, seen=seen, now=timezone.now())
    except (CannotAnswer, CannotChange) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{macro}: done.")
    return redirect("conversation", pk)


@require_GET
def replies(request: HttpRequest) -> HttpResponse:
    require(request.user, "look")
    rows = SavedReply.objects.prefetch_related("texts", "branches")
    macros = Macro.objects.select_related("reply", "to_team", "to_staff")
    return render(request, "inbox/replies/list.html", {"replies": rows, "macros": macros})


def reply_edit(request: HttpRequest, reply_id: int | None = None) -> HttpResponse:
    staff = require(request.user, "answer")
    reply = get_object_or_404(SavedReply, pk=reply_id) if reply_id else None
    form = ReplyForm(request.POST or None, initial=_initial(reply))
    if request.method == "POST" and form.is_valid():
        taken = SavedReply.objects.filter(shortcut=form.cleaned_data["shortcut"])
        if taken.exclude(pk=reply.pk if reply else 0).exists():
            form.add_error("shortcut", "Another reply has this shortcut.")
        else:
            save_reply(staff=staff, words=form.words(), now=timezone.now(), reply=reply)
            messages.success(request, "Saved.")
            return redirect("replies")
    context = {
        "form": form,
        "reply": reply,
        "variables": [(name, said) for name, (said, _) in VARIABLES.items()],
    }
    return render(request, "inbox/replies/edit.html", context, status=422 if form.errors else 200)


@require_POST
def reply_delete(request: HttpRequest, reply_id: int) -> HttpResponse:
    reply = get_object_or_404(SavedReply, pk=reply_id)
    try:
        delete_reply(staff=require(request.user, "answer"), reply=reply, now=timezone.now())
    except ProtectedError:
        messages.error(request, "A macro uses it: change the macro first.")
    return redirect("replies")


def macro_edit(request: HttpRequest, macro_id: int | None = None) -> HttpResponse:
    staff = require(request.user, "answer")
    macro = get_object_or_404(Macro, pk=macro_id) if macro_id else None
    form = MacroForm(
        request.POST or None, instance=macro, initial={"tags": " ".join(macro.tags)} if macro else None
    )
    if request.method == "POST" and form.is_valid():
        save_macro(staff=staff, macro=form.save(commit=False), now=timezone.now())
        messages.success(request, "Saved.")
        return redirect("replies")
    context = {"form": form, "macro": macro}
    return render(request, "inbox/replies/macro.html", context, status=422 if form.errors else 200)


@require_POST
def macro_delete(request: HttpRequest, macro_id: int) -> HttpResponse:
    macro = get_object_or_404(Macro, pk=macro_id)
    delete_macro(staff=require(request.user, "answer"), macro=macro, now=timezone.now())
    return redirect("replies")


def _initial(reply: SavedReply | None) -> dict[str, object]:
    if reply is None:
        return {}
    texts = {f"text_{text.language}": text.text for text in reply.texts.all()}
    return {"shortcut": reply.shortcut, "title": reply.title, "branches": reply.branches.all(), **texts}


def _conversation(pk: int) -> Conversation:
    rows = Conversation.objects.select_related("author", "connection", "branch__connection")
    return get_object_or_404(rows, pk=pk)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 19 else 0
