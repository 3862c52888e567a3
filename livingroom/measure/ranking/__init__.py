"""In which order ideas stand: now, popular, under-seen, and votes per exposure for management. docs/methods/ranking.md."""

from livingroom.measure.ranking.exploring import (
    SHARE,
    WELL_SEEN,
    explored_places,
    mix,
    thompson_draw,
    under_seen,
)
from livingroom.measure.ranking.exposure import (
    PerExposure,
    Prior,
    fit_prior,
    management_list,
    most_wanted,
    per_exposure,
)
from livingroom.measure.ranking.now import RECENT_DAYS, by_score, now_score
from livingroom.measure.ranking.people import people_who_saw
from livingroom.measure.ranking.popular import (
    HALF_LIFE,
    decayed_sum,
    next_epoch,
    popular_key,
    popular_keys,
    popular_term,
    rebase,
    rebase_factor,
    score_of_key,
)

__all__ = [
    "HALF_LIFE",
    "RECENT_DAYS",
    "SHARE",
    "WELL_SEEN",
    "PerExposure",
    "Prior",
    "by_score",
    "decayed_sum",
    "explored_places",
    "fit_prior",
    "management_list",
    "mix",
    "most_wanted",
    "next_epoch",
    "now_score",
    "people_who_saw",
    "per_exposure",
    "popular_key",
    "popular_keys",
    "popular_term",
    "rebase",
    "rebase_factor",
    "score_of_key",
    "thompson_draw",
    "under_seen",
]
