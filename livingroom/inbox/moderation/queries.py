"""What waits for a decision, what waits for another look, and what the public may know of it: numbers and reasons."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from livingroom.inbox.moderation.models import Report, Ruling
from livingroom.listening.models import Mention
from livingroom.measure.words.guesses import HIDE_FROM

MOST = 100
# A quarter in which so few things were hidden could be somebody's own.
FEWEST_SHOWN = 5


@dataclass(frozen=True)
class Waiting:
    """One thing to decide about, and why it is here."""

    mention: Mention
    reports: list[Report] = field(default_factory=list)

    @property
    def why(self) -> list[str]:
        told = [f"{report.staff or 'Somebody'} says: {report.why}" for report in self.reports]
        if self.mention.verdict == Mention.Verdict.QUEUED and self.mention.spam_share is not None:
            told.append(f"{how_sure(self.mention.spam_share)} spam ({self.mention.spam_share:.0%})")
        return told


def how_sure(share: float) -> str:
    """From where listening hides by itself there is no perhaps any more."""
    return "surely" if share >= HIDE_FROM else "perhaps"


def waiting(limit: int = MOST) -> list[Waiting]:
    """Reports first, then what is most likely spam."""
    reports: dict[int, list[Report]] = {}
    rows = Report.objects.filter(settled_at=None, message__mention__isnull=False).select_related(
        "message__mention__branch", "message__mention__connection", "staff"
    )
    mentions: dict[int, Mention] = {}
    for report in rows[:limit]:
        if (mention := report.message.mention) is not None:
            mentions[mention.pk] = mention
            reports.setdefault(mention.pk, []).append(report)
    queued = Mention.objects.filter(verdict=Mention.Verdict.QUEUED, gone_at=None).exclude(pk__in=mentions)
    for mention in queued.select_related("branch", "connection").order_by("-spam_share", "-at")[:limit]:
        mentions[mention.pk] = mention
    return [Waiting(mention, reports.get(pk, [])) for pk, mention in mentions.items()][:limit]


@dataclass(frozen=True)
class Quarter:
    """What was decided in three months. No persons, no words."""

    name: str
    n_looked_at: int
    n_hidden: int
    n_banned: int
    by_reason: dict[str, int]
    by_network: dict[str, int]
    n_appeals: int
    n_turned: int
    year: int
    number: int


def transparency(now: datetime, quarters: int = 8) -> list[Quarter]:
    """The newest quarter first; reasons and networks are told apart only where there is enough to hide one person in."""
    rows = Ruling.objects.filter(at__gte=now - timedelta(days=92 * quarters)).order_by("-at")
    by_quarter: dict[tuple[int, int], list[Ruling]] = {}
    for row in rows:
        by_quarter.setdefault((row.at.year, (row.at.month + 2) // 3), []).append(row)
    return [_quarter(year, number, found) for (year, number), found in by_quarter.items()]


def _quarter(year: int, number: int, rows: Sequence[Ruling]) -> Quarter:
    gone = [row for row in rows if row.verdict != Ruling.Verdict.FINE]
    is_enough = len(gone) >= FEWEST_SHOWN
    return Quarter(
        f"{year}, quarter {number}",
        len(rows),
        len(gone),
        sum(row.verdict == Ruling.Verdict.BAN for row in rows),
        dict(Counter(row.get_reason_display() for row in gone).most_common()) if is_enough else {},
        dict(Counter(row.network for row in gone).most_common()) if is_enough else {},
        sum(bool(row.appeal) for row in gone),
        sum(row.appeal == Ruling.Appeal.TURNED for row in gone),
        year,
        number,
    )
