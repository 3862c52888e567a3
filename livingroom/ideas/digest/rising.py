"""What rose within a period: places gained in the list by verified votes, from the votes themselves."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from livingroom.ideas.counting import COUNTS
from livingroom.ideas.models import Board, Idea, Vote


def risen(board: Board, begin: datetime, end: datetime, most: int) -> list[dict[str, Any]]:
    """Ideas that gained places by verified votes for them, the most places first; of equals the one with more new votes.

    Both lists are reckoned from the votes that count today: as they stood at `begin` and at `end`. Of ideas with equally many
    votes the older stands first. An idea that was not public at `begin` is new: it has no place before.
    """
    titles = dict(Idea.objects.public().filter(board=board, public_at__lt=end).values_list("pk", "title"))
    was_public = set(
        Idea.objects.public().filter(board=board, public_at__lt=begin).values_list("pk", flat=True)
    )
    votes = Vote.objects.filter(COUNTS, root__board=board, sign=1, at__lt=end)
    rows = (
        votes.order_by()
        .values_list("root")
        .annotate(n=Count("pk"), before=Count("pk", filter=Q(at__lt=begin)))
    )
    then: dict[int, int] = dict.fromkeys(was_public, 0)
    now: dict[int, int] = dict.fromkeys(titles, 0)
    for root, n, before in rows:
        if root in titles:
            now[root] = n
        if root in was_public:
            then[root] = before
    place_then, place_now = _places(then), _places(now)
    found: list[dict[str, Any]] = [
        {
            "id": number,
            "title": titles[number],
            "votes": now[number],
            "new_votes": now[number] - then.get(number, 0),
            "place": place,
            "place_before": place_then.get(number),
        }
        for number, place in place_now.items()
        if now[number] > then.get(number, 0) and place < place_then.get(number, len(place_then) + 1)
    ]
    last = len(place_then) + 1  # where a new one would have come in
    found.sort(key=lambda row: (row["place"] - (row["place_before"] or last), -row["new_votes"], row["id"]))
    return found[:most]


def _places(votes: dict[int, int]) -> dict[int, int]:
    ordered = sorted(votes, key=lambda number: (-votes[number], number))
    return {number: place for place, number in enumerate(ordered, start=1)}
