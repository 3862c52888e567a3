"""Which ideas get the places for those that few have seen: drawn by Thompson sampling, kept until the next draw."""

from datetime import datetime

import numpy as np
from django.db import transaction

from livingroom.ideas.models import Board, Idea, UnderSeen
from livingroom.measure.ranking import fit_prior, under_seen

N_DRAWN = 500


def draw_under_seen(board: Board, rng: np.random.Generator, now: datetime) -> int:
    """Draw anew over all ideas open to votes, those that few have seen first. Returns how many places were given."""
    rows = Idea.objects.public().filter(board=board, state__in=Idea.VOTABLE).order_by("pk")
    found = np.array(list(rows.values_list("pk", "n_for", "n_shown")), dtype=np.int64).reshape(-1, 3)
    votes, shown = found[:, 1], np.maximum(found[:, 2], found[:, 1])
    best = found[under_seen(votes, shown, rng, fit_prior(votes, shown), N_DRAWN), 0].tolist()
    with transaction.atomic():
        UnderSeen.objects.filter(board=board).delete()
        UnderSeen.objects.bulk_create(
            [
                UnderSeen(board=board, idea_id=number, place=place, drawn_at=now)
                for place, number in enumerate(best)
            ]
        )
    return len(best)
