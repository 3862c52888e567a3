"""What branches do when the networks' room tells them something."""

from datetime import datetime
from typing import Any

from livingroom.branches.models import Branch
from livingroom.branches.operations import AccountTaken, attach_connection
from livingroom.networks.models import Connection
from livingroom.people.models import Staff


def take_account(
    sender: object, *, connection: Connection, staff: Staff, subject: str, now: datetime, **rest: Any
) -> None:
    """An account was connected for one of our branches: it becomes that branch's account. Raises AccountTaken."""
    kind, _, number = subject.partition(" ")
    if kind != "branch":
        return
    branch = Branch.objects.filter(pk=number).first()
    if branch is None:
        raise AccountTaken("The branch that this account was meant for is not there any more.")
    attach_connection(staff=staff, branch=branch, connection=connection, now=now)
