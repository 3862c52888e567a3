"""The verbs of branches."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time

from django.db import transaction

from livingroom.branches.models import Address, Branch, HandFigure, Host, ReachDay, Shift
from livingroom.networks.errors import NetworkError
from livingroom.networks.interface import Redirect
from livingroom.networks.models import Connection
from livingroom.networks.operations import check_connection, connect_account
from livingroom.networks.sign_in import CannotBeUsed
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.shared.events import record_event


class AccountTaken(CannotBeUsed):
    """Another branch is this account already."""


def save_branch(*, staff: Staff, branch: Branch, hosts: Iterable[Host] | None, now: datetime) -> Branch:
    """Write a new or changed branch. Raises PermissionDenied."""
    require(staff, "set_up")
    verb = "opened branch" if branch.pk is None else "changed branch"
    with transaction.atomic():
        branch.save()
        if hosts is not None:
            branch.hosts.set(hosts)
        record_event(actor=staff, verb=verb, subject=branch, now=now, name=branch.name, handle=branch.handle)
    return branch


def save_host(*, staff: Staff, name: str, initials: str, now: datetime) -> Host:
    """Name a person who speaks for branches; the same name and initials are one person. Raises PermissionDenied."""
    require(staff, "set_up")
    host, is_new = Host.objects.get_or_create(name=name, initials=initials.upper())
    if is_new:
        record_event(actor=staff, verb="named host", subject=host, now=now, name=name)
    return host


def connect_branch(
    *, staff: Staff, branch: Branch, answers: Mapping[str, str], now: datetime
) -> Connection | Redirect:
    """Connect a branch to its account on the network; some networks go on on pages of their own.

    Raises PermissionDenied, AccountTaken and the network's errors.
    """
    require(staff, "set_up")
    connection = connect_account(staff=staff, network=branch.network, form=answers, now=now)
    if isinstance(connection, Redirect):
        return connection
    attach_connection(staff=staff, branch=branch, connection=connection, now=now)
    return connection


def attach_connection(*, staff: Staff, branch: Branch, connection: Connection, now: datetime) -> None:
    """Make a connected account the account of a branch. Raises AccountTaken, PermissionDenied."""
    require(staff, "set_up")
    if connection.network != branch.network:
        raise AccountTaken(f"{connection} cannot be the account of “{branch}”, which is on {branch.network}.")
    other = (
        Branch.objects.filter(network=branch.network, handle=connection.handle).exclude(pk=branch.pk).first()
    )
    if other is not None:
        raise AccountTaken(
            f"{connection.handle} is the account of the branch “{other}”. One account is one branch."
        )
    with transaction.atomic():
        branch.connection, branch.handle = connection, connection.handle
        branch.url = branch.url or (connection.url if connection.url.startswith("http") else "")
        branch.save(update_fields=["connection", "handle", "url"])
        record_event(actor=staff, verb="connected branch", subject=branch, now=now, handle=connection.handle)


def check_branch(*, staff: Staff, branch: Branch, now: datetime) -> Connection | None:
    """Ask the network whether it still knows us, and how many follow us there. Raises PermissionDenied."""
    require(staff, "publish")
    if branch.connection is None:
        return None
    try:
        account = check_connection(connection=branch.connection, now=now)
    except NetworkError:  # the connection says what is wrong
        return branch.connection
    record_reach(
        branch=branch,
        on=now.date(),
        followers=account.followers,
        posts_total=account.n_posts,
        source="network",
    )
    return branch.connection


def close_branch(*, staff: Staff, branch: Branch, on: date, now: datetime) -> None:
    """End a branch: it leaves the front door and nothing more is sent there. Raises PermissionDenied."""
    require(staff, "set_up")
    with transaction.atomic():
        branch.closed_on = on
        branch.save(update_fields=["closed_on"])
        record_event(actor=staff, verb="closed branch", subject=branch, now=now, on=on.isoformat())


def record_reach(
    *,
    branch: Branch,
    on: date,
    followers: int,
    n_posts: int | None = None,
    posts_total: int | None = None,
    source: str = "",
) -> ReachDay:
    """Keep how many followed a branch on a day; the branch shows the latest day's. What is not told stays as it was."""
    told = {"n_posts": n_posts, "posts_total": posts_total, "source": source or None}
    values = {"followers": followers} | {name: value for name, value in told.items() if value is not None}
    with transaction.atomic():
        day, _ = ReachDay.objects.update_or_create(branch=branch, on=on, defaults=values)
        if not branch.reach.filter(on__gt=on).exists():
            Branch.objects.filter(pk=branch.pk).update(followers=followers)
            branch.followers = followers
    return day


