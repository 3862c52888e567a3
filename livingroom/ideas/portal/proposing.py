"""A new idea: first its title and what is like it, then its text. It works without an account: then by a letter."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from livingroom.ideas.likeness.operations import SHOWN, similar
from livingroom.ideas.models import Board, Storm
from livingroom.ideas.portal import pictures
from livingroom.ideas.portal.addresses import board_path
from livingroom.ideas.portal.limits import is_too_often
from livingroom.ideas.portal.refusing import words_for
from livingroom.ideas.portal.rows import is_votable
from livingroom.ideas.portal.tongue import Tongue
from livingroom.ideas.portal.who import Reader, guarded, on_board, page, reader_of
from livingroom.ideas.rules import LEAST_TITLE, MOST_TEXT, MOST_TITLE, clean_text, clean_title
from livingroom.people.members import doing
from livingroom.people.members.doing import CannotDo, Given
from livingroom.posts.media.forms import SeveralFiles, SeveralFilesField


class ProposalForm(forms.Form):
    title = forms.CharField(max_length=MOST_TITLE)
    text = forms.CharField(
        max_length=MOST_TEXT, required=False, widget=forms.Textarea(attrs={"rows": 7, "dir": "auto"})
    )
    category = forms.ChoiceField(required=False)
    pictures = SeveralFilesField(
        required=False,
        widget=SeveralFiles(attrs={"multiple": True, "accept": "image/jpeg,image/png,image/webp,image/gif"}),
    )
    alt = forms.CharField(max_length=300, required=False)

    def __init__(self, tongue: Tongue, board: Board, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in {"title": "title", "text": "text", "category": "category", "pictures": "pictures",
                            "alt": "pictures_alt"}.items():  # fmt: skip
            self.fields[name].label = tongue.say(label)
        self.fields["title"].help_text = tongue.say("title_help")
        self.fields["title"].widget.attrs |= {"autocomplete": "off", "dir": "auto"}
        self.fields["title"].error_messages["required"] = tongue.say("refused_no_title", least=LEAST_TITLE)
        self.fields["text"].help_text = tongue.say("text_help")
        size = pictures.BYTES_AT_MOST // 1_000_000
        self.fields["pictures"].help_text = tongue.say("pictures_help", n=pictures.AT_MOST, mb=size)
        categories = [(row.slug, row.name_in(tongue.code)) for row in board.categories.all()]
        category = self.fields["category"]
        assert isinstance(category, forms.ChoiceField)
        category.choices = [("", tongue.say("no_category")), *categories]
        if not categories:
            del self.fields["category"]


@guarded
@on_board
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, board: Board) -> HttpResponse:
    """The title, then five ideas like it, then the text; a look at it before it goes."""
    reader, now = reader_of(request, board), timezone.now()
    if board.closed_at is not None:
        return redirect(board_path(board) + reader.tongue.kept)
    storm = _storm(request, board, now)
    if request.method == "POST":
        return _take(request, board, reader, storm, now)
    title = request.GET.get("title", "").strip()[:MOST_TITLE]
    form = ProposalForm(
        reader.tongue, board, initial={"title": title, "category": request.GET.get("category", "")}
    )
    context = {
        "form": form,
        "step": "text" if len(title) >= LEAST_TITLE else "title",
        "similar": likest(request, board, title, reader.tongue, now),
        "asked": title,
        "storm": storm,
    }
    return page(request, board, "propose", context, reader=reader)


@on_board
@require_safe
def similar_part(request: HttpRequest, board: Board) -> HttpResponse:
    """The five likest alone, while somebody types a title."""
    reader, now = reader_of(request, board), timezone.now()
    asked = request.GET.get("q", "").strip()[:MOST_TITLE]
    if is_too_often(request, "similar part", most=120, seconds=60, now=now):
        return HttpResponse(
            reader.tongue.say("too_many_asks"), status=429, content_type="text/plain; charset=utf-8"
        )
    rows = likest(request, board, asked, reader.tongue, now)
    context = {"similar": rows, "asked": asked, "board": board, "tongue": reader.tongue}
    response = render(request, "ideas/portal/similar.html", context)
    response["Cache-Control"] = "private, max-age=60"
    return response


def likest(
    request: HttpRequest, board: Board, title: str, tongue: Tongue, now: datetime
) -> list[dict[str, Any]]:
    """At most five, with a note where one was declined before or its words came by a merge."""
    if len(title) < LEAST_TITLE or is_too_often(request, "similar", most=120, seconds=60, now=now):
        return []
    return [
        {
            "idea": one.idea,
            "is_votable": is_votable(one.idea),
            "note": tongue.say("declined_before", reason=one.declined_because)
            if one.declined_because
            else "",
        }
        for one in similar(board, title, SHOWN)
    ]


def _take(
    request: HttpRequest, board: Board, reader: Reader, storm: Storm | None, now: datetime
) -> HttpResponse:
    tongue = reader.tongue
    form = ProposalForm(tongue, board, request.POST, request.FILES)
    form.is_valid()
    title = str(form.data.get("title", "")).strip()[:MOST_TITLE]
    context: dict[str, Any] = {"form": form, "step": "text", "asked": title, "storm": storm}
    if request.POST.get("website"):  # a field that people do not see, and machines fill in
        return redirect(board_path(board) + tongue.kept)
    if request.POST.get("preview") or form.errors:
        context |= {"similar": likest(request, board, title, tongue, now)}
        context |= {"preview": form.data.get("text", "") if request.POST.get("preview") else ""}
        return page(request, board, "propose", context, reader=reader, status=422 if form.errors else 200)
    try:
        given = _given(request, board, form, storm, tongue, now)
        if reader.member is None:
            back = board_path(board) + tongue.kept
            return doing.do_or_ask(request, "idea_send_in", given, back=back, now=now)
        return redirect(doing.do("idea_send_in", reader.member, given, now))
    except CannotDo as problem:
        return page(
            request,
            board,
            "propose",
            context | {"problem": words_for(problem, tongue)},
            reader=reader,
            status=422,
        )


def _given(
    request: HttpRequest, board: Board, form: ProposalForm, storm: Storm | None, tongue: Tongue, now: datetime
) -> Given:
    """What the deed carries; refused here, before a letter goes out for it. Raises CannotDo."""
    said = form.cleaned_data
    return {
        "board": board.slug,
        "title": clean_title(said["title"]),
        "text": clean_text(said["text"]),
        "category": said.get("category", ""),
        "storm": storm.slug if storm else "",
        "pictures": _pictures(request, said["alt"], tongue, now),
    }


def _pictures(request: HttpRequest, alt: str, tongue: Tongue, now: datetime) -> list[Given]:
    files: list[UploadedFile[bytes]] = request.FILES.getlist("pictures")
    if not files:
        return []
    if len(files) > pictures.AT_MOST:
        raise CannotDo(tongue.say("too_many_pictures", n=pictures.AT_MOST))
    if is_too_often(request, "pictures", most=20, seconds=86_400, now=now):
        raise CannotDo(tongue.say("too_many_uploads"))
    return pictures.set_aside(files, alt)


def _storm(request: HttpRequest, board: Board, now: datetime) -> Storm | None:
    slug = request.POST.get("storm") or request.GET.get("storm", "")
    return board.storms.filter(slug=slug, opens_at__lte=now, closes_at__gt=now).first() if slug else None
