"""Ideas of Fider: its CSV of posts, its posts as JSON (from the API), or its backup as a ZIP, which has votes and comments."""

import json
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from livingroom.ideas.moving.facts import (
    AnswerFact,
    CannotRead,
    CommentFact,
    IdeaFact,
    NotIdeas,
    Read,
    VoteFact,
    moment_of,
    state_of,
    title_of,
)
from livingroom.ideas.moving.tables import PLAIN, Columns, Wishes, read_table

Row = Mapping[str, Any]
CSV: Columns = {**PLAIN, "id": ("number",), "answered_at": ("responded_at",), "category": ("category",)}
# The numbers of the table of posts. A duplicate has the state of what it is part of; what was deleted stays away.
STATES = {0: "open", 1: "started", 2: "completed", 3: "declined", 4: "planned", 5: "open"}
DUPLICATE, DELETED = 5, 6
MOST_UNPACKED = 512 * 1024 * 1024


def read_fider(file: BinaryIO, wishes: Wishes) -> Iterator[Read]:
    """Whichever of the three it is. Raises NotIdeas, before the first row."""
    head = file.read(4)
    file.seek(0)
    if head[:2] == b"PK":
        yield from _backup(file, wishes)
    elif head.lstrip()[:1] in (b"[", b"{"):
        yield from _posts(file, wishes)
    else:
        # A duplicate is a state of its own there; here it has that of what it is part of.
        yield from read_table(file, CSV, Wishes(wishes.columns, {"duplicate": "new", **wishes.states}))


def _posts(file: BinaryIO, wishes: Wishes) -> Iterator[Read]:
    found = _json(file.read(), "The file")
    posts = found if isinstance(found, list) else found.get("posts")
    if not isinstance(posts, list):
        raise NotIdeas("There is no list of posts in it.")
    for place, post in enumerate(posts, 1):
        yield _read(f"post {post.get('number', place)}", lambda post=post: _of_api(post, wishes))


def _of_api(post: Row, wishes: Wishes) -> IdeaFact:
    title, text = title_of(str(post.get("title", "")), str(post.get("description") or ""))
    response = post.get("response") or {}
    original = response.get("original") or {}
    state = str(post.get("status", "open"))
    return IdeaFact(
        external_id=str(post["number"]), title=title, text=text, made_at=moment_of(str(post["createdAt"])),
        state=state_of("open" if state == "duplicate" else state, wishes.states),
        author=str((post.get("user") or {}).get("name", ""))[:80], n_votes=int(post.get("votesCount") or 0),
        answer=_answer(response.get("text"), response.get("respondedAt")), part_of=str(original.get("number") or ""),
    )  # fmt: skip


def _backup(file: BinaryIO, wishes: Wishes) -> Iterator[Read]:
    try:
        with zipfile.ZipFile(file) as packed:
            tables = {name: _table(packed, name) for name in ("posts", "comments", "post_votes", "users")}
    except zipfile.BadZipFile:
        raise NotIdeas("The ZIP is damaged.") from None
    people = {row["id"]: row for row in tables["users"]}
    numbers = {row["id"]: str(row["number"]) for row in tables["posts"]}
    comments, votes = _by_post(tables["comments"]), _by_post(tables["post_votes"])
    for post in tables["posts"]:
        if post.get("status") == DELETED:
            continue

        def fact(post: Row = post) -> IdeaFact:
            return _of_backup(post, people, numbers, comments[post["id"]], votes[post["id"]], wishes)

        yield _read(f"post {post.get('number')}", fact)


def _of_backup(
    post: Row, people: Mapping[Any, Row], numbers: Mapping[Any, str], comments: list[Row], votes: list[Row], wishes: Wishes
) -> IdeaFact:  # fmt: skip
    title, text = title_of(str(post.get("title", "")), str(post.get("description") or ""))
    if post.get("status") not in STATES:
        raise CannotRead(f"The state number {post.get('status')} is not known here.")
    named = [(people.get(row["user_id"], {}).get("email") or "", row.get("created_at")) for row in votes]
    return IdeaFact(
        external_id=str(post["number"]), title=title, text=text, made_at=moment_of(str(post["created_at"])),
        state=state_of(STATES[post["status"]], wishes.states), author=_name(people, post.get("user_id")), n_votes=len(votes),
        answer=_answer(post.get("response"), post.get("response_date")), part_of=numbers.get(post.get("original_id"), ""),
        votes=tuple(VoteFact(mail, moment_of(str(at)) if at else None) for mail, at in named if "@" in mail),
        comments=tuple(_comment(row, people) for row in comments if _is_said(row)),
    )  # fmt: skip


def _read(where: str, fact: Any) -> Read:
    try:
        return Read(where, fact())
    except CannotRead as problem:
        return Read(where, problem=str(problem))
    except (KeyError, TypeError, ValueError) as problem:
        return Read(where, problem=f"It is not as Fider writes it: {problem!r}")


def _answer(text: object, at: object) -> AnswerFact | None:
    return AnswerFact(str(text), moment_of(str(at)) if at else None) if text else None


def _name(people: Mapping[Any, Row], number: object) -> str:
    return str(people.get(number, {}).get("name") or "")[:80]


def _is_said(row: Row) -> bool:
    return not row.get("deleted_at") and bool(str(row.get("content") or "").strip())


def _comment(row: Row, people: Mapping[Any, Row]) -> CommentFact:
    said_at = moment_of(str(row["created_at"]))
    return CommentFact(
        f"comment {row['id']}", _name(people, row.get("user_id")), str(row["content"]), said_at
    )


def _by_post(rows: list[Row]) -> dict[Any, list[Row]]:
    found: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.get("post_id")].append(row)
    return found


def _table(packed: zipfile.ZipFile, name: str) -> list[Row]:
    try:
        info = packed.getinfo(f"{name}.json")
    except KeyError:
        raise NotIdeas(f"There is no {name}.json in the ZIP: it is no backup of Fider.") from None
    if info.file_size > MOST_UNPACKED:
        raise NotIdeas(f"{name}.json is larger than {MOST_UNPACKED // 1024 // 1024} MB.")
    rows = _json(packed.read(info), f"{name}.json") or []
    if not isinstance(rows, list):
        raise NotIdeas(f"{name}.json is no list.")
    return rows


def _json(content: bytes, what: str) -> Any:
    try:
        return json.loads(content)
    except ValueError as problem:
        raise NotIdeas(f"{what} is no JSON: {problem}") from None
