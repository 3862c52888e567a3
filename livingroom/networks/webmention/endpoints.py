"""The public doors: what arrives is kept and answered at once; whether it is true is found out later."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from livingroom.networks.errors import Invalid, RateLimited
from livingroom.networks.webmention import pingback
from livingroom.networks.webmention.operations import NotOurs, accept_mention
from livingroom.networks.webmention.tasks import look_at_mention

LARGEST_BODY = 10_000
TAKEN = "Taken. The page will be read; if it links here, the mention shows."


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def webmention(request: HttpRequest) -> HttpResponse:
    """https://www.w3.org/TR/webmention/#receiving-webmentions"""
    if request.method != "POST":
        return _words(200, "Webmentions are taken here: POST source and target.")
    if int(request.headers.get("Content-Length") or 0) > LARGEST_BODY:
        return _words(413, "A webmention is two addresses.")
    sources, targets = request.POST.getlist("source"), request.POST.getlist("target")
    if len(sources) != 1 or len(targets) != 1:
        return _words(400, "A webmention has one source and one target.")
    try:
        _take(sources[0], targets[0], "webmention")
    except RateLimited as error:
        return _later(error)
    except Invalid as error:
        return _words(400, error.text)
    return _words(202, TAKEN)


@csrf_exempt
@require_POST
def pingback_door(request: HttpRequest) -> HttpResponse:
    """https://www.hixie.ch/specs/pingback/pingback — a refusal is a fault with the status 200."""
    if int(request.headers.get("Content-Length") or 0) > LARGEST_BODY:
        return _words(413, "A pingback is two addresses.")
    try:
        source, target = pingback.read_call(request.body)
        _take(source, target, "pingback")
    except pingback.Fault as fault:
        return _xml(pingback.write_fault(fault))
    except RateLimited as error:
        return _later(error)
    except NotOurs as error:
        return _xml(pingback.write_fault(pingback.Fault(pingback.NOT_OURS, error.text)))
    except Invalid as error:
        if error.field == "body":
            return _words(400, error.text)
        code = pingback.NO_SOURCE if error.field == "source" else pingback.NO_TARGET
        return _xml(pingback.write_fault(pingback.Fault(code, error.text)))
    return _xml(pingback.write_answer(TAKEN))


def _take(source: str, target: str, protocol: str) -> None:
    mention = accept_mention(source=source, target=target, protocol=protocol, now=timezone.now())
    look_at_mention.enqueue(mention.pk)


def _words(status: int, text: str) -> HttpResponse:
    return HttpResponse(f"{text}\n", status=status, content_type="text/plain; charset=utf-8")


def _xml(body: bytes) -> HttpResponse:
    return HttpResponse(body, content_type="text/xml; charset=utf-8")


def _later(error: RateLimited) -> HttpResponse:
    response = _words(429, error.text)
    response["Retry-After"] = str(max(1, int((error.retry_at - timezone.now()).total_seconds())))
    return response
