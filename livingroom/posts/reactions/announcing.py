"""Tell a page of ours, by Webmention, that something was said of it: the words stand on a page that we show for it."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from livingroom.networks.errors import Invalid, Unavailable
from livingroom.networks.webmention.models import SentMention
from livingroom.networks.webmention.operations import open_reader
from livingroom.networks.webmention.sending import tell
from livingroom.posts.reactions.models import WrittenBack


def announce(row: WrittenBack, *, is_wanted: bool, now: datetime) -> None:
    """Send it, or send it again after a change: the receiver reads our page anew. Raises NetworkError."""
    target = row.placement.remote_url
    if not target:
        raise Invalid("The post has no public page that could be told.")
    sent = tell(page_of(row), target, linked=is_wanted, reader=open_reader(), now=now)
    if sent.state == SentMention.State.FAILED:
        raise Unavailable(sent.answer)
    if sent.state != SentMention.State.SENT:
        raise Invalid(sent.answer or f"{target} takes no mentions.")


def page_of(row: WrittenBack) -> str:
    """The public page of what was said, as others read it."""
    return f"{settings.PUBLIC_URL}{reverse('said', args=[row.key])}"
