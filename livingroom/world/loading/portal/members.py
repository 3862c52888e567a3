"""Members of the portal, in bulk: verified, each from a network, some of them customers whose orders are known."""

from datetime import datetime

import numpy as np

from livingroom.measure.ballots.votes import Integers, Votes
from livingroom.orders.models import Order
from livingroom.people.models import Member
from livingroom.shared.addresses import mail_hash
from livingroom.world.loading.bulk import first_free_id, insert
from livingroom.world.loading.portal.told import COUNTRIES, name_of
from livingroom.world.period import to_datetime

LANGUAGES = ("en", "de", "fr", "es", "pt")
LANGUAGE_SHARES = (0.68, 0.1, 0.06, 0.07, 0.09)
CUSTOMER_SHARE = 0.4


def write_members(votes: Votes, offset: int, random: np.random.Generator, now: datetime) -> dict[int, int]:
    """Write everybody who voted. Returns the row of each by the world's number."""
    numbers, first = np.unique(votes.member, return_index=True)
    rows = first_free_id(Member) + np.arange(len(numbers))
    languages = random.choice(LANGUAGES, len(numbers), p=LANGUAGE_SHARES).tolist()
    countries = [str(random.choice(COUNTRIES[language])) for language in languages]
    insert(
        Member,
        {
            "id": rows.tolist(),
            "customer_id": _customers(len(numbers), random),
            "name": [
                name_of(language, int(number)) for language, number in zip(languages, numbers, strict=True)
            ],
            "mail_hash": [mail_hash(f"idea-{number}@people.example") for number in numbers.tolist()],
            "language": languages,
            "country": countries,
            "joined_at": [to_datetime(int(at) + offset) for at in votes.joined_at[first]],
            "seen_at": [now] * len(numbers),
            "network": named("n", votes.network[first]),
            "agent": named("a", votes.agent[first]),
        },
    )
    return dict(zip(numbers.tolist(), rows.tolist(), strict=True))


def named(kind: str, numbers: Integers) -> list[str]:
    """Names as keyed hashes look to whoever reads the table: equal for what is equal, and nothing else."""
    return [f"{kind}{number:x}" for number in numbers.tolist()]


def _customers(n: int, random: np.random.Generator) -> list[int | None]:
    """Some are customers of ours, each once."""
    buyers = list(
        Order.objects.exclude(customer=None).order_by("pk").values_list("customer", flat=True)[: 4 * n]
    )
    known = list(dict.fromkeys(buyers))
    random.shuffle(known)
    return [known.pop() if known and random.random() < CUSTOMER_SHARE else None for _ in range(n)]
