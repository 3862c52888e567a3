"""Who wants an idea, in words for everybody. What they bought is for our own people alone."""

from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache

from livingroom.ideas.models import Idea
from livingroom.ideas.portal.tongue import Tongue
from livingroom.ideas.wanting import Wanting, who_wants

TEN_MINUTES = 600
MOST_SHOWN = 5


@dataclass(frozen=True)
class WantedRow:
    title: str
    words: str


@dataclass(frozen=True)
class Wanted:
    rows: list[WantedRow]
    smallest: int


def wanted(idea: Idea, tongue: Tongue, now: datetime) -> Wanted | None:
    """None while there is nothing to say without pointing at a few people."""
    found = _kept(idea, now)
    if not found.is_told:
        return None
    rows = []
    if found.n_customers is not None:
        rows.append(WantedRow(tongue.say("wants_customers"), tongue.percent(found.n_customers / found.n)))
    if found.countries:
        named = [
            f"{tongue.country(row.key)} {tongue.percent(row.share)}" for row in found.countries[:MOST_SHOWN]
        ]
        rows.append(WantedRow(tongue.say("wants_country"), ", ".join(named)))
    if found.segments:
        named = [f"{row.name} {tongue.percent(row.share)}" for row in found.segments[:MOST_SHOWN]]
        rows.append(WantedRow(tongue.say("wants_segment"), ", ".join(named)))
    return Wanted(rows, found.smallest)


def _kept(idea: Idea, now: datetime) -> Wanting:
    """Reckoned every ten minutes at most: it joins votes with customers, orders and segments."""
    key = f"ideas:wanted:{idea.pk}:{idea.state}"
    kept: Wanting | None = cache.get(key)
    if kept is None:
        kept = who_wants(idea, now)
        cache.set(key, kept, TEN_MINUTES)
    return kept
