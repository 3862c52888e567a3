"""Alarms: when they came, what they are about, and who answered."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from livingroom.branches.models import Branch
from livingroom.listening import charts, counts
from livingroom.listening.forms import ReceiverForm
from livingroom.listening.models import Alert, AlertReceiver, Mention
from livingroom.listening.spikes.course import why_then
from livingroom.listening.spikes.raising import about, branches_concerned, close_alert, words_of_alert
from livingroom.listening.spikes.telling import CannotAdd, add_receiver, describe, end_receiver
from livingroom.listening.spikes.timers import Timer, minutes_between
from livingroom.people.policy import may, require
from livingroom.shared.places import language_name

PAGE = 40


@require_safe
def alarm_list(request: HttpRequest) -> HttpResponse:
    require(request.user, "look")
    return _list(request)


@require_safe
def alarm(request: HttpRequest, pk: int) -> HttpResponse:
    require(request.user, "look")
    found = get_object_or_404(Alert.objects.select_related("topic", "branch", "closed_by"), pk=pk)
    evidence = found.evidence
    central = Mention.objects.select_related("branch").in_bulk(evidence.get("mentions", []))
    names = dict(Branch.objects.values_list("pk", "name"))
    day = found.hour.date()
    waited = (
        minutes_between(found.first_said_at, found.answered_at or found.closed_at or timezone.now())
        if found.first_said_at
        else None
    )
    context = {
        "alarm": found,
        "words": words_of_alert(found),
        "about": about(found),
        "central": [central[one] for one in evidence.get("mentions", []) if one in central],
        "terms": evidence.get("terms", []),
        "languages": [
            (language_name(code) or "not known", n) for code, n in evidence.get("languages", {}).items()
        ],
        "branches": [
            (names.get(int(number), "closed"), n) for number, n in evidence.get("branches", {}).items()
        ],
        "right_branches": branches_concerned(found),
        "waited": Timer(found, waited).in_words if waited is not None else "",
        "alarm_after": Timer(found, minutes_between(found.first_said_at, found.raised_at)).in_words
        if found.first_said_at
        else "",
        "why_then": why_then(found),
        "chart": charts.volume_hours(
            counts.days(day - timedelta(days=14), day + timedelta(days=7), topic=found.topic_id or 0)
        ),
        "deliveries": found.deliveries.select_related("receiver"),
        "may_publish": may(request.user, "publish"),
    }
    return render(request, "listening/alarm.html", context)


@require_safe
def alarm_json(request: HttpRequest, pk: int) -> HttpResponse:
    require(request.user, "look")
    found = get_object_or_404(Alert.objects.select_related("topic"), pk=pk)
    return JsonResponse(describe(found), json_dumps_params={"indent": 2, "ensure_ascii": False})


@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Alert, pk=pk)
    close_alert(
        staff=require(request.user, "publish"),
        alert=found,
        why=request.POST.get("why", ""),
        now=timezone.now(),
    )
    messages.success(request, "The alarm is closed.")
    return redirect("listening_alarm", pk=pk)


@require_POST
def receiver_add(request: HttpRequest) -> HttpResponse:
    staff, form = require(request.user, "set_up"), ReceiverForm(request.POST)
    if not form.is_valid():
        return _list(request, form)
    try:
        receiver, secret = add_receiver(staff=staff, now=timezone.now(), **form.cleaned_data)
    except CannotAdd as cannot:
        form.add_error(cannot.problem.field or None, cannot.problem.text)
        return _list(request, form)
    if secret:
        messages.warning(request, f"The secret that proves our deliveries, shown this once: {secret}")
    messages.success(request, f"{receiver} is told from now on.")
    return redirect("listening_alarms")


@require_POST
def receiver_end(request: HttpRequest, pk: int) -> HttpResponse:
    receiver = get_object_or_404(AlertReceiver, pk=pk)
    end_receiver(staff=require(request.user, "set_up"), receiver=receiver, now=timezone.now())
    messages.success(request, f"{receiver} is told no more.")
    return redirect("listening_alarms")


def _list(request: HttpRequest, form: ReceiverForm | None = None) -> HttpResponse:
    kind = request.GET.get("kind", "")
    rows = Alert.objects.select_related("topic", "branch")
    if kind in Alert.Kind.values:
        rows = rows.filter(kind=kind)
    kinds = [("", "All"), *Alert.Kind.choices]
    context = {
        "rows": [(one, about(one)) for one in rows[:PAGE]],
        "tabs": [
            {"url": f"?kind={key}", "label": label, "is_current": key == kind, "n": None}
            for key, label in kinds
        ],
        "receivers": AlertReceiver.objects.filter(ended_at=None),
        "form": form or ReceiverForm(),
        "may_set_up": may(request.user, "set_up"),
    }
    return render(request, "listening/alarms.html", context, status=422 if form else 200)
