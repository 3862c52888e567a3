"""Posts from a file: a row is a placement, each row succeeds or is refused by itself, and says why."""

import codecs
import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import IO, cast

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction

from livingroom.branches.models import Branch
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.posts.calendar.many import House, Wish
from livingroom.posts.calendar.models import PostImport
from livingroom.posts.calendar.rows import write_rows
from livingroom.posts.checks import local_time
from livingroom.posts.forms import read_tags, read_wall_time, title_from
from livingroom.posts.models import Offer, Placement
from livingroom.posts.operations import PostDraft
from livingroom.segments.models import Segment
from livingroom.shared.events import record_event

ROWS_AT_MOST = 20_000
BYTES_AT_MOST = 50_000_000
# So many rows stand or fall together in the database, and are written in a handful of queries.
ROWS_AT_ONCE = 250
NEEDED = ("branch", "text")
_Numbered = tuple[int, dict[str, str]]


class CannotImport(ValueError):
    """The file as a whole cannot be read."""


class _Refused(ValueError):
    """One row cannot become a post."""


def start_import(*, staff: Staff, file: File, name: str, now: datetime) -> PostImport:  # type: ignore[type-arg]  # any bytes
    """Keep a file and look at its head; the rows are done by `run_import`. Raises PermissionDenied, CannotImport."""
    require(staff, "write")
    if file.size and file.size > BYTES_AT_MOST:
        raise CannotImport(f"The file is over {BYTES_AT_MOST // 1_000_000} MB.")
    path = default_storage.save(f"imports/{now:%Y%m%d-%H%M%S}.csv", file)
    try:
        with default_storage.open(path) as stored:
            _check_head(next(_reader(cast("IO[bytes]", stored)), None))
    except CannotImport:
        default_storage.delete(path)
        raise
    with transaction.atomic():
        made = PostImport.objects.create(name=name[:120] or "posts.csv", path=path, by=staff, at=now)
        record_event(actor=staff, verb="began an import", subject=made, now=now, name=made.name)
    return made


def run_import(made: PostImport, now: datetime) -> int:
    """Work through the rows that have no outcome yet, some hundred at a time: killed in the middle, it goes on where it was.

    Returns how many rows were done.
    """
    if made.finished_at is not None or made.by is None:
        return 0
    done = set(made.rows.values_list("number", flat=True))
    known, house = _Known(), House(now)
    n = 0
    try:
        with default_storage.open(made.path) as stored:
            rows = _rows_to_do(_rows(cast("IO[bytes]", stored)), done)
            for chunk in _chunks(rows):
                wished, refused = _read(chunk, known, now)
                write_rows(made, made.by, wished, refused, house, now)
                n += len(chunk)
    except CannotImport as error:
        made.problem = str(error)
    made.finished_at = now
    made.save(update_fields=["finished_at", "problem"])
    return n


class _Known:
    """Branches, offers and segments by the words a row names them with; read once for a file."""

    def __init__(self) -> None:
        branches = list(Branch.objects.open().select_related("connection"))
        self.branches = {
            name.casefold(): row for row in branches for name in (row.slug, row.name, row.handle)
        }
        standing = list(Segment.objects.standing())
        self.segments = {name.casefold(): row.current for row in standing for name in (row.slug, row.name)}
        self.offers = {row.name.casefold(): row for row in Offer.objects.order_by("pk")}


def _chunks(rows: Iterator[_Numbered]) -> Iterator[list[_Numbered]]:
    """Some hundred at a time. Where the file cannot be read on, the rows before are done first."""
    chunk: list[_Numbered] = []
    try:
        for row in rows:
            chunk.append(row)
            if len(chunk) == ROWS_AT_ONCE:
                yield chunk
                chunk = []
    except CannotImport:
        yield chunk
        raise
    yield chunk


def _rows_to_do(rows: Iterator[dict[str, str]], done: set[int]) -> Iterator[_Numbered]:
    for number, row in enumerate(rows, 2):
        if number - 1 > ROWS_AT_MOST:
            raise CannotImport(f"Only the first {ROWS_AT_MOST:,} rows were read.")
        if number not in done and any(value.strip() for value in row.values()):
            yield number, row


