"""The directory for machines: as JSON, and as an Atom feed (RFC 4287)."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any
from urllib.parse import urlencode, urlsplit
from xml.etree import ElementTree

from django.conf import settings
from django.db.models import Max
from django.urls import reverse
from django.utils.html import format_html

from livingroom.frontdoor.doors import Door, Face
from livingroom.shared.models import Event

ATOM = "http://www.w3.org/2005/Atom"
VERSION = 1


def as_json(doors: Sequence[Door], *, brand: str, now: datetime) -> bytes:
    """Write the directory as the bytes that are signed."""
    content = {
        "version": VERSION,
        "brand": brand,
        "issuer": settings.PUBLIC_URL,
        "issued_at": moment(now),
        "keys": f"{settings.PUBLIC_URL}{reverse('directory_keys')}",
        "branches": [facts(door) for door in doors],
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def facts(door: Door) -> dict[str, Any]:
    """What everybody may know about a branch."""
    return {
        "slug": door.slug,
        "name": door.name,
        "network": door.network,
        "handle": door.handle,
        "url": door.url,
        "page": page_url(door),
        "purpose": door.purpose,
        "division": door.division,
        "country": door.country,
        "language": door.language,
        "interests": list(door.interests),
        "about": door.about,
        "opened_on": door.opened_on.isoformat(),
        "hosts": [_host(face) for face in door.faces],
    }


def _host(face: Face) -> dict[str, str]:
    told = {"name": face.name, "initials": face.initials}
    return told | ({"picture": f"{settings.PUBLIC_URL}{face.picture}"} if face.picture else {})


def as_atom(doors: Sequence[Door], *, brand: str) -> bytes:
    """Write the directory as a feed, the newest change first."""
    changed = changes(doors)
    rows = sorted(doors, key=lambda door: (changed[door.pk], door.pk), reverse=True)
    ElementTree.register_namespace("", ATOM)
    feed = ElementTree.Element(f"{{{ATOM}}}feed")
    _add(feed, "id", f"{settings.PUBLIC_URL}/")
    _add(feed, "title", f"Official places of {brand}")
    _add(feed, "updated", moment(max(changed.values(), default=datetime(2000, 1, 1, tzinfo=UTC))))
    _add(_add(feed, "author"), "name", brand)
    _add(feed, "link", rel="self", href=f"{settings.PUBLIC_URL}{reverse('directory_atom')}")
    _add(feed, "link", rel="alternate", type="text/html", href=f"{settings.PUBLIC_URL}/")
    for door in rows:
        _add_entry(feed, door, changed[door.pk])
    written: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return written


def changes(doors: Sequence[Door]) -> dict[int, datetime]:
    """When each branch last changed: its newest event, else its opening."""
    subjects = {f"branch {door.pk}": door.pk for door in doors}
    newest = Event.objects.filter(subject__in=subjects).values_list("subject").annotate(at=Max("at"))
    opened = {door.pk: datetime.combine(door.opened_on, time(), UTC) for door in doors}
    return opened | {subjects[subject]: at for subject, at in newest}


def page_url(door: Door) -> str:
    return f"{settings.PUBLIC_URL}{reverse('place', args=[door.slug])}"


def oembed(url: str, *, brand: str, width: int, height: int) -> dict[str, Any] | None:
    """Answer an oEmbed consumer (oembed.com) that wants to show our list; None for an address that is not the list's."""
    parts = urlsplit(url)
    if f"{parts.scheme}://{parts.netloc}" != settings.PUBLIC_URL or parts.path not in {"/", reverse("embed")}:
        return None
    source = f"{settings.PUBLIC_URL}{reverse('embed')}" + (f"?{parts.query}" if parts.query else "")
    return {
        "type": "rich",
        "version": "1.0",
        "title": f"Official places of {brand}",
        "provider_name": brand,
        "provider_url": settings.PUBLIC_URL,
        "cache_age": 3600,
        "width": width,
        "height": height,
        "html": iframe(source, brand=brand, width=width, height=height),
    }


def iframe(source: str, *, brand: str, width: int, height: int) -> str:
    return format_html(
        '<iframe src="{}" title="Official places of {}" width="{}" height="{}" loading="lazy"></iframe>',
        source,
        brand,
        width,
        height,
    )


def embed_source(chosen: dict[str, str]) -> str:
    return f"{settings.PUBLIC_URL}{reverse('embed')}" + (f"?{urlencode(chosen)}" if chosen else "")


def moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _add_entry(feed: ElementTree.Element, door: Door, changed_at: datetime) -> None:
    entry = _add(feed, "entry")
    _add(entry, "id", _tag_uri(door.slug, door.opened_on))
    _add(entry, "title", door.name)
    _add(entry, "updated", moment(changed_at))
    _add(entry, "published", moment(datetime.combine(door.opened_on, time(), UTC)))
    _add(entry, "link", rel="alternate", type="text/html", href=page_url(door))
    if door.url:
        _add(entry, "link", rel="related", href=door.url)
    _add(entry, "category", term=door.purpose)
    words = [
        f"{door.handle} on {door.network_title}",
        door.country or "the whole world",
        door.language,
        door.about,
    ]
    _add(entry, "summary", " · ".join(filter(None, words)))


def _tag_uri(slug: str, opened_on: date) -> str:
    """RFC 4151: the same for ever, wherever the house moves within its domain."""
    return f"tag:{urlsplit(settings.PUBLIC_URL).hostname},{opened_on.isoformat()}:{slug}"


def _add(parent: ElementTree.Element, name: str, text: str = "", **attributes: str) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    element.text = text or None
    return element
