"""The desk's page of moving: a file comes in, everything goes out."""

import tempfile

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from livingroom.ideas.models import Board, IdeaImport
from livingroom.ideas.moving.exporting import export_ideas
from livingroom.ideas.moving.facts import NotIdeas
from livingroom.ideas.moving.importing import SOURCES, import_ideas
from livingroom.people.policy import require

LARGEST = 20 * 1024 * 1024  # a longer file is read by the command, which does not keep a browser waiting
IN_MEMORY = 4 * 1024 * 1024


class ImportForm(forms.Form):
    board = forms.ModelChoiceField(Board.objects.all(), to_field_name="slug", empty_label=None)
    source = forms.ChoiceField(label="From", choices=list(SOURCES.items()))
    file = forms.FileField(
        label="File",
        help_text="Fider: CSV, JSON or the backup’s ZIP. UserVoice and others: CSV. 20 MB at most.",
    )

    def clean_file(self) -> object:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError("The file is too large for this page: use livingroom ideas import.")
        return file


@require_http_methods(["GET", "HEAD", "POST"])
def ideas_moving(request: HttpRequest) -> HttpResponse:
    staff = require(request.user, "arrange_ideas")
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            report = import_ideas(
                staff=staff, board=form.cleaned_data["board"], file=upload.file, name=upload.name,
                source=form.cleaned_data["source"], now=timezone.now(),
            )  # fmt: skip
        except NotIdeas as problem:
            form.add_error("file", str(problem))
        else:
            messages.success(request, f"{report.n_new:,} new ideas came in.")
            return redirect("ideas_import", report.pk)
    context = {
        "form": form,
        "boards": Board.objects.all(),
        "imports": IdeaImport.objects.select_related("board", "staff")[:20],
    }
    return render(request, "ideas/moving/moving.html", context, status=422 if form.is_bound else 200)


@require_safe
def ideas_import(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of one file."""
    require(request.user, "arrange_ideas")
    report = get_object_or_404(IdeaImport.objects.select_related("board", "staff"), pk=pk)
    return render(
        request, "ideas/moving/import.html", {"report": report, "source": SOURCES.get(report.source)}
    )


@require_POST
def ideas_export(request: HttpRequest) -> FileResponse:
    """Everything of a board, or of all."""
    staff = require(request.user, "arrange_ideas")
    slug, now = request.POST.get("board", ""), timezone.now()
    board = get_object_or_404(Board, slug=slug) if slug else None
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the response closes it
    export_ideas(staff=staff, file=file, board=board, now=now)
    file.seek(0)
    name = f"ideas-{slugify(slug) or 'all'}-{now:%Y-%m-%d}.zip"
    return FileResponse(file, as_attachment=True, filename=name)
