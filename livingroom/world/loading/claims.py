"""Claims in the demo: what Corner PC's programme earned, and two shops whose evidence is equal and whose results are opposite."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from livingroom.claims.models import Claim
from livingroom.claims.operations import keep_claim, make_claim, publish_claim
from livingroom.claims.store import draft_folder
from livingroom.measure import claims as measured
from livingroom.world.loading.house import demo_staff
from livingroom.world.loading.shops import SLUGS, Shops, shops_ahead
from livingroom.world.period import FIRST_DAY, LAST_DAY

TITLE, SLUG = "What social earned, 2007 to 2009", "social-2007-to-2009"


def load_claims(now: datetime, shops: Shops | None) -> int:
    """Make the claims that are not there yet; the programme's own needs the orders to be measured first."""
    maya, known = demo_staff(), slugs_known()
    if SLUG not in known:
        claim = make_claim(staff=maya, title=TITLE, slug=SLUG, first_on=FIRST_DAY, last_on=LAST_DAY, now=now)
        publish_claim(staff=maya, claim=claim, now=now)
    for slug in SLUGS:
        if shops is not None and slug not in known:
            folder = shops() / slug
            made = measured.load_claim(folder / "claim.json")
            claim = keep_claim(staff=maya, made=made, now=now, slug=slug, folder=folder)
            publish_claim(staff=maya, claim=claim, now=now)
    return Claim.objects.count() - len(known)


@contextmanager
def shops_if_missing(now: datetime) -> Iterator[Shops | None]:
    """Have the two shops measured in the background, where they have no claims yet."""
    if slugs_known() >= set(SLUGS):
        yield None
        return
    with draft_folder() as folder, shops_ahead(folder, now) as shops:
        yield shops


def slugs_known() -> set[str]:
    return set(Claim.objects.values_list("slug", flat=True))
