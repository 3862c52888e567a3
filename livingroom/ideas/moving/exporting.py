"""Everything of the ideas' room as files that others can read: JSON lines, one table each, the ideas as CSV, and a README."""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from django.db import models

from livingroom.ideas import models as tables
from livingroom.ideas.models import Board, Comment, Idea, Vote
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.posts.media.storage import read as read_picture
from livingroom.shared.events import record_event

Row = dict[str, Any]
# Left out of rows: what only machines of ours read, and what tells where somebody was.
LEFT_OUT = {"vector", "vector_model", "vector_at", "network", "agent", "secret", "standing_because"}
TABLES: dict[str, tuple[type[models.Model], str]] = {
    "boards": (Board, "pk"), "categories": (tables.Category, "board"), "storms": (tables.Storm, "board"),
    "ideas": (Idea, "board"), "answers": (tables.Answer, "idea__board"), "comments": (Comment, "idea__board"),
    "votes": (Vote, "idea__board"), "votes_brought_along": (tables.BroughtVote, "idea__board"),
    "follows": (tables.Follow, "idea__board"), "thanks": (tables.CommentThanks, "comment__idea__board"),
    "merges": (tables.IdeaMerge, "kept__board"), "evidence": (tables.Evidence, "idea__board"),
    "pictures": (tables.Picture, "idea__board"), "public_log": (tables.PublicLogEntry, "board"),
    "reviews": (tables.VoteReview, "idea__board"), "digests": (tables.Digest, "board"),
}  # fmt: skip
CSV_COLUMNS = (
    "id", "board", "title", "text", "state", "standing", "author", "category", "language", "country", "made_at",
    "n_for", "n_against", "n_withheld", "n_brought", "n_comments", "n_followers", "n_shown", "answered_at", "merged_into",
)  # fmt: skip
README = """# Ideas, exported {now:%Y-%m-%d %H:%M} UTC

One file a table, one JSON object a line; `id` is what other tables name it by. Times are UTC. `ideas.csv` has the ideas once
more, for spreadsheets. `pictures/` holds the pictures under their names in `pictures.jsonl`.

- `votes`: a vote counts for `root` when `stands` is true and both `withheld_at` and `same_person_at` are empty. `member` is a
  number of this installation; `mail_hash` is a keyed hash of the member's address: it means something to this installation
  alone, and cannot be turned back.
- `votes_brought_along`: votes of another portal, whose owners have not proved their address here.
- `comments`: `author` is the name as everybody saw it. Addresses are in no file.
- `merges`: `other` became part of `kept`, until `undone_at`.

`livingroom ideas import --from livingroom FILE.zip --board BOARD` reads it again.

{counts}
"""


def export_ideas(
    *, staff: Staff | None, file: IO[bytes], board: Board | None = None, now: datetime
) -> dict[str, int]:
    """Write a ZIP of one board, or of all. Returns how many rows each table has. Raises PermissionDenied."""
    if staff is not None:
        require(staff, "arrange_ideas")
    counts = {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, (model, road) in TABLES.items():
            rows = model._default_manager.order_by("pk")
            if board is not None:
                rows = rows.filter(**{road: board.pk})
            counts[name] = _write(packed, f"{name}.jsonl", _rows(rows))
        ideas = Idea.objects.filter(board=board) if board else Idea.objects.all()
        _write_csv(packed, ideas)
        _write_pictures(packed, tables.Picture.objects.filter(idea__in=ideas))
        told = "\n".join(f"- {name}: {n:,}" for name, n in counts.items())
        packed.writestr("README.md", README.format(now=now.astimezone(UTC), counts=told))
    record_event(
        actor=staff or "the command line", verb="exported ideas", subject=board or "ideas", now=now, **counts
    )
    return counts


def export_to(path: Path, *, board: Board | None = None, now: datetime) -> dict[str, int]:
    """Write the same to a ZIP, or into a folder; nothing is left behind half-written."""
    if path.suffix.lower() != ".zip":
        path.mkdir(parents=True, exist_ok=True)
        held = io.BytesIO()
        counts = export_ideas(staff=None, file=held, board=board, now=now)
        with zipfile.ZipFile(held) as packed:
            packed.extractall(path)
        return counts
    partial = path.with_name(f".{path.name}.partial")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with partial.open("wb") as file:
            counts = export_ideas(staff=None, file=file, board=board, now=now)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return counts


def _rows(rows: models.QuerySet[Any]) -> Iterator[Row]:
    fields = [field for field in rows.model._meta.concrete_fields if field.name not in LEFT_OUT]
    more: Callable[[Any], Mapping[str, Any]] = _MORE.get(rows.model, lambda row: {})
    joined = _JOINED.get(rows.model, ())
    for row in rows.select_related(*joined).iterator(chunk_size=1000):
        yield {field.name: _plain(getattr(row, field.attname)) for field in fields} | dict(more(row))


def _author(row: Any) -> Row:
    shown = row.credited_name or (row.member.name if row.member else "")
    return {"author": shown or (row.staff.name if getattr(row, "staff", None) else "")}


_MORE: dict[type[models.Model], Callable[[Any], Mapping[str, Any]]] = {
    Idea: _author,
    Comment: _author,
    Vote: lambda row: {"mail_hash": row.member.mail_hash},
}
_JOINED: dict[type[models.Model], tuple[str, ...]] = {
    Idea: ("member",),
    Comment: ("member", "staff"),
    Vote: ("member",),
}


def _write(packed: zipfile.ZipFile, name: str, rows: Iterator[Row]) -> int:
    n = 0
    with packed.open(name, "w", force_zip64=True) as lines:
        for row in rows:
            lines.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")
            n += 1
    return n


def _write_csv(packed: zipfile.ZipFile, ideas: models.QuerySet[Idea]) -> None:
    with (
        packed.open("ideas.csv", "w", force_zip64=True) as raw,
        io.TextIOWrapper(raw, "utf-8", newline="") as text,
    ):
        writer = csv.DictWriter(text, CSV_COLUMNS, extrasaction="ignore")
        writer.writeheader()
        names = dict(tables.Category.objects.values_list("pk", "name"))
        slugs = dict(Board.objects.values_list("pk", "slug"))
        for row in _rows(ideas.order_by("pk")):
            named = {"category": names.get(row["category"], ""), "board": slugs[row["board"]]}
            writer.writerow({key: _cell(value) for key, value in {**row, **named}.items()})


def _write_pictures(packed: zipfile.ZipFile, pictures: models.QuerySet[tables.Picture]) -> None:
    for name in pictures.order_by().values_list("name", flat=True).distinct():
        digest, _, ending = name.partition(".")
        with suppress(FileNotFoundError):
            packed.writestr(f"pictures/{name}", read_picture(digest, ending))


def _plain(value: Any) -> Any:
    return (
        value.astimezone(UTC).isoformat()
        if isinstance(value, datetime)
        else value
        if _is_json(value)
        else str(value)
    )


def _is_json(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float | bool | list | dict)


def _cell(value: Any) -> Any:
    """Spreadsheets take text that begins so for a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t") else value
