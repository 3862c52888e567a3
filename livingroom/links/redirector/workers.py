"""Several workers behind one port: the kernel spreads connections over them (SO_REUSEPORT)."""

import asyncio
import logging
import multiprocessing
import signal
import time
from multiprocessing.process import BaseProcess
from types import FrameType

from livingroom.links.redirector.settings import Settings
from livingroom.links.redirector.worker import Worker

log = logging.getLogger(__name__)

RESTART_SECONDS = 1.0


def run_workers(settings: Settings, count: int) -> None:
    """Start `count` workers, start again those that die, and stop them all on SIGINT or SIGTERM."""
    stopping = False

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, stop)
    workers = [_start(settings, number) for number in range(count)]
    while not stopping:
        time.sleep(0.2)
        for number, process in enumerate(workers):
            if not stopping and not process.is_alive():
                log.error("redirector worker %d ended with %s; it starts again", number, process.exitcode)
                time.sleep(RESTART_SECONDS)
                workers[number] = _start(settings, number)
    for process in workers:
        process.terminate()
    for process in workers:
        process.join(timeout=15)


def _start(settings: Settings, number: int) -> BaseProcess:
    # Spawned, not forked: a worker must not inherit another one's locks and descriptors.
    process = multiprocessing.get_context("spawn").Process(
        target=_work, args=(settings, number), name=f"redirector-{number}", daemon=True
    )
    process.start()
    return process


def _work(settings: Settings, number: int) -> None:
    asyncio.run(Worker(settings, number).run())
