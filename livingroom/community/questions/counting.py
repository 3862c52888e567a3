"""The one place that writes a question's counters: from its answers, and from nothing else."""

from datetime import datetime

from livingroom.community.questions.models import AnswerThanks, Question, QuestionAnswer, Standing


def recount(question: Question, now: datetime) -> Question:
    """Bring the counters up to the rows. An accepted answer that nobody sees any more is accepted no longer."""
    row = Question.objects.select_for_update(of=("self",)).select_related("accepted").get(pk=question.pk)
    answers = list(row.answers.filter(standing=Standing.PUBLIC).order_by("at", "pk"))
    others = [one for one in answers if one.member_id is None or one.member_id != row.member_id]
    row.n_answers = len(others)
    row.first_answered_at = others[0].at if others else None
    row.last_at = max([row.asked_at, *(one.at for one in answers)])
    if row.accepted is not None and row.accepted.standing != Standing.PUBLIC:
        row.accepted, row.solved_at = None, None
    row.save(update_fields=["n_answers", "first_answered_at", "last_at", "accepted", "solved_at"])
    return row


def recount_thanks(answer: QuestionAnswer) -> int:
    n = AnswerThanks.objects.filter(answer=answer).count()
    QuestionAnswer.objects.filter(pk=answer.pk).update(n_thanks=n)
    return n
