"""`reclass_clicks --days 30`: after the classifier learned something, apply it to the clicks that are there already."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from livingroom.lake import Lake
from livingroom.links.shipping.reclass import ShippingBusy, reclass_day
from livingroom.links.tasks import shipper


class Command(BaseCommand):
    help = "Class the raw clicks of the last days again and count those days anew."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, default=30, help="how many days back, today included")

    def handle(self, *args: Any, **options: Any) -> None:
        today = timezone.now().date()
        for age in range(options["days"]):
            day = today - timedelta(days=age)
            try:
                clicks = reclass_day(shipper(), Lake(settings.LAKE_URL), day)
            except ShippingBusy:
                raise CommandError(f"Clicks are being shipped. Run it again; it stopped at {day}.") from None
            if clicks:
                self.stdout.write(f"{day}: {clicks:,} clicks")
