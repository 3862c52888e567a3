"""Class the raw clicks of a day again, with today's classifier, and count the day anew."""

from datetime import date

from django.db import transaction

from livingroom.lake import Lake, rewrite
from livingroom.links.agents import reclassify
from livingroom.links.models import BranchClickCount, ClickCount
from livingroom.links.shipping.counts import add_counts, branches_of
from livingroom.links.shipping.ship import Shipper
from livingroom.links.shipping.visits import HALF_HOUR, Tally


class ShippingBusy(Exception):
    """The worker is shipping this moment; try again."""


def reclass_day(shipper: Shipper, lake: Lake, day: date) -> int:
    """Class and count a day again; stopping half way and starting over is safe. Raises ShippingBusy.

    Returns how many clicks the day has.
    """
    with shipper.alone() as is_alone:
        if not is_alone:
            raise ShippingBusy
        clicks = rewrite(lake, "clicks", day, reclassify)
        if not clicks:
            return 0
        tallies = _tallies(lake, day)
        branches = branches_of({tally.link_id for tally in tallies})
        with transaction.atomic():
            ClickCount.objects.filter(on=day).delete()
            BranchClickCount.objects.filter(on=day).delete()
            add_counts(tallies, branches)
        return clicks


def _tallies(lake: Lake, day: date) -> list[Tally]:
    rows = lake.rows(
        'SELECT link_id, class, count(*), count(DISTINCT (visitor, "at" // $half_hour)) '
        "FROM clicks WHERE day = $day GROUP BY link_id, class",
        half_hour=HALF_HOUR,
        day=day,
    )
    return [Tally(link_id, day, click_class, n, n_unique) for link_id, click_class, n, n_unique in rows]
