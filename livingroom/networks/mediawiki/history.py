"""Read what was said on a page out of its history: every revision that added words is something said by somebody. Pure.

A wiki knows no comments, only pages. What a revision added, and whether it still stands, is told by comparing texts.
"""

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import SequenceMatcher
from typing import Any

from livingroom.networks.errors import SpecDrift
from livingroom.networks.interface import Person

Row = Mapping[str, Any]
_SECTION = re.compile(r"^/\* (.*?) \*/")
_HEADING = re.compile(r"^=+.*=+\s*$")
_ANSWERS = re.compile(r"\[lr:[a-z2-7]+ re:(\d+)\]")
_SIGNATURE = re.compile(
    r"\s*(?:--|—)?\s*\[\[[^\]|:]+:[^\]]*\]\].{0,200}?\d{1,2}:\d{2}, .{0,40}\d{4} \([^)]+\)\s*$"
)
_LINK = re.compile(r"\[\[(?:[^\]|]*\|)?([^\]]*)\]\]|\[https?://\S+ ([^\]]*)\]")


@dataclass(frozen=True)
class Said:
    """Something that a revision added to a page."""

    revision: int
    at: datetime
    by: Person
    lines: tuple[str, ...]
    section: str
    answers: int
    summary: str
    stands: bool

    @property
    def text(self) -> str:
        shown = [plain(line) for line in self.lines if not _HEADING.match(line)]
        return "\n".join(line for line in shown if line)


def read_history(revisions: Sequence[Row]) -> list[Said]:
    """What each revision said, oldest first; those that only took away say nothing."""
    found, before = [], ""
    now = set(lines_of(content_of(revisions[-1]))) if revisions else set()
    for row in revisions:
        text = content_of(row)
        said = said_of(row, before, text, now)
        if said.text:
            found.append(said)
        before = text
    return found


def said_of(row: Row, before: str, after: str, standing: set[str]) -> Said:
    added = tuple(line for line in added_lines(before, after) if line.strip())
    comment = str(row.get("comment") or "")
    section, answers = _SECTION.match(comment), _ANSWERS.search(comment)
    return Said(
        revision=int(row["revid"]),
        at=moment(row["timestamp"]),
        by=Person(
            str(row.get("userid") or row.get("user") or ""),
            str(row.get("user") or ""),
            str(row.get("user") or ""),
        ),
        lines=added,
        section=section.group(1) if section else "",
        answers=int(answers.group(1)) if answers else 0,
        summary=comment,
        stands=any(line in standing for line in added if not _HEADING.match(line)),
    )


def added_lines(before: str, after: str) -> list[str]:
    old, new = lines_of(before), lines_of(after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return [
        line
        for tag, _, _, start, end in matcher.get_opcodes()
        if tag in ("insert", "replace")
        for line in new[start:end]
    ]


def lines_of(text: str) -> list[str]:
    return text.split("\n")


def content_of(row: Row) -> str:
    slot = (row.get("slots") or {}).get("main") or {}
    # A revision whose words were taken out of sight has none.
    return str(slot.get("content") or "")


def plain(line: str) -> str:
    """A line of wikitext as a person reads it, without indentation and signature."""
    line = _SIGNATURE.sub("", re.sub(r"^[:*#;\s]+", "", line)).replace("<br>", "")
    line = _LINK.sub(lambda found: found.group(1) or found.group(2) or "", line)
    return html.unescape(line.replace("'''", "").replace("''", "")).strip()


def insert_under(text: str, said: Said, answer: str) -> str | None:
    """The page with an answer under what was said, one step further in; None when that stands there no more."""
    lines = lines_of(text)
    places = [number for number, line in enumerate(lines) if line in said.lines and not _HEADING.match(line)]
    if not places:
        return None
    last = places[-1]
    depth = len(re.match(r":*", lines[last]).group()) + 1  # type: ignore[union-attr]  # an empty match is a match
    # Behind the answers that hang there already.
    while last + 1 < len(lines) and lines[last + 1].startswith(":" * depth):
        last += 1
    indented = [":" * depth + line for line in answer.split("\n") if line.strip()]
    return "\n".join([*lines[: last + 1], *indented, *lines[last + 1 :]])


def moment(text: object) -> datetime:
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        raise SpecDrift(f"{str(text)[:40]!r} is not a time.") from None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def replace_said(text: str, said: Said, words: str) -> str | None:
    """The page with other words in the place of what was said; None when that stands there no more."""
    lines = lines_of(text)
    places = [number for number, line in enumerate(lines) if line in said.lines and not _HEADING.match(line)]
    if not places:
        return None
    indent = re.match(r":*", lines[places[0]]).group()  # type: ignore[union-attr]  # an empty match is a match
    fresh = [indent + line for line in words.split("\n") if line.strip() or not indent]
    kept = [line for number, line in enumerate(lines) if number not in places[1:]]
    at = kept.index(lines[places[0]])
    return "\n".join([*kept[:at], *fresh, *kept[at + 1 :]])


def remove_said(text: str, said: Said) -> str | None:
    """The page without what was said, and without its heading when nothing is left under it; None when it stands no more."""
    lines = lines_of(text)
    kept = [line for line in lines if line not in said.lines or _HEADING.match(line)]
    if len(kept) == len(lines):
        return None
    for heading in (line for line in said.lines if _HEADING.match(line) and line in kept):
        at = kept.index(heading)
        ends = [number for number in range(at + 1, len(kept)) if _HEADING.match(kept[number])]
        if not any(line.strip() for line in kept[at + 1 : ends[0] if ends else len(kept)]):
            del kept[at : ends[0] if ends else len(kept)]
    return "\n".join(kept).strip("\n")


def parents(history: Sequence[Said], page: str) -> dict[int, str]:
    """What each answers: the revision that its summary names, else the one that opened its section, else the page.

    Only what stands counts: the corrected version of a comment has its place.
    """
    opened: dict[str, int] = {}
    found: dict[int, str] = {}
    standing = [said for said in history if said.stands]
    known = {said.revision for said in standing}
    for said in standing:
        first = opened.setdefault(said.section, said.revision) if said.section else said.revision
        above = said.answers if said.answers in known else first
        found[said.revision] = f"rev:{above}" if above != said.revision else page
    return found
