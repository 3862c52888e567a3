"""The room's pages, by what they show."""

from datetime import datetime, timedelta

from livingroom.listening.models import Mention

RESTING = timedelta(days=45)


def as_of(now: datetime) -> datetime:
    """The moment pages look back from: now, or the last word that was said in a house that holds an older time."""
    newest = Mention.objects.order_by("-at").values_list("at", flat=True).first()
    return newest if newest is not None and now - newest > RESTING else now
