"""The customer's page, the figures with their cases, and the surveys."""

import csv

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from livingroom.inbox.csat.asking import question_of
from livingroom.inbox.csat.figures import asked_since, by_branch
from livingroom.inbox.csat.forms import SurveyForm
from livingroom.inbox.csat.models import Asked, Survey
from livingroom.inbox.csat.operations import save_survey
from livingroom.inbox.csat.rating import RatingOver, comment, rate, read_question
from livingroom.inbox.csat.words import WORDS, language_of
from livingroom.people.policy import may, require

PERIODS = (7, 28, 90, 365)


@csrf_exempt  # the visitor has no session; the long key in the address is the right to answer this one question
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rate_page(request: HttpRequest, key: str) -> HttpResponse:
    """Five buttons, then a word more if they like. A GET changes nothing: mail programs open every link."""
    now = timezone.now()
    try:
        row = read_question(key, now)
    except Asked.DoesNotExist:
        raise Http404("There is no such question.") from None
    except RatingOver as over:
        language = language_of(str(over))
        return _page(request, {"is_over": True, "words": WORDS[language], "language": language}, 410)
    told = False
    if request.method == "POST":
        rating, words = request.POST.get("rating", ""), request.POST.get("comment", "")
        if rating in {"1", "2", "3", "4", "5"}:
            rate(row=row, rating=int(rating), now=now)
        elif words.strip() and row.rating is not None:
            comment(row=row, text=words, now=now)
            told = True
    language = language_of(row.language)
    words_here = WORDS[language]
    steps = [(step, words_here[str(step)]) for step in (5, 4, 3, 2, 1)]
    context = {
        "row": row,
        "question": question_of(row),
        "words": words_here,
        "language": language,
        "lead": words_here["lead"].format(branch=row.conversation.branch or ""),
        "steps": steps,
        "told": told,
    }
    return _page(request, context)


@require_GET
def csat(request: HttpRequest) -> HttpResponse:
    """The figures, and the cases behind the one that was opened."""
    staff, now = require(request.user, "look"), timezone.now()
    days = int(request.GET.get("days", "28")) if request.GET.get("days", "28") in map(str, PERIODS) else 28
    branch, rating = request.GET.get("branch", ""), request.GET.get("rating", "")
    asked = asked_since(now, days, branch)
    cases = asked.filter(rating__isnull=False).select_related("conversation__author", "conversation__branch")
    if rating in {"1", "2", "3", "4", "5"}:
        cases = cases.filter(rating=int(rating))
    cases = cases.order_by("-answered_at")
    if request.GET.get("format") == "csv":
        return _csv(list(cases[:10_000]))
    whole, each = by_branch(asked)
    tabs = [
        {"url": f"?days={n}&branch={branch}", "label": f"{n} days", "is_current": n == days, "n": None}
        for n in PERIODS
    ]
    context = {
        "whole": whole,
        "each": each,
        "cases": cases[:100],
        "days": days,
        "branch": branch,
        "rating": rating,
        "tabs": tabs,
        "surveys": Survey.objects.prefetch_related("branches"),
        "may_arrange": may(staff, "arrange"),
    }
    return render(request, "inbox/csat/figures.html", context)


def survey_edit(request: HttpRequest, survey_id: int | None = None) -> HttpResponse:
    staff = require(request.user, "arrange")
    survey = get_object_or_404(Survey, pk=survey_id) if survey_id else None
    form = SurveyForm(request.POST or None, instance=survey)
    if request.method == "POST" and form.is_valid():
        save_survey(
            staff=staff, survey=form.survey(), branches=form.cleaned_data["branches"], now=timezone.now()
        )
        messages.success(request, "Saved.")
        return redirect("csat")
    return render(
        request,
        "inbox/csat/survey.html",
        {"form": form, "survey": survey},
        status=422 if form.errors else 200,
    )


def _csv(rows: list[Asked]) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="ratings.csv"'
    writer = csv.writer(response)
    writer.writerow(["conversation", "branch", "language", "asked_at", "answered_at", "rating", "comment"])
    for row in rows:
        branch = row.conversation.branch
        writer.writerow(
            [
                row.conversation_id,
                branch.slug if branch else "",
                row.language,
                row.asked_at.isoformat() if row.asked_at else "",
                row.answered_at.isoformat() if row.answered_at else "",
                row.rating,
                # A spreadsheet must not take a stranger's words for a formula.
                f"'{row.comment}" if row.comment[:1] in ("=", "+", "-", "@") else row.comment,
            ]
        )
    return response


def _page(request: HttpRequest, context: dict[str, object], status: int = 200) -> HttpResponse:
    response = render(request, "inbox/csat/rate.html", context, status=status)
    response["Referrer-Policy"] = "no-referrer"  # the address is the key
    response["X-Robots-Tag"] = "noindex"
    return response
