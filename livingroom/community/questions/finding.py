"""One source of the front door's finder: questions with an accepted answer, by meaning and in the asker's languages."""

from collections.abc import Sequence

from django.conf import settings

from livingroom.branches.answered import SHOWN, SURE_ENOUGH, AnsweredQuestion
from livingroom.branches.questions.matching import nearest
from livingroom.community.questions.likeness import nearest_questions
from livingroom.community.questions.models import Question
from livingroom.shared.models import Brand

# A cosine of one half is the same question in 71 of 100 pairs, and a wrong one in 4 of 100 (docs/community.md).
SAME_FROM = 0.5


def from_questions(question: str, languages: frozenset[str]) -> Sequence[AnsweredQuestion]:
    """Answer the finder."""
    if not Question.objects.solved().exists():
        return []
    where = Brand.current().name
    found = [
        _answered(row, near, question, where)
        for row, near in nearest_questions(question, SHOWN * 2, solved=True, languages=languages)
        if not languages or row.language[:2] in languages
    ]
    return [one for one in found if one.score >= SURE_ENOUGH][:SHOWN]


def _answered(row: Question, near: float, asked: str, where: str) -> AnsweredQuestion:
    words = next(iter(nearest(asked, [row.title], 1)), None)
    by_words = words.score if words else 0.0
    score = min(1.0, max(near if near >= SAME_FROM else 0.0, by_words))
    return AnsweredQuestion(
        title=row.title,
        url=settings.PUBLIC_URL + row.get_absolute_url(),
        language=row.language[:2],
        score=score,
        where=where,
        answered_on=row.solved_at.date() if row.solved_at else None,
        matched=words.matched if words else (),
    )
