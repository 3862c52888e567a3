"""Customers who may be one person, found by what they did.

    add_proposer(function)    a room's own way to find pairs; it gets the time and yields Finds

What is certain (one keyed mail hash, one sign-in) joins by itself, with its evidence; the rest waits at /customers/links/.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from livingroom.people.identities import CannotMerge, CustomerMerge, merge_customers
from livingroom.people.linking.models import LinkProposal
from livingroom.people.models import Customer, Handle
from livingroom.people.persons import root_of

log = logging.getLogger("livingroom.people")
State = LinkProposal.State
AT_ONCE = 500


@dataclass(frozen=True)
class Find:
    """Two customers, by their numbers; the rule that found them; the evidence in words; whether it leaves no doubt."""

    one: int
    two: int
    rule: str
    evidence: str
    is_certain: bool = False


Proposer = Callable[[datetime], Iterable[Find]]
_proposers: dict[str, Proposer] = {}


def add_proposer(proposer: Proposer) -> None:
    _proposers[f"{proposer.__module__}.{proposer.__qualname__}"] = proposer


def propose_links(now: datetime) -> int:
    """Ask every room; returns how many new pairs there are. One room's trouble does not stop the others."""
    n = 0
    for name, proposer in _proposers.items():
        try:
            n += keep_finds(proposer(now), now)
        except Exception:
            log.exception("%s could not propose links", name)
    join_certain(now)
    return n


def keep_finds(finds: Iterable[Find], now: datetime) -> int:
    """Keep pairs that are new; a pair somebody decided about is not asked again for the same reason. Returns how many are new."""
    rows: dict[tuple[int, int, str], LinkProposal] = {}
    merges = CustomerMerge.objects.filter(undone_at=None)
    merged = dict(merges.values_list("other", "kept"))
    for find in finds:
        one, two = sorted((_root(find.one, merged), _root(find.two, merged)))
        if one != two:
            rows.setdefault(
                (one, two, find.rule),
                LinkProposal(
                    one_id=one, two_id=two, rule=find.rule[:60], evidence=find.evidence,
                    is_certain=find.is_certain, found_at=now,
                ),
            )  # fmt: skip
    before = LinkProposal.objects.count()
    LinkProposal.objects.bulk_create(rows.values(), ignore_conflicts=True, batch_size=AT_ONCE)
    return LinkProposal.objects.count() - before


def join_certain(now: datetime) -> int:
    """Join what leaves no doubt. Returns how many pairs became one."""
    n = 0
    for proposal in (
        LinkProposal.objects.open().filter(is_certain=True).select_related("one", "two").order_by("pk")
    ):
        n += join(proposal, now, by_rule=proposal.rule) is not None
    return n


def join(proposal: LinkProposal, now: datetime, *, by_rule: str) -> CustomerMerge | None:
    """Make one of two by a rule; None where they are one by now, or cannot be."""
    kept, other = root_of(proposal.one), root_of(proposal.two)
    merge, state = None, State.LAPSED
    if kept.pk != other.pk:
        try:
            merge = merge_customers(
                kept=kept, other=other, evidence=proposal.evidence, now=now, by_rule=by_rule
            )
            state = State.JOINED
        except CannotMerge as problem:
            log.warning("Customers %s and %s stay two: %s", kept.pk, other.pk, problem)
    LinkProposal.objects.filter(pk=proposal.pk).update(state=state, decided_at=now, merge=merge)
    return merge


def prove_handle(
    *, customer: Customer, kind: str, value: str, rule: str, evidence: str, now: datetime
) -> Customer:
    """A customer proved that a handle is theirs: by signing in, by the same keyed mail hash. Returns who they are from now on.

    A handle nobody had becomes theirs; one that another customer had makes one of the two, by the rule.
    """
    handle, is_new = Handle.objects.get_or_create(
        kind=kind, value=value, defaults={"customer": customer, "seen_at": now}
    )
    if is_new or handle.customer_id == customer.pk:
        return customer
    keep_finds([Find(handle.customer_id, customer.pk, rule, evidence, is_certain=True)], now)
    join_certain(now)
    return root_of(customer)


def _root(number: int, merged: dict[int, int]) -> int:
    while number in merged:
        number = merged[number]
    return number
