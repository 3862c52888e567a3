"""The directory for machines: JSON with its signature, the key, Atom, oEmbed."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from livingroom.frontdoor import directory, doors, signing
from livingroom.shared.models import Brand

open_to_all = cache_control(public=True, max_age=60)
WIDTH, HEIGHT = 480, 640


@require_safe
@open_to_all
def directory_json(request: HttpRequest) -> HttpResponse:
    """The directory, with its signature in the header Livingroom-Signature (a detached JWS over these very bytes)."""
    content = _content()
    response = HttpResponse(content, content_type="application/json; charset=utf-8")
    response["Livingroom-Signature"] = signing.sign(content, now=timezone.now()).detached
    return _for_everybody(response)


@require_safe
@open_to_all
def directory_jws(request: HttpRequest) -> HttpResponse:
    """The directory and its signature in one piece."""
    signed = signing.sign(_content(), now=timezone.now()).as_json()
    return _for_everybody(JsonResponse(signed, content_type="application/jose+json"))


@require_safe
@open_to_all
def directory_keys(request: HttpRequest) -> HttpResponse:
    return _for_everybody(
        JsonResponse(signing.published_keys(timezone.now()), content_type="application/jwk-set+json")
    )


@require_safe
@open_to_all
def directory_atom(request: HttpRequest) -> HttpResponse:
    content = directory.as_atom(doors.open_doors(), brand=Brand.current().name)
    return _for_everybody(HttpResponse(content, content_type="application/atom+xml; charset=utf-8"))


@require_safe
@open_to_all
def oembed(request: HttpRequest) -> HttpResponse:
    """What another site needs to show our list (oembed.com)."""
    if request.GET.get("format", "json") != "json":
        return HttpResponse("Only format=json is offered.", status=501, content_type="text/plain")
    size = [_size(request, name, most) for name, most in (("maxwidth", WIDTH), ("maxheight", HEIGHT))]
    found = directory.oembed(
        request.GET.get("url", ""), brand=Brand.current().name, width=size[0], height=size[1]
    )
    if found is None:
        return _for_everybody(JsonResponse({"problem": "This is not the address of our list."}, status=404))
    return _for_everybody(JsonResponse(found))


def _content() -> bytes:
    now = timezone.now()
    return directory.as_json(doors.furnished(doors.open_doors(), now), brand=Brand.current().name, now=now)


def _size(request: HttpRequest, name: str, most: int) -> int:
    asked = request.GET.get(name, "")
    return min(most, max(120, int(asked))) if asked.isdecimal() and len(asked) < 6 else most


def _for_everybody(response: HttpResponse) -> HttpResponse:
    """Pages of other sites may read what is public anyway."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = "Livingroom-Signature"
    return response
