"""The public pages of questions: the list, one question, asking with the nearest shown first, and Atom."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from livingroom.community.atom import Entry, feed
from livingroom.community.groups.models import Group
from livingroom.community.pages import page, refused, tongue_of
from livingroom.community.questions import operations
from livingroom.community.questions.listing import TABS, in_language, page_of, search, totals
from livingroom.community.questions.models import (
    AnswerThanks,
    Question,
    QuestionAnswer,
    QuestionFollow,
    Standing,
)
from livingroom.community.words import words_in
from livingroom.people.members.at_the_door import member_of
from livingroom.people.members.doing import CannotDo, Given, do_or_ask
from livingroom.people.models import Member
from livingroom.shared.models import Brand
from livingroom.shared.street import WORDS as STREET

ASK, ANSWER, ACCEPT, THANK, FOLLOW = (
    "ask a question", "answer a question", "accept an answer", "thank for an answer", "follow a question",
)  # fmt: skip

EVERY = "all"


@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    language = tongue_of(request)
    words, asked = words_in(language), request.GET.get("q", "").strip()[:300]
    tab = request.GET.get("tab", "all")
    if tab not in TABS:
        raise Http404
    n_everywhere, n_own = totals(), totals(language=language)
    every = _wants_every_language(request) or not n_own.n_all
    n = n_everywhere if every else n_own
    found = page_of(tab, request.GET.get("before", ""), language="" if every else language)
    kept = f"&in={EVERY}" if every else ""
    counted = {"all": n.n_all, "unanswered": n.n_unanswered, "solved": n.n_solved}
    context = {
        "asked": asked,
        "rows": search(asked) if asked else found.rows,
        "older": "" if asked else found.older,
        "tab": tab,
        "every": EVERY if every else "",
        "tongues": [
            {"url": f"?tab={tab}&lang={language}", "label": STREET[language]["language"], "n": n_own.n_all,
             "is_current": not every},
            {"url": f"?tab={tab}&lang={language}&in={EVERY}", "label": words["all_languages"], "n": n_everywhere.n_all,
             "is_current": every},
        ],
        "tabs": [
            {"url": f"?tab={name}&lang={language}{kept}", "label": words[f"tab_{name}"], "n": counted[name],
             "is_current": name == tab and not asked}
            for name in TABS
        ],
    }  # fmt: skip
    return page(request, "questions/public_list.html", context)


@require_safe
def question_ask(request: HttpRequest) -> HttpResponse:
    """First the question in one line, and what others asked; then the rest of it."""
    title = " ".join(request.GET.get("title", "").split())[:150]
    group = Group.objects.public().filter(slug=request.GET.get("group", "")).first()
    context = {"title": title, "group": group, "near": search(title) if title else []}
    return page(request, "questions/ask.html", context)


@require_POST
def question_send(request: HttpRequest) -> HttpResponse:
    language = tongue_of(request)
    given = {
        "title": request.POST.get("title", "")[:300],
        "text": request.POST.get("text", "")[: operations.LONGEST_TEXT],
        "language": language,
        "group": request.POST.get("group", "")[:40],
    }
    back = f"{reverse('question_ask')}?lang={language}"
    if request.POST.get("website"):  # a field that people do not see, and machines fill in
        return redirect("questions")
    if len(" ".join(given["title"].split())) < 8:
        return refused(request, words_in(language)["title_too_short"], back, status=422)
    return _do(request, ASK, given, back)


@require_safe
def question(request: HttpRequest, pk: int) -> HttpResponse:
    member = member_of(request) if request.COOKIES else None
    row = _visible(pk, member)
    answers = list(
        row.answers.filter(standing=Standing.PUBLIC)
        .select_related("member", "staff", "host")
        .order_by("at", "pk")
    )
    own_held = row.answers.filter(standing=Standing.HELD, member=member) if member else []
    thanked = (
        set(
            AnswerThanks.objects.filter(member=member, answer__question=row).values_list(
                "answer_id", flat=True
            )
        )
        if member
        else set()
    )
    answers.sort(key=lambda one: (one.pk != row.accepted_id, one.at))
    follows = QuestionFollow.objects.filter(question=row, member=member, ended_at=None) if member else None
    context = {
        "row": row,
        "answers": [(one, one.pk == row.accepted_id, one.pk in thanked) for one in answers],
        "own_held": own_held,
        "is_mine": member is not None and row.member_id == member.pk,
        "is_held": row.standing == Standing.HELD,
        "follows": follows is not None and follows.exists(),
        "group_name": row.group.said_in(tongue_of(request))["name"]
        if row.group and row.group.is_public
        else "",
    }
    return page(request, "questions/public.html", context)


@require_POST
def question_answer(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Question.objects.public(), pk=pk)
    text = request.POST.get("text", "")[: operations.LONGEST_TEXT]
    if request.POST.get("website"):
        return redirect(row)
    if len(text.strip()) < 2:
        return refused(
            request, words_in(tongue_of(request))["answer_empty"], row.get_absolute_url(), status=422
        )
    return _do(request, ANSWER, {"question": row.pk, "text": text}, row.get_absolute_url())


@require_POST
def question_follow(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Question.objects.public(), pk=pk)
    given = {"question": row.pk, "ends": "end" in request.POST}
    return _do(request, FOLLOW, given, row.get_absolute_url())


@require_POST
def answer_deed(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """Accept it, or thank for it."""
    row = get_object_or_404(QuestionAnswer, pk=pk, standing=Standing.PUBLIC)
    back = f"{row.question.get_absolute_url()}#answer-{row.pk}"
    return _do(request, ACCEPT if what == "accept" else THANK, {"answer": row.pk}, back)


@require_safe
def questions_atom(request: HttpRequest) -> HttpResponse:
    language = tongue_of(request)
    words = words_in(language)
    every = _wants_every_language(request)
    public = Question.objects.public() if every else Question.objects.public().filter(in_language(language))
    rows = public.select_related("member").order_by("-asked_at")[:50]
    base = request.build_absolute_uri("/").rstrip("/")
    entries = [
        Entry(row.title, base + row.get_absolute_url(), row.text, row.asked_at, row.asker_name, row.last_at)
        for row in rows
    ]
    return feed(
        title=f"{Brand.current().name}: {words['questions']}", subtitle=words["questions_lead"],
        path=reverse("questions_atom"), page_path=reverse("questions"), language=language, entries=entries,
    )  # fmt: skip


def _wants_every_language(request: HttpRequest) -> bool:
    return request.GET.get("in", "") == EVERY


# The deeds of letters and forms; each harmless to repeat


def do_ask(member: Member, given: Given, now: datetime) -> str:
    group = Group.objects.public().filter(slug=given.get("group", "")).first()
    row = operations.ask(
        member=member,
        title=given["title"],
        text=given["text"],
        language=given["language"],
        group=group,
        now=now,
    )
    return row.get_absolute_url()


def do_answer(member: Member, given: Given, now: datetime) -> str:
    row = _public(member, given)
    made = operations.answer(member=member, question=row, text=given["text"], now=now)
    return f"{row.get_absolute_url()}#answer-{made.pk}"


def do_accept(member: Member, given: Given, now: datetime) -> str:
    row = _answer(member, given)
    operations.accept(member=member, answer=row, now=now)
    return f"{row.question.get_absolute_url()}#answer-{row.pk}"


def do_thank(member: Member, given: Given, now: datetime) -> str:
    row = _answer(member, given)
    operations.thank(member=member, answer=row, now=now)
    return f"{row.question.get_absolute_url()}#answer-{row.pk}"


def do_follow(member: Member, given: Given, now: datetime) -> str:
    row = _public(member, given)
    if given.get("ends"):
        operations.unfollow(member, str(row.pk), now)
    else:
        operations.follow(member=member, question=row, now=now)
    return row.get_absolute_url()


def _do(request: HttpRequest, kind: str, given: dict[str, Any], back: str) -> HttpResponse:
    try:
        return do_or_ask(request, kind, given, back=back, now=timezone.now())
    except CannotDo as problem:
        return refused(request, str(problem), back)


def _visible(pk: int, member: Member | None) -> Question:
    row: Question = get_object_or_404(Question.objects.select_related("member", "group"), pk=pk)
    is_own = member is not None and row.member_id == member.pk
    if row.standing == Standing.PUBLIC or (row.standing == Standing.HELD and is_own):
        return row
    raise Http404("There is no such question.")


def _public(member: Member, given: Given) -> Question:
    row = Question.objects.public().filter(pk=given["question"]).first()
    if row is None:
        raise CannotDo(words_in(member.language)["not_open_any_more"])
    return row


def _answer(member: Member, given: Given) -> QuestionAnswer:
    rows = QuestionAnswer.objects.filter(pk=given["answer"], standing=Standing.PUBLIC)
    row = rows.select_related("question", "member").first()
    if row is None:
        raise CannotDo(words_in(member.language)["not_open_any_more"])
    return row
