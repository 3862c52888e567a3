"""How it ended: ratings, coming again with the same, tone before and after, and whether we converse at all."""

from collections.abc import Iterable, Sequence
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from livingroom.measure.estimate import Estimate, NotEnoughData
from livingroom.measure.service.events import DAY, Conversation, Event
from livingroom.measure.service.shares import wilson
from livingroom.measure.service.waits import Wait

Floats = NDArray[np.float64]

FEWEST_RATINGS = 10
FEWEST_AUTHORS = 20
GOOD = 4
RECONTACT_DAYS = 7


def satisfaction(
    conversations: Iterable[Conversation],
) -> tuple[Estimate | NotEnoughData, Estimate | NotEnoughData]:
    """Return the share of ratings of 4 or 5, and the share of those asked who rated.

    A conversation has one rating, the last. Under ten ratings the share is not shown. Where no asking is recorded the share of
    those who answered is not known.
    """
    ratings, asked = [], 0
    for conversation in conversations:
        own = [float(event.value) for event in conversation.events if event.kind == "rating"]
        ratings += own[-1:]
        asked += bool(own) or any(event.kind == "ask" for event in conversation.events)
    share = wilson(
        sum(rating >= GOOD for rating in ratings), len(ratings), fewest=FEWEST_RATINGS, of="ratings"
    )
    if asked == len(ratings):
        return share, NotEnoughData("it is not recorded who was asked and did not rate")
    return share, wilson(len(ratings), asked, of="people asked")


def recontact(
    conversations: Sequence[Conversation], as_of: int, days: int = RECONTACT_DAYS
) -> Estimate | NotEnoughData:
    """Return the share of closes after which the same customer wrote again within some days, here or elsewhere.

    Only closes of which those days are over count; a close by a bot is none.
    """
    written: dict[str, list[int]] = {}
    for conversation in conversations:
        for event in conversation.events:
            if event.is_asked:
                written.setdefault(event.author, []).append(event.at)
    n_closed = n_again = 0
    for conversation in conversations:
        for event in conversation.events:
            if not event.is_close or not conversation.asker:
                continue
            if event.at + days * DAY > as_of:
                continue
            n_closed += 1
            n_again += any(0 < at - event.at <= days * DAY for at in written[conversation.asker])
    return wilson(n_again, n_closed, of=f"closes of which {days} days are over")


def answered_within(waits: Sequence[Wait], limit: int, as_of: int) -> Estimate | NotEnoughData:
    """Return the share of first waits that were answered within a time.

    Parameters
    ----------
    waits : sequence of Wait
    limit : int
        Microseconds.
    as_of : int
        Only waits that began at least `limit` before count, answered or not: younger ones may still make it.
    """
    old = [wait for wait in waits if wait.kind == "first" and wait.start + limit <= as_of]
    n_in_time = sum(wait.end is not None and wait.end - wait.start <= limit for wait in old)
    return wilson(n_in_time, len(old), of="questions old enough")


def conversation_ratio(
    events: Iterable[Event], as_of: int, days: int = 28
) -> tuple[Estimate | NotEnoughData, Estimate | NotEnoughData]:
    """Return the share of outbound words that answer a person, and the share that sell.

    Parameters
    ----------
    events : iterable of Event
        Messages of staff answer somebody; posts answer nobody. Automatic replies and bots are neither.
    as_of : int
        Of the trailing days before.
    """
    recent = [
        event for event in events if as_of - days * DAY < event.at <= as_of and event.author_kind == "staff"
    ]
    answers = sum(event.kind == "message" for event in recent)
    posts = [event for event in recent if event.kind == "post"]
    n_out = answers + len(posts)
    return wilson(answers, n_out, of="outbound posts"), wilson(
        sum(post.is_promotion for post in posts), n_out, of="outbound posts"
    )


def tone_change(
    conversations: Iterable[Conversation], fewest: int = FEWEST_AUTHORS, level: float = 0.95
) -> Estimate | NotEnoughData:
    """Return the mean change of customers' tone from before our first answer to after it.

    Parameters
    ----------
    conversations : iterable of Conversation
    fewest : int
        Customers with both, below which nothing is said.

    Returns
    -------
    Estimate or NotEnoughData
        Each customer counts once: the mean of the messages after less that of those before, over all conversations; Student's
        interval of these differences. Who is angry when writing first is calmer later in any case, so it is no effect of ours.
    """
    before: dict[str, list[float]] = {}
    after: dict[str, list[float]] = {}
    for conversation in conversations:
        helped_at = next((event.at for event in conversation.events if event.is_staff_answer), None)
        for event in conversation.events:
            if event.is_asked and event.tone is not None and helped_at is not None:
                side = before if event.at < helped_at else after
                side.setdefault(event.author, []).append(event.tone)
    changes = np.array(
        [np.mean(after[author]) - np.mean(before[author]) for author in sorted(before.keys() & after.keys())]
    )
    return paired_mean(changes, fewest, level)


def paired_mean(changes: Floats, fewest: int, level: float) -> Estimate | NotEnoughData:
    """Return the mean of differences with Student's interval."""
    from scipy.special import stdtrit

    n = len(changes)
    if n < max(fewest, 2):
        return NotEnoughData(
            f"{n} customers wrote before and after an answer, and {max(fewest, 2)} are needed"
        )
    mean = float(changes.mean())
    half = float(stdtrit(n - 1, (1 + level) / 2)) * float(changes.std(ddof=1)) / sqrt(n)
    return Estimate(mean, mean - half, mean + half, level, n, "paired t")
