"""Applies kept deliveries right after they were answered, together with those that came meanwhile.

One thread a process. What it has not applied when the process dies is still RECEIVED, and the ticker takes it up.
"""

import logging
import threading
from collections import defaultdict
from datetime import datetime
from queue import Empty, Full, Queue

from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from livingroom.orders.intake import inbox
from livingroom.orders.models import Intake, Shop

AT_ONCE = 200
MOST_IN_LINE = 20_000
REST_SECONDS = 1.0
IDLE_SECONDS = 1.0
log = logging.getLogger(__name__)


def apply_soon(delivery: Intake, *, now: datetime) -> None:
    """Put a delivery in line. Where a second connection would not see it, or not write beside us, apply it at once."""
    if connection.in_atomic_block or connection.vendor == "sqlite":
        inbox.apply(delivery, now=now)
    else:
        _applier.put(delivery)


class Applier:
    """A line of deliveries and the thread that works it off."""

    def __init__(self) -> None:
        self._line: Queue[Intake] = Queue(maxsize=MOST_IN_LINE)
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def put(self, delivery: Intake) -> None:
        try:
            self._line.put_nowait(delivery)
        except Full:
            return  # the ticker finds it
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name="applier", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        while True:
            try:
                batch = [self._line.get(timeout=IDLE_SECONDS)]
            except Empty:
                connection.close()  # an idle house holds no connection for us
                batch = [self._line.get()]
            while len(batch) < AT_ONCE:
                try:
                    batch.append(self._line.get_nowait())
                except Empty:
                    break
            self._apply(batch)

    def _apply(self, batch: list[Intake]) -> None:
        by_shop: dict[int, list[Intake]] = defaultdict(list)
        shops: dict[int, Shop] = {}
        for delivery in batch:
            by_shop[delivery.shop_id].append(delivery)
            shops[delivery.shop_id] = delivery.shop
        close_old_connections()
        for shop_id, deliveries in by_shop.items():
            try:
                inbox.apply_many(shops[shop_id], deliveries, now=timezone.now())
            except DatabaseError:
                log.exception("%s deliveries are kept and will be applied by the ticker.", len(deliveries))
                threading.Event().wait(REST_SECONDS)


_applier = Applier()
