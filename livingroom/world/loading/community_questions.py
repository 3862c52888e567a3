"""Corner PC's questions: asked by customers, answered by customers and hosts, some of them accepted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import numpy as np

from livingroom.branches.models import Host
from livingroom.community.groups.models import Group
from livingroom.community.questions.likeness import note_meanings
from livingroom.community.questions.models import AnswerThanks, Question, QuestionAnswer, QuestionFollow
from livingroom.people.models import Member
from livingroom.world.loading.house import demo_staff


def load_questions(
    told: list[list[object]],
    people: dict[str, list[Member]],
    groups: dict[str, Group],
    random: np.random.Generator,
    now: datetime,
) -> list[Question]:
    made = []
    for place, (language, group, title, text, answers) in enumerate(told):
        some = people[str(language)]
        asker = some[int(random.integers(0, len(some)))]
        asked_at = now - timedelta(hours=30 + 24 * (len(told) - place) + float(random.uniform(0, 20)))
        if not answers:
            asked_at = now - timedelta(hours=float(random.uniform(2, 40)))
        row = Question.objects.create(
            member=asker, group=groups.get(str(group)), title=str(title), text=str(text), language=str(language),
            asked_at=asked_at, last_at=asked_at, spam_share=0.02,
        )  # fmt: skip
        QuestionFollow.objects.create(question=row, member=asker, at=asked_at)
        assert isinstance(answers, list)
        _answer(row, answers, some, random)
        made.append(row)
    note_meanings(made)
    return made


def _answer(
    question: Question, answers: list[list[object]], people: list[Member], random: np.random.Generator
) -> None:
    for who, at in zip(answers, _moments(question.asked_at, random), strict=False):
        member = _helper(question, people, random) if who[0] == "p" else None
        host = None if member else _host(question.language)
        answer = QuestionAnswer.objects.create(
            question=question, member=member, host=host, staff=(host.staff or demo_staff()) if host else None,
            text=str(who[1]), at=at, spam_share=0.02,
        )  # fmt: skip
        question.n_answers += 1
        question.first_answered_at = question.first_answered_at or at
        question.last_at = at
        if len(who) > 2 and who[2]:
            question.accepted, question.solved_at = answer, at + timedelta(hours=2)
            _thank(answer, people, random)
    question.save()


def _moments(at: datetime, random: np.random.Generator) -> Iterator[datetime]:
    while True:
        at += timedelta(hours=float(random.gamma(1.4, 4.0)))
        yield at


def _helper(question: Question, people: list[Member], random: np.random.Generator) -> Member:
    """A few help often, as everywhere; nobody answers their own question."""
    others = [member for member in people if member.pk != question.member_id]
    weight = 1.0 / np.arange(1, len(others) + 1) ** 1.2
    return others[int(random.choice(len(others), p=weight / weight.sum()))]


def _host(language: str) -> Host:
    own = Host.objects.filter(branches__language=language, staff__isnull=False).order_by("pk").first()
    found = (
        own
        or Host.objects.filter(staff__isnull=False).order_by("pk").first()
        or Host.objects.order_by("pk").first()
    )
    assert found is not None  # the house is furnished before anybody asks
    return found


def _thank(answer: QuestionAnswer, people: list[Member], random: np.random.Generator) -> None:
    fans = [member for member in people if member.pk != answer.member_id][: int(random.integers(0, 6))]
    AnswerThanks.objects.bulk_create(
        [AnswerThanks(answer=answer, member=member, at=answer.at) for member in fans]
    )
    answer.n_thanks = len(fans)
    answer.save(update_fields=["n_thanks"])