def _read(
    chunk: Sequence[_Numbered], known: _Known, now: datetime
) -> tuple[dict[int, Wish], dict[int, Exception]]:
    """What each row wants, or why it wants nothing that can be."""
    wished: dict[int, Wish] = {}
    refused: dict[int, Exception] = {}
    for number, row in chunk:
        try:
            wished[number] = _wish(row, known, now)
        except (_Refused, ValidationError) as error:
            refused[number] = error
    return wished, refused


def _wish(row: Mapping[str, str], known: _Known, now: datetime) -> Wish:
    branch = known.branches.get(row.get("branch", "").casefold())
    if branch is None:
        raise _Refused(f"There is no open branch “{row.get('branch', '')}”.")
    due_at = _due_at(row, branch, now)
    return Wish(_draft(row, branch, known), due_at)


def _draft(row: Mapping[str, str], branch: Branch, known: _Known) -> PostDraft:
    text, offer = row.get("text", ""), row.get("offer", "")
    if not text:
        raise _Refused("The row has no text.")
    if offer and offer.casefold() not in known.offers:
        raise _Refused(f"There is no offer “{offer}”.")
    segment = row.get("segment", "")
    if segment and segment.casefold() not in known.segments:
        raise _Refused(f"There is no segment “{segment}”.")
    code = row.get("code") or ("shared" if "{code}" in text else "none")
    if code not in Placement.Codes.values:
        raise _Refused(f"“{code}” is no kind of code: none, shared or single.")
    n_codes = row.get("n_codes") or "0"
    if not n_codes.isdigit():
        raise _Refused(f"“{n_codes}” is no number of codes.")
    return PostDraft(
        title=row.get("title", "")[:120] or title_from(text),
        text=text,
        destination=row.get("leads_to", ""),
        offer=known.offers.get(offer.casefold()) if offer else None,
        code_kind=code,
        n_codes=int(n_codes),
        branches=(branch,),
        tags=read_tags(row.get("tags", "")),
        first_comment=row.get("first_comment", ""),
        segment=known.segments[segment.casefold()] if segment else None,
    )


def _due_at(row: Mapping[str, str], branch: Branch, now: datetime) -> datetime | None:
    """The row's day and time on the branch's clock; without a day it is a draft."""
    on, at = row.get("date", ""), row.get("time", "")
    if not on:
        return None
    wall = read_wall_time(f"{on}T{at or '09:00'}")
    assert wall is not None  # the words are not empty
    due_at, problems = local_time(wall, branch.zone)
    if blocking := [problem.text for problem in problems if problem.blocks]:
        raise _Refused(" ".join(blocking))
    if due_at <= now:
        raise _Refused("That time is past.")
    return due_at


def _rows(stored: IO[bytes]) -> Iterator[dict[str, str]]:
    reader = _reader(stored)
    head = _check_head(next(reader, None))
    for line in reader:
        yield dict(zip(head, (_unquoted(value.strip()) for value in line), strict=False))


def _unquoted(value: str) -> str:
    """Take off the mark that our own export puts before what looks like a formula."""
    return value[1:] if len(value) > 1 and value[0] == "'" and value[1] in "=+-@" else value


def _check_head(head: list[str] | None) -> list[str]:
    names = [name.strip().casefold() for name in head or ()]
    if missing := [name for name in NEEDED if name not in names]:
        raise CannotImport(f"The first row must name the columns; missing: {', '.join(missing)}.")
    return names


def _reader(stored: IO[bytes]) -> Iterator[list[str]]:
    """Read line by line, with commas or semicolons; the file is never in memory as a whole. Raises CannotImport."""
    first = stored.readline(100_000)
    stored.seek(0)
    mark = ";" if first.count(b";") > first.count(b",") else ","
    text = io.TextIOWrapper(cast("io.BufferedReader", stored), encoding=_encoding(first), newline="")
    try:
        yield from csv.reader(text, delimiter=mark)
    except (UnicodeDecodeError, csv.Error) as error:
        raise CannotImport(f"It is no CSV file in UTF-8: {error}") from None


def _encoding(first: bytes) -> str:
    return "utf-16" if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
