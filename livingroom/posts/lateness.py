"""A promise that is five minutes late rings, with the reason; nobody has to find out by looking at the network."""

from datetime import datetime

from django.urls import reverse

from livingroom.networks.models import Connection
from livingroom.posts.approval.standing import why_not_approved
from livingroom.posts.models import Placement
from livingroom.shared.events import raise_alarm, resolve_alarm, subject_of
from livingroom.shared.models import Alarm

State = Placement.State
AT_ONCE = 100


def raise_late_alarms(now: datetime) -> int:
    """Ring for what is late, and stop ringing for what is not any more. Returns how many ring."""
    late = list(
        Placement.objects.late_at(now)
        .select_related("post", "branch__connection")
        .order_by("due_at")[:AT_ONCE]
    )
    ringing = dict(Alarm.objects.ringing().filter(kind="late").values_list("subject", "text"))
    for placement in late:
        text = f"“{placement.post.title}” on {placement.branch} is late: {reason(placement, now)}"
        if ringing.pop(subject_of(placement), None) != text:
            url = reverse("post", args=[placement.post_id])
            raise_alarm(kind="late", subject=placement, text=text, url=url, now=now)
    if len(late) < AT_ONCE:
        for subject in ringing:
            resolve_alarm(kind="late", subject=subject, now=now)
    return len(late)


def reason(placement: Placement, now: datetime) -> str:
    """Say why it is not out yet, and what to do."""
    branch, connection = placement.branch, placement.branch.connection
    if placement.state == State.WAITING:
        return why_not_approved(placement, now) or "its approval has just come"
    if placement.state == State.UNKNOWN:
        return (
            f"the network's answer was lost, so we look there before sending anything ({placement.problem})"
        )
    if placement.state == State.SENDING:
        return "a worker is sending it, or died doing so; in three minutes we look on the network"
    if connection is None:
        return f"{branch} is not connected. Connect it on its page."
    if connection.state != Connection.State.CONNECTED:
        return f"{branch} must be connected again: {connection.problem or connection.get_state_display()}"
    if placement.n_attempts and placement.problem:
        again = (
            f" Next try at {placement.try_at:%H:%M} UTC."
            if placement.try_at and placement.try_at > now
            else ""
        )
        return f"{placement.problem}{again}"
    if placement.queued_at is None:
        return "nothing hands it to a worker. Is `livingroom up` running?"
    return "no worker takes it. Start one with `livingroom up --worker`."
