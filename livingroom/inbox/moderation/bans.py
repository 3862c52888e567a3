"""What banned authors say comes in nowhere. Kept apart and small: every mention passes here."""

from collections.abc import Sequence

from livingroom.inbox.moderation.models import Ban
from livingroom.inbox.threads import author_of
from livingroom.listening.models import Mention


def without_banned(mentions: Sequence[Mention]) -> list[Mention]:
    """Leave out what banned authors said: one query, however many there are."""
    authors = Ban.objects.standing().values_list("author__network", "author__author_id")
    banned = (
        set(authors.filter(author__author_id__in={row.author_id for row in mentions})) if mentions else set()
    )
    return [row for row in mentions if author_of(row) not in banned]
