"""Say to others that a page of ours links to theirs: Webmention where they take it, else pingback."""

from datetime import datetime
from urllib.parse import urlencode, urlsplit

from livingroom.networks.errors import Invalid, NetworkError
from livingroom.networks.markup import links_of
from livingroom.networks.public_pages import FetchedPage, PageReader
from livingroom.networks.webmention import pingback
from livingroom.networks.webmention.discovery import Door, find_door
from livingroom.networks.webmention.models import SentMention
from livingroom.networks.webmention.operations import lies_under, our_places, pair_of
from livingroom.networks.webmention.verifying import same_address
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.shared.events import record_event

State = SentMention.State
# A page that links to more than this is a directory, and nobody wants to hear from it.
MOST_TARGETS = 100
SOURCES = ("webmention", "wordpress", "mediawiki")


def send_mentions(*, staff: Staff, source: str, reader: PageReader, now: datetime) -> list[SentMention]:
    """Read a page of ours and tell those it links to, and those it linked to before and does not any more.

    Raises Invalid for a page that is not ours or cannot be read, NetworkError, PermissionDenied.
    """
    require(staff, "publish")
    if not any(lies_under(source, place) for place in our_places(SOURCES)):
        raise Invalid("This page is not ours: connect its site first.", "source")
    page = reader.get(source)
    targets = targets_of(page)
    before = SentMention.objects.filter(source=source, still_linked=True).values_list("target", flat=True)
    unlinked = [target for target in before if target not in targets]
    sent = [tell(source, target, linked=True, reader=reader, now=now) for target in targets]
    sent += [tell(source, target, linked=False, reader=reader, now=now) for target in unlinked]
    record_event(actor=staff, verb="announced", subject=source[:200], now=now, n_targets=len(sent))
    return sent


def targets_of(page: FetchedPage) -> list[str]:
    """Pages elsewhere that this one links to, each once, in order."""
    found = dict.fromkeys(
        link.url.partition("#")[0]
        for link in links_of(page.text, page.url)
        if link.element == "a"
        and link.url.startswith(("https://", "http://"))
        and urlsplit(link.url).netloc != urlsplit(page.url).netloc
        and "nofollow" not in link.rel
    )
    return [url for url in found if not same_address(url, page.url)][:MOST_TARGETS]


def tell(source: str, target: str, *, linked: bool, reader: PageReader, now: datetime) -> SentMention:
    """One pair: find the door of the target and knock. What came of it is on the row."""
    door: Door | None = None
    try:
        door = find_door(reader.get(target))
        state, answer = _knock(door, source, target, reader) if door else (State.NO_DOOR, "")
    except NetworkError as error:
        state, answer = State.FAILED, error.text
    row, _ = SentMention.objects.update_or_create(
        pair=pair_of(source, target),
        defaults={
            "source": source,
            "target": target,
            "endpoint": door.url[:1000] if door else "",
            "protocol": door.protocol if door else "",
            "state": state,
            "answer": answer[:300],
            "still_linked": linked,
            "sent_at": now,
        },
    )
    return row


def _knock(door: Door, source: str, target: str, reader: PageReader) -> tuple[SentMention.State, str]:
    if door.protocol == "webmention":
        body = urlencode({"source": source, "target": target}).encode()
        answer = reader.post(door.url, body, "application/x-www-form-urlencoded")
        said = f"{answer.status} {answer.text[:200]}".strip()
        return (State.SENT if 200 <= answer.status < 300 else State.REFUSED), said
    answer = reader.post(door.url, pingback.write_call(source, target), "text/xml")
    try:
        return State.SENT, pingback.read_answer(answer.content)
    except pingback.Fault as fault:
        # It has ours already: that is what we wanted.
        return (State.SENT if fault.code == pingback.TWICE else State.REFUSED), f"{fault.code} {fault.text}"
