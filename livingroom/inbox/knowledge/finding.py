"""Finding an answer for a visitor: by their words, in the languages they read."""

from collections.abc import Sequence

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation.trans_real import parse_accept_lang_header

from livingroom.branches.answered import SHOWN, AnsweredQuestion
from livingroom.branches.questions.matching import Near, nearest
from livingroom.inbox.knowledge.models import Snippet
from livingroom.shared.models import Brand


def from_snippets(question: str, languages: frozenset[str]) -> Sequence[AnsweredQuestion]:
    """Answer the finder of the front door."""
    rows = [row for row in Snippet.objects.published() if not languages or row.language[:2] in languages]
    found = nearest(question, [row.question for row in rows], SHOWN)
    where = Brand.current().name
    return [_answered(rows[near.place], near, where) for near in found]


def _answered(row: Snippet, near: Near, where: str) -> AnsweredQuestion:
    on = row.published_at.date() if row.published_at else None
    url = settings.PUBLIC_URL + address_of(row)
    return AnsweredQuestion(row.question, url, row.language[:2], near.score, where, on, near.matched)


def search(rows: Sequence[Snippet], asked: str) -> list[Snippet]:
    """The nearest first; without words all of them."""
    if not asked.strip():
        return list(rows)
    found = nearest(asked, [f"{row.question} {row.answer}" for row in rows], 20)
    return [rows[near.place] for near in found]


def address_of(snippet: Snippet) -> str:
    return f"{reverse('answer_for_all', args=[snippet.slug])}?lang={snippet.language}"


def languages_of(request: HttpRequest) -> list[str]:
    """The languages that a visitor reads, the one asked for by name first, English at last."""
    asked = request.GET.get("lang", "")[:8].lower()
    told = parse_accept_lang_header(request.headers.get("Accept-Language", "").lower())
    wanted = [asked, *(code for code, _ in told), "en"]
    return list(dict.fromkeys(code[:2] for code in wanted if code[:2].isalpha()))


def best_of(rows: Sequence[Snippet], languages: Sequence[str]) -> Snippet | None:
    """Of translations the one in the language that is read best; any, where none of these is there."""
    by_language = {row.language[:2]: row for row in rows}
    return next((by_language[code] for code in languages if code in by_language), next(iter(rows), None))
