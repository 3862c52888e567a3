"""Ideas of another portal come in: each once, with their dates, answers and words. Votes there are shown; no rank counts them."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from itertools import islice
from typing import BinaryIO

from django.db import transaction
from django.utils.text import slugify

from livingroom.ideas.counting import recount
from livingroom.ideas.likeness.operations import note_meaning
from livingroom.ideas.models import Answer, Board, Brought, BroughtVote, Category, Comment, Idea, IdeaImport
from livingroom.ideas.moving.facts import CommentFact, IdeaFact, NotIdeas, Read
from livingroom.ideas.moving.fider import read_fider
from livingroom.ideas.moving.joining import join_parts
from livingroom.ideas.moving.own import read_own
from livingroom.ideas.moving.tables import PLAIN, USERVOICE, Wishes, read_table
from livingroom.ideas.moving.voters import claim_known
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.shared.addresses import mail_hash
from livingroom.shared.events import record_event

SOURCES = {"fider": "Fider", "uservoice": "UserVoice", "csv": "CSV", "livingroom": "Livingroom"}
AT_ONCE = 200
MOST_BAD = 1000
NO_REASON = "Brought along from {source} in this state; no reason was told there."


def import_ideas(
    *, staff: Staff | None, board: Board, file: BinaryIO, name: str, source: str, wishes: Wishes | None = None, now: datetime
) -> IdeaImport:  # fmt: skip
    """Bring a file in; the same file again changes nothing. Rows that cannot be read are set apart, with the reason.

    Raises PermissionDenied, NotIdeas (then nothing was brought in).
    """
    if staff is not None:
        require(staff, "arrange_ideas")
    if source not in SOURCES:
        raise NotIdeas(f"There is no source “{source}”. There are: {', '.join(SOURCES)}.")
    rows = _rows(file, source, wishes or Wishes.none())
    first = list(islice(rows, 1))  # a file that is none is refused before anything is written
    report = IdeaImport.objects.create(board=board, source=source, name=name[:120], staff=staff, at=now)
    parts: dict[int, tuple[str, str]] = {}
    for batch in _batched(_all(first, rows), AT_ONCE):
        with transaction.atomic():
            parts |= _take(report, [row for row in batch if row.fact], now)
            _set_apart(report, [(row.where, row.problem) for row in batch if row.fact is None])
            report.n_rows += len(batch)
            report.save()
    with transaction.atomic():
        _set_apart(report, join_parts(board, source, parts, now))
        claim_known(board, now)
        report.save()
        record_event(
            actor=staff or "the command line", verb="imported ideas", subject=board, now=now, name=name[:100],
            n_new=report.n_new, n_bad=len(report.bad),
        )  # fmt: skip
    return report


def _rows(file: BinaryIO, source: str, wishes: Wishes) -> Iterator[Read]:
    if source == "fider":
        return read_fider(file, wishes)
    if source == "livingroom":
        return read_own(file)
    return read_table(file, USERVOICE if source == "uservoice" else PLAIN, wishes)


def _take(report: IdeaImport, rows: Sequence[Read], now: datetime) -> dict[int, tuple[str, str]]:
    """Write a batch; returns which ideas are part of which, by their numbers there."""
    facts = {row.fact.external_id: row.fact for row in rows if row.fact}
    known = {
        one.external_id: one
        for one in Brought.objects.filter(
            board=report.board, source=report.source, external_id__in=facts, idea__isnull=False
        ).select_related("idea")
    }
    parts, touched = {}, []
    for external_id, fact in facts.items():
        before, digest = known.get(external_id), _digest(fact)
        if before is not None and before.idea is not None and before.digest == digest:
            report.n_same += 1
            continue
        idea = _write_idea(report, fact, before, digest, now)
        report.n_new, report.n_changed = (
            report.n_new + (before is None),
            report.n_changed + (before is not None),
        )
        report.n_comments += _write_comments(report, idea, fact.comments, now)
        report.n_votes += _write_votes(idea, fact)
        touched.append(idea.pk)
        if fact.part_of and fact.part_of != external_id:
            parts[idea.pk] = (external_id, fact.part_of)
    recount(touched, now)
    return parts


def _write_idea(
    report: IdeaImport, fact: IdeaFact, before: Brought | None, digest: str, now: datetime
) -> Idea:
    answered_at = fact.answer.at if fact.answer and fact.answer.at else None
    state_at = answered_at or fact.made_at
    is_decided = fact.state not in Idea.OPEN
    given = {
        "category": _category(report.board, fact.category), "credited_name": fact.author, "title": fact.title,
        "text": fact.text, "language": fact.language or "en", "state": fact.state, "state_at": state_at,
        "answered_at": state_at if is_decided else None,
        "shipped_url": fact.answer.url[:1000] if fact.answer and fact.state == Idea.State.SHIPPED else "",
    }  # fmt: skip
    if before is not None and before.idea is not None:
        idea = before.idea
        if idea.answers.filter(
            staff__isnull=False
        ).exists():  # we decided since; what another portal says is history
            given = {name: given[name] for name in ("credited_name", "title", "text")}
        Idea.objects.filter(pk=idea.pk).update(**given)
        note_meaning(idea)
        Brought.objects.filter(pk=before.pk).update(digest=digest, at=now)
    else:
        idea = Idea.objects.create(
            board=report.board,
            standing=Idea.Standing.PUBLIC,
            made_at=fact.made_at,
            public_at=fact.made_at,
            **given,
        )
        Brought.objects.create(
            board=report.board,
            source=report.source,
            external_id=fact.external_id,
            idea=idea,
            digest=digest,
            at=now,
        )
    if "state" in given:
        _write_answer(report, idea, fact, state_at)
    return idea


def _write_answer(report: IdeaImport, idea: Idea, fact: IdeaFact, at: datetime) -> None:
    if fact.answer is None and fact.state == Idea.State.NEW:
        return
    said = fact.answer.text.strip() if fact.answer else ""
    reason = said or NO_REASON.format(source=SOURCES[report.source])
    row = Answer.objects.filter(idea=idea, staff=None).first() or Answer(idea=idea, before=Idea.State.NEW)
    row.state, row.reason, row.at = fact.state, reason, at
    row.url = fact.answer.url[:1000] if fact.answer else ""
    row.save()


def _write_comments(report: IdeaImport, idea: Idea, comments: Iterable[CommentFact], now: datetime) -> int:
    n = 0
    for fact in comments:
        digest = hashlib.sha256(f"{fact.author}\n{fact.text}".encode()).hexdigest()
        before = Brought.objects.filter(
            board=report.board, source=report.source, external_id=fact.external_id
        ).first()
        if before is None:
            comment = Comment.objects.create(
                idea=idea, root=idea, text=fact.text, at=fact.at, credited_name=fact.author
            )
            Brought.objects.create(
                board=report.board, source=report.source, external_id=fact.external_id, comment=comment,
                digest=digest, at=now,
            )  # fmt: skip
            n += 1
        elif before.digest != digest and before.comment is not None:
            Comment.objects.filter(pk=before.comment.pk).update(text=fact.text, credited_name=fact.author)
            Brought.objects.filter(pk=before.pk).update(digest=digest)
    return n


def _write_votes(idea: Idea, fact: IdeaFact) -> int:
    """Who voted there, by the keyed hash of their address alone. Returns how many votes are shown as brought along."""
    rows = [BroughtVote(idea=idea, mail_hash=mail_hash(vote.mail), at=vote.at) for vote in fact.votes]
    BroughtVote.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    n = max(fact.n_votes, BroughtVote.objects.filter(idea=idea).count())
    Idea.objects.filter(pk=idea.pk).update(n_brought=n)
    return n


def _category(board: Board, name: str) -> Category | None:
    slug = slugify(name)[:40]
    if not slug:
        return None
    return Category.objects.get_or_create(board=board, slug=slug, defaults={"name": name})[0]


def _set_apart(report: IdeaImport, bad: Iterable[tuple[str, str]]) -> None:
    report.bad = [*report.bad, *([where, why] for where, why in bad)][:MOST_BAD]


def _digest(fact: IdeaFact) -> str:
    """Of all the file says, with addresses hashed: it is kept."""
    said = asdict(fact) | {"votes": sorted(mail_hash(vote.mail) for vote in fact.votes)}
    return hashlib.sha256(json.dumps(said, default=str, sort_keys=True).encode()).hexdigest()


def _all(first: list[Read], rest: Iterator[Read]) -> Iterator[Read]:
    yield from first
    yield from rest


def _batched(rows: Iterator[Read], size: int) -> Iterator[list[Read]]:
    while batch := list(islice(rows, size)):
        yield batch
