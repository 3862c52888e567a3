from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from livingroom.shared import assets
from livingroom.shared.samples import samples

FOR_EVER = "public, max-age=31536000, immutable"


@require_safe
def design(request: HttpRequest) -> HttpResponse:
    """Every component in every state, to look at and to test."""
    return render(request, "shared/design.html", samples(request.GET.get("sort", "-revenue")))


@require_safe
def stylesheet(request: HttpRequest) -> HttpResponse:
    return _send(request, assets.stylesheet())


@require_safe
def vega_bundle(request: HttpRequest) -> HttpResponse:
    return _send(request, assets.vega_bundle())


def _send(request: HttpRequest, asset: assets.Asset) -> HttpResponse:
    takes_gzip = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(asset.gzipped if takes_gzip else asset.content, content_type=asset.content_type)
    if takes_gzip:
        response["Content-Encoding"] = "gzip"
    response["Vary"] = "Accept-Encoding"
    response["Cache-Control"] = FOR_EVER
    return response
