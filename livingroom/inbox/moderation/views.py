"""The queue, the decisions, the author's way to another look, and the public log."""

from dataclasses import asdict

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from livingroom.inbox.models import Message
from livingroom.inbox.moderation.models import Ban, Ruling
from livingroom.inbox.moderation.operations import (
    CannotRule,
    Decision,
    appeal,
    appeal_link,
    decide,
    end_ban,
    report,
    settle_appeal,
)
from livingroom.inbox.moderation.queries import transparency, waiting
from livingroom.inbox.moderation.tasks import hide_there
from livingroom.inbox.moderation.words import WORDS, said_of_quarter, said_of_ruling
from livingroom.inbox.templatetags.inbox import network_title
from livingroom.listening.models import Mention
from livingroom.people.policy import may, require
from livingroom.shared.tongues import language_of


@require_GET
def moderation(request: HttpRequest) -> HttpResponse:
    staff = require(request.user, "look")
    rulings = Ruling.objects.select_related("mention", "author", "staff")
    decided = [(ruling, appeal_link(ruling)) for ruling in rulings[:50]]
    context = {
        "waiting": waiting(),
        "appeals": rulings.filter(appeal=Ruling.Appeal.ASKED).order_by("appealed_at"),
        "decided": decided,
        "bans": Ban.objects.standing().select_related("author", "begun_by"),
        "reasons": [choice for choice in Ruling.Reason.choices if choice[0] != Ruling.Reason.FINE],
        "may_moderate": may(staff, "moderate"),
        "staff": staff,
    }
    return render(request, "inbox/moderation/queue.html", context)


@require_POST
def moderation_decide(request: HttpRequest, mention_id: int) -> HttpResponse:
    mention = get_object_or_404(Mention.objects.select_related("branch", "connection"), pk=mention_id)
    staff = require(request.user, "moderate", mention.branch)
    verdict = request.POST.get("verdict", "")
    reason = Ruling.Reason.FINE if verdict == Ruling.Verdict.FINE else request.POST.get("reason", "")
    try:
        ruling = decide(
            staff=staff,
            mention=mention,
            decision=Decision(verdict, reason, request.POST.get("note", "")),
            now=timezone.now(),
        )
        messages.success(request, f"{ruling.get_verdict_display()}.")
    except CannotRule as error:
        messages.error(request, str(error))
    return redirect("moderation")


@require_POST
def moderation_report(request: HttpRequest) -> HttpResponse:
    number = request.POST.get("message", "")
    rows = Message.objects.select_related("conversation__branch")
    message = get_object_or_404(rows, pk=int(number) if number.isdecimal() and len(number) < 19 else 0)
    staff = require(request.user, "answer", message.conversation.branch)
    try:
        report(staff=staff, message=message, why=request.POST.get("why", ""), now=timezone.now())
        messages.success(request, "Reported: it waits in moderation.")
    except CannotRule as error:
        messages.error(request, str(error))
    return redirect("conversation", message.conversation_id)


@require_POST
def moderation_hide_again(request: HttpRequest, ruling_id: int) -> HttpResponse:
    ruling = get_object_or_404(Ruling.objects.select_related("mention__branch"), pk=ruling_id)
    require(request.user, "moderate", ruling.mention.branch if ruling.mention else None)
    hide_there.enqueue(ruling.pk)
    messages.success(request, "The network is asked again.")
    return redirect("moderation")


@require_POST
def appeal_settle(request: HttpRequest, ruling_id: int) -> HttpResponse:
    ruling = get_object_or_404(Ruling.objects.select_related("mention__branch", "author"), pk=ruling_id)
    staff = require(request.user, "moderate", ruling.mention.branch if ruling.mention else None)
    try:
        is_turned = request.POST.get("outcome") == "turned"
        settle_appeal(staff=staff, ruling=ruling, is_turned=is_turned, now=timezone.now())
        messages.success(request, "Taken back." if is_turned else "It stands.")
    except CannotRule as error:
        messages.error(request, str(error))
    return redirect("moderation")


@require_POST
def ban_end(request: HttpRequest, ban_id: int) -> HttpResponse:
    row = get_object_or_404(Ban.objects.select_related("author"), pk=ban_id)
    end_ban(staff=require(request.user, "moderate"), row=row, now=timezone.now())
    messages.success(request, f"{row.author} may speak again.")
    return redirect("moderation")


@csrf_exempt  # the visitor has no session; the long key in the address is the right to appeal against this one decision
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def appeal_page(request: HttpRequest, key: str) -> HttpResponse:
    """What was decided and why, and one form."""
    ruling = get_object_or_404(Ruling.objects.exclude(verdict=Ruling.Verdict.FINE), key=key)
    problem = False
    if request.method == "POST":
        try:
            appeal(ruling=ruling, text=request.POST.get("text", ""), now=timezone.now())
        except CannotRule:
            problem = True
        ruling.refresh_from_db()
    language = language_of(request, WORDS)
    context = {
        "ruling": ruling,
        "said": said_of_ruling(ruling, network_title(ruling.network), language),
        "problem": WORDS[language]["empty"] if problem else "",
        "words": WORDS[language],
        "language": language,
    }
    response = render(request, "inbox/moderation/appeal.html", context, status=422 if problem else 200)
    response["Referrer-Policy"] = "no-referrer"  # the address is the key
    response["X-Robots-Tag"] = "noindex"
    return response


@require_GET
def moderation_log(request: HttpRequest) -> HttpResponse:
    """For everybody: how much was hidden, and why."""
    found = transparency(timezone.now())
    if request.GET.get("format") == "json":
        return JsonResponse({"quarters": [asdict(one) for one in found]})
    language = language_of(request, WORDS)
    context = {
        "quarters": [said_of_quarter(one, language) for one in found],
        "words": WORDS[language],
        "language": language,
    }
    response = render(request, "inbox/moderation/log.html", context)
    patch_vary_headers(response, ["Accept-Language"])
    return response
