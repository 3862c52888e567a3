"""Mentions: lists, one of them with the reasons of every guess, and a person's word on it."""

from collections.abc import Iterator

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from livingroom.branches.models import Branch
from livingroom.listening.exports import csv_file
from livingroom.listening.listing import filter_form, filtered, page_of
from livingroom.listening.models import Correction, Mention
from livingroom.listening.parts import shown_parts
from livingroom.listening.standing import standing_of
from livingroom.listening.understanding.corrections import CannotCorrect, correct
from livingroom.people.policy import may, require
from livingroom.shared.places import language_name

MOST_EXPORTED = 200_000
COLUMNS = (
    "at",
    "network",
    "kind",
    "author",
    "text",
    "url",
    "language",
    "branch",
    "spam",
    "tone",
    "subject",
    "topics",
)


@require_safe
def mention_list(request: HttpRequest) -> HttpResponse:
    require(request.user, "look")
    form = filter_form(request.GET)
    rows = filtered(form)
    context = {
        "form": form,
        "page": page_of(rows, request.GET.dict()),
        "csv_query": request.GET.urlencode(),
        "may_write": may(request.user, "write"),
    }
    return render(request, "listening/mentions.html", context)


@require_safe
def mentions_csv(request: HttpRequest) -> StreamingHttpResponse:
    """All that a filter leaves. Private messages are not in it."""
    require(request.user, "look")
    rows = filtered(filter_form(request.GET)).filter(is_public=True).select_related("branch")
    return csv_file(
        "mentions",
        COLUMNS,
        _lines(rows.prefetch_related("matches__topic").order_by("-at", "-pk")[:MOST_EXPORTED]),
    )


def _lines(rows: QuerySet[Mention]) -> Iterator[list[object]]:
    for one in rows.iterator(chunk_size=1000):
        topics = "; ".join(match.topic.name for match in one.matches.all())
        yield [one.at.isoformat(), one.network, one.kind, one.who, one.text, one.url, one.language,
               one.branch.name if one.branch else "", one.verdict, one.sentiment, one.subject, topics]  # fmt: skip


@require_safe
def mention(request: HttpRequest, pk: int) -> HttpResponse:
    staff = require(request.user, "look")
    found = get_object_or_404(Mention.objects.select_related("branch", "connection", "like"), pk=pk)
    context = {
        "mention": found,
        "may_write": may(request.user, "write"),
        "may_read": found.is_public or may(request.user, "write", found.branch),
        "languages": _languages(found),
        "subjects": _subjects(found),
        "branches": Branch.objects.open().order_by("name"),
        "matches": found.matches.select_related("topic", "version"),
        "corrections": found.corrections.select_related("staff").order_by("-pk"),
        "by_author": Mention.objects.heard().filter(network=found.network, author_id=found.author_id)
        .exclude(pk=found.pk).order_by("-at")[:5],
        "under": standing_of(found.subject_id or found.under_id, found.connection)
        if found.subject_id or found.under_id else None,
        "parts": shown_parts(request, found, staff, timezone.now()),
    }  # fmt: skip
    return render(request, "listening/mention.html", context)


@require_POST
def say(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct one guess about one mention, and go back where one was."""
    staff = require(request.user, "write")
    found = get_object_or_404(Mention.objects.select_related("branch"), pk=pk)
    try:
        changed = correct(
            staff=staff, mentions=[found], kind=request.POST.get("kind", ""), value=request.POST.get("value", ""),
            now=timezone.now(),
        )  # fmt: skip
    except CannotCorrect as problem:
        messages.error(request, problem.problem.text)
    else:
        messages.success(request, _said(found, request.POST) if changed else "That is what it says already.")
    back = request.POST.get("back", "")
    return redirect(
        back if url_has_allowed_host_and_scheme(back, {request.get_host()}) else found.get_absolute_url()
    )


def _said(found: Mention, given: QueryDict) -> str:
    kind, value = given.get("kind", ""), given.get("value", "")
    words = {
        Correction.Kind.LANGUAGE: f"Noted: it is {language_name(value)}.",
        Correction.Kind.SPAM: "Hidden as spam." if value == "spam" else "Shown: it is no spam.",
        Correction.Kind.SENTIMENT: f"Noted: it is {value}.",
        Correction.Kind.SUBJECT: f"Noted: it is about {value}.",
        Correction.Kind.BRANCH: f"Given to {found.branch}." if value else "It belongs to no branch.",
    }
    return words.get(Correction.Kind(kind), "Noted.")


@require_safe
def spam(request: HttpRequest) -> HttpResponse:
    """What may be spam, to be decided, and what is hidden as spam, to be undone."""
    require(request.user, "look")
    which = "hidden" if request.GET.get("which") == "hidden" else "queued"
    rows = Mention.objects.heard().filter(verdict=which)
    tabs = [
        {"url": "?which=queued", "label": "To decide", "is_current": which == "queued",
         "n": Mention.objects.heard().filter(verdict="queued").count()},
        {"url": "?which=hidden", "label": "Hidden", "is_current": which == "hidden",
         "n": Mention.objects.heard().filter(verdict="hidden").count()},
    ]  # fmt: skip
    context = {
        "which": which,
        "tabs": tabs,
        "page": page_of(rows, request.GET.dict(), size=25),
        "may_write": may(request.user, "write"),
    }
    return render(request, "listening/spam.html", context)


def _languages(found: Mention) -> list[tuple[str, str]]:
    codes = {code[:2] for code in Branch.objects.open().values_list("language", flat=True) if code}
    return sorted(
        ((code, language_name(code)) for code in codes | {found.language[:2]} if code), key=lambda one: one[1]
    )


def _subjects(found: Mention) -> list[str]:
    """What it may be about: the guesser's three first, then all that people have named."""
    named = (
        Correction.objects.filter(kind=Correction.Kind.SUBJECT)
        .values_list("is_now", flat=True)
        .distinct()[:60]
    )
    return list(dict.fromkeys([*found.reasons.get("subjects", []), *sorted(named)]))
