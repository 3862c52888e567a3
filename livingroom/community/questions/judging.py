"""Is it advertising, and in which language? The same judge as for mentions, with what people taught it."""

from dataclasses import dataclass

from livingroom.community.questions.models import Question, QuestionAnswer, QuestionCustom, Standing
from livingroom.community.words import WORDS
from livingroom.listening.understanding.judge import judge
from livingroom.measure.words.guesses import QUEUE_FROM
from livingroom.people.models import Member


@dataclass(frozen=True)
class Judged:
    standing: str
    because: str
    spam_share: float
    language: str


def judged(text: str, member: Member, language: str) -> Judged:
    """Say whether others may see it at once; what may be advertising waits for a person, and is never thrown away."""
    found = judge().understanding.understand([text])[0]
    guess = found.language
    spoken = guess.value if not guess.unsure and guess.value in WORDS else language
    if found.spam.score >= QUEUE_FROM:
        return Judged(
            Standing.HELD, f"Perhaps advertising: {found.spam.reason}"[:300], found.spam.score, spoken
        )
    if QuestionCustom.current().looks_first and is_newcomer(member):
        return Judged(Standing.HELD, "Their first words here.", found.spam.score, spoken)
    return Judged(Standing.PUBLIC, "", found.spam.score, spoken)


def is_newcomer(member: Member) -> bool:
    """Nothing of theirs is public yet."""
    asked = Question.objects.public().filter(member=member)
    answered = QuestionAnswer.objects.filter(member=member, standing=Standing.PUBLIC)
    return not asked.exists() and not answered.exists()
