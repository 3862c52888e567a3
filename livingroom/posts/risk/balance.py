"""Promotion against conversation: how much of what a branch says sells something.

What has an offer or a code promotes; everything else a branch says converses. Counted over the 28 days before a moment:
what was sent then, and what is promised to be by then.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from livingroom.branches.models import Branch
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.posts.models import Placement
from livingroom.posts.risk.models import BranchRules
from livingroom.shared.events import record_event

SPAN = timedelta(days=28)
# Below this many posts a share jumps with every one of them and says little.
FEW = 4
State = Placement.State


@dataclass(frozen=True)
class Balance:
    """What a branch said and will have said in the 28 days, and the band its manager chose."""

    n_promoting: int = 0
    n_conversing: int = 0
    from_share: float = 0.0
    to_share: float = 1.0

    @property
    def n(self) -> int:
        return self.n_promoting + self.n_conversing

    @property
    def share(self) -> float | None:
        """The share of promotion; None while there is too little to speak of one."""
        return self.n_promoting / self.n if self.n >= FEW else None

    @property
    def has_band(self) -> bool:
        return (self.from_share, self.to_share) != (0.0, 1.0)

    @property
    def tone(self) -> str:
        if self.share is None or not self.has_band:
            return "neutral"
        return "good" if self.from_share <= self.share <= self.to_share else "warn"

    def after(self, *, promotes: bool) -> "Balance":
        """The balance with one more post."""
        added = (1, 0) if promotes else (0, 1)
        return Balance(
            self.n_promoting + added[0], self.n_conversing + added[1], self.from_share, self.to_share
        )


def balances(branches: Iterable[int], at: datetime, *, without: Iterable[int] = ()) -> dict[int, Balance]:
    """The balance of branches at a moment, by the branch: two queries. `without` leaves placements out."""
    wanted = list(branches)
    promotes = Q(post__offer__isnull=False) | ~Q(code_kind=Placement.Codes.NONE)
    sent = Q(state=State.SENT, sent_at__gt=at - SPAN, sent_at__lte=at)
    promised = Q(state__in=Placement.PROMISED, due_at__gt=at - SPAN, due_at__lte=at)
    rows = Placement.objects.filter(sent | promised, branch__in=wanted).exclude(pk__in=list(without))
    counts = rows.values("branch").annotate(n=Count("pk"), n_promoting=Count("pk", filter=promotes))
    found = {row["branch"]: (row["n_promoting"], row["n"] - row["n_promoting"]) for row in counts}
    bands = {
        row.branch_id: (row.promotion_from_share, row.promotion_to_share)
        for row in BranchRules.objects.filter(branch__in=wanted)
    }
    return {pk: Balance(*found.get(pk, (0, 0)), *bands.get(pk, (0.0, 1.0))) for pk in wanted}


def save_branch_rules(*, staff: Staff, branch: Branch, rules: BranchRules, now: datetime) -> BranchRules:
    """Choose a branch's band and the names of its links. Raises PermissionDenied, ValueError."""
    require(staff, "arrange", branch)
    if not 0 <= rules.promotion_from_share <= rules.promotion_to_share <= 1:
        raise ValueError("The band goes from a share to a larger one, between 0 and 1.")
    rules.branch = branch
    rules.save()
    kept = ("promotion_from_share", "promotion_to_share", "utm_source", "utm_medium", "utm_campaign")
    record_event(
        actor=staff,
        verb="set rules",
        subject=branch,
        now=now,
        **{name: getattr(rules, name) for name in kept},
    )
    return rules
