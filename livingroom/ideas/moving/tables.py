"""Ideas of a CSV file: our own columns, UserVoice's, or any others that somebody names."""

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from livingroom.ideas.moving.facts import (
    AnswerFact,
    CannotRead,
    IdeaFact,
    NotIdeas,
    Read,
    VoteFact,
    moment_of,
    number_of,
    state_of,
    title_of,
)

Columns = Mapping[str, tuple[str, ...]]
LONGEST_CELL = 200_000
PLAIN: Columns = {
    "id": ("id", "external_id", "number", "key"),
    "title": ("title", "subject", "idea", "name"),
    "text": ("text", "description", "body", "details"),
    "state": ("state", "status", "stage"),
    "made_at": ("made_at", "created_at", "created", "date", "submitted_at"),
    "author": ("author", "created_by", "creator", "submitted_by", "user"),
    "category": ("category", "topic", "product"),
    "language": ("language", "lang"),
    "votes": ("votes", "votes_count", "vote_count", "n_for", "points", "score"),
    "voters": ("voters", "voter_mails", "voter_emails"),
    "answer": ("answer", "response", "reason", "official_response"),
    "answered_at": ("answered_at", "responded_at", "status_changed_at"),
    "url": ("url", "release", "shipped_url"),
    "part_of": ("part_of", "merged_into", "original_number", "parent_id", "duplicate_of"),
}
# Names of the columns of UserVoice's exports, as its help pages list them, and those of its older ones.
USERVOICE: Columns = {
    "id": ("suggestion.id", "id"),
    "title": ("suggestion.title", "title"),
    "text": ("suggestion.body", "description", "text"),
    "state": ("suggestion.status.name", "status", "public status"),
    "made_at": ("suggestion.created_timestamp", "suggestion.created_at", "created at", "date created"),
    "author": ("suggestion.created_by.name", "suggestion.creator.name", "user.name", "creator", "author", "user name"),
    "category": ("suggestion.category.name", "category"),
    "votes": (
        "suggestion.voters_count", "suggestion.supporters_count", "suggestion.votes_count", "supporters", "voters", "votes",
    ),
    "voters": ("voters emails", "supporters emails"),
    "answer": ("suggestion.status_update.body", "suggestion.response.body", "response", "admin response"),
    "answered_at": ("suggestion.status_update.created_timestamp", "suggestion.response.created_timestamp", "response date"),
    "part_of": ("suggestion.parent.id", "parent id"),
}  # fmt: skip
NEEDED = ("title",)


@dataclass(frozen=True)
class Wishes:
    """What somebody said about a file: columns by our names, and states by theirs."""

    columns: Mapping[str, str]
    states: Mapping[str, str]

    @classmethod
    def none(cls) -> "Wishes":
        return cls({}, {})


def read_table(file: BinaryIO, usual: Columns, wishes: Wishes) -> Iterator[Read]:
    """Row by row, so that a file may be long. Raises NotIdeas, before the first row."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="replace", newline="")
    csv.field_size_limit(LONGEST_CELL)
    first = text.readline()
    if not first.strip():
        raise NotIdeas("The file is empty.")
    delimiter = max((",", ";", "\t"), key=first.count)
    header = next(csv.reader([first], delimiter=delimiter))
    places = _places([name.strip() for name in header], usual, wishes.columns)
    rows = csv.reader(text, delimiter=delimiter)
    try:
        for cells in rows:
            where = f"line {rows.line_num + 1}"
            if not any(cells):
                continue
            if len(cells) != len(header):
                yield Read(where, problem=f"It has {len(cells)} cells, but the header has {len(header)}.")
                continue
            try:
                yield Read(
                    where, _fact({name: cells[place].strip() for name, place in places.items()}, wishes)
                )
            except CannotRead as problem:
                yield Read(where, problem=str(problem))
    except csv.Error as problem:
        yield Read(f"line {rows.line_num + 1}", problem=f"From here on the file is no CSV: {problem}")


def _places(header: list[str], usual: Columns, wanted: Mapping[str, str]) -> dict[str, int]:
    folded = [name.lower() for name in header]
    places = {}
    for ours, theirs in wanted.items():
        if ours not in usual:
            raise NotIdeas(f"There is no “{ours}” to read. There are: {', '.join(usual)}.")
        if theirs.lower() not in folded:
            raise NotIdeas(f"There is no column “{theirs}”. There are: {', '.join(header)}.")
        places[ours] = folded.index(theirs.lower())
    for ours, names in usual.items():
        found = next((folded.index(name) for name in names if name in folded), None)
        if ours not in places and found is not None:
            places[ours] = found
    missing = [name for name in NEEDED if name not in places]
    if missing:
        raise NotIdeas(
            f"No column is the title. There are: {', '.join(header)}. Name it with --column title=“…”, or choose another source."
        )
    return places


def _fact(row: Mapping[str, str], wishes: Wishes) -> IdeaFact:
    title, text = title_of(row["title"], row.get("text", "").replace("\r\n", "\n"))
    if not row.get("made_at"):
        raise CannotRead("It has no date.")
    made_at = moment_of(row["made_at"])
    answered = moment_of(row["answered_at"]) if row.get("answered_at") else None
    answer = AnswerFact(row.get("answer", ""), answered, row.get("url", ""))
    voters = [mail.strip() for mail in row.get("voters", "").replace(";", ",").split(",") if "@" in mail]
    return IdeaFact(
        external_id=row.get("id", "") or _own_id(title, made_at.isoformat()), title=title, text=text, made_at=made_at,
        state=state_of(row.get("state", ""), wishes.states), author=row.get("author", "")[:80],
        category=row.get("category", "")[:60], language=row.get("language", "")[:8], n_votes=number_of(row.get("votes", "")),
        answer=answer if answer.text or answer.url else None, part_of=row.get("part_of", ""),
        votes=tuple(VoteFact(mail) for mail in dict.fromkeys(voters)),
    )  # fmt: skip


def _own_id(title: str, made_at: str) -> str:
    """A row without a number is known again by its title and date."""
    return hashlib.sha256(f"{made_at} {title}".encode()).hexdigest()[:24]
