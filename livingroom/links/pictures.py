"""A link's QR code, to look at or to take to the printer."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from livingroom.links.models import Link
from livingroom.links.operations import short_url
from livingroom.links.qr import qr_png, qr_svg


@require_GET
def qr_code(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """The code as SVG or PNG; `?download` names the file."""
    url = short_url(get_object_or_404(Link, slug=slug))
    content, content_type = (qr_svg(url), "image/svg+xml") if kind == "svg" else (qr_png(url), "image/png")
    response = HttpResponse(content, content_type=content_type)
    if "download" in request.GET:
        response["Content-Disposition"] = f'attachment; filename="{slug}.{kind}"'
    return response
