"""Ideas in action: prepare the post that tells what became of an idea."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from livingroom.branches.models import Branch
from livingroom.ideas.action.operations import (
    TOLD,
    NotReadyToTell,
    prepare_post,
    short_language,
    suggested_destination,
    suggested_text,
)
from livingroom.ideas.desk.forms import ActionForm
from livingroom.ideas.models import Idea
from livingroom.people.policy import places_for, require
from livingroom.shared.places import language_name


def idea_in_action(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose branches and say it in their languages; on POST write the draft."""
    staff = require(request.user, "write")
    idea = get_object_or_404(Idea.objects.select_related("board").defer("vector"), pk=pk)
    branches = {
        str(row.pk): row
        for row in places_for(staff, "write", Branch.objects.postable().order_by("language", "name"))
    }
    languages = list(dict.fromkeys(short_language(row.language) for row in branches.values()))
    form = ActionForm(
        request.POST or None,
        branches=[(number, row.name, short_language(row.language)) for number, row in branches.items()],
        texts={code: (language_name(code), suggested_text(idea, code)) for code in languages},
        initial={"destination": suggested_destination(idea)},
    )
    if request.method == "POST" and form.is_valid():
        try:
            post = prepare_post(
                staff=staff, idea=idea, branches=[branches[pk] for pk in form.cleaned_data["branches"]],
                texts=form.texts, destination=form.cleaned_data["destination"], now=timezone.now(),
            )  # fmt: skip
        except NotReadyToTell as problem:
            form.add_error(problem.field if problem.field in form.fields else None, str(problem))
        else:
            messages.success(request, "The draft is written. Check it, and promise it for a time.")
            return redirect("post", post.pk)
    context = {"idea": idea, "form": form, "has_branches": bool(branches), "can_be_told": idea.state in TOLD}
    return render(request, "ideas/desk/action.html", context, status=422 if form.errors else 200)