def add_shifts(
    *,
    staff: Staff,
    branch: Branch,
    host: Host,
    weekdays: Iterable[int],
    starts: time,
    ends: time,
    now: datetime,
) -> list[Shift]:
    """Put a host on duty on some weekdays, on the branch's clock. Raises PermissionDenied."""
    require(staff, "arrange", branch)
    with transaction.atomic():
        made = [
            Shift.objects.update_or_create(
                branch=branch, host=host, weekday=weekday, starts=starts, defaults={"ends": ends}
            )[0]
            for weekday in sorted(set(weekdays))
        ]
        branch.hosts.add(host)
        record_event(
            actor=staff, verb="changed roster", subject=branch, now=now, added=[str(one) for one in made]
        )
    return made


def drop_shift(*, staff: Staff, shift: Shift, now: datetime) -> None:
    """Take a host off duty. Raises PermissionDenied."""
    require(staff, "arrange", shift.branch)
    with transaction.atomic():
        record_event(actor=staff, verb="changed roster", subject=shift.branch, now=now, dropped=str(shift))
        shift.delete()


def save_facts(*, staff: Staff, branch: Branch, now: datetime) -> Branch:
    """Keep what is told about a branch, who is its face, and when its silence rings. Raises PermissionDenied."""
    require(staff, "arrange", branch)
    with transaction.atomic():
        branch.save(update_fields=["about", "lead", "silent_after_days"])
        if branch.lead is not None:
            branch.hosts.add(branch.lead)
        facts = {
            "about": branch.about,
            "face": str(branch.lead or ""),
            "silent_after_days": branch.silent_after_days,
        }
        record_event(actor=staff, verb="changed facts", subject=branch, now=now, **facts)
    return branch


def add_address(*, staff: Staff, branch: Branch, title: str, url: str, now: datetime) -> Address:
    """Name another address of a branch. Raises PermissionDenied."""
    require(staff, "arrange", branch)
    with transaction.atomic():
        address, _ = Address.objects.update_or_create(branch=branch, url=url, defaults={"title": title})
        record_event(actor=staff, verb="added address", subject=branch, now=now, title=title, url=url)
    return address


def drop_address(*, staff: Staff, address: Address, now: datetime) -> None:
    """Forget another address of a branch. Raises PermissionDenied."""
    require(staff, "arrange", address.branch)
    with transaction.atomic():
        record_event(actor=staff, verb="dropped address", subject=address.branch, now=now, url=address.url)
        address.delete()


def record_figure(*, staff: Staff, branch: Branch, on: date, name: str, value: int, now: datetime) -> None:
    """Write down what somebody counted; counted again, the later figure holds. Raises PermissionDenied."""
    require(staff, "publish", branch)
    with transaction.atomic():
        if name == "followers":
            record_reach(branch=branch, on=on, followers=value, source="hand")
        else:
            HandFigure.objects.update_or_create(
                branch=branch,
                on=on,
                name=HandFigure.Name(name),
                defaults={"value": value, "entered_by": str(staff), "entered_at": now},
            )
        record_event(
            actor=staff,
            verb="wrote down figure",
            subject=branch,
            now=now,
            name=name,
            on=on.isoformat(),
            value=value,
        )
