"""A new wording looks back: what it would have caught in the last days is written down, so that charts and alarms know it."""

from datetime import datetime, timedelta

from django.db import transaction

from livingroom.branches.models import Branch
from livingroom.listening.counting import mark_stale
from livingroom.listening.models import Mention, Topic, TopicMatch
from livingroom.listening.topics.audience import Audience
from livingroom.listening.topics.matching import Asked, Matcher
from livingroom.listening.understanding.work import said_of

LOOK_BACK = timedelta(days=35)
CHUNK = 1000


def catch_up(topic: Topic, *, now: datetime, look_back: timedelta = LOOK_BACK) -> int:
    """Match what was heard before against the present wording. Returns how many are new. What an older wording caught stays."""
    if topic.current is None:
        return 0
    matcher = Matcher([Asked(topic.pk, topic.current.pk, topic.current.query)])
    places = {
        pk: (language, country)
        for pk, language, country in Branch.objects.values_list("pk", "language", "country")
    }
    known = set(TopicMatch.objects.filter(topic=topic).values_list("mention_id", flat=True))
    rows = Mention.objects.heard().filter(at__gte=now - look_back, understood_at__isnull=False).order_by("pk")
    found = [
        mention
        for mention in rows.iterator(chunk_size=CHUNK)
        if mention.pk not in known and matcher.match(said_of(mention, places))
    ]
    audience, asked = Audience([topic.current.pk], found, now), [Asked(topic.pk, topic.current.pk, "")]
    caught = [mention for mention in found if audience.of(asked, mention, said_of(mention, places).country)]
    for start in range(0, len(caught), CHUNK):
        some = caught[start : start + CHUNK]
        with transaction.atomic():
            TopicMatch.objects.bulk_create(
                [TopicMatch(topic=topic, version=topic.current, mention=mention) for mention in some],
                ignore_conflicts=True,
            )
            mark_stale(mention.at for mention in some)
    return len(caught)
