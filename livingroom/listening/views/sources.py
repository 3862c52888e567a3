"""Where mentions come from: streams, files, and what came in that could not be read."""

from collections import deque

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from livingroom.listening import poison as poisoned
from livingroom.listening.forms import ImportForm, SourceForm
from livingroom.listening.importing import NotMentions, Report, import_mentions
from livingroom.listening.jetstream.running import BadAddress, close_source, open_source
from livingroom.listening.models import Mention, Poison, Source, TopicSearch
from livingroom.networks.reactions.models import StreamPlace
from livingroom.people.policy import may, require

PAGE = 50


@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    require(request.user, "look")
    return _page(request)


@require_POST
def source_open(request: HttpRequest) -> HttpResponse:
    staff, form = require(request.user, "set_up"), SourceForm(request.POST)
    if not form.is_valid():
        return _page(request, source_form=form)
    try:
        open_source(staff=staff, address=form.cleaned_data["address"], now=timezone.now())
    except BadAddress as bad:
        form.add_error(bad.problem.field, bad.problem.text)
        return _page(request, source_form=form)
    messages.success(request, "The stream is followed from now on.")
    return redirect("listening_sources")


@require_POST
def source_close(request: HttpRequest, pk: int) -> HttpResponse:
    source = get_object_or_404(Source, pk=pk)
    close_source(staff=require(request.user, "set_up"), source=source, now=timezone.now())
    messages.success(request, "The stream is followed no more. What it brought stays.")
    return redirect("listening_sources")


@require_POST
def import_file(request: HttpRequest) -> HttpResponse:
    """Bring a file in and show what became of every row that was not kept."""
    staff, form = require(request.user, "publish"), ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, import_form=form)
    upload = form.cleaned_data["file"]
    reports: deque[Report] = deque(maxlen=1)
    try:
        reports.extend(import_mentions(staff=staff, file=upload.file, name=upload.name, now=timezone.now()))
    except NotMentions as problem:
        form.add_error("file", str(problem))
        return _page(request, import_form=form)
    return render(request, "listening/import_report.html", {"report": reports[-1], "name": upload.name})


@require_safe
def poison_list(request: HttpRequest) -> HttpResponse:
    require(request.user, "look")
    context = {
        "rows": Poison.objects.open()[:PAGE],
        "n": Poison.objects.open().count(),
        "mentions": Mention.objects.exclude(poison="").order_by("-at")[:PAGE],
        "may_publish": may(request.user, "publish"),
    }
    return render(request, "listening/poison.html", context)


@require_POST
def poison_replay(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Poison.objects.open(), pk=pk)
    reason = poisoned.replay(staff=require(request.user, "publish"), poison=row, now=timezone.now())
    if reason:
        messages.error(request, f"Still not: {reason}")
    else:
        messages.success(request, "Kept this time.")
    return redirect("listening_poison")


@require_POST
def poison_let_go(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Poison.objects.open(), pk=pk)
    poisoned.let_go(staff=require(request.user, "publish"), poison=row, now=timezone.now())
    messages.success(request, "Let go.")
    return redirect("listening_poison")


@require_POST
def understand_again(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Mention, pk=pk)
    poisoned.understand_again(staff=require(request.user, "publish"), mention=found, now=timezone.now())
    messages.success(request, "It is looked at once more.")
    return redirect("listening_poison")


def _page(
    request: HttpRequest, source_form: SourceForm | None = None, import_form: ImportForm | None = None
) -> HttpResponse:
    context = {
        "sources": Source.objects.filter(ended_at=None),
        "places": StreamPlace.objects.select_related("connection").order_by("connection", "stream")[:200],
        "searches": TopicSearch.objects.select_related("topic", "connection")[:100],
        "source_form": source_form or SourceForm(),
        "import_form": import_form or ImportForm(),
        "n_poison": Poison.objects.open().count(),
        "may_publish": may(request.user, "publish"),
        "may_set_up": may(request.user, "set_up"),
    }
    return render(
        request, "listening/sources.html", context, status=422 if source_form or import_form else 200
    )
