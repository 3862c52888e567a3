"""The same worker with click writing off: the journal takes each click and forgets it. For comparison only."""

import asyncio

from livingroom.links.redirector.__main__ import main
from livingroom.links.redirector.worker import Worker


class NoJournal:
    durability, failure = "off", ""
    recorded = unrecorded = batches = impatient = 0

    def append(self, payload: bytes) -> None:
        self.recorded += 1

    def close(self) -> None: ...


def _no_journal(worker: Worker, loop: asyncio.AbstractEventLoop) -> NoJournal:
    return NoJournal()


if __name__ == "__main__":
    Worker.make_journal = _no_journal
    raise SystemExit(main())
