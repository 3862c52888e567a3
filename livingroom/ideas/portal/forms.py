"""What every form at an idea shares: the idea, who sends it, where to go on, and saying why not."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from livingroom.ideas.models import Board, Comment, Idea
from livingroom.ideas.portal.addresses import idea_path
from livingroom.ideas.portal.refusing import words_for
from livingroom.ideas.portal.who import AnyView, Reader, guarded, on_board, page, reader_of
from livingroom.people.members import doing
from livingroom.people.members.doing import CannotDo, Given
from livingroom.people.models import Member

Arguments = ParamSpec("Arguments")


@dataclass
class Sent:
    """A form that was sent at an idea. `back` is where to go on."""

    request: HttpRequest
    idea: Idea
    reader: Reader
    now: datetime
    back: str = field(init=False)

    def __post_init__(self) -> None:
        self.back = idea_path(self.idea) + self.reader.tongue.kept

    @property
    def said(self) -> dict[str, str]:
        """What the form holds."""
        return {name: str(value) for name, value in self.request.POST.items()}

    def author(self) -> Member:
        """Who sends it, where only the idea's author may."""
        if self.reader.member is None or self.idea.member_id != self.reader.member.pk:
            raise Http404("Only who proposed it can do that.")
        return self.reader.member

    def comment(self, number: int) -> Comment:
        found: Comment = get_object_or_404(Comment, pk=number, root=self.idea)
        return found

    def by_letter(self, kind: str, given: Given) -> HttpResponse:
        """A visitor does it by the letter that we ask them to let us send."""
        return doing.do_or_ask(self.request, kind, given, back=self.back, now=self.now)

    def go_on(self, told: str = "", *, at: str = "") -> HttpResponse:
        told = f"{'&' if '?' in self.back else '?'}told={told}" if told else ""
        return redirect(f"{self.back}{told}{at}")


Form = Callable[Concatenate[Sent, Arguments], HttpResponse]


def at_an_idea(view: Form[Arguments]) -> AnyView:
    """Give the view what was sent; where it says CannotDo, tell the reader why not."""

    @guarded
    @on_board
    @require_POST
    @wraps(view)
    def answer(request: HttpRequest, board: Board, pk: int, *args: Any, **kwargs: Any) -> HttpResponse:
        idea: Idea = get_object_or_404(Idea.objects.defer("vector"), board=board, pk=pk)
        idea.board = board
        sent = Sent(request, idea, reader_of(request, board), timezone.now())
        try:
            return view(sent, *args, **kwargs)
        except CannotDo as problem:
            return _cannot(sent, problem)

    return answer


def _cannot(sent: Sent, problem: CannotDo) -> HttpResponse:
    """A script gets the words alone."""
    tongue = sent.reader.tongue
    words = words_for(problem, tongue)
    if sent.request.headers.get("X-Part"):
        return HttpResponse(words, status=409, content_type="text/plain; charset=utf-8")
    context = {"title": tongue.say("cannot"), "problem": words, "back": sent.back}
    return page(sent.request, sent.idea.board, "cannot", context, reader=sent.reader, status=409)
