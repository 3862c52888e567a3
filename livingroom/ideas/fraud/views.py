"""The desk's pages of votes under review: what waits, what was decided, and one group with its accounts."""

import csv

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from livingroom.ideas.fraud import operations, queries
from livingroom.ideas.fraud.operations import CannotDecide
from livingroom.ideas.models import Board, VoteReview
from livingroom.people.policy import may, require


@require_safe
def vote_reviews(request: HttpRequest) -> HttpResponse:
    require(request.user, "look")
    boards = list(Board.objects.filter(is_twin=False))
    board = next((one for one in boards if one.slug == request.GET.get("board")), None)
    context = {
        "board": board,
        "boards": boards,
        "figures": queries.figures(board),
        "waiting": queries.reviews_of(board, is_open=True),
        "decided": queries.reviews_of(board, is_open=False),
    }
    return render(request, "ideas/fraud/reviews.html", context)


@require_safe
def vote_review(request: HttpRequest, pk: int) -> HttpResponse:
    staff = require(request.user, "look")
    review = _review(pk)
    found = queries.accounts(review)
    context = {
        "review": review,
        "accounts": found[: queries.SHOWN],
        "n_accounts": len(found),
        "ideas": queries.ideas_touched(review),
        "chart": queries.votes_by_day(review),
        "may_decide": may(staff, "arrange_ideas"),
    }
    return render(request, "ideas/fraud/review.html", context)


@require_safe
def vote_review_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The accounts of a group, numbered as on the page."""
    require(request.user, "look")
    review = _review(pk)
    rows = queries.account_rows(review)
    if kind == "json":
        facts = {
            "review": review.pk, "idea": review.idea_id, "score": review.score, "reasons": review.reasons,
            "state": review.state, "definition": "docs/methods/ballots.md", "accounts": rows,
        }  # fmt: skip
        return JsonResponse(facts)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="votes-under-review-{review.pk}.csv"'
    writer = csv.DictWriter(response, list(rows[0]) if rows else ["account"])
    writer.writeheader()
    writer.writerows(rows)
    return response


@require_POST
def vote_review_decide(request: HttpRequest, pk: int, deed: str) -> HttpResponse:
    staff = require(request.user, "arrange_ideas")
    review = _review(pk)
    try:
        row = operations.decide(
            staff=staff, review=review, is_honest=deed == "honest", reason=request.POST.get("reason", ""),
            now=timezone.now(),
        )  # fmt: skip
    except CannotDecide as problem:
        messages.error(request, str(problem))
        return redirect("vote_review", pk=pk)
    done = "count again" if deed == "honest" else "are removed"
    messages.success(request, f"{row.n_votes:,} votes on “{row.idea}” {done}. The public log says why.")
    return redirect("vote_reviews")


def _review(pk: int) -> VoteReview:
    rows = VoteReview.objects.select_related("idea__board", "decided_by").defer("idea__vector")
    return get_object_or_404(rows, pk=pk)
