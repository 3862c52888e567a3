"""Our own export, read again."""

import json
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from livingroom.ideas.models import Idea
from livingroom.ideas.moving.facts import (
    AnswerFact,
    CommentFact,
    IdeaFact,
    NotIdeas,
    Read,
    VoteFact,
    moment_of,
)

Row = Mapping[str, Any]
SHOWN = (Idea.Standing.PUBLIC, Idea.Standing.MERGED, Idea.Standing.ARCHIVED)


def read_own(file: BinaryIO) -> Iterator[Read]:
    """What was public, from the ZIP that `livingroom ideas export` writes. Raises NotIdeas, before the first row."""
    try:
        with zipfile.ZipFile(file) as packed:
            names = ("ideas", "categories", "answers", "comments", "votes")
            tables = {name: _lines(packed, name) for name in names}
    except zipfile.BadZipFile:
        raise NotIdeas("This is no ZIP, or it is damaged.") from None
    categories = {row["id"]: row["name"] for row in tables["categories"]}
    answers, comments, votes = (_by_idea(tables[name]) for name in ("answers", "comments", "votes"))
    for row in tables["ideas"]:
        if row["standing"] not in SHOWN:
            continue
        pk = row["id"]
        try:
            yield Read(f"idea {pk}", _fact(row, categories, answers[pk], comments[pk], votes[pk]))
        except (KeyError, ValueError) as problem:
            yield Read(f"idea {pk}", problem=f"It is not as we write it: {problem!r}")


def _fact(
    row: Row, categories: Mapping[int, str], answers: list[Row], comments: list[Row], votes: list[Row]
) -> IdeaFact:
    last = answers[-1] if answers else None
    answer = AnswerFact(last["reason"], moment_of(last["at"]), last["url"]) if last else None
    return IdeaFact(
        external_id=str(row["id"]), title=row["title"], text=row["text"], made_at=moment_of(row["made_at"]),
        state=row["state"], author=row["author"], category=categories.get(row["category"], ""),
        language=row["language"], n_votes=sum(vote["sign"] > 0 for vote in votes) + row["n_brought"], answer=answer,
        part_of=str(row["merged_into"] or ""),
        votes=tuple(
            VoteFact(vote["mail_hash"], moment_of(vote["at"]))
            for vote in votes
            if vote["sign"] > 0 and vote["mail_hash"].startswith("mail:")
        ),
        comments=tuple(
            CommentFact(f"comment {one['id']}", one["author"], one["text"], moment_of(one["at"]))
            for one in comments
            if one["standing"] == "public"
        ),
    )  # fmt: skip


def _by_idea(rows: list[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["idea"]].append(row)
    return found


def _lines(packed: zipfile.ZipFile, name: str) -> list[Row]:
    try:
        with packed.open(f"{name}.jsonl") as lines:
            return [json.loads(line) for line in lines]
    except KeyError:
        raise NotIdeas(f"There is no {name}.jsonl in the ZIP: it is no export of ideas.") from None
    except ValueError as problem:
        raise NotIdeas(f"{name}.jsonl cannot be read: {problem}") from None
