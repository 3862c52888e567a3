"""`ship_clicks`: what the worker does every second, once, by hand."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from livingroom.links.tasks import ring, shipper


class Command(BaseCommand):
    help = "Move sealed click segments into the lake and add them to the counts. Repeating it counts nothing twice."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        report = shipper().ship(now)
        ring(report, now)
        shipper().tidy(now)
        self.stdout.write(str(report))
