"""Letters about questions, in the language of who gets them."""

from datetime import datetime

from django.conf import settings

from livingroom.community.questions.models import Question, QuestionAnswer, QuestionFollow
from livingroom.community.words import words_in
from livingroom.people.members.letters import News, write_letters
from livingroom.people.models import Member


def tell_answered(row: QuestionAnswer, now: datetime) -> int:
    """Who follows the question reads the answer, but for its author."""
    follows = QuestionFollow.objects.filter(question=row.question, ended_at=None).select_related("member")
    news = [
        _news(
            one.member,
            row.question,
            "letter_answered",
            f"answer {row.pk}",
            f"{row.author_name}: {row.text[:600]}",
        )
        for one in follows
        if one.member_id != row.member_id
    ]
    return write_letters(news, now)


def tell_accepted(row: QuestionAnswer, now: datetime) -> int:
    if row.member is None:
        return 0
    return write_letters(
        [_news(row.member, row.question, "letter_accepted", f"accepted {row.pk}", row.text[:200])], now
    )


def tell_hidden(member: Member, question: Question, what: str, reason: str, link: str, now: datetime) -> int:
    """Its author is told why, and where to ask for another look."""
    return write_letters(
        [_news(member, question, "letter_hidden", f"hidden {what}", f"{reason}\n{link}")], now
    )


def _news(member: Member, question: Question, what: str, occasion: str, text: str) -> News:
    words = words_in(member.language)
    return News(
        member_id=member.pk,
        key=f"question {question.pk} {occasion}",
        about=f"question {question.pk}",
        subject=question.title,
        text=f"{words[what]}\n\n{text}",
        url=f"{settings.PUBLIC_URL}{question.get_absolute_url()}?lang={member.language}",
    )
