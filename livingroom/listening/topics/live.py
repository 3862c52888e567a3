"""The matcher of the topics that run now, kept in the process until one of them changes."""

import threading

from livingroom.listening.models import Topic
from livingroom.listening.topics.matching import Asked, Matcher

_lock = threading.Lock()
_kept: dict[tuple[tuple[int, int], ...], Matcher] = {}


def live_matcher() -> Matcher:
    key = running_versions()
    with _lock:
        if key not in _kept:
            queries = Topic.objects.running().values_list("pk", "current_id", "current__query")
            _kept.clear()
            _kept[key] = Matcher(Asked(topic, version or 0, query) for topic, version, query in queries)
        return _kept[key]


def running_versions() -> tuple[tuple[int, int], ...]:
    rows = Topic.objects.running().order_by("pk").values_list("pk", "current_id")
    return tuple((topic, version or 0) for topic, version in rows)
