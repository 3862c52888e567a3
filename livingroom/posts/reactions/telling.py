"""Tell the pages that a published post links to: once each, as a receiver would believe it, and harmlessly again.

A receiver reads our page and looks for its own address there. So we do the same first: where the public page of the post
does not show the link (a network that draws its pages by script), nobody is told.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F

from livingroom.networks.errors import NetworkError
from livingroom.networks.markup import links_of
from livingroom.networks.models import SentMention
from livingroom.networks.public_pages import PageReader
from livingroom.networks.richtext import find_facets
from livingroom.networks.webmention.operations import lies_under, open_reader, pair_of
from livingroom.networks.webmention.sending import MOST_TARGETS, tell
from livingroom.networks.webmention.verifying import same_address
from livingroom.posts.models import Placement
from livingroom.posts.reactions.models import Telling

AT_ONCE = 100
ATTEMPTS_AT_MOST = 8
FIRST_REST, LONGEST_REST = timedelta(minutes=2), timedelta(hours=6)
# A blog may take a moment to show what it took.
SETTLES_WITHIN = timedelta(seconds=20)


def plan_tellings(now: datetime) -> int:
    """Note the published placements whose linked pages are to be told. Returns how many."""
    rows = Placement.objects.filter(
        state=Placement.State.SENT,
        branch__tell_linked__isnull=False,
        sent_at__gte=F("branch__tell_linked__since"),
        telling=None,
    ).exclude(remote_url="")[:AT_ONCE]
    made = [Telling(placement=row, try_after=now + SETTLES_WITHIN) for row in rows]
    Telling.objects.bulk_create(made, ignore_conflicts=True)
    return len(made)


def tellings_due(now: datetime) -> list[int]:
    due = Telling.objects.filter(ended_at=None, try_after__lte=now).order_by("try_after")
    return list(due.values_list("pk", flat=True)[:AT_ONCE])


def tell_pages(telling_id: int, now: datetime, *, reader: PageReader | None = None) -> Telling | None:
    """Do what is due for one placement; only one worker at a time does. None where it is not there any more."""
    claimed = Telling.objects.filter(pk=telling_id, ended_at=None, try_after__lte=now).update(
        try_after=now + FIRST_REST, n_attempts=F("n_attempts") + 1
    )
    row = Telling.objects.select_related("placement__branch").filter(pk=telling_id).first()
    if row is None or not claimed:
        return row
    try:
        row.problem = _tell_all(row, reader or open_reader(), now)
    except NetworkError as error:
        row.problem = error.text
        is_over = error.permanent
    else:
        is_over = not row.problem
    if is_over or row.n_attempts >= ATTEMPTS_AT_MOST:
        row.ended_at = now
    row.try_after = now + min(FIRST_REST * 2**row.n_attempts, LONGEST_REST)
    row.save()
    return row


def linked_in(placement: Placement) -> list[str]:
    """The pages of others that its words link to, each once, in order; our own short link leads to our own shop."""
    urls = [facet.value for facet in find_facets(placement.sent_text) if facet.kind == "link"]
    ours = [place for place in (settings.PUBLIC_URL, settings.SHORT_URL) if place]
    return [url for url in dict.fromkeys(urls) if not any(lies_under(url, place) for place in ours)][
        :MOST_TARGETS
    ]


def _tell_all(row: Telling, reader: PageReader, now: datetime) -> str:
    """Tell every page that was not told yet. Returns why some have to be told again; raises NetworkError for our own page."""
    source, targets = row.placement.remote_url, linked_in(row.placement)
    if not targets:
        return ""
    page = reader.get(source)
    shown = [link.url for link in links_of(page.text, page.url)]
    waiting = []
    for target in targets:
        if not any(same_address(url, target) for url in shown):
            waiting.append(f"The public page of the post does not show the link to {target}.")
            continue
        before = SentMention.objects.filter(pair=pair_of(source, target)).first()
        if before is None or before.state == SentMention.State.FAILED:
            before = tell(source, target, linked=True, reader=reader, now=now)
            row.n_told += before.state == SentMention.State.SENT
        if before.state == SentMention.State.FAILED:
            waiting.append(f"{target}: {before.answer}")
    return " ".join(waiting)
