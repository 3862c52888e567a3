"""Answers for all: the public's pages, without script or cookie, and the staff's."""

import hashlib

from django import forms
from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from livingroom.branches.models import Branch
from livingroom.inbox.knowledge.finding import address_of, best_of, languages_of, search
from livingroom.inbox.knowledge.models import Snippet
from livingroom.inbox.knowledge.operations import (
    SlugTaken,
    SnippetWords,
    drawn_from,
    note_helped,
    publish,
    save_snippet,
    take_back,
)
from livingroom.inbox.knowledge.words import words_in
from livingroom.inbox.models import Conversation
from livingroom.people.policy import may, require
from livingroom.shared.places import language_name

ONE_WORD_A_DAY = 86_400


@require_GET
def answers_for_all(request: HttpRequest) -> HttpResponse:
    """Every answer once, in the language that the visitor reads best."""
    languages, asked = languages_of(request), request.GET.get("q", "")[:200]
    by_slug: dict[str, list[Snippet]] = {}
    for row in Snippet.objects.published():
        by_slug.setdefault(row.slug, []).append(row)
    rows = [found for group in by_slug.values() if (found := best_of(group, languages))]
    shown = [(row, address_of(row)) for row in search(sorted(rows, key=lambda row: row.question), asked)]
    context = {"rows": shown, "asked": asked, "words": words_in(languages[0]), "language": languages[0]}
    return render(request, "inbox/knowledge/public_list.html", context)


@csrf_exempt  # the visitor has no session, and all this form does is count one
@require_http_methods(["GET", "HEAD", "POST"])
def answer_for_all(request: HttpRequest, slug: str) -> HttpResponse:
    rows = list(Snippet.objects.published().filter(slug=slug))
    snippet = best_of(rows, languages_of(request))
    if snippet is None:
        raise Http404("There is no such answer.")
    is_told = request.method == "POST" and request.POST.get("helped") in ("yes", "no")
    if is_told and _is_first_word(request, snippet):
        note_helped(snippet=snippet, is_yes=request.POST["helped"] == "yes")
    others = [(language_name(row.language), address_of(row)) for row in rows if row.pk != snippet.pk]
    context = {"snippet": snippet, "words": words_in(snippet.language), "is_told": is_told, "others": others}
    return render(request, "inbox/knowledge/public.html", context)


@require_GET
def snippets(request: HttpRequest) -> HttpResponse:
    staff = require(request.user, "look")
    rows = Snippet.objects.select_related("branch", "written_by")
    return render(request, "inbox/knowledge/list.html", {"rows": rows, "may_answer": may(staff, "answer")})


class SnippetForm(forms.Form):
    question = forms.CharField(max_length=200)
    answer = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 8}), help_text="For everybody: no names, no orders."
    )
    language = forms.RegexField(r"^[a-z]{2}$", initial="en", help_text="Two letters.")
    slug = forms.SlugField(
        label="Short name", required=False, max_length=80, help_text="Translations share it."
    )
    branch = forms.ModelChoiceField(Branch.objects.all(), required=False)

    def words(self) -> SnippetWords:
        return SnippetWords(**self.cleaned_data)


def snippet_edit(request: HttpRequest, snippet_id: int | None = None) -> HttpResponse:
    """Write one, from nothing or from a conversation."""
    staff, now = require(request.user, "answer"), timezone.now()
    snippet = get_object_or_404(Snippet, pk=snippet_id) if snippet_id else None
    conversation = _conversation(request) if snippet is None else None
    drawn = drawn_from(conversation) if conversation else snippet
    names = ("question", "answer", "language", "slug", "branch")
    form = SnippetForm(
        request.POST or None, initial={name: getattr(drawn, name) for name in names} if drawn else {}
    )
    if request.method == "POST" and form.is_valid():
        try:
            row = save_snippet(
                staff=staff, words=form.words(), now=now, snippet=snippet, conversation=conversation
            )
        except SlugTaken as error:
            form.add_error("slug", str(error))
        else:
            if "publish" in request.POST:
                publish(staff=staff, snippet=row, now=now)
            messages.success(request, "Saved.")
            return redirect("snippets")
    may_publish = may(staff, "publish")
    context = {"form": form, "snippet": snippet, "conversation": conversation, "may_publish": may_publish}
    return render(request, "inbox/knowledge/edit.html", context, status=422 if form.errors else 200)


@require_POST
def snippet_take_back(request: HttpRequest, snippet_id: int) -> HttpResponse:
    snippet = get_object_or_404(Snippet, pk=snippet_id)
    take_back(staff=require(request.user, "publish", snippet.branch), snippet=snippet, now=timezone.now())
    messages.success(request, "Nobody outside sees it any more.")
    return redirect("snippets")


def _conversation(request: HttpRequest) -> Conversation | None:
    number = request.GET.get("from", "")
    if not number.isdecimal() or len(number) > 18:
        return None
    return get_object_or_404(Conversation.objects.select_related("branch"), pk=int(number))


def _is_first_word(request: HttpRequest, snippet: Snippet) -> bool:
    """One word a day for each address; only its digest is kept, and for a day."""
    seen = f"{request.META.get('REMOTE_ADDR', '')} {request.headers.get('User-Agent', '')} {snippet.pk}"
    return cache.add(f"helped-{hashlib.sha256(seen.encode()).hexdigest()}", 1, ONE_WORD_A_DAY)
