"""The people who speak for branches, and their faces."""

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST, require_safe

from livingroom.branches.faces import may_change_face, path_of, show_face, take_down_face
from livingroom.branches.forms_care import FaceForm
from livingroom.branches.models import Host
from livingroom.people.policy import require
from livingroom.shared.pictures import ENDINGS, UPLOAD_AT_MOST, NotAPicture

MEDIA_TYPES = {ending: media_type for media_type, ending in ENDINGS.items()}
# The content under a digest never changes; but a face may be taken down, and must leave the caches then.
A_DAY = "public, max-age=86400"


@require_GET
def host_list(request: HttpRequest) -> HttpResponse:
    """Everybody who speaks for a branch."""
    require(request.user, "look")
    return render(request, "branches/hosts.html", {"hosts": Host.objects.prefetch_related("branches")})


def host_page(request: HttpRequest, host_id: int) -> HttpResponse:
    """One host; POST gives a picture."""
    host = get_object_or_404(Host.objects.prefetch_related("branches"), pk=host_id)
    form = FaceForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        staff = require(request.user, "look")
        if form.is_valid() and _is_small(form):
            try:
                content = form.cleaned_data["picture"].read()
                show_face(staff=staff, host=host, content=content, now=timezone.now())
                messages.success(request, f"Visitors see {host}’s face now.")
                return redirect("host", host.pk)
            except NotAPicture as error:
                form.add_error("picture", str(error))
    context = {"host": host, "form": form, "may_change": may_change_face(request.user, host)}
    return render(request, "branches/host.html", context, status=422 if form.errors else 200)


@require_POST
def face_remove(request: HttpRequest, host_id: int) -> HttpResponse:
    host = get_object_or_404(Host, pk=host_id)
    take_down_face(staff=require(request.user, "look"), host=host, now=timezone.now())
    messages.success(request, f"{host} is shown by initials again.")
    return redirect("host", host.pk)


@require_safe
def face_file(request: HttpRequest, digest: str, ending: str) -> HttpResponseBase:
    """A host's picture, as we wrote it; what kind it is follows from our own ending, never from what was sent in."""
    try:
        file = default_storage.open(path_of(f"{digest}.{ending}"))
    except FileNotFoundError:
        raise Http404("There is no such face.") from None
    response = FileResponse(file, content_type=MEDIA_TYPES[ending])
    response["Cache-Control"] = A_DAY
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _is_small(form: FaceForm) -> bool:
    """Look at the size before the content is in memory."""
    if form.cleaned_data["picture"].size <= UPLOAD_AT_MOST:
        return True
    form.add_error("picture", f"At most {UPLOAD_AT_MOST // 1_000_000} MB.")
    return False
