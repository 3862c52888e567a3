"""Mentions from a CSV file: read row by row, kept in batches, with a word on every row that could not be kept."""

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import BinaryIO

from livingroom.branches.models import Branch
from livingroom.listening.models import Mention
from livingroom.listening.taking import Heard, take_in
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.shared.events import record_event

BATCH = 500
MOST_SHOWN = 1000
NAMES: Mapping[str, tuple[str, ...]] = {
    "text": ("text", "content", "comment", "body", "message"),
    "at": ("at", "date", "timestamp", "created_at", "time", "published_at"),
    "author": ("author", "author_id", "user", "username", "handle", "from"),
    "author_name": ("author_name", "name", "display_name"),
    "network": ("network", "source", "platform"),
    "key": ("id", "key", "mention_id", "post_id", "comment_id"),
    "url": ("url", "link", "permalink"),
    "title": ("title",),
    "language": ("language", "lang"),
    "country": ("country",),
    "followers": ("followers", "author_followers", "reach"),
    "branch": ("branch",),
}


class NotMentions(ValueError):
    """The file as a whole cannot be read as mentions."""


@dataclass
class Report:
    """What became of a file. `problems` holds the first thousand rows that were not kept, by their line."""

    n_rows: int = 0
    n_new: int = 0
    n_changed: int = 0
    n_known: int = 0
    n_left_out: int = 0
    n_refused: int = 0
    columns: dict[str, str] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)

    def refuse(self, line: int, reason: str) -> None:
        self.n_refused += 1
        if len(self.problems) < MOST_SHOWN:
            self.problems.append((line, reason))


def import_mentions(
    *, staff: Staff | None, file: BinaryIO, name: str, network: str = "csv", zone: tzinfo = UTC, now: datetime
) -> Iterator[Report]:
    """Bring a file in, and say after every batch how far it is; the last word is the whole report.

    Rows that were brought before are known and change nothing. Raises NotMentions, PermissionDenied.
    """
    if staff is not None:
        require(staff, "publish")
    report = Report()
    for batch in _batched(_rows(file, report, network, zone)):
        taken = take_in([heard for _, heard in batch], now=now, keep_poison=False)
        report.n_new += taken.n_new
        report.n_changed += taken.n_changed
        report.n_known += taken.n_known
        report.n_left_out += taken.n_left_out
        for place, reason in (taken.refused or {}).items():
            report.refuse(batch[place][0], reason)
        yield report
    record_event(
        actor=staff or "the command line", verb="imported mentions", subject=name[:100], now=now,
        n_new=report.n_new, n_refused=report.n_refused,
    )  # fmt: skip
    yield report


def _rows(file: BinaryIO, report: Report, network: str, zone: tzinfo) -> Iterator[tuple[int, Heard]]:
    text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="replace", newline="")
    sample = text.readline()
    if not sample.strip():
        raise NotMentions("The file is empty.")
    delimiter = max((",", ";", "\t"), key=sample.count)
    header = next(csv.reader([sample], delimiter=delimiter))
    report.columns = find_columns(header)
    report.ignored = [name for name in header if name not in report.columns.values()]
    branches = dict(Branch.objects.values_list("slug", "pk"))
    reader = csv.DictReader(text, fieldnames=header, delimiter=delimiter)
    try:
        for row in reader:
            report.n_rows += 1
            line = reader.line_num + 1
            given = {name: (row.get(column) or "").strip() for name, column in report.columns.items()}
            try:
                yield line, _heard(given, network, zone, branches)
            except ValueError as problem:
                report.refuse(line, str(problem))
    except csv.Error as problem:
        report.refuse(reader.line_num + 1, f"From here on the file is no CSV: {problem}")


def find_columns(header: Iterable[str]) -> dict[str, str]:
    """Which column of the file is what. Raises NotMentions."""
    there = {name.strip().lower().replace(" ", "_"): name for name in header}
    found: dict[str, str] = {}
    for name, called in NAMES.items():
        column = next((there[one] for one in called if one in there), None)
        if column is not None:
            found[name] = column
    missing = [name for name in ("text", "at") if name not in found]
    if missing:
        wanted = "; ".join(f"{name} ({', '.join(NAMES[name])})" for name in missing)
        raise NotMentions(f"There is no column for {wanted}. The file has {', '.join(header) or 'none'}.")
    return found


def _heard(given: Mapping[str, str], network: str, zone: tzinfo, branches: Mapping[str, int]) -> Heard:
    text, slug = given["text"], given.get("branch", "")
    if not text:
        raise ValueError("It says nothing.")
    if slug and slug not in branches:
        raise ValueError(f"There is no branch {slug}.")
    followers = given.get("followers", "").replace(",", "")
    if followers and not followers.isdigit():
        raise ValueError(f"Followers are a number, not {followers!r}.")
    at, author = _moment(given["at"], zone), given.get("author", "") or "somebody"
    where = given.get("network", "").lower()[:20] or network
    return Heard(
        network=where,
        key=given.get("key", "") or _own_key(where, author, at, text),
        source="csv",
        kind=Mention.Kind.MENTION if slug else Mention.Kind.FOUND,
        at=at,
        author_id=author,
        author_handle=author.lstrip("@"),
        author_name=given.get("author_name", ""),
        author_followers=int(followers) if followers else None,
        text=text,
        title=given.get("title", ""),
        language=given.get("language", "").lower()[:8],
        country=given.get("country", "").upper()[:2],
        url=given.get("url", "") if given.get("url", "").startswith(("http://", "https://")) else "",
        branch_id=branches.get(slug),
    )


def _moment(text: str, zone: tzinfo) -> datetime:
    try:
        if text.replace(".", "", 1).isdigit() and len(text) >= 10:
            seconds = float(text)
            return datetime.fromtimestamp(seconds / 1000 if seconds > 1e11 else seconds, UTC)
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        raise ValueError(f"{text!r} is no time such as 2009-11-22 03:49.") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def _own_key(*parts: object) -> str:
    """A name for what has none: the same row of the same file is the same mention."""
    return "row:" + hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:32]


def _batched(rows: Iterable[tuple[int, Heard]]) -> Iterator[list[tuple[int, Heard]]]:
    batch: list[tuple[int, Heard]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
