"""The stream of changes, as server-sent events (EventSource).

Pages are served by a handful of threads, and a stream that is held open would keep one for each agent. So each answer
ends at once with what is new, and the browser comes back by itself with the event it had last: thirty screens cost
twenty small answers a second, nobody's page waits, and any proxy in between lets it through.
"""

import time

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from livingroom.inbox.live.events import changed, come_back_in, read_moment
from livingroom.inbox.live.hub import hub
from livingroom.people.policy import require

COME_BACK_MS = 1500


@require_safe
@never_cache
def stream(request: HttpRequest) -> HttpResponse:
    """What changed since the event that the browser had last."""
    require(request.user, "look")
    now = time.time()
    asked = request.headers.get("Last-Event-ID") or request.GET.get("since", "")
    moment, seen = hub.since(read_moment(asked, now))
    body = come_back_in(COME_BACK_MS) + changed(moment, seen)
    return HttpResponse(body, content_type="text/event-stream; charset=utf-8")
