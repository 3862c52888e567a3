"""Hide there, too: the network is asked in the background, and what it answers is written to the decision."""

from django.utils import timezone
from django_tasks import task

from livingroom.inbox.live.telling import tell
from livingroom.inbox.models import Message
from livingroom.inbox.moderation.models import Ruling
from livingroom.networks.errors import NetworkError
from livingroom.networks.interface import Ref
from livingroom.networks.operations import open_connection
from livingroom.networks.registry import UnknownNetwork


@task(queue_name="slow")
def hide_there(ruling_id: int) -> bool:
    """Hiding twice is hiding once, so that this may be tried again at any time."""
    ruling = Ruling.objects.select_related("mention__connection").filter(pk=ruling_id).first()
    if ruling is None or ruling.mention is None or ruling.verdict == Ruling.Verdict.FINE:
        return False
    if ruling.appeal == Ruling.Appeal.TURNED:
        return False  # taken back before the network was asked
    problem = _hide(ruling)
    Ruling.objects.filter(pk=ruling.pk).update(is_hidden_there=not problem, problem=problem[:300])
    tell(
        Message.objects.filter(mention=ruling.mention).values_list("conversation_id", flat=True),
        timezone.now(),
    )
    return not problem


def _hide(ruling: Ruling) -> str:
    """Why the network does not hide it; empty when it does."""
    mention = ruling.mention
    if mention is None or mention.connection is None:
        return "It did not come by an account of ours: only here it is hidden."
    try:
        network = open_connection(mention.connection)
        if not network.capabilities.hide:
            return network.capabilities.why_not.get("hide", f"{network.title} cannot hide answers.")
        network.hide(Ref(mention.key, mention.ref_version, mention.url))
    except (NetworkError, UnknownNetwork) as error:
        return str(error)
    return ""
