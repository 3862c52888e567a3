"""Lists of questions: ours and the solved threads of connected forums stand in one list and count the same."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Q, QuerySet

from livingroom.branches.models import SolvedQuestion
from livingroom.branches.questions.matching import nearest
from livingroom.community.groups.models import Group
from livingroom.community.questions.likeness import nearest_questions
from livingroom.community.questions.models import Question

PAGE = 25
TABS = ("all", "unanswered", "solved")


@dataclass(frozen=True)
class Row:
    """One question as a list shows it. `where` names the forum; empty for a question asked here."""

    title: str
    url: str
    language: str
    at: datetime
    who: str
    where: str
    n_answers: int | None
    is_solved: bool


@dataclass(frozen=True)
class Page:
    rows: list[Row]
    older: str


@dataclass(frozen=True)
class Totals:
    """How many there are, forums included: their solved threads are questions with an accepted answer."""

    n_all: int
    n_unanswered: int
    n_solved: int


def page_of(tab: str, before: str = "", group: Group | None = None, *, language: str = "") -> Page:
    """Return the newest questions of a tab that are older than `before`, a moment as the page before gave it.

    Without a language: those in all of them.
    """
    limit = _moment(before)
    own, theirs = _own(tab, group, language), _forums(tab, group, language)
    if limit is not None:
        own, theirs = own.filter(asked_at__lt=limit), theirs.filter(solved_at__lt=limit)
    rows = [row_of(one) for one in own.select_related("member").order_by("-asked_at", "-pk")[: PAGE + 1]]
    rows += [forum_row(one) for one in theirs.select_related("branch").order_by("-solved_at")[: PAGE + 1]]
    rows.sort(key=lambda row: row.at, reverse=True)
    older = f"{rows[PAGE - 1].at.timestamp():.6f}" if len(rows) > PAGE else ""
    return Page(rows[:PAGE], older)


def totals(group: Group | None = None, *, language: str = "") -> Totals:
    own, n_forums = _own("all", group, language), _forums("all", group, language).count()
    n_solved = own.filter(accepted__isnull=False).count() + n_forums
    return Totals(own.count() + n_forums, own.filter(n_answers=0).count(), n_solved)


def search(text: str) -> list[Row]:
    """The nearest of ours by meaning, and of the forums' by words."""
    own = [row_of(row) for row, _ in nearest_questions(text)]
    known = list(SolvedQuestion.objects.filter(branch__closed_on=None).select_related("branch")[:5_000])
    theirs = [forum_row(known[near.place]) for near in nearest(text, [one.title for one in known], 3)]
    return [*own, *theirs]


def row_of(row: Question) -> Row:
    return Row(
        row.title, row.get_absolute_url(), row.language[:2], row.asked_at, row.asker_name, "", row.n_answers,
        row.accepted_id is not None,
    )  # fmt: skip


def forum_row(row: SolvedQuestion) -> Row:
    return Row(
        row.title, row.url, row.branch.language[:2], row.solved_at, "", row.branch.name, None, is_solved=True
    )


def _own(tab: str, group: Group | None, language: str) -> QuerySet[Question]:
    rows = Question.objects.public()
    if tab == "unanswered":
        rows = Question.objects.unanswered()
    elif tab == "solved":
        rows = Question.objects.solved()
    rows = rows.filter(group=group) if group else rows
    return rows.filter(in_language(language)) if language else rows


def _forums(tab: str, group: Group | None, language: str) -> QuerySet[SolvedQuestion]:
    rows = SolvedQuestion.objects.filter(branch__closed_on=None)
    if tab == "unanswered":
        return rows.none()
    rows = rows.filter(branch__in=group.branches.all()) if group else rows
    return rows.filter(in_language(language, "branch__language")) if language else rows


def in_language(code: str, column: str = "language") -> Q:
    """Written in a language, in whichever country: pt finds pt-BR, too."""
    return Q(**{column: code}) | Q(**{f"{column}__startswith": f"{code}-"})


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(float(text), UTC) if text else None
    except (ValueError, OverflowError, OSError):
        return None
