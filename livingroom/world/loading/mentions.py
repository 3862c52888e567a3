"""What was heard, put into the house by the road that live mentions take: kept, understood, counted, watched for spikes.

The days of the fault are replayed a quarter of an hour at a time, so that the alarm comes when it would have come.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import F, Sum

from livingroom.branches.models import Branch
from livingroom.listening.counting import HOUR, recount_stale
from livingroom.listening.models import Alert, Audit, HourCount, Mention, Topic
from livingroom.listening.shares.audit import draw, following
from livingroom.listening.spikes.detecting import FEWEST, detect, detect_hour
from livingroom.listening.spikes.raising import close_alert
from livingroom.listening.spikes.timers import stop_if_answered
from livingroom.listening.taking import Heard, take_in
from livingroom.listening.topics.operations import save_topic
from livingroom.listening.understanding.work import understand_new
from livingroom.people.models import Staff
from livingroom.segments.models import Segment
from livingroom.world import mentions as said
from livingroom.world.generate import World
from livingroom.world.loading.house import NETWORK, branches_of, demo_staff
from livingroom.world.loading.secret import FOLDER
from livingroom.world.period import to_datetime

STEP = timedelta(minutes=15)
REPLAYED = timedelta(hours=18)
AFTER = timedelta(seconds=8)
AUDITED_A_MONTH = 120
ANSWERS_WITHIN = timedelta(days=14)
TOPICS = (
    ("Heat and batteries",
     "(overheat* OR overheated OR hot OR smoke OR burnt OR swelled OR superaquec* OR fumaça OR queimado OR sobrecalient* OR "
     "surchauffe OR heiß) -giveaway -http", "Safety: whatever gets hot is looked at first."),
    ("Repairs and service",
     "repair OR conserto OR reparación OR réparation OR Reparatur OR \"on hold\" OR \"nobody answers\" OR "
     "\"ninguém responde\" OR \"nadie responde\" OR \"personne ne répond\" OR \"niemand antwortet\"",
     "What keeps people waiting."),
    ("Porch 13", "\"Porch 13\"", "The launch of March 2009."),
    ("Billing", "(charged OR cobrou OR cobró OR débité OR abgebucht) NEAR/6 (twice OR duas OR dos OR deux OR zweimal)", ""),
    ("Students", "student* OR estudante* OR estudiante* OR étudiant* OR Student*", "For the campus team."),
)  # fmt: skip

OFFICES = (
    "Offices", "(office OR server* OR escritório OR oficina OR bureau OR Büro) -\"Hearth 15\"",
    "What small businesses say: Amir and Grace read it.",
)  # fmt: skip


def load_mentions(world: World, now: datetime) -> int:
    """Hear everything. Returns how many mentions there are."""
    maya = demo_staff()
    rows = said.draw_mentions(world.seed, world.branches, world.scale)
    places = {
        facts.key: branch for facts, branch in zip(world.branches, branches_of(world.branches), strict=True)
    }
    make_topics(maya, to_datetime(rows[0].at))
    make_segment_topic(maya, to_datetime(rows[0].at))
    fault_at = to_datetime(said.FAULT_AT)
    before = [row for row in rows if to_datetime(row.at) < fault_at]
    hear(before, places)
    audit(maya, rows, first=said.FIRST, last=fault_at.date().replace(day=1) - timedelta(days=1))
    watch(first=to_datetime(rows[0].at), last=fault_at)
    rest = replay_fault([row for row in rows if to_datetime(row.at) >= fault_at], places, fault_at)
    hear(rest, places)
    watch(first=fault_at + REPLAYED, last=to_datetime(rows[-1].at))
    set_times_back()
    settle_joy(maya)
    audit(maya, rows, first=fault_at.date().replace(day=1), last=to_datetime(rows[-1].at).date())
    tell_truth(fault_at)
    return len(rows)


def make_topics(staff: Staff, at: datetime) -> None:
    for name, query, why in TOPICS:
        if not Topic.objects.filter(name=name).exists():
            save_topic(staff=staff, name=name, query=query, why=why, now=at - timedelta(days=1))


def make_segment_topic(staff: Staff, at: datetime) -> None:
    """What small businesses say of their offices; of whom we do not know, everything that fits is caught."""
    segment = Segment.objects.standing().filter(slug="small-business").first()
    if segment is not None and not Topic.objects.filter(name=OFFICES[0]).exists():
        name, query, why = OFFICES
        save_topic(staff=staff, name=name, query=query, why=why, segment=segment, now=at - timedelta(days=1))


def hear(rows: Sequence[said.Mention], places: dict[str, Branch]) -> None:
    """Keep and understand some, all at once."""
    if not rows:
        return
    now = to_datetime(rows[-1].at) + AFTER
    take_in([heard_of(row, places) for row in rows], now=now)
    while understand_new(now):
        pass
    while recount_stale():
        pass


def heard_of(row: said.Mention, places: dict[str, Branch]) -> Heard:
    branch = places.get(row.branch)
    kind = Mention.Kind.MESSAGE if row.is_private else Mention.Kind.MENTION if branch else Mention.Kind.FOUND
    return Heard(
        network=NETWORK,
        key=f"heard-{row.number}",
        source="mentions" if branch else "search",
        kind=kind,
        at=to_datetime(row.at),
        author_id=row.author,
        author_handle=row.author,
        author_name=row.name,
        author_followers=row.followers,
        text=row.text,
        is_public=not row.is_private,
        connection_id=branch.connection_id if branch else None,
        branch_id=branch.pk if branch else None,
    )


def replay_fault(
    rows: Sequence[said.Mention], places: dict[str, Branch], fault_at: datetime
) -> Sequence[said.Mention]:
    """Live through the first hours as they came, until the crisis has rung. Returns what is still to be heard."""
    at, heard = fault_at, 0
    while (
        at < fault_at + REPLAYED
        and not Alert.objects.filter(kind=Alert.Kind.CRISIS, hour__gte=fault_at - HOUR).exists()
    ):
        at += STEP
        due = [row for row in rows[heard:] if to_datetime(row.at) <= at]
        hear(due, places)
        heard += len(due)
        detect(at)
    return rows[heard:]


def watch(*, first: datetime, last: datetime) -> None:
    """Judge every hour in which enough was said for an alarm, an hour after it, as the house would have."""
    busy = (
        HourCount.objects.filter(topic_number=0, hour__gte=first - HOUR, hour__lte=last)
        .order_by("hour")
        .values_list("hour")
        .annotate(all=Sum("n"))
        .filter(all__gte=FEWEST)
    )
    for hour, _ in busy:
        detect_hour(hour, hour + HOUR)


def settle_joy(staff: Staff) -> None:
    """Spikes that were no trouble were looked at within hours, and closed."""
    for alert in Alert.objects.filter(kind=Alert.Kind.SPIKE).select_related("topic", "branch"):
        why = (
            "People are glad about the new one." if alert.topic else "A busy evening, and nothing behind it."
        )
        close_alert(staff=staff, alert=alert, why=why, now=alert.raised_at + timedelta(hours=3))


def set_times_back() -> None:
    """Each thing was heard and understood seconds after it was said, and not when this world was built."""
    Mention.objects.filter(network=NETWORK, key__startswith="heard-").update(
        heard_at=F("at") + timedelta(seconds=5), understood_at=F("at") + AFTER
    )


def audit(staff: Staff, rows: Sequence[said.Mention], *, first: date, last: date) -> None:
    """The months were audited by somebody who could tell: the truth is known here."""
    negative = [f"heard-{row.number}" for row in rows if row.is_negative]
    month = first
    while month <= last:
        draw(month, size=AUDITED_A_MONTH)
        at = datetime(following(month).year, following(month).month, 3, 9, tzinfo=UTC)
        drawn = Audit.objects.filter(month=month)
        drawn.update(label=Audit.Label.OTHER, labelled_by=staff, labelled_at=at)
        drawn.filter(mention__in=Mention.objects.filter(network=NETWORK, key__in=negative)).update(
            label=Audit.Label.NEGATIVE
        )
        month = following(month)


def note_answers() -> int:
    """Stop the timers of alarms whose mentions were answered in this history. Returns how many."""
    waiting = Alert.objects.waiting().select_related("topic", "branch")
    return sum(stop_if_answered(alert, alert.hour + ANSWERS_WITHIN) for alert in waiting)


def tell_truth(fault_at: datetime) -> None:
    """Write beside the product's tables when the fault began, and on its alarm how long the alarm took."""
    alert = (
        Alert.objects.filter(kind=Alert.Kind.CRISIS, hour__gte=fault_at - HOUR).order_by("hour", "pk").first()
    )
    facts: dict[str, object] = {
        "product": said.FAULT_PRODUCT,
        "began_at": fault_at.isoformat(),
        "branches": list(said.FAULT_BRANCHES),
    }
    if alert is not None:
        minutes = int((alert.raised_at - fault_at).total_seconds() // 60)
        facts |= {"alarm_at": alert.raised_at.isoformat(), "alarm_after_minutes": minutes}
        words = (
            f"{said.FAULT_PRODUCT} notebooks overheat. The first owner said so on {fault_at:%d %b %Y at %H:%M} UTC; "
            f"the alarm came {minutes // 60} h {minutes % 60:02d} min later."
        )
        alert.evidence = {**alert.evidence, "true_start": words}
        alert.save(update_fields=["evidence"])
    folder = Path(settings.HOME) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "fault.json").write_text(json.dumps(facts, indent=2), encoding="utf-8")
