"""Topics that are limited to a segment: whose words they catch."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from livingroom.listening.models import Mention, Topic, TopicVersion
from livingroom.listening.topics.matching import Asked
from livingroom.people.models import Handle
from livingroom.people.persons import handle_of
from livingroom.segments.asking import rule_of, which
from livingroom.segments.judging import judge
from livingroom.segments.models import SegmentVersion
from livingroom.segments.operations import end_use, use_version
from livingroom.segments.rules import Rule
from livingroom.shared.events import subject_of

AT_ONCE = 500


class Audience:
    """For some mentions: who said them, as far as we know, and which segments they are in; read once for all.

    An author whom we know as a customer is in the segment or is not. Of others only country, language and network are known: what
    the rule says no to is left out, what it cannot say stays.
    """

    def __init__(self, versions: Iterable[int], mentions: Sequence[Mention], now: datetime) -> None:
        limited = TopicVersion.objects.filter(pk__in=set(versions), segment_version__isnull=False)
        self._segments: dict[int, SegmentVersion] = {
            row.pk: row.segment_version
            for row in limited.select_related("segment_version")
            if row.segment_version
        }
        self._rules: dict[int, Rule] = {row.pk: rule_of(row) for row in self._segments.values()}
        self._customers = _customers(mentions) if self._segments else {}
        each_once = list({row.pk: row for row in self._segments.values()}.values())
        found = which(self._customers.values(), each_once, now) if each_once else {}
        self._members = {version.pk: people for version, people in found.items()}

    def of(self, caught: Sequence[Asked], mention: Mention, country: str) -> list[Asked]:
        """The topics that catch this mention still."""
        if not self._segments:
            return list(caught)
        return [asked for asked in caught if self._fits(asked.version, mention, country)]

    def _fits(self, version: int, mention: Mention, country: str) -> bool:
        segment = self._segments.get(version)
        if segment is None:
            return True
        customer = self._customers.get((mention.network, mention.author_id))
        if customer is not None:
            return customer in self._members[segment.pk]
        told = {
            "country": country.upper(),
            "language": mention.language[:2].lower(),
            "network": mention.network,
        }
        return (
            judge(self._rules[segment.pk], {name: [word] for name, word in told.items() if word}) is not False
        )


def note_segment(topic: Topic, *, by: object, now: datetime) -> None:
    """Write down which segment's version a topic uses."""
    version = topic.current.segment_version if topic.current else None
    if version is None:
        end_use(used_by=subject_of(topic), now=now)
    else:
        use_version(version=version, used_by=subject_of(topic), by=by, now=now)


def follow_version(sender: object, *, version: SegmentVersion, now: datetime, **_: Any) -> None:
    """A changed segment is a changed topic: its next version, so that what was caught tells by which."""
    for topic in Topic.objects.filter(current__segment_version__segment=version.segment_id).select_related(
        "current"
    ):
        old = topic.current
        assert old is not None
        last = topic.versions.order_by("-number").values_list("number", flat=True).first() or 0
        topic.current = TopicVersion.objects.create(
            topic=topic,
            number=last + 1,
            query=old.query,
            why=f"{version} holds now.",
            made_at=now,
            segment_version=version,
        )
        topic.save(update_fields=["current"])
        note_segment(topic, by="segments", now=now)


def _customers(mentions: Sequence[Mention]) -> dict[tuple[str, str], int]:
    handles = {
        handle_of(mention.network, mention.author_id): (mention.network, mention.author_id)
        for mention in mentions
        if mention.author_id
    }
    wanted = list(handles)
    found: dict[tuple[str, str], int] = {}
    for start in range(0, len(wanted), AT_ONCE):
        some = wanted[start : start + AT_ONCE]
        rows = Handle.objects.filter(value__in=[value for _, value in some])
        for kind, value, customer in rows.values_list("kind", "value", "customer_id"):
            if (kind, value) in handles:
                found[handles[kind, value]] = customer
    return found
