"""The library, one picture, what the desk wants of every post, and the pictures themselves."""

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from livingroom.people.models import Staff
from livingroom.people.policy import may, require
from livingroom.posts.media.forms import AddForm, DeskRulesForm, PictureForm
from livingroom.posts.media.models import DeskRules, MediaItem
from livingroom.posts.media.operations import add_picture, change_picture, put_away, set_desk_rules
from livingroom.posts.media.queries import shelf, used_where
from livingroom.posts.media.storage import path_of
from livingroom.shared.pictures import ENDINGS, NotAPicture

MEDIA_TYPES = {ending: media_type for media_type, ending in ENDINGS.items()}
FILES_AT_ONCE = 40


def media(request: HttpRequest) -> HttpResponse:
    """Show the library; on POST add pictures."""
    form = AddForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        staff = require(request.user, "write")
        if form.is_valid():
            _add(request, staff, form)
            return redirect("media")
    folder, words, before = (request.GET.get(name, "") for name in ("folder", "q", "before"))
    without_alt = bool(request.GET.get("without_alt"))
    found = shelf(
        folder=folder, words=words, without_alt=without_alt, before=int(before) if before.isdigit() else 0
    )
    kept: dict[str, str] = {"folder": folder, "q": words, **({"without_alt": "1"} if without_alt else {})}
    context = {
        "form": form,
        "shelf": found,
        "folder": folder,
        "words": words,
        "without_alt": without_alt,
        "older_url": f"?{urlencode({**kept, 'before': str(found.older)})}" if found.older else "",
        "may_write": may(request.user, "write"),
        "rules": DeskRules.current(),
    }
    return render(request, "posts/media/list.html", context, status=422 if form.errors else 200)


def picture(request: HttpRequest, item_id: int) -> HttpResponse:
    item = get_object_or_404(MediaItem, pk=item_id)
    form = PictureForm(request.POST or None, instance=item)
    if request.method == "POST" and form.is_valid():
        old = MediaItem.objects.get(pk=item_id)
        change_picture(
            staff=require(request.user, "write"), item=old, now=timezone.now(), **form.cleaned_data
        )
        messages.success(request, "Saved.")
        return redirect("picture", item_id)
    context = {"item": item, "form": form, "uses": used_where(item), "may_write": may(request.user, "write")}
    return render(request, "posts/media/picture.html", context, status=422 if form.errors else 200)


@require_POST
def picture_put_away(request: HttpRequest, item_id: int) -> HttpResponse:
    item = get_object_or_404(MediaItem, pk=item_id)
    put_away(staff=require(request.user, "write"), item=item, now=timezone.now())
    messages.success(request, f"“{item}” is offered no more.")
    return redirect("media")


@require_POST
def desk_rules(request: HttpRequest) -> HttpResponse:
    form = DeskRulesForm(request.POST, instance=DeskRules.current())
    if form.is_valid():
        staff = require(request.user, "arrange")
        set_desk_rules(staff=staff, rules=form.save(commit=False), now=timezone.now())
        messages.success(request, "Saved.")
    return redirect("media")


@require_safe
def media_file(request: HttpRequest, digest: str, ending: str) -> HttpResponseBase:
    """One picture, for ever: under a digest the content never changes."""
    try:
        file = default_storage.open(path_of(digest, ending))
    except FileNotFoundError:
        raise Http404("There is no such picture.") from None
    response = FileResponse(file, content_type=MEDIA_TYPES[ending])
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _add(request: HttpRequest, staff: Staff, form: AddForm) -> None:
    answers, n = form.cleaned_data, 0
    for file in answers["pictures"][:FILES_AT_ONCE]:
        try:
            add_picture(
                staff=staff,
                content=file.read(),
                name=file.name or "",
                folder=answers["folder"],
                tags=answers["tags"],
                alt=answers["alt"],
                now=timezone.now(),
            )
            n += 1
        except NotAPicture as error:
            messages.error(request, f"{file.name}: {error}")
    if n:
        messages.success(request, f"{n} picture{'' if n == 1 else 's'} added.")
