"""What looks after branches by itself: counts followers daily, opens addresses, rings before it is too late."""

from contextlib import suppress
from datetime import datetime, timedelta

import httpx
from django.conf import settings
from django.urls import reverse

from livingroom.branches.health import has_gone_silent, is_dead, last_posts, silent_after, token_dies
from livingroom.branches.models import Branch, LinkCheck, ReachDay
from livingroom.branches.opening import Opened, open_address
from livingroom.branches.operations import record_reach
from livingroom.networks.errors import NetworkError
from livingroom.networks.models import Connection
from livingroom.networks.operations import check_connection
from livingroom.networks.registry import UnknownNetwork
from livingroom.networks.transport import Transport
from livingroom.shared.events import raise_alarm, resolve_alarm

OPENED_EVERY = timedelta(days=1)
OPENED_AT_ONCE = 20
PATIENCE = httpx.Timeout(6)
TOKEN, SILENT, DEAD = "token ends", "silent branch", "dead address"


def branches_to_count(now: datetime) -> list[int]:
    """Return the connected branches whose followers nobody has counted today."""
    today = ReachDay.objects.filter(on=now.date(), source="network").values("branch_id")
    rows = Branch.objects.postable().filter(connection__state=Connection.State.CONNECTED)
    return list(rows.exclude(pk__in=today).values_list("pk", flat=True))


def count_reach(branch: Branch, now: datetime) -> ReachDay | None:
    """Ask the network how many follow and how much was ever said; None when it does not answer."""
    if branch.connection is None:
        return None
    with suppress(NetworkError, UnknownNetwork):  # the connection says what is wrong
        account = check_connection(connection=branch.connection, now=now)
        if account.followers == 0 and branch.followers:
            return None  # a network that does not count followers says none
        return record_reach(
            branch=branch,
            on=now.date(),
            followers=account.followers,
            n_posts=_posts_since(branch, account.n_posts, now),
            posts_total=account.n_posts,
            source="network",
        )
    return None


def ring(now: datetime) -> int:
    """Raise and silence the alarms of all branches. Returns how many ring."""
    rows = list(Branch.objects.select_related("connection"))
    posted = last_posts([branch.pk for branch in rows])
    n = 0
    for branch in rows:
        n += _ring_for_token(branch, now) + _ring_for_silence(branch, posted.get(branch.pk), now)
    return n


def addresses_to_open(now: datetime) -> list[tuple[int, str]]:
    """Return the addresses of open branches that nobody has opened for a day, at most some dozens."""
    opened = {
        (row.branch_id, row.url): row.checked_at
        for row in LinkCheck.objects.filter(checked_at__gt=now - OPENED_EVERY).only(
            "branch_id", "url", "checked_at"
        )
    }
    rows = Branch.objects.open().prefetch_related("addresses")
    wanted = [(branch.pk, url) for branch in rows for url in addresses_of(branch)]
    return [pair for pair in wanted if pair not in opened][:OPENED_AT_ONCE]


def addresses_of(branch: Branch) -> list[str]:
    """The branch's own address and the others that belong to it, each once."""
    urls = [branch.url, *(address.url for address in branch.addresses.all())]
    return list(dict.fromkeys(url for url in urls if url.startswith(("http://", "https://"))))


def check_address(branch: Branch, url: str, now: datetime, transport: Transport | None = None) -> LinkCheck:
    """Open an address, keep what was found, ring when it is dead."""
    transport = transport or Transport(allow_private=settings.ALLOW_PRIVATE_NETWORKS, timeout=PATIENCE)
    found = open_address(url, our_pages(branch), transport)
    row = _keep(branch, url, found, now)
    if is_dead(row):
        text = f"{branch}: {url} is dead ({row.problem})."
        raise_alarm(kind=DEAD, subject=_subject(branch, url), text=text, url=_page(branch), now=now)
    elif row.state != LinkCheck.State.UNREACHED:
        resolve_alarm(kind=DEAD, subject=_subject(branch, url), now=now)
    return row


def forget_checks(now: datetime) -> int:
    """Drop what was found about addresses that no open branch has any more. Returns how many."""
    rows = Branch.objects.exclude(link_checks=None).distinct().prefetch_related("addresses", "link_checks")
    n = 0
    for branch in rows:
        kept = addresses_of(branch) if branch.closed_on is None else []
        for row in branch.link_checks.all():
            if row.url not in kept:
                resolve_alarm(kind=DEAD, subject=_subject(branch, row.url), now=now)
                row.delete()
                n += 1
    return n


def our_pages(branch: Branch) -> list[str]:
    """Our addresses that a branch may point back to: its own page with us, and the front door."""
    return [f"{settings.PUBLIC_URL}/places/{branch.slug}/", f"{settings.PUBLIC_URL}/"]


def _keep(branch: Branch, url: str, found: Opened, now: datetime) -> LinkCheck:
    before = LinkCheck.objects.filter(branch=branch, url=url).first()
    fails = found.state in {LinkCheck.State.DEAD, LinkCheck.State.UNREACHED}
    row, _ = LinkCheck.objects.update_or_create(
        branch=branch,
        url=url,
        defaults={
            "state": found.state,
            "links_back": found.links_back,
            "problem": found.problem,
            "checked_at": now,
            "n_failures": (before.n_failures if before else 0) + 1 if fails else 0,
            "failing_since": ((before and before.failing_since) or now) if fails else None,
        },
    )
    return row


def _ring_for_token(branch: Branch, now: datetime) -> int:
    connection = branch.connection
    if connection is None or branch.closed_on is not None or not token_dies(connection, now):
        resolve_alarm(kind=TOKEN, subject=branch, now=now)
        return 0
    text = (
        f"The key of {branch} ends on {connection.expires_at:%d %b %Y} and was not renewed: connect it again."
    )
    raise_alarm(kind=TOKEN, subject=branch, text=text, url=_page(branch), now=now)
    return 1


def _ring_for_silence(branch: Branch, last_post_at: datetime | None, now: datetime) -> int:
    if last_post_at is None or not has_gone_silent(branch, last_post_at, now):
        resolve_alarm(kind=SILENT, subject=branch, now=now)
        return 0
    n_days = (now - last_post_at).days
    text = f"{branch} has been silent for {n_days} days; {silent_after(branch)} are its custom."
    raise_alarm(kind=SILENT, subject=branch, text=text, url=_page(branch), now=now)
    return 1


def _posts_since(branch: Branch, total: int, now: datetime) -> int | None:
    """Posts of today: what the network counts more than at the end of the day before. Unknown on the first day."""
    before = branch.reach.filter(on__lt=now.date()).exclude(posts_total=None).order_by("-on").first()
    if before is None or before.posts_total is None or before.on < now.date() - timedelta(days=1):
        return None
    return max(0, total - before.posts_total)


def _subject(branch: Branch, url: str) -> str:
    return f"branch {branch.pk} {url}"[:120]


def _page(branch: Branch) -> str:
    return reverse("branch", args=[branch.slug])
