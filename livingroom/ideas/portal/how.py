"""How the board works: its rules as they are in force, with its own numbers."""

from dataclasses import dataclass, field

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from livingroom.ideas.models import Board, Idea
from livingroom.ideas.portal.lists import TABS
from livingroom.ideas.portal.ranks import formula_on
from livingroom.ideas.portal.tongue import Tongue
from livingroom.ideas.portal.who import guarded, on_board, page, reader_of


@dataclass(frozen=True)
class Part:
    id: str
    title: str
    words: list[str]
    rows: list[tuple[str, str]] = field(default_factory=list)


@guarded
@on_board
@require_safe
def how(request: HttpRequest, board: Board) -> HttpResponse:
    reader = reader_of(request, board)
    return page(request, board, "how", {"sections": parts_of(board, reader.tongue)}, reader=reader)


def parts_of(board: Board, tongue: Tongue) -> list[Part]:
    say = tongue.say
    promise = say("how_promise_line", line=board.answer_line, days=board.answer_within_days)
    votes = [say("how_votes_one")]
    votes += [say("how_votes_against")] if board.allows_against else []
    votes += [say("how_votes_budget", n=board.vote_budget)] if board.vote_budget else []
    months = board.archive_after_months
    archive = say("how_archive_words", n=months) if months else say("how_archive_never")
    orders = [(say(f"rank_{rank}"), formula_on(board, rank, tongue)) for rank in (*TABS, "late")]
    states = [(say(f"state_{state}"), say(f"how_state_{state}")) for state in Idea.State.values]
    return [
        Part("promise", say("how_promise"), [promise, say("how_promise_reason"), say("how_promise_late")]),
        Part("states", say("how_states"), [], states),
        Part("votes", say("how_votes"), votes),
        Part("withheld", say("how_withheld"), [say("how_withheld_words")]),
        Part("ranks", say("how_ranks"), [], orders),
        Part("merging", say("how_merging"), [say("how_merging_words")]),
        Part("archive", say("how_archive"), [archive]),
        Part("words", say("how_words"), [say("how_words_words")]),
        Part("data", say("how_data"), [say("how_data_words")]),
    ]
