"""Making an idea of what was said: the form, the consent, and what else speaks for it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from livingroom.ideas.likeness.operations import similar
from livingroom.ideas.models import Board, Category, ConsentAsk, Evidence, Idea, IdeaTopic
from livingroom.ideas.origins import consent, operations
from livingroom.ideas.origins.consent import CannotNote
from livingroom.ideas.origins.evidence import rows_of, said_lately, spoken_for
from livingroom.ideas.origins.operations import CannotMake, draft_of, origin_of
from livingroom.ideas.refusals import Refused
from livingroom.inbox.models import Conversation
from livingroom.listening.models import Mention, Topic
from livingroom.people.policy import may, require


@require_http_methods(["GET", "HEAD", "POST"])
def idea_from(request: HttpRequest, source: str, pk: int) -> HttpResponse:
    """Their words, ready to be an idea; first what is like it, for it may be there already."""
    staff = require(request.user, "answer_ideas")
    said: Mention | Conversation
    said = (
        get_object_or_404(Mention, pk=pk) if source == "mention" else get_object_or_404(Conversation, pk=pk)
    )
    require(staff, "answer", said.branch)
    before = origin_of(said)
    if before is not None:
        return redirect("desk_idea", before.idea_id)
    boards = list(Board.objects.filter(closed_at=None))
    chosen = request.POST.get("board") or request.GET.get("board")
    board = next((one for one in boards if one.slug == chosen), boards[0] if boards else None)
    context: dict[str, Any] = {"said": said, "source": source, "boards": boards, "board": board}
    try:
        context["draft"] = draft_of(said)
        if request.method == "POST" and board is not None:
            idea = operations.idea_from_mention(
                staff=staff, board=board, title=request.POST.get("title", ""), text=request.POST.get("text", ""),
                category=Category.objects.filter(board=board, slug=request.POST.get("category", "")).first(),
                now=timezone.now(), mention=said if isinstance(said, Mention) else None,
                conversation=said if isinstance(said, Conversation) else None,
            )  # fmt: skip
            messages.success(
                request, "Kept. It waits for the consent of who said it; nobody else sees it yet."
            )
            return redirect("desk_idea", idea.pk)
    except (Refused, CannotMake) as problem:
        context["problem"] = str(problem)
    if board is not None and context.get("draft"):
        context["alike"] = similar(board, f"{context['draft'].title} {context['draft'].text}")
        context["categories"] = board.categories.all()
    return render(request, "ideas/origins/make.html", context, status=422 if "problem" in context else 200)


def origin_part(request: HttpRequest, idea: Idea) -> dict[str, Any]:
    """What an idea's own page on the desk shows of this: `ideas/origins/_part.html` takes it."""
    now = timezone.now()
    ask = ConsentAsk.objects.filter(idea=idea).select_related("conversation", "noted_by", "idea").first()
    return {
        "origin_idea": idea,
        "ask": ask,
        "ask_link": consent.link_of(ask) if ask else "",
        "ask_question": consent.question_of(ask) if ask and ask.answered_at is None else "",
        "evidence_rows": rows_of(idea),
        "spoken": spoken_for(idea, now),
        "lately": said_lately(idea, now).filter(is_public=True).order_by("-at")[:5],
        "idea_topics": IdeaTopic.objects.filter(idea=idea).select_related("topic"),
        "all_topics": Topic.objects.order_by("name"),
        "may_answer": may(request.user, "answer_ideas"),
    }


@require_POST
def consent_ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the question into the answer one writes; or note that it went out by another way."""
    staff = require(request.user, "answer_ideas")
    ask = get_object_or_404(ConsentAsk.objects.select_related("idea", "conversation"), idea=pk)
    if request.POST.get("how") == "elsewhere":
        consent.note_asked(staff=staff, ask=ask, now=timezone.now())
        return redirect("desk_idea", pk)
    try:
        conversation = consent.offer_question(staff=staff, ask=ask, now=timezone.now())
    except CannotNote as problem:
        messages.error(request, str(problem))
        return redirect("desk_idea", pk)
    messages.success(request, "The question is in your answer. Read it, change it, send it.")
    return redirect("conversation", conversation.pk)


@require_POST
def consent_note(request: HttpRequest, pk: int) -> HttpResponse:
    staff = require(request.user, "answer_ideas")
    ask = get_object_or_404(ConsentAsk.objects.select_related("idea"), idea=pk)
    agreed = request.POST.get("agreed") == "yes"
    try:
        consent.note_consent(
            staff=staff, ask=ask, agreed=agreed, named=request.POST.get("named") == "yes",
            said=request.POST.get("said", ""), now=timezone.now(),
        )  # fmt: skip
    except CannotNote as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, "It is public now." if agreed else "Their words were deleted.")
    return redirect("desk_idea", pk)


@require_POST
def evidence_attach(request: HttpRequest, pk: int) -> HttpResponse:
    """`what` is an address or a number of a mention or a conversation, or a code; a topic is chosen by itself."""
    staff = require(request.user, "answer_ideas")
    idea, now = get_object_or_404(Idea, pk=pk), timezone.now()
    try:
        if topic := Topic.objects.filter(pk=request.POST.get("topic") or 0).first():
            operations.attach_topic(staff=staff, idea=idea, topic=topic, now=now)
        else:
            note = request.POST.get("note", "")
            operations.attach(
                staff=staff, idea=idea, now=now, note=note, **_named(request.POST.get("what", ""))
            )
    except CannotMake as problem:
        messages.error(request, str(problem))
    return redirect("desk_idea", pk)


def _named(what: str) -> dict[str, Any]:
    parts = [part for part in what.strip().split("/") if part]
    if len(parts) > 1 and parts[-1].isdigit():
        model = Mention if "mentions" in parts else Conversation
        found = model.objects.filter(pk=int(parts[-1])).first()
        if found is None:
            raise CannotMake("There is nothing at this address.")
        return {"mention" if model is Mention else "conversation": found}
    if what.strip().startswith("#") and what.strip()[1:].isdigit():
        conversation = Conversation.objects.filter(pk=int(what.strip()[1:])).first()
        if conversation is None:
            raise CannotMake(f"There is no conversation {what.strip()}.")
        return {"conversation": conversation}
    return {"code": what}


@require_POST
def evidence_detach(request: HttpRequest, pk: int) -> HttpResponse:
    staff = require(request.user, "answer_ideas")
    row = get_object_or_404(Evidence.objects.select_related("idea"), pk=pk)
    try:
        operations.detach(staff=staff, evidence=row, now=timezone.now())
    except CannotMake as problem:
        messages.error(request, str(problem))
    return redirect("desk_idea", row.idea_id)


@require_POST
def topic_detach(request: HttpRequest, pk: int) -> HttpResponse:
    staff = require(request.user, "answer_ideas")
    row = get_object_or_404(IdeaTopic.objects.select_related("idea", "topic"), pk=pk)
    operations.detach_topic(staff=staff, row=row, now=timezone.now())
    return redirect("desk_idea", row.idea_id)
