"""What becomes of the rows of a file: plain ones are written together, the others one at a time, each with its outcome."""

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from livingroom.people.models import Staff
from livingroom.posts.calendar.many import House, Wish, write_plain
from livingroom.posts.calendar.models import ImportedRow, PostImport
from livingroom.posts.models import Post
from livingroom.posts.operations import NotReady, TooLate, save_post, schedule_placements

Outcome = ImportedRow.Outcome


def write_rows(
    made: PostImport,
    staff: Staff,
    wished: Mapping[int, Wish],
    refused: Mapping[int, Exception],
    house: House,
    now: datetime,
) -> None:
    """Write plain rows together, the others one at a time, and what became of each."""
    plain = {number: wish for number, wish in wished.items() if house.is_plain(wish)}
    others = {number: wish for number, wish in wished.items() if number not in plain}
    try:
        with transaction.atomic():
            told = write_plain(staff=staff, wishes=list(plain.values()), house=house, now=now)
            results = {**dict(zip(plain, told, strict=True)), **refused}
            ImportedRow.objects.bulk_create(
                [_outcome(made, number, results[number], wished.get(number)) for number in sorted(results)]
            )
    except IntegrityError:  # somebody drew the same link or code at that very moment: each row by itself
        others = dict(wished)
        ImportedRow.objects.bulk_create([_outcome(made, number, refused[number], None) for number in refused])
    for number, wish in others.items():
        _write_row(made, staff, number, wish, now)


def _write_row(made: PostImport, staff: Staff, number: int, wish: Wish, now: datetime) -> None:
    try:
        with transaction.atomic():
            post = save_post(staff=staff, draft=wish.draft, now=now)
            if wish.due_at is not None:
                schedule_placements(staff=staff, due={post.placements.get().pk: wish.due_at}, now=now)
            _outcome(made, number, post, wish).save()
    except (NotReady, TooLate, PermissionDenied, ValidationError) as error:
        _outcome(made, number, error, wish).save()


def _outcome(made: PostImport, number: int, result: Post | Exception, wish: Wish | None) -> ImportedRow:
    if isinstance(result, Post):
        outcome = Outcome.SCHEDULED if wish and wish.due_at else Outcome.DRAFT
        return ImportedRow(of=made, number=number, outcome=outcome, words=result.title, post=result)
    words = " ".join(result.messages) if isinstance(result, ValidationError) else str(result)
    return ImportedRow(of=made, number=number, outcome=Outcome.REFUSED, words=words)
