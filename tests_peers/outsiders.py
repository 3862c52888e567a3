"""People of the outside, who write through our connectors, too, and as everybody should: an answer that was lost is looked
for under its key, and only what is not there is written again."""

import time
from collections.abc import Callable

from livingroom.networks.errors import OutcomeUnknown
from livingroom.networks.interface import Network, Published, Ref, Rendered
from tests.networks.stage import long_ago, new_key, rendered

ATTEMPTS = 6
LOOKS = 3
SECONDS_APART = 1.0


def surely_answers(somebody: Network, to: Ref, text: str) -> Ref:
    post, key = rendered(somebody, text), new_key()
    return surely(somebody, lambda: somebody.reply(to, post, key), post, key).ref


def surely(
    network: Network,
    write: Callable[[], Published],
    post: Rendered,
    key: str,
    *,
    sleep: Callable[[float], None] = time.sleep,
) -> Published:
    """Write under the key until it is known to stand there; a real server may hang up on anybody. Raises NetworkError."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return write()
        except OutcomeUnknown:
            found = _look(network, post, key, sleep)
            if found is not None:
                return found
            if attempt == ATTEMPTS:
                raise
    raise AssertionError("unreachable")


def _look(network: Network, post: Rendered, key: str, sleep: Callable[[float], None]) -> Published | None:
    """A view may lag behind what was written, so one look is none."""
    for look in range(LOOKS):
        if look:
            sleep(SECONDS_APART)
        found = network.find_published(post, key, long_ago())
        if found is not None:
            return found
    return None
