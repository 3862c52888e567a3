from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from livingroom.listening.spikes.timers import running_timers


def answer_timers(request: HttpRequest) -> dict[str, Any]:
    """What everybody sees while a spike waits for its first human answer."""
    return {"answer_timers": SimpleLazyObject(lambda: running_timers(timezone.now()))}
