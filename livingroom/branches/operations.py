"""The verbs of branches."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db import transaction

from livingroom.branches.models import Branch, Host, ReachDay
from livingroom.networks.errors import NetworkError
from livingroom.networks.interface import Redirect
from livingroom.networks.models import Connection
from livingroom.networks.operations import check_connection, connect_account
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.shared.events import record_event


class AccountTaken(ValueError):
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


def save_host(*, staff: Staff, name: str, initials: str, now: datetime, face: str = "") -> Host:
    """Name a person who speaks for branches; the same name and initials are one person. Raises PermissionDenied."""
    require(staff, "set_up")
    host, is_new = Host.objects.get_or_create(name=name, initials=initials.upper(), defaults={"face": face})
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
    return connection


def check_branch(*, staff: Staff, branch: Branch, now: datetime) -> Connection | None:
    """Ask the network whether it still knows us, and how many follow us there. Raises PermissionDenied."""
    require(staff, "publish")
    if branch.connection is None:
        return None
    try:
        account = check_connection(connection=branch.connection, now=now)
    except NetworkError:  # the connection says what is wrong
        return branch.connection
    record_reach(branch=branch, on=now.date(), followers=account.followers)
    return branch.connection


def close_branch(*, staff: Staff, branch: Branch, on: date, now: datetime) -> None:
    """End a branch: it leaves the front door and nothing more is sent there. Raises PermissionDenied."""
    require(staff, "set_up")
    with transaction.atomic():
        branch.closed_on = on
        branch.save(update_fields=["closed_on"])
        record_event(actor=staff, verb="closed branch", subject=branch, now=now, on=on.isoformat())


def record_reach(*, branch: Branch, on: date, followers: int, n_posts: int | None = None) -> ReachDay:
    """Keep how many followed a branch on a day; the branch shows the latest day's."""
    values = {"followers": followers} | ({} if n_posts is None else {"n_posts": n_posts})
    with transaction.atomic():
        day, _ = ReachDay.objects.update_or_create(branch=branch, on=on, defaults=values)
        if not branch.reach.filter(on__gt=on).exists():
            Branch.objects.filter(pk=branch.pk).update(followers=followers)
            branch.followers = followers
    return day
