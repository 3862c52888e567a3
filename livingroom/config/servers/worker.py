"""Background work: queues apart, so that a long recount delays no post; and the ticker, held by one worker at a time."""

import logging
import os
import signal
import socket
import threading
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from types import FrameType

from django.db import close_old_connections
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker

from livingroom.shared.leases import give_back, take_lease

logger = logging.getLogger("livingroom.worker")

# Called once a second by the worker that holds the lease; each must be quick and harmless to repeat.
TICKS = (
    "livingroom.shared.tasks:tick",
    "livingroom.people.tasks:tick",
    "livingroom.people.members.tasks:tick",
    "livingroom.experiments.tasks:tick",
    "livingroom.posts.tasks:tick",
    "livingroom.orders.tasks:tick",
    "livingroom.segments.tasks:tick",
    "livingroom.links.tasks:tick",
    "livingroom.networks.tasks:tick",
    "livingroom.networks.webmention.tasks:tick",
    "livingroom.networks.feeds.tasks:tick",
    "livingroom.networks.reactions.tasks:tick",
    "livingroom.inbox.tasks:tick",
    "livingroom.inbox.answering.tasks:tick",
    "livingroom.inbox.company.tasks:tick",
    "livingroom.inbox.rules.tasks:tick",
    "livingroom.inbox.csat.tasks:tick",
    "livingroom.posts.reactions.tasks:tick",
    "livingroom.branches.tasks:tick",
    "livingroom.listening.tasks:tick",
    "livingroom.inbox.promises.tasks:tick",
    "livingroom.inbox.reports.tasks:tick",
    "livingroom.ideas.tasks:tick",
    "livingroom.ideas.duty.tasks:tick",
    "livingroom.ideas.digest.tasks:tick",
    "livingroom.ideas.likeness.tasks:tick",
    "livingroom.ideas.fraud.tasks:tick",
    "livingroom.ideas.portal.tasks:tick",
    "livingroom.community.tasks:tick",
    "livingroom.attribution.tasks:tick",
)
QUEUES = ("default", "listening", "slow")
LEASE_FOR = timedelta(seconds=10)


def work(worker_id: str = "") -> None:
    """Run tasks and the ticker until told to stop."""
    name = worker_id or f"{socket.gethostname()}-{os.getpid()}"
    stop = threading.Event()
    workers = [_queue_worker(queue, name) for queue in QUEUES]

    def shut_down(signum: int, frame: FrameType | None) -> None:
        stop.set()
        for worker in workers:
            worker.running = False

    signal.signal(signal.SIGINT, shut_down)
    signal.signal(signal.SIGTERM, shut_down)
    threads = [threading.Thread(target=worker.run, name=worker.worker_id) for worker in workers]
    threads.append(threading.Thread(target=_tick_until, args=(stop, name), name="ticker"))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _queue_worker(queue: str, name: str) -> Worker:
    return Worker(
        queue_names=[queue],
        interval=1.0 if queue == "slow" else 0.25,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=f"{name}-{queue}"[:64],
        excluded_queue_names=[],
    )


def _tick_until(stop: threading.Event, name: str) -> None:
    ticks = [_load(path) for path in TICKS]
    while not stop.is_set():
        close_old_connections()
        try:
            if take_lease("ticker", name, now=timezone.now(), length=LEASE_FOR):
                for tick in ticks:
                    _tick_once(tick)
        except Exception:
            logger.exception("The ticker missed a beat")
        stop.wait(1.0)
    give_back("ticker", name)


def _tick_once(tick: Callable[..., object]) -> None:
    try:
        tick(timezone.now())
    except Exception:
        # One room's trouble must not stop the others' clocks.
        logger.exception("%s failed", tick.__module__)


def _load(path: str) -> Callable[..., object]:
    module, _, name = path.partition(":")
    function: Callable[..., object] = getattr(import_module(module), name)
    return function
