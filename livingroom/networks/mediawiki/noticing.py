"""Where others name us on a wiki: mentions from its notifications, and pages that link to our site."""

import hashlib
import json
from dataclasses import asdict
from typing import Any

from livingroom.networks.errors import Forbidden
from livingroom.networks.interface import Event, Page, Person, Ref
from livingroom.networks.markup import to_text
from livingroom.networks.mediawiki.answers import inside
from livingroom.networks.mediawiki.client import MediaWikiClient
from livingroom.networks.mediawiki.history import moment
from livingroom.networks.mediawiki.pages import page_ref, revision_ref
from livingroom.networks.mediawiki.reading import BATCH, Place, read_place

Row = dict[str, Any]
MOST_LINKS = 5000


def poll_mentions(client: MediaWikiClient, cursor: str) -> Page:
    """The notices that the extension Echo made for us because somebody named us."""
    extensions = _listed(client.query(meta="siteinfo", siprop="extensions"), "extensions")
    if not any(row.get("name") == "Echo" for row in extensions):
        raise Forbidden("This wiki has no notifications (the extension Echo).", "echo")
    place, restarted = read_place(cursor)
    floor, events, newest = max(place.ids, default=0), {}, max(place.ids, default=0)
    for body in client.pages(meta="notifications", notformat="model", notlimit=BATCH, notprop="list"):
        rows = _listed(body, "notifications")["list"]
        for row in rows:
            number = int(row["id"])
            newest = max(newest, number)
            if number > floor and str(row.get("type", "")).startswith("mention"):
                events[number] = _mention(client, row)
        if any(int(row["id"]) <= floor for row in rows):
            break
    cursor = json.dumps(asdict(Place(ids=[newest] if newest else [])))
    return Page(tuple(events[number] for number in sorted(events)), cursor, False, restarted)


def _mention(client: MediaWikiClient, row: Row) -> Event:
    agent, shown = row.get("agent") or {}, row.get("*") or {}
    ref = revision_ref(client, row["revid"]) if row.get("revid") else None
    person = Person(str(agent.get("id", "")), str(agent.get("name", "")), str(agent.get("name", "")))
    words = to_text(str(shown.get("body") or shown.get("header") or ""))
    return Event(
        f"notice:{row['id']}",
        "mentions",
        "mention",
        moment(row["timestamp"]["utciso8601"]),
        person,
        ref,
        None,
        words,
    )


def poll_links(client: MediaWikiClient, cursor: str) -> Page:
    """Pages that link to our site. The wiki does not say since when, so what we have seen is in the cursor."""
    site = client.settings.get("site", "")
    if not site:
        raise Forbidden(
            "Nobody said whose links to look for: connect the wiki again and name your site.", "site"
        )
    place, restarted = read_place(cursor)
    seen, events, now = set(place.seen), [], client.now()
    for protocol in ("https", "http"):
        asked = {"euquery": site, "euprotocol": protocol, "euprop": "ids|title|url", "eulimit": "max"}
        for body in client.pages(list="exturlusage", **asked):
            for row in _listed(body, "exturlusage"):
                mark = hashlib.sha256(f"{row['pageid']} {row['url']}".encode()).hexdigest()[:10]
                if mark not in seen and len(seen) < MOST_LINKS:
                    seen.add(mark)
                    ref = page_ref(client, row["pageid"])
                    person = Person("", "", str(row["title"]))
                    events.append(
                        Event(
                            f"link:{mark}",
                            "links",
                            "link",
                            now,
                            person,
                            ref,
                            Ref(str(row["url"])),
                            str(row["title"]),
                        )
                    )
    return Page(tuple(events), json.dumps(asdict(Place(seen=sorted(seen)))), False, restarted)


def _listed(body: Row, name: str) -> Any:
    return inside(body, "query", name)
