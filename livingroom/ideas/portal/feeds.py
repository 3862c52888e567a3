"""Atom feeds: of a board, of a category, of a state, and of what we answered to one idea."""

from collections.abc import Iterable
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.feedgenerator import Atom1Feed
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from livingroom.ideas.models import Answer, Board, Category, Idea
from livingroom.ideas.portal.addresses import absolute, board_path, idea_path
from livingroom.ideas.portal.rows import newest_reasons
from livingroom.ideas.portal.tongue import Tongue
from livingroom.ideas.portal.who import on_board
from livingroom.ideas.text import html_of, plain_of

N_ENTRIES = 50
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
OPEN_TO_ALL = (Idea.Standing.PUBLIC, Idea.Standing.ARCHIVED)
for_ten_minutes = cache_control(public=True, max_age=600)


class Feed(Atom1Feed):
    """Says when it last changed; without entries too, and then never a new time for the same nothing."""

    def latest_post_date(self) -> datetime:
        dates = [at for item in self.items if (at := item["updateddate"] or item["pubdate"])]
        return max(dates, default=LONG_AGO)


@on_board
@require_safe
@for_ten_minutes
def board_feed(request: HttpRequest, board: Board, slug: str = "") -> HttpResponse:
    """The newest ideas; by ?state= those that came into a state last, each with our reason."""
    tongue, state = Tongue.read(request), request.GET.get("state", "")
    rows = board.ideas.public().select_related("category", "member").defer("vector")
    name = board.name_in(tongue.code)
    if slug:
        category = get_object_or_404(Category, board=board, slug=slug)
        rows, name = rows.filter(category=category), f"{name}: {category.name_in(tongue.code)}"
    if state in Idea.State.values:
        rows = rows.filter(state=state).order_by("-state_at", "-pk")
        name = tongue.say("feed_of", board=name, what=tongue.say(f"state_{state}"))
    else:
        state, rows = "", rows.order_by("-public_at", "-pk")
    feed = _feed(request, board, name, board.intro_in(tongue.code), board_path(board), tongue)
    ideas = list(rows[:N_ENTRIES])
    reasons = newest_reasons([idea.pk for idea in ideas]) if state else {}
    for idea in ideas:
        idea.board = board
        _add_idea(feed, idea, reasons.get(idea.pk, ""), tongue, by_state=bool(state))
    return _sent(feed, board)


@on_board
@require_safe
@for_ten_minutes
def idea_feed(request: HttpRequest, board: Board, pk: int) -> HttpResponse:
    """What we answered to one idea, the newest first."""
    tongue = Tongue.read(request)
    idea = get_object_or_404(Idea.objects.defer("vector"), board=board, pk=pk, standing__in=OPEN_TO_ALL)
    idea.board = board
    feed = _feed(request, board, tongue.say("feed_answers", title=idea.title), "", idea_path(idea), tongue)
    answers: Iterable[Answer] = idea.answers.select_related("staff").order_by("-at", "-pk")[:N_ENTRIES]
    for answer in answers:
        url = f"{absolute(idea_path(idea))}#answer-{answer.pk}"
        feed.add_item(
            title=f"{tongue.say(f'state_{answer.state}')}: {idea.title}",
            link=url,
            unique_id=url,
            description=html_of(answer.reason),
            author_name=answer.staff.name if answer.staff else None,
            pubdate=answer.at,
            updateddate=answer.at,
        )
    return _sent(feed, board)


def _feed(request: HttpRequest, board: Board, title: str, about: str, path: str, tongue: Tongue) -> Feed:
    return Feed(
        title=title,
        link=absolute(path),
        description=None,
        subtitle=about or None,
        language=tongue.code,
        feed_url=absolute(request.get_full_path()),
        feed_guid=absolute(request.get_full_path()),
    )


def _add_idea(feed: Feed, idea: Idea, reason: str, tongue: Tongue, *, by_state: bool) -> None:
    url = absolute(idea_path(idea))
    changed = idea.state_at if by_state else idea.edited_at or idea.public_at
    feed.add_item(
        title=plain_of(idea.title),
        link=url,
        unique_id=f"{url}#{idea.state}" if by_state else url,
        description=html_of(f"{reason}\n\n---\n\n{idea.text}" if reason else idea.text),
        author_name=idea.author_name,
        pubdate=idea.public_at,
        updateddate=changed,
        categories=[idea.category.name_in(tongue.code)] if idea.category else (),
    )


def _sent(feed: Feed, board: Board) -> HttpResponse:
    response = HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")
    if board.is_twin:
        response["Cache-Control"] = "private, no-store"
    else:
        response["Access-Control-Allow-Origin"] = "*"
    return response
