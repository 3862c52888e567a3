"""Decide which branches show what was said elsewhere, and which tell the pages that their posts link to."""

from datetime import datetime

from livingroom.branches.models import Branch
from livingroom.networks.errors import Forbidden
from livingroom.networks.registry import find_network
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.posts.reactions.models import BringHome, TellLinked
from livingroom.shared.events import record_event


def bring_home(*, staff: Staff, branch: Branch, how: str, now: datetime) -> BringHome:
    """From now on, show on this branch what is said of the same posts elsewhere.

    Raises Forbidden where the branch cannot, PermissionDenied.
    """
    require(staff, "set_up")
    if branch.connection is None:
        raise Forbidden(f"{branch} is not connected.")
    there = find_network(branch.connection.network)
    if how == BringHome.How.COMMENT and not there.capabilities.reply:
        raise Forbidden(there.capabilities.why_not.get("reply", f"{there.title} takes no comments from us."))
    rule, _ = BringHome.objects.update_or_create(
        branch=branch, defaults={"how": how, "since": now, "set_by": staff.name}
    )
    record_event(actor=staff, verb="brings reactions home", subject=branch, now=now, how=how)
    return rule


def leave_there(*, staff: Staff, rule: BringHome, now: datetime) -> None:
    """Bring nothing more; what stands there stays. Raises PermissionDenied."""
    require(staff, "set_up")
    record_event(actor=staff, verb="leaves reactions where they are", subject=rule.branch, now=now)
    rule.delete()


def tell_linked(*, staff: Staff, branch: Branch, now: datetime) -> TellLinked:
    """From now on, tell the pages that posts of this branch link to. Raises PermissionDenied."""
    require(staff, "set_up")
    rule, _ = TellLinked.objects.get_or_create(branch=branch, defaults={"since": now, "set_by": staff.name})
    record_event(actor=staff, verb="tells linked pages", subject=branch, now=now)
    return rule


def tell_no_more(*, staff: Staff, rule: TellLinked, now: datetime) -> None:
    """Tell nobody from now on; what is under way is left. Raises PermissionDenied."""
    require(staff, "set_up")
    record_event(actor=staff, verb="tells linked pages no more", subject=rule.branch, now=now)
    rule.delete()
