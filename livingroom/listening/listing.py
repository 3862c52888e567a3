"""Mentions as lists: filtered, newest first, a page at a time by place and not by number."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet

from livingroom.branches.models import Branch
from livingroom.listening.forms import MentionFilter
from livingroom.listening.models import HourCount, Mention, Topic
from livingroom.shared.places import language_name

PAGE_SIZE = 50


@dataclass(frozen=True)
class MentionPage:
    rows: list[Mention]
    older: str
    newer: str


def filter_form(given: Mapping[str, Any]) -> MentionFilter:
    return MentionFilter(given, choices=choices())


def choices() -> dict[str, list[tuple[str, str]]]:
    """What can be chosen: of languages and networks, what was heard."""
    languages = (
        HourCount.objects.filter(topic_number=0)
        .order_by("language")
        .values_list("language", flat=True)
        .distinct()
    )
    return {
        "topic": [(str(pk), name) for pk, name in Topic.objects.values_list("pk", "name")],
        "branch": [
            ("none", "None of ours"),
            *((str(pk), name) for pk, name in Branch.objects.values_list("pk", "name")),
        ],
        "language": [(code, language_name(code)) for code in languages if code],
        "network": [(name, name) for name in networks()],
    }


def networks() -> list[str]:
    """The networks there are mentions of, each found by one step in the index."""
    found: list[str] = []
    after = ""
    while True:
        name = (
            Mention.objects.filter(network__gt=after)
            .order_by("network")
            .values_list("network", flat=True)
            .first()
        )
        if name is None:
            return found
        found.append(name)
        after = name


def filtered(form: MentionFilter) -> QuerySet[Mention]:
    """The mentions that a filter leaves; what it cannot read narrows nothing."""
    form.is_valid()
    wanted = form.cleaned_data
    rows: QuerySet[Mention] = Mention.objects.heard()
    match wanted.get("verdict"):
        case "queued" | "hidden" as verdict:
            rows = rows.filter(verdict=verdict)
        case "all":
            pass
        case _:
            rows = rows.exclude(verdict=Mention.Verdict.HIDDEN)
    if wanted.get("topic"):
        rows = rows.filter(matches__topic_id=int(wanted["topic"]))
    if wanted.get("branch"):
        rows = (
            rows.filter(branch=None)
            if wanted["branch"] == "none"
            else rows.filter(branch_id=int(wanted["branch"]))
        )
    for name in ("language", "network", "sentiment"):
        if wanted.get(name):
            rows = rows.filter(**{name: wanted[name]})
    if wanted.get("text"):
        for word in wanted["text"].split()[:6]:
            rows = rows.filter(Q(text__icontains=word) | Q(title__icontains=word))
    if wanted.get("first"):
        rows = rows.filter(at__gte=datetime.combine(wanted["first"], time(), UTC))
    if wanted.get("last"):
        rows = rows.filter(at__lt=datetime.combine(wanted["last"] + timedelta(days=1), time(), UTC))
    return rows


def page_of(rows: QuerySet[Mention], given: Mapping[str, str], *, size: int = PAGE_SIZE) -> MentionPage:
    """One page from where `before` or `after` says; the query of the next ones keeps the filter."""
    rows = rows.select_related("branch", "connection").prefetch_related("matches__topic")
    before, after = _place(given.get("before", "")), _place(given.get("after", ""))
    if after is not None:
        at, pk = after
        newer = rows.filter(Q(at__gt=at) | Q(at=at, pk__gt=pk)).order_by("at", "pk")[: size + 1]
        found = list(newer)
        more_newer, shown = len(found) > size, found[:size][::-1]
        more_older = True
    else:
        if before is not None:
            at, pk = before
            rows = rows.filter(Q(at__lt=at) | Q(at=at, pk__lt=pk))
        found = list(rows.order_by("-at", "-pk")[: size + 1])
        more_older, shown = len(found) > size, found[:size]
        more_newer = before is not None
    kept = {name: value for name, value in given.items() if name not in {"before", "after"} and value}
    return MentionPage(
        rows=shown,
        older=_address(kept, "before", shown[-1]) if shown and more_older else "",
        newer=_address(kept, "after", shown[0]) if shown and more_newer else "",
    )


def _address(kept: Mapping[str, str], name: str, mention: Mention) -> str:
    return "?" + urlencode({**kept, name: f"{mention.at.isoformat()}~{mention.pk}"})


def _place(text: str) -> tuple[datetime, int] | None:
    moment, _, pk = text.partition("~")
    try:
        at = datetime.fromisoformat(moment)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)), int(pk)
    except ValueError:
        return None
