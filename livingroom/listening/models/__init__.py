"""The room's tables, by what they are about."""

from livingroom.listening.models.alarms import Alert, AlertDelivery, AlertReceiver, HourCount, StaleHour
from livingroom.listening.models.judging import Audit, Correction, Lesson
from livingroom.listening.models.mentions import Mention, MentionQuerySet
from livingroom.listening.models.sources import Poison, Source
from livingroom.listening.models.topics import Topic, TopicMatch, TopicReading, TopicSearch, TopicVersion

__all__ = [
    "Alert",
    "AlertDelivery",
    "AlertReceiver",
    "Audit",
    "Correction",
    "HourCount",
    "Lesson",
    "Mention",
    "MentionQuerySet",
    "Poison",
    "Source",
    "StaleHour",
    "Topic",
    "TopicMatch",
    "TopicReading",
    "TopicSearch",
    "TopicVersion",
]
