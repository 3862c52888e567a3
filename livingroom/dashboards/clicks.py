"""The clicks behind a figure, from the lake: how many of each class and why, and the newest of them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db.models import QuerySet, Sum

from livingroom.attribution.lake import clicks_of_days, open_lake
from livingroom.dashboards.period import Period
from livingroom.links.models import BranchClickCount, Link

PAGE = 50
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Reason:
    click_class: str
    reason: str
    n: int


@dataclass(frozen=True)
class ClickRow:
    click_id: str
    at: datetime
    link: Link | None
    click_class: str
    reason: str
    country: str
    referrer_host: str
    agent: str


@dataclass(frozen=True)
class ClickFilter:
    """Social clicks: of one branch or of all, of one class or of all, in a period."""

    branch_id: int | None = None
    click_class: str = ""
    period: Period | None = None

    @property
    def counts(self) -> QuerySet[BranchClickCount]:
        counts = BranchClickCount.objects.all()
        if self.branch_id is not None:
            counts = counts.filter(branch=self.branch_id)
        if self.period:
            counts = counts.filter(on__gte=self.period.start_at.date(), on__lt=self.period.end_at.date())
        return counts

    def condition(self) -> tuple[str, dict[str, object]]:
        """The same as SQL over the lake. Links without a branch are few, a branch's own can be thousands."""
        if self.branch_id is None:
            condition, links = "NOT list_contains($links, link_id)", Link.objects.filter(branch=None)
        else:
            condition, links = (
                "link_id IN (SELECT unnest($links))",
                Link.objects.filter(branch=self.branch_id),
            )
        values: dict[str, object] = {"links": list(links.values_list("pk", flat=True))}
        if self.click_class:
            condition, values["class"] = f"{condition} AND class = $class", self.click_class
        if self.period:
            condition += " AND clicks.at >= $start AND clicks.at < $end"
            values |= {"start": _microseconds(self.period.start_at), "end": _microseconds(self.period.end_at)}
        return condition, values


@dataclass(frozen=True)
class ClickPage:
    rows: list[ClickRow]
    older: str  # the key after which the next page begins; empty on the last


def clicks_by_class(chosen: ClickFilter) -> dict[str, int]:
    """How many there are of each class, the chosen and the others."""
    return dict(chosen.counts.values_list("click_class").annotate(Sum("n")).order_by())


def read_page(chosen: ClickFilter, *, after: str = "") -> ClickPage:
    """Fifty clicks, newest first, older than the key `after` (microseconds and click id)."""
    key = _parse_key(after)
    condition, values = chosen.condition()
    if key:
        condition += " AND (clicks.at < $at OR (clicks.at = $at AND click_id < $click_id))"
        values |= {"at": key[0], "click_id": key[1]}
    found = clicks_of_days(
        _days_with(chosen, key, PAGE + 1),
        f"""
        SELECT click_id, clicks.at, link_id, class, reason, country, referrer_host, agent FROM clicks
        WHERE {condition} ORDER BY clicks.at DESC, click_id DESC LIMIT {PAGE + 1}
        """,  # noqa: S608 - the conditions are written here, their values are parameters
        **values,
    )
    shown = found[:PAGE]
    links = Link.objects.select_related("branch", "placement__post").in_bulk(
        [row["link_id"] for row in shown]
    )
    return ClickPage(
        rows=[_row(row, links) for row in shown],
        older=f"{shown[-1]['at']}-{shown[-1]['click_id']}" if len(found) > PAGE else "",
    )


def count_reasons(chosen: ClickFilter) -> list[Reason]:
    """Why clicks were classed as they were. Reads every click of the filter from the lake."""
    condition, values = chosen.condition()
    found = open_lake().query(
        f"SELECT class, reason, count(*) AS n FROM clicks WHERE {condition} GROUP BY ALL ORDER BY n DESC",  # noqa: S608
        **values,
    )
    return [Reason(row["class"], row["reason"] or "", row["n"]) for row in found.to_pylist()]


def _days_with(chosen: ClickFilter, key: tuple[int, str] | None, n: int) -> list[date]:
    """The newest days that hold `n` such clicks between them; the key's own day comes on top, for it may be half read."""
    counts = chosen.counts
    if chosen.click_class:
        counts = counts.filter(click_class=chosen.click_class)
    days: list[date] = []
    if key:
        days.append((EPOCH + timedelta(microseconds=key[0])).date())
        counts = counts.filter(on__lt=days[0])
    for on, n_clicks in counts.values_list("on").annotate(Sum("n")).order_by("-on")[:n]:
        days.append(on)
        n -= n_clicks
        if n <= 0:
            break
    return days


def _parse_key(text: str) -> tuple[int, str] | None:
    at, _, click_id = text.partition("-")
    return (int(at), click_id) if at.isdecimal() and len(at) < 18 else None


def _row(row: dict[str, object], links: dict[int, Link]) -> ClickRow:
    return ClickRow(
        click_id=str(row["click_id"]),
        at=EPOCH + timedelta(microseconds=int(str(row["at"]))),
        link=links.get(int(str(row["link_id"]))),
        click_class=str(row["class"]),
        reason=str(row["reason"] or ""),
        country=str(row["country"] or ""),
        referrer_host=str(row["referrer_host"] or ""),
        agent=str(row["agent"] or ""),
    )


def _microseconds(at: datetime) -> int:
    return (at - EPOCH) // timedelta(microseconds=1)
