"""What this room knows of one person: their names here, their export, and their erasure."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from livingroom.community.models import (
    AnswerThanks,
    Attendance,
    GroupFollow,
    Question,
    QuestionAnswer,
    QuestionFollow,
    Rsvp,
    Venue,
)
from livingroom.community.questions.counting import recount, recount_thanks
from livingroom.community.questions.handing import NETWORK
from livingroom.people.erasure.registry import Done, add_eraser
from livingroom.people.erasure.scrubbing import GONE, Scrubber
from livingroom.people.export.registry import Sheet, add_exporter
from livingroom.people.persons import Found, Person, add_namer


def take_part() -> None:
    """Called once, when the house starts."""
    add_namer(names_of)
    add_exporter("community", "Events and questions", sheets_of)
    add_eraser("community", erase, position=45)


def names_of(person: Person) -> Found:
    """As listening and the inbox know who asked here, and under which avatars they came to events."""
    there = attendances_of(person)
    return {
        "names": [(NETWORK, f"member {number}") for number in person.numbers("members")],
        "words": [name for name in there.values_list("avatar_name", flat=True) if name],
    }


def attendances_of(person: Person) -> QuerySet[Attendance]:
    known = Q(customer__in=person.customers) | Q(member__in=person.numbers("members"))
    for world in set(Venue.objects.values_list("world", flat=True)):
        known |= Q(event__venue__world=world, avatar_id__in=person.names_on(world))
    return Attendance.objects.filter(known)


def sheets_of(person: Person) -> Sequence[Sheet]:
    members = person.numbers("members")
    return [
        Sheet(
            "rsvps",
            "Events you answered to",
            Rsvp.objects.filter(member__in=members).values(
                "event__title", "answer", "n_guests", "avatar", "at"
            ),
        ),
        Sheet(
            "attendances",
            "Events you were at",
            attendances_of(person).values("event__title", "avatar_name", "came_at", "left_at"),
        ),
        Sheet(
            "questions",
            "Questions you asked",
            Question.objects.filter(member__in=members).values(
                "title", "text", "language", "asked_at", "standing"
            ),
        ),
        Sheet(
            "groups",
            "Groups you hear of",
            GroupFollow.objects.filter(member__in=members).values("group__name", "at", "ended_at"),
        ),
        Sheet(
            "question answers",
            "Answers you gave",
            QuestionAnswer.objects.filter(member__in=members).values(
                "question__title", "text", "at", "standing"
            ),
        ),
    ]


def erase(person: Person, now: datetime) -> Done:
    """Their words go. A question that others answered stays, without what it said and who asked."""
    members = person.numbers("members")
    asked = Question.objects.filter(member__in=members)
    touched = set(Question.objects.filter(answers__member__in=members).values_list("pk", flat=True))
    thanked = list(QuestionAnswer.objects.filter(thanks__member__in=members))
    _scrub(person, touched | set(asked.values_list("pk", flat=True)))
    counts = {
        "answers": QuestionAnswer.objects.filter(member__in=members).delete()[0],
        "thanks": AnswerThanks.objects.filter(member__in=members).delete()[0],
        "followed questions": QuestionFollow.objects.filter(member__in=members).delete()[0],
        "followed groups": GroupFollow.objects.filter(member__in=members).delete()[0],
        "answers to events": Rsvp.objects.filter(member__in=members).delete()[0],
        "attendances": attendances_of(person).update(
            avatar_id=Concat(Value("erased "), Cast("pk", CharField())), avatar_name="", member=None, customer=None,
            linked_by="",
        ),
        "questions": asked.filter(answers=None).delete()[0],
        "questions that others answered": asked.update(
            member=None, title=GONE, text="", vector=None, vector_model=""
        ),
    }  # fmt: skip
    for question in Question.objects.filter(pk__in=touched):
        recount(question, now)
    for answer in thanked:
        recount_thanks(answer)
    kept = ["That somebody was at an event stays as a number."] if counts["attendances"] else []
    return Done(counts, kept)


def _scrub(person: Person, questions: set[int]) -> None:
    """Take their names out of what others answered in their threads."""
    scrubber = Scrubber([*person.texts("words"), *person.texts("mails")])
    for row in QuestionAnswer.objects.filter(question__in=questions):
        text = scrubber.text(row.text)
        if text != row.text:
            row.text = text
            row.save(update_fields=["text"])
