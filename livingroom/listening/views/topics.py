"""Topics: what they catch, their versions, and the tester beside the editor."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from livingroom.listening import charts, counts
from livingroom.listening.forms import TopicForm
from livingroom.listening.listing import page_of
from livingroom.listening.models import Alert, Mention, Topic
from livingroom.listening.tasks import catch_up_topic
from livingroom.listening.topics import budget
from livingroom.listening.topics.operations import CannotSave, pause_topic, resume_topic, save_topic
from livingroom.listening.topics.parsing import QueryProblem
from livingroom.listening.topics.searching import searchable
from livingroom.listening.topics.testing import Tested, try_query
from livingroom.listening.views import as_of
from livingroom.people.policy import may, require


@require_safe
def topic_list(request: HttpRequest) -> HttpResponse:
    require(request.user, "look")
    last = as_of(timezone.now()).date()
    rows = counts.topic_rows(last - timedelta(days=29), last)
    context = {"rows": rows, "may_publish": may(request.user, "publish"), "last": last}
    return render(request, "listening/topics.html", context)


@require_safe
def topic(request: HttpRequest, pk: int) -> HttpResponse:
    require(request.user, "look")
    found = get_object_or_404(Topic.objects.select_related("current"), pk=pk)
    now = timezone.now()
    last = as_of(now).date()
    first = last - timedelta(days=89)
    rows = Mention.objects.standing().filter(matches__topic=found)
    context = {
        "topic": found,
        "chart": charts.volume_by_language(counts.days_by_language(first, last, topic=found.pk)),
        "n": counts.total(first, last, topic=found.pk),
        "versions": found.versions.select_related("made_by"),
        "page": page_of(rows, request.GET.dict(), size=20),
        "alarms": Alert.objects.filter(topic=found).select_related("branch", "topic")[:5],
        "spent": budget.spent(found, now.date().replace(day=1), now.date()),
        "searches": found.searches.select_related("connection"),
        "first": first,
        "last": last,
        "may_publish": may(request.user, "publish"),
    }
    return render(request, "listening/topic.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """One form, two buttons: try it on what was heard, or keep it."""
    staff = require(request.user, "publish")
    found = get_object_or_404(Topic.objects.select_related("current"), pk=pk) if pk else None
    if request.method != "POST":
        form = TopicForm.of(found) if found else TopicForm()
        return _editor(request, found, form)
    form = TopicForm(request.POST)
    if not form.is_valid():
        return _editor(request, found, form, status=422)
    try:
        if "try" in request.POST:
            now = as_of(timezone.now())
            return _editor(
                request, found, form, tested=try_query(form.cleaned_data["query"], topic=found, now=now)
            )
        given = form.cleaned_data
        saved = save_topic(
            staff=staff, topic=found, name=given["name"], query=given["query"], why=given["why"],
            is_searched=given["is_searched"], budget=form.budget, segment=given["segment"], now=timezone.now(),
        )  # fmt: skip
    except QueryProblem as wrong:
        form.add_error("query", wrong.text)
        return _editor(request, found, form, problem=wrong, status=422)
    except CannotSave as cannot:
        form.add_error(cannot.problem.field or None, cannot.problem.text)
        cause = cannot.__context__
        return _editor(
            request, found, form, problem=cause if isinstance(cause, QueryProblem) else None, status=422
        )
    catch_up_topic.enqueue(saved.pk)
    messages.success(
        request, f"{saved} listens. What it would have caught in the last weeks is being looked up."
    )
    return redirect("topic", pk=saved.pk)


@require_POST
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Topic, pk=pk)
    pause_topic(staff=require(request.user, "publish"), topic=found, now=timezone.now())
    messages.success(request, f"{found} rests. What it caught stays.")
    return redirect("topic", pk=pk)


@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Topic, pk=pk)
    resume_topic(staff=require(request.user, "publish"), topic=found, now=timezone.now())
    catch_up_topic.enqueue(found.pk)
    messages.success(request, f"{found} listens again.")
    return redirect("topic", pk=pk)


def _editor(
    request: HttpRequest, found: Topic | None, form: TopicForm, *, tested: Tested | None = None,
    problem: QueryProblem | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    context = {
        "topic": found,
        "form": form,
        "tested": tested,
        "tested_chart": charts.volume(tested.days, "What it would have caught, by day") if tested else None,
        "wrong": _marked(str(form["query"].value() or ""), problem) if problem else None,
        "searchable": searchable(),
    }
    return render(request, "listening/topic_edit.html", context, status=status)


def _marked(query: str, problem: QueryProblem) -> dict[str, str]:
    """The query in three parts, so that the page can mark the place."""
    query = query.strip()
    return {
        "before": query[: problem.start],
        "here": query[problem.start : problem.end] or " ",
        "after": query[problem.end :],
        "text": problem.text,
    }
