"""What an attempt to write to a network means for what was to be written: posts and answers decide alike.

nothing was written yet, or the network said no to a write
    RateLimited, Unavailable, OutcomeUnknown ── AGAIN, after a rest
    everything else                          ── FAILED: a person must do something first
the write was begun and its answer is lost, cannot be read, or a mistake of our own came in between
                                             ── UNKNOWN: look there, never send to find out
"""

from datetime import datetime, timedelta
from enum import Enum

from livingroom.networks.errors import NetworkError, OutcomeUnknown, RateLimited, SpecDrift, Unavailable

ATTEMPTS_AT_MOST = 30
FIRST_REST, LONGEST_REST = timedelta(seconds=10), timedelta(minutes=10)
# Longer than the longest delivery: a session is renewed, something is looked up and one write is answered or not.
LEASE = timedelta(minutes=3)
# A write may take as long as half a lease; begun any later, others could look before it ends.
NEEDED_FOR_A_WRITE = timedelta(seconds=90)
# When the answer was lost the network may still be writing; it is given this long before we look.
SETTLE_AFTER = timedelta(seconds=60)
LOOKS_APART = timedelta(seconds=60)
# Ours and the network's; looking back too far only costs a page of reading.
CLOCKS_DIFFER = timedelta(hours=1)


class Next(Enum):
    """What follows a write that did not simply succeed."""

    UNKNOWN = "unknown"
    AGAIN = "again"
    FAILED = "failed"


class CannotSend(Exception):
    """Nothing was sent, and nothing will be until a person does something."""


def what_next(error: Exception, *, writing: bool, n_attempts: int) -> Next:
    """Decide what a failure means. `writing`: the network was being written to when it came."""
    is_ours = not isinstance(error, NetworkError | CannotSend)
    if writing and (is_ours or isinstance(error, OutcomeUnknown | SpecDrift)):
        return Next.UNKNOWN
    is_passing = isinstance(error, RateLimited | Unavailable | OutcomeUnknown)
    return Next.AGAIN if is_passing and n_attempts < ATTEMPTS_AT_MOST else Next.FAILED


def try_again_at(error: Exception, n_attempts: int, now: datetime) -> datetime:
    """When the network says, else after a rest that doubles."""
    told: datetime | None = getattr(error, "retry_at", None)
    rest = min(FIRST_REST * (1 << min(max(n_attempts, 1) - 1, 8)), LONGEST_REST)
    return max(told or now + rest, now)


def looks_to_be_sure(*, own_key: bool) -> int:
    """A network that finds a post by our own key knows at once; elsewhere a timeline may lag, so we look twice."""
    return 1 if own_key else 2
