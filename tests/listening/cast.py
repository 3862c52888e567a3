"""Who and what the tests of this room speak of."""

from datetime import UTC, datetime, timedelta
from itertools import count

from livingroom.branches.models import Branch
from livingroom.listening.counting import recount_stale
from livingroom.listening.models import Mention, StaleHour, Topic, TopicMatch
from livingroom.listening.taking import Heard
from livingroom.listening.topics.operations import save_topic
from livingroom.people.models import Staff

NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
_numbers = count(1)


def staff(role: str = Staff.Role.ADMIN) -> Staff:
    return Staff.objects.get_or_create(
        email=f"{role}@brand.example", defaults={"name": "Maya", "role": role}
    )[0]


def branch(slug: str = "brasil", language: str = "pt", country: str = "BR") -> Branch:
    return Branch.objects.create(
        slug=slug, name=slug.title(), network="sandbox", handle=slug, purpose="service", language=language,
        country=country, opened_on=NOW.date(),
    )  # fmt: skip


def heard(text: str, key: str = "", **facts) -> Heard:
    given = {
        "network": "sandbox", "key": key or f"k{next(_numbers)}", "source": "mentions", "kind": "mention",
        "at": NOW - timedelta(minutes=5), "author_id": "ana", "text": text,
    }  # fmt: skip
    return Heard(**{**given, **facts})


def said(n: int, at: datetime, topic: Topic | None = None, text: str = "it works", **facts) -> list[Mention]:
    """Mentions that were understood already, each by somebody else."""
    rows = []
    for _ in range(n):
        number = next(_numbers)
        given = {
            "network": "sandbox", "key": f"s{number}", "source": "mentions", "kind": "mention", "heard_at": at,
            "author_id": f"u{number}", "text": text, "understood_at": at, "language": "en", "verdict": "good",
            "negative_share": 0.2, "sentiment": "neutral",
        }  # fmt: skip
        rows.append(Mention(at=at, **{**given, **facts}))
    Mention.objects.bulk_create(rows)
    made = list(Mention.objects.order_by("-pk")[:n])
    if topic is not None:
        TopicMatch.objects.bulk_create(
            TopicMatch(topic=topic, version=topic.current, mention=row) for row in made
        )
    StaleHour.objects.create(hour=at.replace(minute=0, second=0, microsecond=0))
    return made


def topic(name: str = "Heat", query: str = "overheat*", now: datetime = NOW - timedelta(days=60)) -> Topic:
    return save_topic(staff=staff(), name=name, query=query, why="Safety", now=now)


def count_all() -> None:
    while recount_stale():
        pass
