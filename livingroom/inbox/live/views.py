"""The stream of changes, as server-sent events (EventSource).

Where the server can hold an answer open (`livingroom.hold`, see config/servers/bridge.py), it goes on for as long as somebody
listens. Where it cannot, or there is no room, or a proxy in between keeps what comes in pieces, the answer ends at once with what
is new, and the browser comes back by itself with the event it had last.
"""

import random

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from livingroom.inbox.live.events import changed, come_back_in, held_open
from livingroom.inbox.live.hub import hub
from livingroom.inbox.live.standing import branches_of, pass_of, told_to
from livingroom.inbox.live.switchboard import every, switchboard
from livingroom.people.policy import require

COME_BACK_MS = 1500


@require_safe
@never_cache
def stream(request: HttpRequest) -> HttpResponse:
    """What changed since the event that the browser had last, and what changes from now on."""
    staff = require(request.user, "look")
    news = hub.news(request.headers.get("Last-Event-ID") or request.GET.get("since", ""))
    seen = told_to(staff, news.seen, branches_of(news.seen)) if news.seen else []
    said = changed(str(news.mark), seen, every=every(len(switchboard)), many=news.many)
    hold = request.META.get("livingroom.hold")
    wants_it = request.method == "GET" and request.GET.get("hold") != "no"
    if hold is None or not wants_it or not switchboard.has_room_for(staff.pk):
        return _events(come_back_in(COME_BACK_MS) + said)
    hold(switchboard.listener(pass_of(staff, request.session.session_key), news.mark))
    # After a restart not all come back in the same moment.
    after = random.randint(COME_BACK_MS // 2, 2 * COME_BACK_MS)
    return _events(come_back_in(after) + held_open(str(news.mark)) + said)


def _events(text: str) -> HttpResponse:
    response = HttpResponse(text, content_type="text/event-stream; charset=utf-8")
    response["X-Accel-Buffering"] = "no"  # nginx collects an answer before it passes it on, unless told
    return response
