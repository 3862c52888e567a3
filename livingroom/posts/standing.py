"""What we posted, told to those who answer below it: the words as they went out, and the page of the post."""

from django.db.models import Q
from django.urls import reverse

from livingroom.listening.standing import Standing
from livingroom.networks.models import Connection
from livingroom.posts.models import Placement
from livingroom.posts.threads.models import SentPart

MOST_WORDS = 400


def post_under(name: str, connection: Connection | None) -> Standing | None:
    """Find the placement that a network knows by this name; a part of a thread is told with its own words."""
    mine = Q() if connection is None else Q(branch__connection=connection)
    placement = Placement.objects.filter(mine, remote_id=name).order_by("-sent_at").first()
    if placement is not None:
        return Standing(
            placement.sent_text[:MOST_WORDS], placement.remote_url, by_us=True, page=_page(placement.post_id)
        )
    theirs = Q() if connection is None else Q(placement__branch__connection=connection)
    part = SentPart.objects.filter(theirs, remote_id=name).select_related("placement").first()
    if part is None:
        return None
    return Standing(part.text[:MOST_WORDS], part.remote_url, by_us=True, page=_page(part.placement.post_id))


def _page(post_id: int) -> str:
    return reverse("post", args=[post_id])
