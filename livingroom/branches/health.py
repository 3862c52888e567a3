"""How well a branch is: its key, its last word, what waits there, dead addresses, who is on duty. Only what is recorded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Literal

from django.db.models import Max

from livingroom.branches.answering import Answering, answering_of
from livingroom.branches.models import Branch, LinkCheck, ReachDay
from livingroom.branches.roster import hosts_on_duty
from livingroom.networks.models import Connection
from livingroom.networks.registry import has_connector

Tone = Literal["good", "warn", "bad", "neutral"]
SILENT_AFTER_DAYS = 21
# After a year nobody expects a word any more: it is shown, and rings no longer.
DORMANT_AFTER_DAYS = 365
ENDS_SOON = timedelta(days=7)
SHORT_LIVED = timedelta(days=1)
FAILURES_UNTIL_DEAD = 3


@dataclass(frozen=True)
class Finding:
    """One line about one branch. `name` is token, word, waiting, addresses or duty."""

    name: str
    tone: Tone
    text: str


@dataclass(frozen=True)
class Health:
    branch: Branch
    last_post_at: datetime | None
    findings: tuple[Finding, ...]

    @property
    def tone(self) -> Tone:
        """The worst that was found."""
        order: tuple[Tone, ...] = ("bad", "warn", "good")
        return next((tone for tone in order if any(one.tone == tone for one in self.findings)), "neutral")

    def finding(self, name: str) -> Finding | None:
        return next((one for one in self.findings if one.name == name), None)

    @property
    def by_name(self) -> dict[str, Finding]:
        return {one.name: one for one in self.findings}


def health_of(branches: Sequence[Branch], now: datetime) -> list[Health]:
    """Look at branches that were read with their connection and hosts: five queries, however many there are."""
    ids = [branch.pk for branch in branches]
    posted, told = last_posts(ids), answering_of(ids, now)
    here = hosts_on_duty(ids, now)
    checks: dict[int, list[LinkCheck]] = {}
    for check in LinkCheck.objects.filter(branch_id__in=ids):
        checks.setdefault(check.branch_id, []).append(check)
    return [
        Health(
            branch,
            posted.get(branch.pk),
            (
                token_finding(branch.connection, now, is_postable=has_connector(branch.network)),
                word_finding(branch, posted.get(branch.pk), now),
                _waiting_finding(told.get(branch.pk)),
                _addresses_finding(checks.get(branch.pk, [])),
                _duty_finding(branch, here.get(branch.pk, set())),
            ),
        )
        for branch in branches
    ]


def last_posts(ids: Sequence[int]) -> dict[int, datetime]:
    """When each branch last said something: by our own hand, or as its network counted."""
    # The room above owns placements; the reverse relation is all that is used of it here.
    sent = Branch.objects.filter(pk__in=ids).annotate(at=Max("placements__sent_at")).values_list("pk", "at")
    found = {branch_id: at for branch_id, at in sent if at is not None}
    counted = (
        ReachDay.objects.filter(branch_id__in=ids, n_posts__gt=0).values("branch_id").annotate(on=Max("on"))
    )
    for row in counted.values_list("branch_id", "on"):
        branch_id, on = row
        at = datetime.combine(on, time(), UTC)
        found[branch_id] = max(at, found.get(branch_id, at))
    return found


def token_finding(connection: Connection | None, now: datetime, *, is_postable: bool) -> Finding:
    """Say whether the key to the account works, and until when."""
    if connection is None:
        text = "Not connected" if is_postable else "Needs no key: nothing is sent there"
        return Finding("token", "warn" if is_postable else "neutral", text)
    if connection.state != Connection.State.CONNECTED:
        return Finding("token", "bad", connection.problem or connection.get_state_display())
    if connection.expires_at is None:
        return Finding("token", "good", "Connected; the key does not end by itself")
    if token_dies(connection, now):
        return Finding(
            "token", "bad", f"The key ends {_in_days(connection.expires_at, now)}: connect it again"
        )
    return Finding(
        "token", "good", f"Connected; the key is renewed, and ends {_in_days(connection.expires_at, now)}"
    )


def token_dies(connection: Connection, now: datetime) -> bool:
    """Say whether a key will end, or has, although we looked after it.

    Looking after an account renews its key. One that was looked after lately and still ends within a week was not
    renewed, unless its network gives keys for some hours only.
    """
    ends_at, checked_at = connection.expires_at, connection.checked_at
    if ends_at is None or connection.state != Connection.State.CONNECTED:
        return False
    if ends_at <= now - SHORT_LIVED:
        return True
    is_long_lived = checked_at is None or ends_at - checked_at > SHORT_LIVED
    return is_long_lived and ends_at - now <= ENDS_SOON


def word_finding(branch: Branch, last_post_at: datetime | None, now: datetime) -> Finding:
    """Say when something was last said there, and whether that is long ago."""
    if last_post_at is None:
        return Finding("word", "neutral", "Nothing was said there yet")
    n_days = (now - last_post_at).days
    said = f"Last word {_days_ago(n_days)}"
    if n_days >= DORMANT_AFTER_DAYS:
        return Finding("word", "warn", f"Dormant since {last_post_at.day} {last_post_at:%b %Y}")
    return Finding("word", "warn" if n_days >= silent_after(branch) else "good", said)


def has_gone_silent(branch: Branch, last_post_at: datetime | None, now: datetime) -> bool:
    """Say whether somebody must be told: silent for longer than its custom, but not for a year."""
    if last_post_at is None or branch.closed_on is not None:
        return False
    return silent_after(branch) <= (now - last_post_at).days < DORMANT_AFTER_DAYS


def silent_after(branch: Branch) -> int:
    return branch.silent_after_days or SILENT_AFTER_DAYS


def is_dead(check: LinkCheck) -> bool:
    """An address that is gone, or that could not be reached several times in a row."""
    return check.state == LinkCheck.State.DEAD or (
        check.state == LinkCheck.State.UNREACHED and check.n_failures >= FAILURES_UNTIL_DEAD
    )


def _waiting_finding(told: Answering | None) -> Finding:
    if told is None or told.n_unanswered is None:
        return Finding("waiting", "neutral", "Nobody counts what waits there yet")
    if not told.n_unanswered:
        return Finding("waiting", "good", f"Nothing waits ({told.source})")
    return Finding("waiting", "warn", f"{told.n_unanswered} without an answer ({told.source})")


def _addresses_finding(checks: Sequence[LinkCheck]) -> Finding:
    if not checks:
        return Finding("addresses", "neutral", "No address was opened yet")
    dead = [check.url for check in checks if is_dead(check)]
    if dead:
        return Finding("addresses", "bad", f"Dead: {', '.join(dead)}")
    back = sum(check.links_back is True for check in checks)
    return Finding("addresses", "good", f"{len(checks)} open, {back} of them link back to us")


def _duty_finding(branch: Branch, here: set[int]) -> Finding:
    hosts: list[Any] = [host for host in branch.hosts.all() if host.pk in here]
    if hosts:
        return Finding("duty", "good", ", ".join(f"{host.name} ({host.initials})" for host in hosts))
    if not branch.hosts.all():
        return Finding("duty", "warn", "Nobody is its face")
    return Finding("duty", "neutral", "Nobody is on duty now")


def _in_days(at: datetime, now: datetime) -> str:
    n = (at - now).days
    return "soon" if 0 <= n < 1 else f"in {n} days" if n > 0 else f"{-n} days ago"


def _days_ago(n: int) -> str:
    return "today" if n < 1 else "yesterday" if n == 1 else f"{n} days ago"
