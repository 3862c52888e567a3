"""Which ideas get the places for those that few have seen: drawn by Thompson sampling, kept until the next draw."""

from datetime import datetime

import numpy as np
from django.db import transaction

from livingroom.ideas.exposures import exposures_of
from livingroom.ideas.models import Board, UnderSeen
from livingroom.measure.ranking import fit_prior, under_seen

N_DRAWN = 500


def draw_under_seen(board: Board, rng: np.random.Generator, now: datetime) -> int:
    """Draw anew over all ideas open to votes, those that few have seen first. Returns how many places were given."""
    seen = exposures_of(board)
    prior = fit_prior(seen.votes, seen.people)
    best = seen.idea[under_seen(seen.votes, seen.people, rng, prior, N_DRAWN)].tolist()
    with transaction.atomic():
        UnderSeen.objects.filter(board=board).delete()
        UnderSeen.objects.bulk_create(
            [
                UnderSeen(board=board, idea_id=number, place=place, drawn_at=now)
                for place, number in enumerate(best)
            ]
        )
    return len(best)
