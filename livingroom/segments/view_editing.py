"""The page on which a segment is written. It works without a script: each button posts the form, a live look is this view."""

import json

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from livingroom.people.policy import may, require
from livingroom.segments.bands import Basis, current_basis
from livingroom.segments.builder import JOINS, Draft, fact_choices
from livingroom.segments.forms import AboutForm, words_of
from livingroom.segments.live import Live, look
from livingroom.segments.models import Segment, SegmentVersion
from livingroom.segments.operations import CannotSave, save_segment
from livingroom.segments.parsing import RuleProblem, parse, parse_text
from livingroom.segments.rules import to_json


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str = "") -> HttpResponse:
    """One form: every change shows the sentence and the size again; “Keep it” saves."""
    staff = require(request.user, "publish")
    found = get_object_or_404(Segment.objects.select_related("current"), slug=slug) if slug else None
    now = timezone.now()
    basis = current_basis(now)
    if request.method != "POST":
        return _page(
            request, found, AboutForm(initial=words_of(found)), *_stored(request, found, basis), basis=basis
        )
    form = AboutForm(request.POST)
    is_text = "rule_text" in request.POST
    draft = None if is_text else Draft.posted(request.POST)
    text = request.POST.get("rule_text", "")
    wrong = ""
    told: object = None
    try:
        told = _told(draft, text, basis, is_unfinished="keep" not in request.POST)
    except RuleProblem as problem:
        wrong = str(problem) if is_text else ""
    if "keep" in request.POST and form.is_valid() and told is not None:
        try:
            saved = save_segment(staff=staff, segment=found, rule=told, now=now, **form.cleaned_data)
            messages.success(
                request, f"{saved} is kept, version {saved.current.number if saved.current else 1}."
            )
            return redirect("segment", saved.slug)
        except CannotSave as cannot:
            form.add_error(
                cannot.problem.field if cannot.problem.field in form.fields else None, cannot.problem.text
            )
    status = 422 if "keep" in request.POST else 200
    return _page(request, found, form, draft, text, told, basis=basis, wrong=wrong, status=status)


def _told(draft: Draft | None, text: str, basis: Basis, *, is_unfinished: bool) -> object:
    if draft is not None:
        return draft.told(basis.currency, is_unfinished=is_unfinished)
    return to_json(parse_text(text))


def _stored(request: HttpRequest, found: Segment | None, basis: Basis) -> tuple[Draft | None, str, object]:
    if found is None or found.current is None:
        return Draft.empty(), "", None
    rule = found.current.rule
    draft = None if request.GET.get("as") == "text" else Draft.of(parse(rule), basis.currency)
    return draft, json.dumps(rule, indent=2, ensure_ascii=False), rule


def _page(
    request: HttpRequest, found: Segment | None, form: AboutForm, draft: Draft | None, text: str, told: object, *,
    basis: Basis, wrong: str = "", status: int = 200,
) -> HttpResponse:  # fmt: skip
    context = {
        "segment": found,
        "form": form,
        "draft": draft.numbered() if draft else None,
        "text": text,
        "wrong": wrong,
        "facts": fact_choices(),
        "joins": JOINS.items(),
        "live": _live(request, found, form, told, basis),
        "currency": basis.currency,
    }
    name = "segments/builder.html" if request.htmx else "segments/edit.html"  # type: ignore[attr-defined]  # django-htmx
    return render(request, name, context, status=200 if request.htmx else status)  # type: ignore[attr-defined]  # the same


def _live(
    request: HttpRequest, found: Segment | None, form: AboutForm, told: object, basis: Basis
) -> Live | None:
    if told is None:
        return None
    purpose, ground = form["purpose"].value() or "", form["ground"].value() or SegmentVersion.Ground.INTEREST
    return look(
        told, purpose=str(purpose), ground=str(ground), basis=basis, now=timezone.now(),
        exact=may(request.user, "see_people"), leave_out=found.pk if found else None,
    )  # fmt: skip
