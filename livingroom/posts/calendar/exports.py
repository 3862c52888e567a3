"""The calendar as a file: CSV that can be imported again, JSON, and iCalendar (RFC 5545) for other calendars."""

import csv
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from livingroom.posts.calendar.models import ImportedRow
from livingroom.posts.models import Placement

COLUMNS = (
    "branch", "date", "time", "time_zone", "due_at", "state", "title", "text", "first_comment", "tags", "offer", "segment",
    "leads_to", "code", "n_codes", "url",
)  # fmt: skip


def to_export(start: datetime, end: datetime, branch: str = "") -> QuerySet[Placement]:
    """Placements of a span in the order of their time."""
    rows = Placement.objects.on_calendar(start, end).select_related(
        "post__offer", "post__segment_version__segment", "branch"
    )
    return (rows.filter(branch__slug=branch) if branch else rows).order_by("due_at", "pk")


def csv_lines(placements: Iterable[Placement]) -> Iterator[str]:
    lines = csv.writer(_Echo())
    yield str(lines.writerow(COLUMNS))
    for placement in placements:
        row = _row(placement)
        yield str(lines.writerow([_safe(row[name]) for name in COLUMNS]))


def json_lines(placements: Iterable[Placement]) -> Iterator[str]:
    """One JSON array, a placement a line."""
    yield "["
    for number, placement in enumerate(placements):
        yield f"{',' if number else ''}\n{json.dumps(_row(placement), ensure_ascii=False)}"
    yield "\n]\n"


def calendar_lines(placements: Iterable[Placement], name: str, now: datetime) -> Iterator[str]:
    yield _folded(
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Livingroom//Calendar//EN", f"X-WR-CALNAME:{_text(name)}"
    )
    for placement in placements:
        due_at = placement.due_at or now
        yield _folded(
            "BEGIN:VEVENT",
            f"UID:placement-{placement.pk}@{settings.PUBLIC_URL.split('://', 1)[-1]}",
            f"DTSTAMP:{_utc(now)}",
            f"DTSTART:{_utc(due_at)}",
            f"DTEND:{_utc(due_at + timedelta(minutes=15))}",
            f"SUMMARY:{_text(f'{placement.post.title} · {placement.branch.name}')}",
            f"DESCRIPTION:{_text(placement.text)}",
            f"CATEGORIES:{_text(placement.get_state_display())}",
            f"STATUS:{'CANCELLED' if placement.state == Placement.State.CANCELLED else 'CONFIRMED'}",
            f"URL:{_page(placement)}",
            "END:VEVENT",
        )
    yield _folded("END:VCALENDAR")


def report_lines(rows: Iterable[ImportedRow]) -> Iterator[str]:
    """What became of every row of an imported file."""
    lines = csv.writer(_Echo())
    yield str(lines.writerow(["row", "outcome", "words", "post"]))
    for row in rows:
        yield str(lines.writerow([row.number, row.outcome, _safe(row.words), row.post_id or ""]))


def _row(placement: Placement) -> dict[str, Any]:
    post, due_at = placement.post, placement.due_at
    local = due_at.astimezone(placement.branch.zone) if due_at else None
    return {
        "branch": placement.branch.slug,
        "date": f"{local:%Y-%m-%d}" if local else "",
        "time": f"{local:%H:%M}" if local else "",
        "time_zone": placement.branch.time_zone,
        "due_at": due_at.astimezone(UTC).isoformat() if due_at else "",
        "state": str(placement.state),
        "title": post.title,
        "text": placement.text,
        "first_comment": post.first_comment,
        "tags": ", ".join(post.tags),
        "offer": post.offer.name if post.offer else "",
        "segment": post.segment_version.segment.slug if post.segment_version else "",
        "leads_to": post.destination,
        "code": str(placement.code_kind),
        "n_codes": placement.n_codes,
        "url": placement.remote_url or _page(placement),
    }


def _safe(value: object) -> object:
    """A spreadsheet must not take somebody's words for a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" and value else value


def _page(placement: Placement) -> str:
    return settings.PUBLIC_URL + reverse("post", args=[placement.post_id])


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\r\n", "\n").replace("\n", "\\n")


def _folded(*lines: str) -> str:
    """Lines of at most 75 bytes, cut between characters; those that go on begin with a space."""
    return "".join(f"{piece}\r\n" for line in lines for piece in _fold(line))


def _fold(line: str) -> Iterator[str]:
    piece, size = "", 0
    for character in line:
        n = len(character.encode())
        if size + n > 75:
            yield piece
            piece, size = " ", 1
        piece, size = piece + character, size + n
    yield piece


class _Echo:
    """A file that gives back what is written to it, so that csv can make one line at a time."""

    def write(self, line: str) -> str:
        return line
