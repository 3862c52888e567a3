"""Read what others said to us on a wiki: talk pages, mentions, links to our site, threads and figures."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from livingroom.networks.errors import Gone, SpecDrift
from livingroom.networks.interface import Event, Metrics, Page, Person, Ref, Stream, ThreadPost
from livingroom.networks.mediawiki.answers import inside
from livingroom.networks.mediawiki.client import MediaWikiClient
from livingroom.networks.mediawiki.history import (
    Said,
    content_of,
    moment,
    parents,
    plain,
    read_history,
    said_of,
)
from livingroom.networks.mediawiki.pages import (
    page_info,
    page_ref,
    revision_ref,
    revisions_of,
    split_ref,
)

Row = dict[str, Any]
BATCH = 50


@dataclass(frozen=True)
class Place:
    at: str = ""
    ids: list[int] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)


def read_place(cursor: str) -> tuple[Place, bool]:
    """Our place in a stream, and whether it was lost."""
    if not cursor:
        return Place(), False
    try:
        place = Place(**json.loads(cursor))
        if place.at:
            moment(place.at)
        return place, False
    except (ValueError, TypeError, SpecDrift):
        return Place(), True


def poll_talk(client: MediaWikiClient, cursor: str) -> Page:
    """What others added to the talk pages of our pages: the wiki watches every page that we make."""
    place, restarted = read_place(cursor)
    asked = {"wllimit": BATCH, "wldir": "newer", "wlallrev": True, "wltype": "edit|new"}
    props = "ids|title|user|userid|comment|timestamp"
    body = client.query(
        list="watchlist",
        wlprop=props,
        wlexcludeuser=client.settings.get("user", ""),
        wlstart=place.at or None,
        **asked,
    )
    rows = inside(body, "query", "watchlist")
    fresh = [row for row in rows if row["timestamp"] > place.at or row["revid"] not in place.ids]
    ours = [row for row in fresh if int(row["ns"]) % 2 or row["title"] == client.settings.get("page")]
    events = _events_of(client, ours)
    top = str(rows[-1]["timestamp"]) if rows else place.at
    ids = [int(row["revid"]) for row in rows if row["timestamp"] == top]
    following = Place(top, sorted({*ids, *place.ids}) if top == place.at else ids)
    return Page(
        tuple(events), json.dumps(asdict(following)), bool(body.get("continue")) and bool(fresh), restarted
    )


def _events_of(client: MediaWikiClient, rows: Sequence[Row]) -> list[Event]:
    texts = _contents(
        client, {int(row[name]) for row in rows for name in ("revid", "old_revid") if row[name]}
    )
    subjects = _subjects(client, {str(row["title"]) for row in rows if int(row["ns"]) % 2})
    events = []
    for row in rows:
        before, after = texts.get(int(row["old_revid"]), ""), texts.get(int(row["revid"]), "")
        said = said_of({**row, "slots": {}}, before, after, set())
        if said.text:
            page = subjects.get(str(row["title"]), int(row["pageid"]))
            subject = Ref(f"rev:{said.answers}") if said.answers else page_ref(client, page)
            events.append(_event(client, said, "replies", "reply", subject))
    return events


def _event(client: MediaWikiClient, said: Said, stream: Stream, kind: str, subject: Ref) -> Event:
    ref = revision_ref(client, said.revision)
    return Event(ref.id, stream, kind, said.at, said.by, ref, subject, said.text)


def _contents(client: MediaWikiClient, numbers: Iterable[int]) -> dict[int, str]:
    wanted = sorted(numbers)
    found: dict[int, str] = {}
    for start in range(0, len(wanted), BATCH):
        revids = "|".join(map(str, wanted[start : start + BATCH]))
        body = client.query(prop="revisions", revids=revids, rvprop="ids|content", rvslots="main")
        for page in (body.get("query") or {}).get("pages", []):
            found |= {int(row["revid"]): content_of(row) for row in page.get("revisions", [])}
    return found


def _subjects(client: MediaWikiClient, talk_titles: Iterable[str]) -> dict[str, int]:
    wanted = sorted(talk_titles)
    found: dict[str, int] = {}
    for start in range(0, len(wanted), BATCH):
        body = client.query(prop="info", titles="|".join(wanted[start : start + BATCH]), inprop="subjectid")
        for page in (body.get("query") or {}).get("pages", []):
            if page.get("subjectid"):
                found[str(page["title"])] = int(page["subjectid"])
    return found


def read_thread(client: MediaWikiClient, ref: Ref) -> list[ThreadPost]:
    """A page and what is said on its talk page; for something said, that and what answers it."""
    kind, number = split_ref(ref)
    if kind == "rev":
        return _thread_of_revision(client, number)
    page = page_info(client, number)
    revisions = revisions_of(client, number)
    first, last = revisions[0], revisions[-1]
    words = "\n".join(plain(line) for line in content_of(last).split("\n"))
    author = Person(str(first.get("userid", "")), str(first.get("user", "")), str(first.get("user", "")))
    post = ThreadPost(
        page_ref(client, number, str(last["revid"])), author, words.strip(), moment(first["timestamp"])
    )
    talk = read_history(revisions_of(client, page["talkid"])) if page.get("talkid") else []
    return [post, *_posts(client, talk, f"page:{number}")]


def _thread_of_revision(client: MediaWikiClient, number: str) -> list[ThreadPost]:
    history, page = _history_around(client, number)
    above = parents(history, page)
    kept = {f"rev:{number}"}
    for said in history:
        if above.get(said.revision) in kept:
            kept.add(f"rev:{said.revision}")
    found = [post for post in _posts(client, history, page) if post.ref.id in kept]
    if not found:
        raise Gone("These words stand in the wiki no more.")
    return found


def _posts(client: MediaWikiClient, history: Sequence[Said], page: str) -> list[ThreadPost]:
    above = parents(history, page)
    standing = [said for said in history if said.stands]
    return [
        ThreadPost(
            revision_ref(client, said.revision), said.by, said.text, said.at, Ref(above[said.revision])
        )
        for said in standing
    ]


def _history_around(client: MediaWikiClient, number: str) -> tuple[list[Said], str]:
    query = client.query(prop="info", revids=number, inprop="subjectid").get("query") or {}
    if query.get("badrevids") or not query.get("pages"):
        raise Gone("The wiki has no such revision (any more).")
    page = query["pages"][0]
    return read_history(
        revisions_of(client, page["pageid"])
    ), f"page:{page.get('subjectid') or page['pageid']}"


def count_answers(client: MediaWikiClient, refs: Sequence[Ref]) -> list[Metrics]:
    """How much was said to each, and which are gone; pages in batches of fifty."""
    counted: dict[str, int] = {}
    pages = [number for ref in refs for kind, number in [split_ref(ref)] if kind == "page"]
    for start in range(0, len(pages), BATCH):
        body = client.query(prop="info", pageids="|".join(pages[start : start + BATCH]), inprop="talkid")
        for page in (body.get("query") or {}).get("pages", []):
            if not page.get("missing"):
                talk = read_history(revisions_of(client, page["talkid"])) if page.get("talkid") else []
                counted[f"page:{page['pageid']}"] = sum(said.stands for said in talk)
    for ref in refs:
        if ref.id.startswith("rev:"):
            counted |= _count_under(client, ref)
    return [
        Metrics(ref, replies=counted[ref.id]) if ref.id in counted else Metrics(ref, gone=True)
        for ref in refs
    ]


def _count_under(client: MediaWikiClient, ref: Ref) -> dict[str, int]:
    try:
        return {ref.id: len(_thread_of_revision(client, split_ref(ref)[1])) - 1}
    except Gone:
        return {}
